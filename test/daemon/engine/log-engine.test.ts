import { readdirSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import type { Search } from '../../../daemon/engine/search.ts'
import type { Row } from '../../../daemon/engine/segments/segment.ts'
import { type Both, createBoth } from './both.ts'

const search: Search = { track: 'logs', query: '"one word"', from: 0, to: 1e13, limit: 10, sort: '-timestamp', facets: ['@n'] }
const log = (seq: number, more: Partial<Row> = {}): Row => ({
  seq,
  stream: 'live',
  timestamp: seq,
  message: `one word ${seq}`,
  tags: [],
  attributes: { n: seq % 7 },
  ...more,
})
const logs = (count: number, more: Partial<Row> = {}) => Array.from({ length: count }, (_, i) => log(i + 1, more))

let both: Both
afterEach(() => both.close())

test('a search that began before logs came does not see them, and one that began before a segment was forgotten goes on', async () => {
  both = await createBoth({ rows: 64 })
  both.add(logs(200))
  await both.engine.sealed()
  const before = await both.naive(search)
  const running = both.fast(search)
  both.add([log(201)])
  expect(await running).toEqual(before)
  const reading = both.fast({ ...search, query: 'wo*d' })
  both.forget(1, 64)
  expect((await reading).total).toBeGreaterThan(0)
  expect(await both.fast(search)).toEqual(await both.naive(search))
  expect((await both.fast(search)).total).toBe(137)
  await both.engine.sealed()
  // two merged ones of three, one that was sealed last, and their values
  expect(readdirSync(both.dir)).toHaveLength(4)
})

test('streams and years beyond number fill few segments', async () => {
  both = await createBoth({ rows: 64 })
  both.add(Array.from({ length: 500 }, (_, i) => log(i + 1, { stream: `import ${i}`, timestamp: i * 1e10 })))
  await both.engine.sealed()
  expect(both.engine.statistics().segments).toBeLessThan(50)
  expect(await both.fast(search)).toEqual(await both.naive(search))
})

test('1,000 new keys on each log: columns for some, the same answers for all', async () => {
  both = await createBoth({ rows: 64, limits: { maxPaths: 100, maxValues: 2 ** 18, maxBytes: 2 ** 26 } })
  both.add(
    Array.from({ length: 8 }, (_, i) =>
      log(i + 1, { attributes: Object.fromEntries(Array.from({ length: 1000 }, (_, k) => [`k${i}_${k}`, k])) }),
    ),
  )
  for (const query of ['@k0_5:5', '@k7_999:999', '@k7_999:>998', '@k7_998:*', '*:998', '-@k7_7:7'])
    expect(await both.fast({ ...search, query, facets: ['@k7_999', '@k0_1'] }), query).toEqual(
      await both.naive({ ...search, query, facets: ['@k7_999', '@k0_1'] }),
    )
})

test('an array of 20,000 values in one log is taken in at once', async () => {
  both = await createBoth()
  const list = Array.from({ length: 20_000 }, (_, i) => `v${i % 15_000}`)
  const began = performance.now()
  both.add([log(1, { attributes: { list } })])
  expect(performance.now() - began).toBeLessThan(1000)
  const asked = { ...search, query: '@list:v14999', facets: ['@list'] }
  expect(await both.fast(asked)).toEqual(await both.naive(asked))
})

test.each(['message', '*'])('a facet of %s is left to straight evaluation', async path => {
  both = await createBoth()
  expect(both.engine.canAnswer({ ...search, facets: ['service', path] })).toBe(false)
})

test.each([true, false])('service and its tag: the same, another, or one of them alone; sealed: %s', async isSealed => {
  const kinds: Partial<Row>[] = [
    { service: 'web', tags: ['service:web', 'env:prod'] },
    { service: 'web', tags: ['service:db', 'team:a'] },
    { service: 'db', tags: ['env:prod'] },
    { tags: ['service:web', 'service:db'] },
    { service: ['web', 'db'], tags: ['service:db', 'service:web', 'service:cache'] },
    {},
  ]
  both = await createBoth({ rows: isSealed ? 64 : 4096 })
  both.add(Array.from({ length: 300 }, (_, i) => log(i + 1, kinds[(i * 7) % kinds.length]!)))
  await both.engine.sealed()
  expect(both.engine.statistics().sealed > 0).toBe(isSealed)
  const facets = ['service', 'env', 'team', 'source', 'service']
  for (const query of ['', 'env:prod', 'service:db', '@n:3'])
    expect(await both.fast({ ...search, query, facets }), query).toEqual(await both.naive({ ...search, query, facets }))
})

test('counts of chosen groups over time: one value a row, none, or several', async () => {
  both = await createBoth({ rows: 64 })
  const status = (i: number): Partial<Row> => (i % 5 === 0 ? {} : { status: ['error', 'warn', 'info'][i % 3]! })
  both.add(Array.from({ length: 500 }, (_, i) => log(i + 1, { ...status(i), tags: [`env:${i % 4}`, ...(i % 6 === 0 ? ['env:9'] : [])] })))
  const series = { aggregation: 'count', type: 'timeseries', interval: 70 } as const
  for (const [facet, limit] of [['status', 2] as const, ['status', 10] as const, ['env', 3] as const])
    for (const query of ['', 'status:warn', '@n:>2']) {
      const group_by = [{ facet, limit, sort: { order: 'desc', measure: { aggregation: 'count' } } } as const]
      const asked: Search = { ...search, query, from: 3, to: 490, aggregate: { compute: [series, { ...series, type: 'total' }], group_by } }
      expect(await both.fast(asked), `${facet} ${query}`).toEqual(await both.naive(asked))
    }
})

test.each([
  ['one again and again', [[7], [7], [7, 8], [8, 7], [7]]],
  ['the last again and again', [[100], [100], [100]]],
  ['all, the last first', [Array.from({ length: 100 }, (_, i) => 100 - i), [3, 99], [99, 3]]],
])('what is replaced stands for what had its seq: %s', async (_, batches) => {
  both = await createBoth({ rows: 256 })
  const latest = new Map(logs(100).map(one => [one.seq, one]))
  both.engine.replace([...latest.values()])
  for (const [turn, seqs] of batches.entries()) {
    const changed = seqs.map(seq => log(seq, { attributes: { n: 100 + turn } }))
    for (const one of changed) latest.set(one.seq, one)
    both.engine.replace(changed)
    if (turn === 1) await both.engine.sealed()
    const { total, facets, rows } = await both.engine.search({ ...search, limit: 1000 }, both.snapshot(1000))
    expect([total, new Set(rows).size]).toEqual([100, 100])
    const counts = new Map<string, number>()
    for (const { attributes } of latest.values()) counts.set(String(attributes['n']), (counts.get(String(attributes['n'])) ?? 0) + 1)
    expect(new Map(facets['@n']!.map(({ value, count }) => [value, count]))).toEqual(counts)
  }
})
