import type { Segment } from './segment.ts'

/** Rows of a block: a whole number of words of a set. */
export const blockRows = 256

/** The earliest and the latest time in each block of a segment, ms UTC. */
interface TimeBlocks {
  first: Float64Array
  last: Float64Array
}

// they outlast the times themselves, which may be left to the file
const known = new WeakMap<Segment, TimeBlocks>()

/** The blocks of a sealed segment. Live logs come nearly in order, so that a block spans little time. */
export function blocksOf(segment: Segment): TimeBlocks {
  const before = known.get(segment)
  if (before) return before
  const { base, at } = segment.times
  const count = Math.ceil(segment.rows / blockRows)
  const blocks = { first: new Float64Array(count), last: new Float64Array(count) }
  for (let block = 0; block < count; block++) {
    const end = Math.min((block + 1) * blockRows, segment.rows)
    let [first, last] = [Infinity, -Infinity]
    for (let row = block * blockRows; row < end; row++) {
      first = Math.min(first, at[row]!)
      last = Math.max(last, at[row]!)
    }
    blocks.first[block] = base + first
    blocks.last[block] = base + last
  }
  known.set(segment, blocks)
  return blocks
}
