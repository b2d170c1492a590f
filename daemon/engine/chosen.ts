import type { Bits } from './segments/bits.ts'
import type { Segment } from './segments/segment.ts'

/** Rows of a segment that a query has found, kept until all segments are looked at. */
export interface Chosen {
  segment: Segment
  bits: Bits
}
