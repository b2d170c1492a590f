import type { Bits } from './bits.ts'
import type { Segment } from './segment.ts'

/** Rows of a segment that a query has found, kept until all segments are looked at. */
export interface Chosen {
  segment: Segment
  bits: Bits
}
