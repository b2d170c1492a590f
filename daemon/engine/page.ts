import type { Listing, Place } from './search.ts'
import { toPairs } from './segments/column.ts'
import { fixed } from './segments/paths.ts'
import type { Segment } from './segments/segment.ts'
import type { Selection } from './selection.ts'

/** The rank of each row by its status. */
function ranksOf(segment: Segment, rankOf: (status: string) => number): Uint8Array {
  const ranks = new Uint8Array(segment.rows)
  const column = segment.column(fixed.status)
  if (!column) return ranks
  const known = new Map<number, number>()
  const { codes, rows, count } = column.form === 'dense' ? toPairs(column.codes) : column
  for (let i = 0; i < count; i++) {
    let rank = known.get(codes[i]!)
    if (rank === undefined) known.set(codes[i]!, (rank = rankOf(String(column.dictionary.at(codes[i]!)))))
    ranks[rows[i]!] = rank
  }
  return ranks
}

/** The first `limit` places of a listing, gathered from segments in any order. */
export function createPage(listing: Listing, limit: number, rankOf?: (status: string) => number) {
  const { sign, last, compare, keyOf } = listing
  let found: Place[] = []
  /** What is not before it is not on the page. */
  let bar: Place | undefined

  function trim(): void {
    found.sort(compare)
    // one more than asked for tells whether the listing goes on
    found = found.slice(0, limit + 1)
    if (found.length > limit) bar = found[limit]
  }

  return {
    offer(segment: Segment, { rows, count }: Selection): void {
      if (!rankOf && bar && sign * (keyOf(sign > 0 ? segment.minTime : segment.maxTime) - bar.key) > 0) return
      const { times, seqs } = segment
      const ranks = rankOf && ranksOf(segment, rankOf)
      // from the end that is likely to raise the bar at once
      for (let i = 0; i < count; i++) {
        const row = rows[sign > 0 ? i : count - 1 - i]!
        const key = keyOf(times.base + times.at[row]!, ranks?.[row])
        if (bar && sign * (key - bar.key) > 0) continue
        const place = { key, seq: seqs.base + seqs.at[row]! }
        if ((bar && compare(place, bar) >= 0) || (last && compare(place, last) <= 0)) continue
        found.push(place)
        if (found.length >= 2 * limit + 256) trim()
      }
      if (found.length > limit) trim()
    },
    /** The page, and whether there is more behind it. */
    take(): { places: Place[]; more: boolean } {
      trim()
      return { places: found.slice(0, limit), more: found.length > limit }
    },
  }
}
