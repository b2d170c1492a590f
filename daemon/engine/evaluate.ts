import type { Doc } from '../../shared/log.ts'
import { toField, toPredicate, valuesAt } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { Refusal } from '../lib/errors.ts'
import { aboutOf, badCursor, readCursor, writeCursor } from './cursor.ts'
import { createPacer } from './slices.ts'

/** One stored thing and what queries see of it. */
export interface Item<Row> {
  row: Row
  seq: number
  doc: Doc
  /** Sort key where the order is not by time. */
  rank?: number
}

export interface Search {
  track: string
  query: string
  /** ms UTC, both ends included. */
  from: number
  to: number
  limit: number
  sort: '-timestamp' | 'timestamp' | 'severity'
  cursor?: string
  facets?: string[]
  histogram?: { buckets: number }
}

export interface Found<Row> {
  rows: Row[]
  total: number
  after?: string
  facets: Record<string, { value: string; count: number }[]>
  /** Whether a facet had more values than were counted or shown. */
  cut: string[]
  histogram: { time: number; count: number }[]
}

/** JSON that a page of rows may come to; the rest is on the next one. Text that the values of a facet may come to. */
const pageBytes = 16 * 1024 * 1024
const facetText = 1024 * 1024

/** Values shown of a facet, and distinct values counted before it is cut. */
const shownValues = 100
const countedValues = 100_000

/**
 * Straight evaluation: every item is looked at, in slices where the items cannot change meanwhile. `items` yields those that may lie in the range. Rows, total, facets and
 * histogram come from one pass over what was committed up to `pinned`.
 */
export async function evaluate<Row>(
  items: Iterable<Item<Row>>,
  search: Search,
  { secret, seq, sliced }: { secret: string; seq: number; sliced: boolean },
): Promise<Found<Row>> {
  const about = aboutOf(search.track, search.query, search.sort)
  const position = search.cursor === undefined ? undefined : readCursor(search.cursor, secret)
  if (position && position.about !== about) throw badCursor('belongs to another query')
  const { from, to, pinned } = position ?? { from: search.from, to: search.to, pinned: seq }
  if (from > to)
    throw new Refusal(400, 'invalid_range', 'The time range ends before it begins', {
      problems: [{ field: 'from', message: 'is after `to`' }],
    })

  const keep = toPredicate(parse(search.query))
  const facets = (search.facets ?? []).map(path => ({ path, field: toField(path), counts: new Map<string, number>(), cut: false }))
  const width = search.histogram && Math.max(1, Math.ceil((to - from + 1) / search.histogram.buckets))
  const buckets = new Map<number, number>()
  const pace = sliced ? createPacer() : undefined
  const found: { row: Row; key: number; seq: number }[] = []
  // newest or most severe first: the sort key falls, seq breaks ties the same way
  const sign = search.sort === 'timestamp' ? 1 : -1
  const compare = (a: { key: number; seq: number }, b: { key: number; seq: number }) => sign * (a.key - b.key) || sign * (a.seq - b.seq)
  let total = 0

  for (const { row, seq: at, doc, rank } of items) {
    if (pace) await pace()
    if (at > pinned || doc.timestamp < from || doc.timestamp > to || !keep(doc)) continue
    total++
    // severity before time: a rank weighs more than any time that a Date can hold
    const key = search.sort === 'severity' ? (rank ?? 0) * 1e14 + doc.timestamp / 100 : doc.timestamp
    if (!position || compare({ key, seq: at }, { key: position.last[0], seq: position.last[1] }) > 0) found.push({ row, key, seq: at })
    if (found.length >= 2 * search.limit + 1024) found.sort(compare).splice(search.limit + 1)
    for (const facet of facets) count(facet, doc)
    if (width) {
      const bucket = Math.floor((doc.timestamp - from) / width)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
    }
  }

  found.sort(compare)
  const shown = facets.map(({ path, counts, cut }) => {
    const values = top(counts)
    return { path, values, cut: cut || values.length < counts.size }
  })
  const page = fitting(found.slice(0, search.limit))
  const last = page[page.length - 1]
  const more = last && found.length > page.length
  return {
    rows: page.map(({ row }) => row),
    total,
    ...(more && { after: writeCursor({ about, from, to, pinned, last: [last.key, last.seq] }, secret) }),
    facets: Object.fromEntries(shown.map(({ path, values }) => [path, values])),
    cut: shown.filter(({ cut }) => cut).map(({ path }) => path),
    histogram: width
      ? Array.from({ length: Math.ceil((to - from + 1) / width) }, (_, i) => ({ time: from + i * width, count: buckets.get(i) ?? 0 }))
      : [],
  }
}

function count(facet: { field: ReturnType<typeof toField>; counts: Map<string, number>; cut: boolean }, doc: Doc): void {
  for (const value of new Set(valuesAt(doc, facet.field).map(String))) {
    const before = facet.counts.get(value)
    if (before === undefined && facet.counts.size >= countedValues) facet.cut = true
    else facet.counts.set(value, (before ?? 0) + 1)
  }
}

/** The first rows that come to no more than `pageBytes` of JSON, one at least. */
function fitting<R extends { row: unknown }>(rows: R[]): R[] {
  let size = 0
  const end = rows.findIndex(({ row }, i) => (size += JSON.stringify(row).length) > pageBytes && i > 0)
  return end < 0 ? rows : rows.slice(0, end)
}

/** The most frequent values of a facet. */
function top(counts: Map<string, number>): { value: string; count: number }[] {
  let size = 0
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, shownValues)
    .filter(([value]) => (size += value.length) <= facetText)
    .map(([value, count]) => ({ value, count }))
}
