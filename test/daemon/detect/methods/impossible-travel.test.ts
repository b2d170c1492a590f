import { describe, expect, test, vi } from 'vitest'
import { distanceBetween } from '../../../../daemon/detect/places.ts'
import type { JsonObject } from '../../../../shared/json.ts'
import { makeRule } from '../fixtures.ts'
import { day, hour, judge, minute, ofUser, seconds, survives } from './judge.ts'

vi.setConfig({ testTimeout: 60_000 }) // seconds, but not on a machine that does five other things

const rule = (impossibleTravelOptions: object = {}) =>
  makeRule({
    queries: [{ query: '*', aggregation: 'geo_data', groupByFields: ['@usr.name'], metrics: ['@network.client.geoip'] }],
    options: { detectionMethod: 'impossible_travel', evaluationWindow: 900, keepAlive: 3600, impossibleTravelOptions },
  })
const cities: Record<string, JsonObject> = {
  paris: { country: { iso_code: 'FR' }, city: { name: 'Paris' }, location: { latitude: 48.86, longitude: 2.35 } },
  lyon: { country: { iso_code: 'FR' }, city: { name: 'Lyon' }, location: { latitude: 45.76, longitude: 4.84 } },
  newYork: { country: { iso_code: 'US' }, city: { name: 'New York' }, location: { latitude: 40.71, longitude: -74.01 } },
  tokyo: { country: { iso_code: 'JP' }, city: { name: 'Tokyo' }, location: { latitude: 35.68, longitude: 139.69 } },
  // known by country alone, as the addresses that come with Signalbox are
  germany: { country: { iso_code: 'DE' } },
  france: { country: { iso_code: 'FR' } },
  switzerland: { country: { iso_code: 'CH' } },
  japan: { country: { iso_code: 'JP' } },
  somewhere: { country: { iso_code: 'ZZ' } },
  nonsense: { location: { latitude: 'north', longitude: 400 } },
}
const at = (time: number, city: string, user = 'ann') => ofUser(time, user, { network: { client: { geoip: cities[city]! } } })
const found = (of: ReturnType<typeof rule>, ...logs: [number, string, string?][]) =>
  judge(
    of,
    logs.map(([time, city, user]) => at(time, city, user)),
  ).map(({ first_seen }) => seconds(first_seen))

describe('seconds and places of one user', () => {
  test.each<[string, [number, string][], number]>([
    [
      'Paris, an hour later New York',
      [
        [0, 'paris'],
        [hour, 'newYork'],
      ],
      1,
    ],
    [
      'Paris, eight hours later New York',
      [
        [0, 'paris'],
        [8 * hour, 'newYork'],
      ],
      0,
    ],
    [
      'Paris, a minute later Lyon: less than 500 km',
      [
        [0, 'paris'],
        [minute, 'lyon'],
      ],
      0,
    ],
    [
      'the same place again',
      [
        [0, 'paris'],
        [1, 'paris'],
      ],
      0,
    ],
    [
      'the same second',
      [
        [0, 'paris'],
        [0, 'tokyo'],
      ],
      1,
    ],
    [
      'Germany, an hour later Japan, by country alone',
      [
        [0, 'germany'],
        [hour, 'japan'],
      ],
      1,
    ],
    [
      'France, a minute later Germany: they border',
      [
        [0, 'france'],
        [minute, 'germany'],
      ],
      0,
    ],
    [
      'Germany, a minute later Switzerland',
      [
        [0, 'germany'],
        [minute, 'switzerland'],
      ],
      0,
    ],
    [
      'back and forth: one signal',
      [
        [0, 'paris'],
        [60, 'tokyo'],
        [120, 'paris'],
        [180, 'tokyo'],
      ],
      1,
    ],
    [
      'a country that is not known',
      [
        [0, 'paris'],
        [60, 'somewhere'],
      ],
      0,
    ],
    [
      'a place that is none',
      [
        [0, 'paris'],
        [60, 'nonsense'],
      ],
      0,
    ],
    [
      'not from the last place but from the one before',
      [
        [0, 'paris'],
        [60, 'lyon'],
        [120, 'tokyo'],
      ],
      1,
    ],
    [
      'what comes late is measured too',
      [
        [2 * hour, 'paris'],
        [2 * hour - 300, 'tokyo'],
      ],
      1,
    ],
  ])('%s: %#', (_, logs, count) => expect(found(rule(), ...logs)).toHaveLength(count))
})

test('two users are two people', () => expect(found(rule(), [0, 'paris', 'ann'], [60, 'tokyo', 'bob'])).toEqual([]))
test('what was seen: from, to, how far, how fast', () => {
  const [signal] = judge(rule(), [at(0, 'paris'), at(hour, 'newYork')])
  expect(signal!.evidence).toEqual([
    { time: expect.any(Number), from: 'FR, Paris', to: 'US, New York', distance_km: 5837, minutes: 60, speed_kmh: 5837 },
  ])
  expect(signal!.events_matched).toBe(1)
})

describe('with a baseline', () => {
  const baseline = rule({ baselineUserLocations: true })
  test.each<[string, [number, string][], number[]]>([
    [
      'the first day is learned',
      [
        [0, 'paris'],
        [hour, 'newYork'],
      ],
      [],
    ],
    [
      'what was learned says nothing later',
      [
        [0, 'paris'],
        [hour, 'newYork'],
        [2 * day, 'paris'],
        [2 * day + hour, 'newYork'],
      ],
      [],
    ],
    [
      'another place',
      [
        [0, 'paris'],
        [2 * day, 'paris'],
        [2 * day + hour, 'tokyo'],
      ],
      [2 * day + hour],
    ],
    [
      'told once, then known',
      [
        [0, 'paris'],
        [2 * day, 'paris'],
        [2 * day + 60, 'tokyo'],
        [3 * day, 'paris'],
        [3 * day + 60, 'tokyo'],
      ],
      [2 * day + 60],
    ],
    [
      'forgotten after 30 days',
      [
        [0, 'newYork'],
        [60, 'paris'],
        [20 * day, 'paris'],
        [32 * day, 'paris'],
        [32 * day + 60, 'newYork'],
      ],
      [32 * day + 60],
    ],
  ])('%s', (_, logs, expected) => expect(found(baseline, ...logs)).toEqual(expected))
})

test('a log a year ahead of its time hides nothing', () => {
  const ahead = { ...at(365 * day, 'paris'), received: at(0, 'paris').received }
  expect(judge(rule(), [ahead, at(0, 'paris'), at(hour, 'tokyo')])).toHaveLength(1)
})
test('whatever dies when', () => {
  const places = ['paris', 'lyon', 'germany', 'tokyo', 'japan']
  expect(
    survives(
      rule(),
      Array.from({ length: 60 }, (_, i) => at(i * i * 40, places[(i * 7) % 5]!)),
    ),
  ).toBe(true)
})
test('between two places half around the earth', () =>
  expect(
    Math.round(distanceBetween({ name: '', latitude: 0, longitude: 0, radius: 0 }, { name: '', latitude: 0, longitude: 180, radius: 15 })),
  ).toBe(20_000))
