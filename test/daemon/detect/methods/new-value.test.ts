import { describe, expect, test, vi } from 'vitest'
import { makeRule } from '../fixtures.ts'
import { day, hour, judge, ofUser, seconds, survives } from './judge.ts'

vi.setConfig({ testTimeout: 60_000 }) // seconds, but not on a machine that does five other things

const rule = (newValueOptions: object = {}, query: object = {}) =>
  makeRule({
    queries: [{ query: '*', aggregation: 'new_value', groupByFields: ['@usr.name'], metrics: ['@country'], ...query }],
    options: { detectionMethod: 'new_value', evaluationWindow: 0, keepAlive: 300, maxSignalDuration: 600, newValueOptions },
  })
const from = (at: number, country: string, user = 'ann', more: object = {}) => ofUser(at, user, { country, ...more })

describe('time in days and country of one user’s logs → days and countries of signals', () => {
  type Case = [string, object, [number, string][], [number, string][]]
  test.each<Case>([
    [
      'learned for 7 days',
      {},
      [
        [0, 'DE'],
        [6.9, 'FR'],
      ],
      [],
    ],
    [
      'after 7 days',
      {},
      [
        [0, 'DE'],
        [7, 'FR'],
      ],
      [[7, 'FR']],
    ],
    [
      'known after 7 days',
      {},
      [
        [0, 'DE'],
        [7, 'DE'],
      ],
      [],
    ],
    [
      'a new value is learned as it is told',
      {},
      [
        [0, 'DE'],
        [7, 'FR'],
        [8, 'FR'],
      ],
      [[7, 'FR']],
    ],
    [
      'learned for a day',
      { learningDuration: 1 },
      [
        [0, 'DE'],
        [1, 'FR'],
      ],
      [[1, 'FR']],
    ],
    [
      'not learned: the first value is known, the next is new',
      { learningDuration: 0 },
      [
        [0, 'DE'],
        [0.01, 'FR'],
      ],
      [[0.01, 'FR']],
    ],
    ['threshold of none: the first value is new', { learningMethod: 'threshold', learningThreshold: 0 }, [[0, 'DE']], [[0, 'DE']]],
    [
      'threshold of one: the first log is learned from',
      { learningMethod: 'threshold', learningThreshold: 1 },
      [
        [0, 'DE'],
        [1, 'FR'],
      ],
      [[1, 'FR']],
    ],
    [
      'forgotten: new again',
      { learningDuration: 0, forgetAfter: 1 },
      [
        [0, 'DE'],
        [1.1, 'DE'],
      ],
      [[1.1, 'DE']],
    ],
    [
      'seen all the time: not forgotten',
      { learningDuration: 0, forgetAfter: 1 },
      [
        [0, 'DE'],
        [0.9, 'DE'],
        [1.8, 'DE'],
        [2.7, 'DE'],
      ],
      [],
    ],
    [
      '28 days by default',
      { learningDuration: 0 },
      [
        [0, 'DE'],
        [27, 'DE'],
        [54, 'DE'],
        [83, 'DE'],
      ],
      [[83, 'DE']],
    ],
  ])('%s', (_, options, logs, expected) => {
    const found = judge(
      rule(options),
      logs.map(([at, country]) => from(at * day, country)),
    )
    expect(
      found.map(({ last_seen, evidence }) => [
        seconds(last_seen) / day,
        (evidence![0]!['new_values'] as { '@country': string }[])[0]!['@country'],
      ]),
    ).toEqual(expected)
  })
})

test('a group learns for itself', () => {
  const logs = [from(0, 'DE', 'ann'), from(8 * day, 'FR', 'bob'), from(8 * day, 'FR', 'ann')]
  expect(judge(rule(), logs).map(({ group }) => group)).toEqual([{ '@usr.name': 'ann' }])
})
test('without groups a value that anyone has had is known', () => {
  const logs = [from(0, 'DE', 'ann'), from(1, 'FR', 'bob'), from(2, 'FR', 'ann')]
  expect(judge(rule({ learningDuration: 0 }, { groupByFields: [] }), logs).map(({ events_matched }) => events_matched)).toEqual([1])
})
test('of two fields the pair is what is new', () => {
  const pair = rule({ learningDuration: 0 }, { metrics: ['@country', '@device'] })
  const logs = [from(0, 'DE', 'ann', { device: 'a' }), from(1, 'FR', 'ann', { device: 'b' }), from(600, 'DE', 'ann', { device: 'b' })]
  expect(judge(pair, logs).map(({ evidence }) => evidence![0]!['new_values'])).toEqual([
    [{ '@country': 'FR', '@device': 'b' }],
    [{ '@country': 'DE', '@device': 'b' }],
  ])
})
test('a log that has no value is no news', () => expect(judge(rule({ learningMethod: 'threshold' }), [ofUser(0, 'ann')])).toEqual([]))
test('new values while the signal is open join it, known ones do not', () => {
  const logs = [from(0, 'DE'), from(1, 'FR'), from(2, 'DE'), from(3, 'US')]
  const [signal, ...more] = judge(rule({ learningDuration: 0 }), logs)
  expect([signal!.events_matched, signal!.evidence!.length, more]).toEqual([2, 2, []])
})
test('one log of a wrong clock, a year ahead: everybody else is learned and told of as before', () => {
  const ahead = { ...from(365 * day, 'XX'), received: from(0, 'XX').received }
  const logs = [ahead, from(0, 'DE'), from(6 * day, 'FR'), from(8 * day, 'FR'), from(8 * day + hour, 'US')]
  expect(judge(rule(), logs).map(({ last_seen }) => seconds(last_seen))).toEqual([8 * day + hour])
})
test('a log that comes late is judged as of its own time', () => {
  const late = { ...from(8 * day, 'FR'), received: from(8.5 * day, '').received }
  expect(judge(rule(), [from(0, 'DE'), from(8.5 * day, 'DE'), late]).map(({ first_seen }) => seconds(first_seen))).toEqual([8 * day])
})
test('more values than a group may know: the oldest is forgotten, the rule still tells of new ones', () => {
  const many = Array.from({ length: 10_050 }, (_, i) => from(i, `c${i}`))
  const found = judge(rule({ learningDuration: 1 }), [...many, from(day + 1, 'c10049'), from(day + 2, 'c0'), from(day + 400, 'c10048')])
  expect(found.map(({ events_matched }) => events_matched)).toEqual([1])
})
test('whatever dies when', () =>
  expect(
    survives(
      rule({ learningDuration: 1, forgetAfter: 1 }),
      Array.from({ length: 80 }, (_, i) => from((i * i * hour) / 8, `c${i % 7}`)),
    ),
  ).toBe(true))
