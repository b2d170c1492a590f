import { expect, test } from 'vitest'
import { createRows, type Fetch } from '../../../../extension/explorer/search/rows.ts'
import type { Found, FoundRow, Sort } from '../../../../extension/search-messages.ts'

/** A daemon with rows at these times, in the order that is asked for, as pages by cursor. */
function meet(times: readonly number[], sort: Sort = '-timestamp', from = 0, to = 1_000_000) {
  const asked: { limit: number }[] = []
  const all = times.map((timestamp, i): FoundRow => ({ id: `r${i}`, doc: { timestamp, tags: [], attributes: {} } }))
  const sign = sort === 'timestamp' ? 1 : -1
  const expected = [...all].sort(
    (a, b) => sign * (a.doc.timestamp - b.doc.timestamp) || sign * (Number(a.id.slice(1)) - Number(b.id.slice(1))),
  )
  const fetch = async (page: Parameters<Fetch>[0]): Promise<Found> => {
    asked.push(page)
    const [low, high] = page.cursor ? [from, to] : [page.from ?? from, page.to ?? to]
    const list = low === from && high === to ? expected : expected.filter(({ doc }) => doc.timestamp >= low && doc.timestamp <= high)
    const start = page.cursor ? list.findIndex(({ id }) => id === page.cursor) + 1 : 0
    const rows = list.slice(start, start + page.limit)
    const width = page.buckets ? Math.max(1, Math.ceil((high - low + 1) / page.buckets)) : 0
    const histogram = Array.from({ length: width ? Math.ceil((high - low + 1) / width) : 0 }, (_, i) => ({
      time: low + i * width,
      count: 0,
    }))
    if (width) for (const { doc } of list) histogram[Math.floor((doc.timestamp - low) / width)]!.count++
    const after = start + rows.length < list.length && rows.length > 0 ? rows.at(-1)!.id : null
    return { rows, total: list.length, after, facets: {}, cut: [], histogram, groups: [], warnings: [], took: 0 }
  }
  const rows = createRows(fetch)
  const open = async () => {
    rows.reset(await fetch({ limit: 100, sort }), { sort })
    rows.chart((await fetch({ limit: 0, buckets: 72 })).histogram, { from, to })
  }
  const see = async (first: number, last: number) => {
    rows.want(first, last)
    const end = Math.min(last, times.length)
    await expect.poll(() => rows.at(end - 1)?.id, { timeout: 4000 }).toBe(expected[end - 1]!.id)
    const seen = Array.from({ length: end - first }, (_, i) => rows.at(first + i)?.id)
    expect(seen).toEqual(expected.slice(first, end).map(({ id }) => id))
  }
  return { asked, rows, open, see, expected }
}

const seed = 7
function random(count: number, most: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => (state = (state * 48271) % 2147483647) % most)
}

test.each<Sort>(['-timestamp', 'timestamp'])('20,000 rows by %s: the middle and the end are reached at once', async sort => {
  const { asked, open, see } = meet(random(20_000, 1_000_000), sort)
  await open()
  await see(0, 60)
  await see(10_000, 10_060)
  await see(19_940, 20_000)
  await see(5_000, 5_060)
  expect(asked.length).toBeLessThan(12)
  expect(Math.max(...asked.map(({ limit }) => limit))).toBeLessThan(1000)
})

test('most rows in one second: that stretch is looked at more closely', async () => {
  const { asked, open, see } = meet([...random(9_000, 1_000).map(time => 500_000 + time), ...random(1_000, 1_000_000)])
  await open()
  await see(5_000, 5_060)
  expect(asked.length).toBeLessThan(8)
})

test('all rows at one time: from page to page', async () => {
  const { asked, open, see } = meet(Array.from({ length: 6_000 }, () => 5))
  await open()
  await see(5_000, 5_060)
  expect(asked.length).toBeLessThan(10)
})

test('rows that are far from what is seen are given up and come again', async () => {
  const { rows, open, see } = meet(random(20_000, 1_000_000))
  await open()
  for (let at = 0; at < 8_000; at += 500) await see(at, at + 500)
  expect(rows.at(0)).toBeUndefined()
  await see(0, 60)
})

test('a row that changed is renewed in its place', async () => {
  const { rows, open } = meet([1, 2, 3])
  await open()
  const row = rows.at(1)!
  rows.renew([{ ...row, doc: { ...row.doc, message: 'now' } }])
  expect(rows.at(1)?.doc.message).toBe('now')
  expect(rows.known([row.id, 'other'])).toEqual([row.id])
})

test('fewer rows than were counted end the list', async () => {
  const { rows, open } = meet([1, 2, 3])
  await open()
  rows.reset(
    { rows: [], total: 5, after: null, facets: {}, cut: [], histogram: [], groups: [], warnings: [], took: 0 },
    { sort: 'severity' },
  )
  rows.want(0, 5)
  await expect.poll(() => rows.at(2)?.id).toBe('r0')
  await expect.poll(() => rows.total).toBe(3)
})
