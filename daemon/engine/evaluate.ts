import type { Doc } from '../../shared/log.ts'
import { toField, toPredicate, valuesAt } from '../../shared/query/match.ts'
import { createAggregate } from './aggregate/aggregate.ts'
import { createDocView } from './aggregate/docs.ts'
import { createPathList } from './facets/path-list.ts'
import { addDocPaths } from './facets/path-list-docs.ts'
import {
  compareCounts,
  countedValues,
  type Found,
  firstShown,
  histogramOf,
  openListing,
  pageBytes,
  queryOf,
  type Search,
} from './search.ts'
import type { Pace } from './slices.ts'

/** One stored thing and what queries see of it. */
export interface Item<Row> {
  row: Row
  seq: number
  doc: Doc
  /** Sort key where the order is not by time. */
  rank?: number
}

/**
 * Straight evaluation: every item is looked at. `items` yields those that may lie in the range, the same ones however often it is asked.
 * Rows, total, facets, histogram and aggregate are of what was committed up to the snapshot's `seq`.
 */
export async function evaluate<Row>(
  items: () => Iterable<Item<Row>>,
  search: Search,
  snapshot: { secret: string; seq: number },
  pace: Pace,
): Promise<Found<Row>> {
  const listing = openListing(search, snapshot)
  const { from, to, pinned, width, last, compare } = listing
  const keep = toPredicate(queryOf(search))
  const facets = (search.facets ?? []).map(path => ({ path, field: toField(path), counts: new Map<string, number>(), cut: false }))
  const aggregate = search.aggregate && createAggregate(search.aggregate, listing)
  const viewOf = aggregate && createDocView(aggregate)
  const paths = search.paths && createPathList(search.paths)
  const buckets = new Map<number, number>()
  const found: { row: Row; key: number; seq: number }[] = []
  let total = 0

  async function each(visit: (item: Item<Row>) => void): Promise<void> {
    for (const item of items()) {
      await pace()
      const { seq, doc } = item
      if (seq <= pinned && doc.timestamp >= from && doc.timestamp <= to && keep(doc)) visit(item)
    }
  }

  await each(({ row, seq, doc, rank }) => {
    total++
    const key = listing.keyOf(doc.timestamp, rank)
    if (!last || compare({ key, seq }, last) > 0) found.push({ row, key, seq })
    if (found.length >= 2 * search.limit + 1024) found.sort(compare).splice(search.limit + 1)
    for (const facet of facets) count(facet, doc)
    if (width) {
      const bucket = Math.floor((doc.timestamp - from) / width)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
    }
    if (viewOf) aggregate.add(viewOf(doc))
    if (paths) addDocPaths(paths, doc, total)
  })
  if (viewOf) while (aggregate.again()) await each(({ doc }) => aggregate.add(viewOf(doc)))

  found.sort(compare)
  const shown = facets.map(({ path, counts, cut }) => {
    const values = top(counts)
    return { path, values, cut: cut || values.length < counts.size }
  })
  const page = fitting(found.slice(0, search.limit))
  const end = page[page.length - 1]
  const more = end && found.length > page.length
  return {
    rows: page.map(({ row }) => row),
    total,
    ...(more && { after: listing.cursorAfter(end) }),
    facets: Object.fromEntries(shown.map(({ path, values }) => [path, values])),
    cut: shown.filter(({ cut }) => cut).map(({ path }) => path),
    histogram: histogramOf(listing, buckets),
    ...(aggregate && { aggregated: aggregate.take() }),
    ...(paths && { paths: paths.take() }),
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

const top = (counts: Map<string, number>) => firstShown([...counts].map(([value, count]) => ({ value, count })).sort(compareCounts))
