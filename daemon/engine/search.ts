import type { Aggregate, Aggregated } from '../../shared/aggregate.ts'
import type { FacetPaths } from '../../shared/facet.ts'
import type { Query } from '../../shared/query/ast.ts'
import { toField } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restriction } from '../lib/restrictions.ts'
import { aboutOf, badCursor, type Position, readCursor, writeCursor } from './cursor.ts'
import type { PathsAsked } from './facets/path-list.ts'

export interface Search {
  track: string
  query: string
  /** Only of what whoever asks may see; absent or null: of everything. */
  only?: Restriction
  /** Only what has one of these values at a path: more of them than a query may name. */
  among?: { path: string; values: readonly string[] }
  /** ms UTC, both ends included. */
  from: number
  to: number
  limit: number
  sort: '-timestamp' | 'timestamp' | 'severity'
  cursor?: string
  facets?: string[]
  histogram?: { buckets: number }
  aggregate?: Aggregate
  /** Ask which paths there are. */
  paths?: PathsAsked
}

export interface Found<Row> {
  rows: Row[]
  total: number
  after?: string
  facets: Record<string, { value: string; count: number }[]>
  /** Whether a facet had more values than were counted or shown. */
  cut: string[]
  histogram: { time: number; count: number }[]
  /** Where one was asked for. */
  aggregated?: Aggregated
  paths?: FacetPaths
}

/** The query of a search, within what may be seen. */
export function queryOf({ query, only, among }: Pick<Search, 'query' | 'only' | 'among'>): Query {
  const items = [...(only ? [restrictionQuery(only)] : []), ...(among ? [amongQuery(among)] : []), parse(query)]
  return items.length === 1 ? items[0]! : { kind: 'and', items, at: [0, 0] }
}

function amongQuery({ path, values }: NonNullable<Search['among']>): Query {
  const [field, at] = [toField(path), [0, 0] as const]
  const pieces = values.map(literal => [{ literal }])
  return pieces.length === 1
    ? { kind: 'term', field, pieces: pieces[0]!, quoted: true, at }
    : { kind: 'anycase', field, patterns: pieces, at }
}

/** A restriction as one query. */
export function restrictionQuery(only: readonly string[]): Query {
  const at = [0, 0] as const
  return only.length === 0 ? { kind: 'not', item: { kind: 'all', at }, at } : { kind: 'or', items: only.map(query => parse(query)), at }
}

/** The paths whose values a search counts or computes with. */
export const pathsOf = ({ facets = [], aggregate }: Search): string[] => [
  ...facets,
  ...(aggregate?.compute ?? []).flatMap(({ metric = [] }) => metric),
  ...(aggregate?.group_by ?? []).flatMap(({ facet, sort }) => [
    facet,
    ...(sort.measure?.metric === undefined ? [] : [sort.measure.metric]),
  ]),
]

/** JSON that a page of rows may come to; the rest is on the next one. */
export const pageBytes = 16 * 1024 * 1024

/** Text that the values of a facet may come to. */
const facetText = 1024 * 1024
/** Values shown of a facet, and distinct values counted before it is cut. */
export const shownValues = 100
export const countedValues = 100_000

/** A place in a listing: sort key, and seq where keys are equal. */
export interface Place {
  key: number
  seq: number
}

export type Listing = ReturnType<typeof openListing>

/** What a search covers: its own range and `seq`, or those of the listing that its cursor goes on with. Refuses foreign cursors and empty ranges. */
export function openListing(search: Search, { secret, seq }: { secret: string; seq: number }) {
  const { aggregate, only } = search
  const about = aboutOf(search.track, search.query, search.sort, ...(aggregate?.paged ? [aggregate] : []), ...(only ? [{ only }] : []))
  const position: Position | undefined = search.cursor === undefined ? undefined : readCursor(search.cursor, secret)
  if (position && position.about !== about) throw badCursor('belongs to another query')
  const { from, to, pinned } = position ?? { from: search.from, to: search.to, pinned: seq }
  if (from > to)
    throw new Refusal(400, 'invalid_range', 'The time range ends before it begins', {
      problems: [{ field: 'from', message: 'is after `to`' }],
    })
  // newest or most severe first: the sort key falls, seq breaks ties the same way
  const sign = search.sort === 'timestamp' ? 1 : -1
  return {
    from,
    to,
    pinned,
    sign,
    /** Only what comes after it is listed. */
    last: position && { key: position.last[0], seq: position.last[1] },
    /** Order of two places in the listing. */
    compare: (a: Place, b: Place): number => sign * (a.key - b.key) || sign * (a.seq - b.seq),
    /** Severity before time: a rank weighs more than any time that a Date can hold. */
    keyOf: (timestamp: number, rank = 0): number => (search.sort === 'severity' ? rank * 1e14 + timestamp / 100 : timestamp),
    /** ms in a bucket of the histogram; 0 where none is asked for. */
    width: search.histogram ? Math.max(1, Math.ceil((to - from + 1) / search.histogram.buckets)) : 0,
    cursorAfter: ({ key, seq: at }: Place): string => writeCursor({ about, from, to, pinned, last: [key, at] }, secret),
  }
}

/** A cursor that goes on after a place in a listing that nobody has begun. */
export const cursorAt = (search: Search, snapshot: { secret: string; seq: number }, place: Place): string =>
  openListing(search, snapshot).cursorAfter(place)

/** Most frequent first, then by value. */
export const compareCounts = (a: { value: string; count: number }, b: { value: string; count: number }): number =>
  b.count - a.count || (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)

/** Those of the most frequent values, in order, that are shown. */
export function firstShown<V extends { value: string }>(values: V[]): V[] {
  let size = 0
  return values.slice(0, shownValues).filter(({ value }) => (size += value.length) <= facetText)
}

/** Every bucket of a listing's range, from the counts of those that have some. */
export function histogramOf({ from, to, width }: Listing, counts: { get(bucket: number): number | undefined }): Found<never>['histogram'] {
  if (!width) return []
  return Array.from({ length: Math.ceil((to - from + 1) / width) }, (_, i) => ({ time: from + i * width, count: counts.get(i) ?? 0 }))
}
