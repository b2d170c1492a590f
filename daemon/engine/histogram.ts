import { type Found, histogramOf, type Listing } from './search.ts'
import type { Segment } from './segment.ts'
import type { Selection } from './selection.ts'

/** Counts times in the buckets of a listing, if it asks for any. */
export function createHistogram(listing: Listing) {
  const { from, to, width } = listing
  const buckets = new Uint32Array(width ? Math.ceil((to - from + 1) / width) : 0)
  const bucketOf = (time: number) => Math.floor((time - from) / width)

  return {
    add({ times: { base, at }, minTime, maxTime }: Segment, { rows, count }: Selection): void {
      if (!width) return
      if (bucketOf(minTime) === bucketOf(maxTime)) {
        buckets[bucketOf(minTime)]! += count
        return
      }
      // live logs come nearly in order: a time mostly lies in the bucket of the one before, and nothing has to be divided
      let [bucket, low, high, inside] = [0, 0, 0, 0]
      for (let i = 0; i < count; i++) {
        const time = at[rows[i]!]!
        if (time < low || time >= high) {
          buckets[bucket]! += inside
          inside = 0
          bucket = bucketOf(base + time)
          low = from + bucket * width - base
          high = low + width
        }
        inside++
      }
      buckets[bucket]! += inside
    },
    take: (): Found<never>['histogram'] => histogramOf(listing, { get: bucket => buckets[bucket] }),
  }
}
