import { type Bits, clearBit, listRows, without } from './bits.ts'
import type { KeptCounts } from './leaf-cache.ts'
import type { Listing } from './search.ts'
import type { Numbers, Segment } from './segment.ts'

/** The rows of a segment that a query has found: as a set, and as a list of the first `count` of `rows`. */
export interface Selection {
  bits: Bits
  rows: Uint16Array
  count: number
  /** Where it is all that the query finds in a segment that will not change: what was counted of it before. */
  counts: KeptCounts | undefined
}

/** Of the rows that pass a query, those in the listing's range and no younger than it, without what retention took. They are written into `rows`. */
export function select(segment: Segment, bits: Bits, { from, to, pinned }: Listing, rows: Uint16Array, counts: KeptCounts): Selection {
  const { dead, times, minTime, maxTime, seqs, maxSeq } = segment
  if (dead) without(bits, dead)
  let count = listRows(bits, rows)
  const isInRange = minTime >= from && maxTime <= to
  const isOld = maxSeq <= pinned
  if (!isInRange) count = keepBetween(times, from, to, bits, rows, count)
  if (!isOld) count = keepBetween(seqs, 0, pinned, bits, rows, count)
  return { bits, rows, count, counts: segment.sealed && !dead && isInRange && isOld ? counts : undefined }
}

function keepBetween({ base, at }: Numbers, low: number, high: number, bits: Bits, rows: Uint16Array, count: number): number {
  const [least, most] = [low - base, high - base]
  let left = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (at[row]! >= least && at[row]! <= most) rows[left++] = row
    else clearBit(bits, row)
  }
  return left
}
