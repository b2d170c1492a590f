import type { Json } from '../../shared/json.ts'
import type { Aggregation } from '../../shared/rule.ts'
import type { Hit, Memory, Moment, Room } from '../lib/kinds.ts'
import { type Bucket, distinctCounter, loadBuckets, newBucket, saveBuckets, totals } from './buckets.ts'

/** The window is in ms, aggregations are by query. */
export interface WindowPlan {
  window: number
  aggregations: readonly Aggregation[]
}

/** Stretches that a window is cut into. */
const stretches = 300
/** Buckets a group may have: twice a window, for late logs, and as many for logs from the future. */
const maxBuckets = 4 * stretches

/**
 * A window that slides over one group's logs, in buckets of a 300th of it: a second for 5 minutes, never less than 1 ms. The window that ends at
 * a log holds the log's bucket and the 299 before it, so that counts are exact to one bucket, and a gap of a whole window always parts two logs.
 */
export function createWindow({ window, aggregations }: WindowPlan, room: Room, saved?: Json): Memory {
  const width = Math.max(1, Math.round(window / stretches))
  const span = Math.ceil(window / width)
  const buckets = saved === undefined ? [] : loadBuckets(saved, width, aggregations, room)
  const distinct = distinctCounter(buckets, span, aggregations)

  /** Index of the first bucket after `at`. */
  function after(at: number): number {
    let low = 0
    let high = buckets.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (buckets[middle]!.at > at) high = middle
      else low = middle + 1
    }
    return low
  }

  function drop(from: number, count: number): void {
    for (const bucket of buckets.splice(from, count)) {
      room.give(bucket.held)
      distinct.dropped(bucket.at)
    }
  }

  function put(hit: Hit): number {
    const at = Math.floor(hit.time / width)
    const index = after(at)
    let bucket = buckets[index - 1]
    if (bucket?.at !== at) {
      bucket = newBucket(at, hit.time, aggregations.length)
      buckets.splice(index, 0, bucket)
    }
    bucket.first = Math.min(bucket.first, hit.time)
    bucket.last = Math.max(bucket.last, hit.time)
    bucket.events++
    for (const { index: query, amounts } of hit.queries) {
      bucket.counts[query]!++
      const aggregation = aggregations[query]
      if (aggregation === 'sum') for (const amount of amounts) bucket.amounts[query] = (bucket.amounts[query] ?? 0) + amount
      else if (aggregation === 'max')
        for (const amount of amounts) bucket.amounts[query] = Math.max(bucket.amounts[query] ?? amount, amount)
      else if (aggregation === 'cardinality') for (const amount of amounts) addDistinct(bucket, query, amount)
    }
    return at
  }

  function addDistinct(bucket: Bucket, query: number, value: number): void {
    const values = (bucket.values[query] ??= new Set())
    if (values.has(value) || !room.take()) return
    values.add(value)
    bucket.held++
    distinct.added(bucket.at, query, value)
  }

  function moment(index: number): Moment {
    const { at, last } = buckets[index]!
    const values = totals(buckets, index, at - span, aggregations)
    for (const [query, aggregation] of aggregations.entries()) if (aggregation === 'cardinality') values[query] = distinct.count(query, at)
    return { from: (at - span + 1) * width, time: last, values, take: () => tally(at) }
  }

  function tally(end: number) {
    const held = buckets.slice(after(end - span), after(end))
    for (const bucket of held) bucket.taken = true
    return {
      first: Math.min(...held.map(bucket => bucket.first)),
      last: Math.max(...held.map(bucket => bucket.last)),
      events: held.reduce((sum, bucket) => sum + bucket.events, 0),
      counts: aggregations.map((_, query) => held.reduce((sum, bucket) => sum + bucket.counts[query]!, 0)),
    }
  }

  return {
    add(hit) {
      const at = put(hit)
      const moments: Moment[] = []
      // a log that comes late is also in the windows that end at the later ones
      for (let i = after(at - 1); i < buckets.length && buckets[i]!.at < at + span; i++) moments.push(moment(i))
      // what claims to come from furthest in the future goes first; the present is never given up for it
      if (buckets.length > maxBuckets) drop(buckets.length - 1, 1)
      return { hit, moments }
    },
    take(time) {
      const bucket = buckets[after(Math.floor(time / width)) - 1]
      if (bucket) bucket.taken = true
    },
    next(time) {
      const bucket = buckets.slice(after(Math.floor(time / width))).find(bucket => !bucket.taken)
      return bucket && { first: bucket.first, last: bucket.last, events: bucket.events, counts: [...bucket.counts] }
    },
    forget(time) {
      // a late log's own window reaches one window further back than the log
      const count = after(Math.floor((time - window) / width) - 1)
      if (count > 0) drop(0, count)
      return buckets.length === 0
    },
    close: () => drop(0, buckets.length),
    save: () => saveBuckets(buckets, width),
  }
}
