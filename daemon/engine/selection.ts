import type { Bits } from './bits.ts'

/** The rows of a segment that a query has found: as a set, and as a list of the first `count` of `rows`. */
export interface Selection {
  bits: Bits
  rows: Uint16Array
  count: number
  /** They are all rows of the segment. */
  whole: boolean
}
