import { type Found, histogramOf, type Listing } from './search.ts'
import { countBits } from './segments/bits.ts'
import type { Numbers, Segment } from './segments/segment.ts'
import { blockRows, blocksOf } from './segments/time-blocks.ts'
import type { Selection } from './selection.ts'

const blockWords = blockRows / 32

/** Counts times in the buckets of a listing, if it asks for any. */
export function createHistogram(listing: Listing) {
  const { from, to, width } = listing
  const buckets = new Uint32Array(width ? Math.ceil((to - from + 1) / width) : 0)
  const bucketOf = (time: number) => Math.floor((time - from) / width)

  /** Count the rows of a list from one place to another. */
  function addRows({ base, at }: Numbers, rows: Uint16Array, start: number, end: number): void {
    // a time mostly lies in the bucket of the one before, and nothing has to be divided
    let [bucket, low, high] = [0, 0, 0]
    for (let i = start; i < end; i++) {
      const time = at[rows[i]!]!
      if (time < low || time >= high) {
        bucket = bucketOf(base + time)
        low = from + bucket * width - base
        high = low + width
      }
      buckets[bucket]!++
    }
  }

  /** Most blocks lie in one bucket: their rows need not be looked at one by one. */
  function addBlocks(segment: Segment, { bits, rows }: Selection): void {
    const { first, last } = blocksOf(segment)
    let start = 0
    for (let block = 0; block < first.length; block++) {
      const end = start + countBits(bits, block * blockWords, (block + 1) * blockWords)
      const bucket = bucketOf(first[block]!)
      if (end === start) continue
      if (bucket === bucketOf(last[block]!)) buckets[bucket]! += end - start
      else addRows(segment.times, rows, start, end)
      start = end
    }
  }

  return {
    add(segment: Segment, selection: Selection): void {
      if (!width) return
      const bucket = bucketOf(segment.minTime)
      if (bucket === bucketOf(segment.maxTime)) buckets[bucket]! += selection.count
      else if (segment.sealed) addBlocks(segment, selection)
      else addRows(segment.times, selection.rows, 0, selection.count)
    },
    take: (): Found<never>['histogram'] => histogramOf(listing, { get: bucket => buckets[bucket] }),
  }
}
