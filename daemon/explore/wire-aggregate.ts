import { z } from '@hono/zod-openapi'
import type { Aggregated, Bucket, Cut } from '../../shared/aggregate.ts'
import { furthest } from '../../shared/time.ts'

const Value = z.union([z.number(), z.array(z.object({ time: z.string(), value: z.number() })), z.null()])
export const Buckets = z.array(
  z.object({ by: z.record(z.string(), z.union([z.string(), z.number()])), computes: z.record(z.string(), Value) }).openapi('LogsBucket'),
)
export const Warnings = z.array(z.object({ code: z.string(), title: z.string(), detail: z.string() }).openapi('LogsWarning'))

const sentences: Record<Cut, string> = {
  groups: 'There are more groups than can be told apart: a fair share of them was looked at. Narrow the query.',
  values: 'Some logs have so many values that they count in the first groups only.',
  cardinality: 'There are more distinct values than are counted.',
  percentiles: 'There are more than 1,000 distinct numbers: percentiles are right to 1 %.',
}

/** Groups and warnings in Datadog's form: times as texts, groups by the facets as they were asked for. */
export const aggregateOnWire = ({ buckets, cut }: Aggregated) => ({
  buckets: buckets.map(({ by, computes }) => ({ by, computes: Object.fromEntries(Object.entries(computes).map(timesAsText)) })),
  warnings: cut.map(code => ({ code: `${code}_cut`, title: 'The answer is not the whole truth', detail: sentences[code] })),
})

const timesAsText = ([name, value]: [string, Bucket['computes'][string]]) =>
  [
    name,
    Array.isArray(value)
      ? // a stretch may begin before the calendar does
        value.map(point => ({ time: new Date(Math.max(point.time, -furthest)).toISOString(), value: point.value }))
      : value,
  ] as const
