import type { Doc } from '../../shared/log.ts'
import { toField, toPredicate, valuesAt } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { compareCounts, countedValues, type Found, histogramOf, openListing, type Search, shownValues } from './search.ts'
import { createPacer } from './slices.ts'

/** One stored thing and what queries see of it. */
export interface Item<Row> {
  row: Row
  seq: number
  doc: Doc
  /** Sort key where the order is not by time. */
  rank?: number
}

/**
 * Straight evaluation: every item is looked at, in slices. `items` yields those that may lie in the range. Rows, total, facets and
 * histogram come from one pass over what was committed up to `pinned`.
 */
export async function evaluate<Row>(
  items: Iterable<Item<Row>>,
  search: Search,
  snapshot: { secret: string; seq: number },
): Promise<Found<Row>> {
  const listing = openListing(search, snapshot)
  const { from, to, pinned, width, last, compare } = listing
  const keep = toPredicate(parse(search.query))
  const facets = (search.facets ?? []).map(path => ({ path, field: toField(path), counts: new Map<string, number>(), cut: false }))
  const buckets = new Map<number, number>()
  const pace = createPacer()
  const found: { row: Row; key: number; seq: number }[] = []
  let total = 0

  for (const { row, seq: at, doc, rank } of items) {
    await pace()
    if (at > pinned || doc.timestamp < from || doc.timestamp > to || !keep(doc)) continue
    total++
    const key = listing.keyOf(doc.timestamp, rank)
    if (!last || compare({ key, seq: at }, last) > 0) found.push({ row, key, seq: at })
    if (found.length >= 2 * search.limit + 1024) found.sort(compare).splice(search.limit + 1)
    for (const facet of facets) count(facet, doc)
    if (width) {
      const bucket = Math.floor((doc.timestamp - from) / width)
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
    }
  }

  found.sort(compare)
  const page = found.slice(0, search.limit)
  const end = page[page.length - 1]
  const more = end && found.length > search.limit
  return {
    rows: page.map(({ row }) => row),
    total,
    ...(more && { after: listing.cursorAfter(end) }),
    facets: Object.fromEntries(facets.map(({ path, counts }) => [path, top(counts)])),
    cut: facets.filter(({ cut, counts }) => cut || counts.size > shownValues).map(({ path }) => path),
    histogram: histogramOf(listing, buckets),
  }
}

function count(facet: { field: ReturnType<typeof toField>; counts: Map<string, number>; cut: boolean }, doc: Doc): void {
  for (const value of new Set(valuesAt(doc, facet.field).map(String))) {
    const before = facet.counts.get(value)
    if (before === undefined && facet.counts.size >= countedValues) facet.cut = true
    else facet.counts.set(value, (before ?? 0) + 1)
  }
}

const top = (counts: Map<string, number>) =>
  [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort(compareCounts)
    .slice(0, shownValues)
