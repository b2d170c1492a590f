import type { Listing } from './search.ts'
import { type Bits, clearBit, countBits, listRows, without } from './segments/bits.ts'
import { type Numbers, type Segment, segmentRows } from './segments/segment.ts'

/** How often each of some codes was found; they rise. */
export interface Counted {
  codes: Uint16Array
  counts: Uint32Array
}

/** Counts of one selection, by the number of a column. */
export interface KeptCounts {
  get(column: number): Counted | undefined
  set(column: number, counted: Counted): unknown
}

/** The rows of a segment that a query has found: as a set, and as a list of the first `count` of `rows`. */
export interface Selection {
  bits: Bits
  rows: Uint16Array
  count: number
  /** What was counted of it before: for another facet, and by earlier queries where it is all that this one finds in a segment that will not change. */
  counts: KeptCounts
}

const everyRow = Uint16Array.from({ length: segmentRows }, (_, row) => row)

/** Of the rows that pass a query, those in the listing's range and no younger than it, without what retention took. `list` may be written to. */
export function select(segment: Segment, bits: Bits, { from, to, pinned }: Listing, list: Uint16Array, counts: KeptCounts): Selection {
  const { dead } = segment
  if (dead) without(bits, dead)
  const isInRange = segment.minTime >= from && segment.maxTime <= to
  const isOld = segment.maxSeq <= pinned
  const isKept = isInRange && isOld && !dead && segment.sealed
  if (isKept && countBits(bits, 0, bits.length) === segment.rows) return { bits, rows: everyRow, count: segment.rows, counts }
  let count = listRows(bits, list)
  if (!isInRange) count = keepBetween(segment.times, from, to, bits, list, count)
  if (!isOld) count = keepBetween(segment.seqs, 0, pinned, bits, list, count)
  return { bits, rows: list, count, counts: isKept ? counts : new Map() }
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
