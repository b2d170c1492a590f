import type { Query } from '../../shared/query/ast.ts'
import { toField } from '../../shared/query/match.ts'
import { createAggregate } from './aggregate/aggregate.ts'
import { aggregateColumns } from './aggregate/columns.ts'
import type { Chosen } from './chosen.ts'
import { createFacet } from './facets/facet.ts'
import { listColumnPaths } from './facets/path-list-columns.ts'
import { createHistogram } from './histogram.ts'
import type { LeafCache } from './leaf-cache.ts'
import { createPage } from './page.ts'
import { keyOf, toPlan } from './plan.ts'
import type { Found, Listing, Search } from './search.ts'
import { trim } from './segments/bits.ts'
import type { Paths } from './segments/paths.ts'
import { type Segment, segmentRows } from './segments/segment.ts'
import { select } from './selection.ts'
import type { Pace } from './slices.ts'

/** A segment, and the rows it had when the query began. */
export interface Pinned {
  segment: Segment
  rows: number
}

/** What `evaluate` answers, with rows by their seq. */
export type FoundSeqs = Found<number>

/** Run a query over segments: one pass for rows, total, facets and histogram, in slices. */
export async function run(
  pinned: readonly Pinned[],
  query: Query,
  search: Search,
  listing: Listing,
  tables: { paths: Paths; cache: LeafCache; rankOf?: ((status: string) => number) | undefined },
  pace: Pace,
): Promise<FoundSeqs> {
  const { from, to } = listing
  const aggregate = search.aggregate && createAggregate(search.aggregate, listing)
  const chosen: Chosen[] = []
  const plan = toPlan(query, tables)
  const counted = tables.cache.of(`counts of ${keyOf(query)}`)
  const facets = (search.facets ?? []).map(path => createFacet(path, toField(path), tables.paths))
  const page = createPage(listing, search.limit, search.sort === 'severity' ? tables.rankOf : undefined)
  const histogram = createHistogram(listing)
  const ordered = pinned
    .filter(({ segment }) => segment.maxTime >= from && segment.minTime <= to && segment.minSeq <= listing.pinned)
    .sort((a, b) => listing.sign * (a.segment.minTime - b.segment.minTime))
  const list = new Uint16Array(segmentRows)
  let total = 0
  for (const { segment, rows } of ordered) {
    await pace()
    const bits = (await plan.find(segment, rows, undefined, pace)).slice()
    trim(bits, rows)
    const selection = select(segment, bits, listing, list, tables.cache.countsOf(counted, segment.key))
    if (selection.count === 0) continue
    total += selection.count
    page.offer(segment, selection)
    histogram.add(segment, selection)
    for (const facet of facets) {
      await pace()
      await facet.count(segment, selection, pace)
    }
    if (aggregate || search.paths) chosen.push({ segment, bits: selection.bits })
  }
  const { places, more } = page.take()
  const shown = []
  for (const facet of facets) shown.push({ path: facet.path, ...(await facet.take(pace)) })
  return {
    rows: places.map(({ seq }) => seq),
    total,
    ...(more && places.length > 0 && { after: listing.cursorAfter(places[places.length - 1]!) }),
    facets: Object.fromEntries(shown.map(({ path, values }) => [path, values])),
    cut: shown.filter(({ cut }) => cut).map(({ path }) => path),
    histogram: histogram.take(),
    ...(aggregate && { aggregated: await aggregateColumns(aggregate, chosen, tables.paths, pace) }),
    ...(search.paths && { paths: await listColumnPaths(search.paths, chosen, tables.paths, pace) }),
  }
}
