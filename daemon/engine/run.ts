import type { Query } from '../../shared/query/ast.ts'
import { toField } from '../../shared/query/match.ts'
import { createAggregate } from './aggregate.ts'
import { aggregateColumns } from './aggregate-columns.ts'
import { type Bits, bitsFor, listRows, setAll, trim, without } from './bits.ts'
import type { Chosen } from './chosen.ts'
import { createFacet } from './facet.ts'
import type { LeafCache } from './leaf-cache.ts'
import { createPage } from './page.ts'
import { listColumnPaths } from './path-list-columns.ts'
import type { Paths } from './paths.ts'
import { toPlan } from './plan.ts'
import { type Found, histogramOf, type Listing, type Search } from './search.ts'
import { type Segment, segmentRows } from './segment.ts'
import type { Selection } from './selection.ts'
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
  tables: { paths: Paths; cache: LeafCache },
  pace: Pace,
): Promise<FoundSeqs> {
  const { from, to, width } = listing
  const aggregate = search.aggregate && createAggregate(search.aggregate, listing)
  const chosen: Chosen[] = []
  const plan = toPlan(query, tables)
  const facets = (search.facets ?? []).map(path => createFacet(path, toField(path), tables.paths))
  const page = createPage(listing, search.limit)
  const buckets = width ? new Uint32Array(Math.ceil((to - from + 1) / width)) : undefined
  const ordered = pinned
    .filter(({ segment }) => segment.maxTime >= from && segment.minTime <= to && segment.minSeq <= listing.pinned)
    .sort((a, b) => listing.sign * (a.segment.minTime - b.segment.minTime))
  let total = 0
  for (const { segment, rows } of ordered) {
    await pace()
    const bits = (await plan.find(segment, rows, undefined, pace)).slice()
    trim(bits, rows)
    // nothing gives the thread away from here on, so that the list of rows can be shared by all queries
    const selection = select(segment, bits, listing)
    if (selection.count === 0) continue
    total += selection.count
    page.offer(segment, selection)
    for (const facet of facets) facet.count(segment, selection)
    if (buckets) addTimes(segment, selection, from, width, buckets)
    if (aggregate || search.paths) chosen.push({ segment, bits: selection.bits })
  }
  const { places, more } = page.take()
  const counted = []
  for (const facet of facets) counted.push({ path: facet.path, ...(await facet.take(pace)) })
  return {
    rows: places.map(({ seq }) => seq),
    total,
    ...(more && places.length > 0 && { after: listing.cursorAfter(places[places.length - 1]!) }),
    facets: Object.fromEntries(counted.map(({ path, values }) => [path, values])),
    cut: counted.filter(({ cut }) => cut).map(({ path }) => path),
    histogram: histogramOf(listing, { get: bucket => buckets?.[bucket] }),
    ...(aggregate && { aggregated: await aggregateColumns(aggregate, chosen, tables.paths, pace) }),
    ...(search.paths && { paths: await listColumnPaths(search.paths, chosen, tables.paths, pace) }),
  }
}

const list = new Uint16Array(segmentRows)

/** Rows in the listing's range and no younger than it, without what retention took. */
function select(segment: Segment, bits: Bits, listing: Listing): Selection {
  if (segment.dead) without(bits, segment.dead)
  keepBetween(segment.times, segment.minTime, segment.maxTime, listing.from, listing.to, bits)
  keepBetween(segment.seqs, segment.minSeq, segment.maxSeq, 0, listing.pinned, bits)
  const count = listRows(bits, list)
  return { bits, rows: list, count, whole: count === segment.rows }
}

function keepBetween({ base, at }: Segment['times'], least: number, most: number, low: number, high: number, bits: Bits): void {
  if (least >= low && most <= high) return
  const out = bitsFor(bits.length << 5)
  setAll(out, out.length << 5)
  const end = Math.min(bits.length << 5, at.length)
  for (let row = 0; row < end; row++) {
    const value = base + at[row]!
    if (value >= low && value <= high) out[row >> 5]! &= ~(1 << (row & 31))
  }
  without(bits, out)
}

function addTimes({ times: { base, at } }: Segment, { rows, count }: Selection, from: number, width: number, buckets: Uint32Array): void {
  const offset = base - from
  for (let i = 0; i < count; i++) buckets[Math.floor((offset + at[rows[i]!]!) / width)]!++
}
