import { buckets, facets, type Refresh } from '../queries.ts'
import { type Answer, bucketWidth, comparedValues } from './side.ts'

/** An answer from rows of (bucket, count) and, the most frequent first, of (facet, code, count). */
export function toAnswer(
  refresh: Refresh,
  histogram: unknown[][],
  rows: string[],
  counts: unknown[][],
  nameOf: (field: number, code: never) => string,
): Answer {
  const byBucket = new Map(histogram.map(([bucket, count]) => [Number(bucket), Number(count)]))
  return {
    total: [...byBucket.values()].reduce((sum, count) => sum + count, 0),
    rows,
    facets: Object.fromEntries(
      facets.map((path, i) => [
        path,
        counts
          .filter(([facet]) => Number(facet) === i)
          .slice(0, comparedValues)
          .map(([, code, count]) => ({ value: nameOf(i, code as never), count: Number(count) })),
      ]),
    ),
    histogram: Array.from(
      { length: Math.ceil((refresh.to - refresh.from + 1) / bucketWidth(refresh, buckets)) },
      (_, i) => byBucket.get(i) ?? 0,
    ),
  }
}
