import type { Json } from '../../shared/json.ts'
import type { Aggregation } from '../../shared/rule.ts'
import type { Room } from '../lib/kinds.ts'

/** One stretch of a group's time, `at` counted in widths. The arrays are by query. */
export interface Bucket {
  at: number
  /** Event times in it, ms UTC. */
  first: number
  last: number
  events: number
  /** Whether a signal has counted its logs. */
  taken: boolean
  counts: number[]
  /** What `sum` or `max` has come to; undefined while nothing had a number. */
  amounts: (number | undefined)[]
  values: (Set<number> | undefined)[]
  /** Distinct values in all its sets. */
  held: number
}

export const newBucket = (at: number, time: number, queries: number): Bucket => ({
  at,
  first: time,
  last: time,
  events: 0,
  taken: false,
  counts: Array<number>(queries).fill(0),
  amounts: Array<undefined>(queries).fill(undefined),
  values: Array<undefined>(queries).fill(undefined),
  held: 0,
})

/**
 * Values of the window that ends with bucket `index` and starts after `before`, by query; 0 for `cardinality`. Added up afresh each time and in
 * order: a running sum of fractions would depend on where a restart fell.
 */
export function totals(buckets: readonly Bucket[], index: number, before: number, aggregations: readonly Aggregation[]): number[] {
  const values = Array<number>(aggregations.length).fill(0)
  const peaks: (number | undefined)[] = []
  for (let i = index; i >= 0 && buckets[i]!.at > before; i--) {
    const { counts, amounts } = buckets[i]!
    for (let query = 0; query < values.length; query++) {
      const aggregation = aggregations[query]
      const amount = amounts[query]
      if (aggregation === 'count') values[query] = values[query]! + counts[query]!
      else if (amount === undefined) continue
      else if (aggregation === 'sum') values[query] = values[query]! + amount
      else values[query] = peaks[query] = Math.max(peaks[query] ?? amount, amount)
    }
  }
  return values
}

/** Counts distinct values in a window of `span` buckets. Moves along with the newest window, so that a log costs its own values, not all. */
export function distinctCounter(buckets: readonly Bucket[], span: number, aggregations: readonly Aggregation[]) {
  const has = aggregations.includes('cardinality')
  let seen: Map<number, number>[] = []
  let end: number | undefined

  function each(from: number, to: number, step: 1 | -1): void {
    for (let i = buckets.length - 1; i >= 0 && buckets[i]!.at > from; i--) {
      if (buckets[i]!.at > to) continue
      for (const [query, values] of buckets[i]!.values.entries()) for (const value of values ?? []) change(query, value, step)
    }
  }
  function change(query: number, value: number, step: 1 | -1): void {
    const count = (seen[query]!.get(value) ?? 0) + step
    if (count === 0) seen[query]!.delete(value)
    else seen[query]!.set(value, count)
  }
  function moveTo(at: number): void {
    if (end === undefined || at < end) {
      seen = aggregations.map(() => new Map())
      each(at - span, at, 1)
    } else if (at > end) {
      each(end, at, 1)
      each(end - span, Math.min(end, at - span), -1)
      // what came and went in between
      if (at - span > end) each(end, at - span, -1)
    }
    end = at
  }

  return {
    count(query: number, at: number): number {
      moveTo(at)
      return seen[query]!.size
    },
    /** A value is new in its bucket. */
    added(at: number, query: number, value: number): void {
      if (has && end !== undefined && at <= end && at > end - span) change(query, value, 1)
    },
    dropped(at: number): void {
      if (end !== undefined && at > end - span) end = undefined
    },
  }
}

/** One row a bucket: distance from the one before, first and last event within it, events, taken, then by query a count, or count and amount or values. */
export function saveBuckets(buckets: readonly Bucket[], width: number): Json {
  let before = 0
  return buckets.map(({ at, first, last, events, taken, counts, amounts, values }) => {
    const start = at * width
    const row = [at - before, first - start, last - start, events, taken ? 1 : 0]
    before = at
    return [
      ...row,
      ...counts.map((count, query) =>
        values[query] ? [count, [...values[query]]] : amounts[query] === undefined ? count : [count, amounts[query]],
      ),
    ]
  })
}

/** What `saveBuckets` wrote: our own words, so that nothing is checked again. */
export function loadBuckets(saved: Json, width: number, aggregations: readonly Aggregation[], room: Room): Bucket[] {
  let at = 0
  return (saved as [number, number, number, number, number, ...(number | [number, number | number[]])[]][]).map(row => {
    const [distance, first, last, events, taken, ...queries] = row
    at += distance
    const bucket = newBucket(at, at * width + first, aggregations.length)
    bucket.last = at * width + last
    bucket.events = events
    bucket.taken = taken === 1
    for (const [query, entry] of queries.entries()) {
      const [count, rest] = typeof entry === 'number' ? [entry] : entry
      bucket.counts[query] = count
      if (typeof rest === 'number') bucket.amounts[query] = rest
      else if (rest) {
        bucket.values[query] = new Set(rest)
        bucket.held += rest.length
        room.keep(rest.length)
      }
    }
    return bucket
  })
}
