import { describe, expect, test, vi } from 'vitest'
import type { Log } from '../../../../shared/log.ts'
import { makeRule } from '../fixtures.ts'
import { day, hour, judge, ofUser, seconds, survives } from './judge.ts'

vi.setConfig({ testTimeout: 60_000 }) // seconds, but not on a machine that does five other things

const rule = (anomalyDetectionOptions: object = {}, more: object = {}, query: object = {}) =>
  makeRule({
    queries: [{ query: '*', groupByFields: ['@usr.name'], ...query }],
    cases: [{ status: 'medium', condition: 'a > 0.995' }],
    options: { detectionMethod: 'anomaly_detection', evaluationWindow: 300, keepAlive: 3600, anomalyDetectionOptions, ...more },
  })
/** `counts` logs in each 5 minutes from `from` seconds on, evenly. */
const series = (counts: number[], from = 0, name = 'ann'): Log[] =>
  counts.flatMap((count, i) => Array.from({ length: count }, (_, n) => ofUser(from + i * 300 + Math.floor((n * 300) / count), name)))
const steady = (buckets: number, count: number) => Array.from({ length: buckets }, (_, i) => count + (i % 3) - 1)
/** A day of about five logs in 5 minutes. */
const usual = steady(288, 5)

describe('a day of about 5 in 5 minutes, then', () => {
  test.each<[string, number, number]>([
    ['as many', 6, 0],
    ['a few more', 8, 0],
    ['four times as many', 20, 1],
    ['fewer', 0, 0],
  ])('%s', (_, count, expected) => expect(judge(rule(), series([...usual, count, 5])).length).toBe(expected))

  test('what was seen: how many, how many there were to be expected, and where unusual begins', () => {
    const [signal] = judge(rule(), series([...usual, 20]))
    expect(signal!.evidence![0]).toEqual({ time: expect.any(Number), amount: 9, expected: 6, limit: 8 })
    expect([signal!.events_matched, signal!.last_seen - signal!.first_seen <= 600_000]).toEqual([signal!.queries[0]!.eventsCount, true])
  })
  test.each([
    [1, 8, 1],
    [5, 8, 0],
    [5, 12, 1],
  ])('tolerance %i, %i: %i', (detectionTolerance, count, expected) =>
    expect(judge(rule({ detectionTolerance }), series([...usual, count])).length).toBe(expected))
  test('goes on for a while: one signal; what is usual does not keep it open', () => {
    const found = judge(rule({}, { keepAlive: 600 }), series([...usual, 30, 30, 30, ...steady(24, 5)]))
    expect(found).toHaveLength(1)
    expect(seconds(found[0]!.last_seen)).toBeLessThan(291 * 300)
  })
  test('a longer window wants the excess over all of it', () => {
    const wide = rule({}, { evaluationWindow: 900 })
    expect([judge(wide, series([...usual, 12, 5, 5])).length, judge(wide, series([...usual, 12, 12, 12])).length]).toEqual([0, 1])
  })
})

describe('learning', () => {
  test.each<[string, object, number[], number]>([
    ['nothing is said of the first day', {}, [...steady(100, 5), 100], 0],
    ['an hour is enough where that is asked', { learningDuration: 1 }, [...steady(100, 5), 100], 1],
    ['a level to go by until then', { learningPeriodBaseline: 50 }, [...steady(10, 5), 49, 5, 51], 1],
    ['a group that is new has nothing to compare with', {}, [500], 0],
  ])('%s', (_, options, counts, expected) => expect(judge(rule(options), series(counts)).length).toBe(expected))
  test('each group for itself', () => {
    const logs = [...series(usual), ...series([40], 288 * 300, 'bob')]
    expect(judge(rule(), logs)).toEqual([])
  })
})

test('a peak that comes every day at that time is no surprise, the same at another time is', () => {
  const night = (day: number) => [...Array.from({ length: 36 }, () => 1), day >= 0 ? 40 : 1, ...Array.from({ length: 251 }, () => 1)]
  const three = [...night(0), ...night(1), ...night(2)]
  const found = (counts: number[]) =>
    judge(rule({ learningDuration: 24 }), series(counts)).map(({ first_seen }) => Math.floor(seconds(first_seen) / 300))
  // on the second day it is news, on the third it is not
  expect(found(three).length).toBe(1)
  expect(found([...three, ...Array.from({ length: 100 }, () => 1), 40]).at(-1)).toBeGreaterThan(3 * 288)
})

test('distinct values and sums have a usual level too', () => {
  const logs = usual.flatMap((_, i) => [
    ofUser(i * 300, 'ann', { ip: `a${i % 2}`, bytes: 10 }),
    ofUser(i * 300 + 1, 'ann', { ip: 'b', bytes: 10 }),
  ])
  const after = Array.from({ length: 12 }, (_, i) => ofUser(usual.length * 300 + i, 'ann', { ip: `c${i}`, bytes: 1 }))
  const big = [ofUser(usual.length * 300, 'ann', { bytes: 5000 })]
  const distinct = rule({}, {}, { aggregation: 'cardinality', distinctFields: ['@ip'] })
  const sum = rule({}, {}, { aggregation: 'sum', metrics: ['@bytes'] })
  expect([
    judge(distinct, [...logs, ...after]).length,
    judge(sum, [...logs, ...after]).length,
    judge(sum, [...logs, ...big]).length,
  ]).toEqual([1, 0, 1])
})

test('anomaly_threshold: unusual, and as many as the case asks for', () => {
  const both = (condition: string) => ({
    ...rule({}, { detectionMethod: 'anomaly_threshold' }),
    cases: [{ name: '', status: 'high' as const, condition, notifications: [] }],
  })
  const logs = series([...usual, 20])
  expect([judge(both('a > 15'), logs).length, judge(both('a > 50'), logs).length, judge(both('a > 3'), series(usual)).length]).toEqual([
    1, 0, 0,
  ])
})
test('a log of a wrong clock, a year ahead: the rule goes on', () => {
  const [first] = series([1])
  const ahead = { ...ofUser(365 * day, 'ann'), received: first!.received }
  expect(judge(rule(), [ahead, ...series([...usual, 30])])).toHaveLength(1)
})
test('two weeks stay small', () => {
  const found = judge(
    rule({ bucketDuration: 3600 }, { evaluationWindow: 3600 }),
    Array.from({ length: 24 * 20 }, (_, i) => ofUser(i * hour, 'ann')),
  )
  expect(found).toEqual([])
})
test('whatever dies when', () => {
  const logs = series([...Array.from({ length: 60 }, (_, i) => 1 + (i % 2)), 12, 3, 14])
  expect(survives(rule({ learningDuration: 1, detectionTolerance: 1 }), logs)).toBe(true)
})
