import { expect, test } from 'vitest'
import { type Aggregation, createAggregate } from '../../../../daemon/engine/aggregate/aggregate.ts'
import { createDocView } from '../../../../daemon/engine/aggregate/docs.ts'
import { ExactSum } from '../../../../daemon/engine/aggregate/exact-sum.ts'
import { Percentile } from '../../../../daemon/engine/aggregate/percentile.ts'
import { openListing } from '../../../../daemon/engine/search.ts'
import type { Aggregate, Compute, GroupBy } from '../../../../shared/aggregate.ts'
import type { Json } from '../../../../shared/json.ts'
import type { Doc } from '../../../../shared/log.ts'
import { createRandom } from '../random-logs.ts'

const random = createRandom(7)
const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map(one => ({ one, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one)
const doc = (attributes: { [key: string]: Json }, timestamp = 0): Doc => ({ timestamp, tags: [], attributes })
const count: Compute = { aggregation: 'count', type: 'total' }
const by = (facet: string, more: Partial<GroupBy> = {}): GroupBy => ({
  facet,
  limit: 10,
  sort: { order: 'desc', measure: { aggregation: 'count' } },
  ...more,
})

function aggregate(docs: readonly Doc[], asked: Partial<Aggregate>, { to = 999, budget }: { to?: number; budget?: number } = {}) {
  const listing = openListing({ track: 'logs', query: '', from: 0, to, limit: 0, sort: 'timestamp' }, { secret: '', seq: 0 })
  const made: Aggregation = createAggregate({ compute: [count], group_by: [], ...asked }, listing, budget)
  const view = createDocView(made)
  do for (const one of docs) made.add(view(one))
  while (made.again())
  return made.take()
}

test.each([
  ['whole numbers', [1, 2, 3, 2 ** 53 - 1, -5]],
  ['tenths', Array.from({ length: 1000 }, (_, i) => i / 10)],
  ['what cancels out', [1e16, 1, -1e16, 1e-16, 1e200, 3, -1e200, 0.1]],
  ['halves of the last digit', [1e16, 1, 1e-10, 2 ** 53, 1, 2 ** -60]],
  ['random', Array.from({ length: 500 }, () => (random.next() - 0.5) * 10 ** random.below(40))],
])('a sum of %s: the same in any order', (_, numbers) => {
  const sum = (list: readonly number[]) => {
    const exact = new ExactSum()
    for (const number of list) exact.add(number)
    return exact.value
  }
  const first = sum(numbers)
  for (let i = 0; i < 50; i++) expect(sum(shuffled(numbers))).toBe(first)
})

test('what cancels out leaves the rest exactly', () => {
  const exact = new ExactSum()
  for (const number of [1e200, 0.1, -1e200, 1e16, -1e16]) exact.add(number)
  expect(exact.value).toBe(0.1)
})

test.each([1000, 1001, 50_000])('percentiles of %d numbers: the same in any order, within 1 %', size => {
  const numbers = Array.from({ length: size }, () => random.next() ** 3 * 1e6 - 1000)
  const of = (list: readonly number[]) => {
    const percentile = new Percentile()
    for (const number of list) percentile.add(number)
    return percentile
  }
  const found = of(numbers)
  expect(found.cut).toBe(size > 1000)
  const sorted = Float64Array.from(numbers).sort()
  for (const share of [0, 0.5, 0.75, 0.9, 0.99, 1]) {
    const value = found.at(share)!
    expect(of(shuffled(numbers)).at(share)).toBe(value)
    const exact = sorted[Math.round(share * (size - 1))]!
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(Math.max(Math.abs(exact) * 0.011, found.cut ? 0 : 1e5))
  }
})

test('more groups than are kept: the same ones in any order, counted whole, and said to be cut', () => {
  const docs = Array.from({ length: 3000 }, (_, i) => doc({ usr: `u${i % 700}`, n: i }))
  const asked = { group_by: [by('@usr', { limit: 1000 })], compute: [count, { aggregation: 'sum', metric: '@n', type: 'total' } as const] }
  const first = aggregate(docs, asked, { budget: 800 })
  expect(first.cut).toEqual(['groups'])
  expect(first.buckets).toHaveLength(100)
  const all = new Map(aggregate(docs, asked).buckets.map(bucket => [bucket.by['@usr'], bucket]))
  expect(all.size).toBe(700)
  for (const bucket of first.buckets) expect(bucket).toEqual(all.get(bucket.by['@usr']))
  for (let i = 0; i < 10; i++) expect(aggregate(shuffled(docs), asked, { budget: 800 })).toEqual(first)
})

test('what groups are ordered by counts against their room too', () => {
  const docs = Array.from({ length: 5000 }, (_, i) => doc({ usr: `u${i % 50}`, n: i }))
  const sort = { order: 'desc', measure: { aggregation: 'cardinality', metric: '@n' } } as const
  const first = aggregate(docs, { group_by: [by('@usr', { sort })] }, { budget: 2000 })
  expect([first.cut, first.buckets.length]).toEqual([['groups'], 10])
  for (let i = 0; i < 10; i++) expect(aggregate(shuffled(docs), { group_by: [by('@usr', { sort })] }, { budget: 2000 })).toEqual(first)
})

test('a log with many values counts in each of its groups, up to 10,000', () => {
  const list = Array.from({ length: 150 }, (_, i) => `v${i}`)
  const groups = aggregate([doc({ a: list, b: list })], { group_by: [by('@a', { limit: 100 }), by('@b', { limit: 100 })] })
  expect([groups.buckets.length, groups.cut]).toEqual([10_000, ['values']])
})

test('groups within groups, with their totals', () => {
  const docs = [doc({ a: 'x', b: 1 }), doc({ a: 'x', b: 2 }), doc({ a: 'x' }), doc({ a: 'y', b: 1 }), doc({ b: 1 })]
  const { buckets } = aggregate(docs, { group_by: [by('@a', { total: 'all', missing: 'none' }), by('@b', { total: '*', limit: 1 })] })
  expect(buckets.map(({ by, computes }) => [by['@a'], by['@b'], computes['c0']])).toEqual([
    ['x', '1', 1],
    ['x', '*', 3],
    ['none', '1', 1],
    ['none', '*', 1],
    ['y', '1', 1],
    ['y', '*', 1],
    ['all', undefined, 5],
  ])
})

test.each<[string, Partial<Aggregate>, number]>([
  ['compute.0.interval', { compute: [{ ...count, type: 'timeseries', interval: 1 }] }, 1000],
  ['compute.1.interval', { compute: [count, { ...count, type: 'timeseries', interval: 1 }], group_by: [by('a', { limit: 101 })] }, 999],
  ['group_by', { group_by: [by('a', { limit: 1000 }), by('b', { limit: 11 })] }, 999],
])('%s asks for too much → 400', (field, asked, to) => {
  expect(() => aggregate([], asked, { to })).toThrow(
    expect.objectContaining({ status: 400, problems: [expect.objectContaining({ field })] }),
  )
})

test('without an interval: about 150 stretches that people count in', () => {
  for (const range of [1, 10_000, 900_000, 86_400_000, 30 * 86_400_000, Date.UTC(2026, 0)]) {
    const [bucket] = aggregate([], { compute: [{ ...count, type: 'timeseries' }] }, { to: range }).buckets
    const points = bucket!.computes['c0'] as { time: number }[]
    expect(points.length).toBeLessThanOrEqual(152)
    expect(points.length).toBeGreaterThan(range > 1_000_000 ? 60 : 0)
  }
})
