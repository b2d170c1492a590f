import { z } from '@hono/zod-openapi'
import { type Aggregate, type GroupBy, measureNames } from '../../shared/aggregate.ts'
import { maxPathLength } from '../../shared/query/limits.ts'
import { parseDuration, TimeError } from '../../shared/time.ts'

/** A path of a facet or metric: `@http.status_code`, `service`, a tag key. */
export const Path = z.string().min(1).max(maxPathLength)

const aggregation = z.enum(measureNames).openapi({
  description:
    'count counts logs, cardinality distinct values (exact up to 100,000), the rest take numbers. Percentiles are exact up to 1,000 distinct numbers, then right to 1 %.',
})
const metric = Path.optional().openapi({ description: 'A path such as @duration; all but count need one' })
/** Refuses a measure of nothing. */
function checkMetric(measure: { aggregation?: string | undefined; metric?: string | undefined }, context: z.RefinementCtx): void {
  if (measure.aggregation !== undefined && measure.aggregation !== 'count' && measure.metric === undefined)
    context.addIssue({ code: 'custom', message: `is missing: ${measure.aggregation} needs one`, path: ['metric'] })
}

const ComputeBody = z
  .strictObject({
    aggregation,
    metric,
    type: z.enum(['total', 'timeseries']).default('total'),
    interval: z
      .string()
      .max(32)
      .refine(isInterval, 'must be a whole number and a unit, such as 30s, 5m or 1d')
      .optional()
      .openapi({ description: 'Of a timeseries; without it there are about 150 points, and at most 1,000 with it' }),
  })
  .superRefine(checkMetric)

const GroupByBody = z
  .strictObject({
    facet: Path,
    limit: z.number().int().min(1).max(10_000).optional().openapi({ description: '10; multiplied, the limits may come to 10,000' }),
    missing: z
      .union([z.string().max(512), z.number()])
      .optional()
      .openapi({ description: 'Groups what has no value under this name' }),
    sort: z
      .strictObject({
        aggregation: aggregation.optional(),
        metric,
        order: z.enum(['asc', 'desc']).optional(),
        type: z.enum(['alphabetical', 'measure']).optional(),
      })
      .superRefine(checkMetric)
      .optional()
      .openapi({ description: 'Without it the first compute decides, most first' }),
    total: z
      .union([z.boolean(), z.string().max(512), z.number()])
      .optional()
      .openapi({ description: 'One more group over everything, under this name; true: *' }),
    histogram: z
      .strictObject({ interval: z.number().positive(), min: z.number(), max: z.number() })
      .refine(({ interval, min, max }) => max >= min && (max - min) / interval <= 100, 'must have 1 to 100 steps from min to max')
      .optional(),
  })
  .openapi('LogsGroupBy')

export const computeFields = {
  compute: z.array(ComputeBody).min(1).max(20).optional().openapi({ description: 'Without it the logs are counted' }),
  group_by: z
    .array(GroupByBody)
    .max(4)
    .refine(levels => new Set(levels.map(({ facet }) => facet)).size === levels.length, 'names a facet twice')
    .optional(),
}
const Fields = z.object(computeFields)

function isInterval(text: string): boolean {
  try {
    return parseDuration(text) > 0
  } catch (error) {
    if (error instanceof TimeError) return false
    throw error
  }
}

/** An aggregate as the engine takes it. */
export function toAggregate({ compute = [{ aggregation: 'count', type: 'total' }], group_by = [] }: z.output<typeof Fields>): Aggregate {
  return {
    compute: compute.map(({ aggregation, metric, type, interval }) => ({
      ...toMeasure({ aggregation, metric }),
      type,
      ...(interval !== undefined && { interval: parseDuration(interval) }),
    })),
    group_by: group_by.map(({ facet, limit, missing, sort, total, histogram }) => ({
      facet,
      limit: limit ?? (histogram ? 101 : 10),
      sort: toSort(sort ?? (histogram ? { type: 'alphabetical' } : { ...compute[0]!, order: 'desc', type: 'measure' })),
      ...(missing !== undefined && { missing }),
      ...(total !== undefined && total !== false && { total: total === true ? '*' : total }),
      ...(histogram && { histogram }),
    })),
  }
}

type Measured = Pick<z.output<typeof ComputeBody>, 'aggregation' | 'metric'>
const toMeasure = ({ aggregation, metric }: Measured) => ({ aggregation, ...(metric !== undefined && { metric }) })

function toSort({
  type,
  order,
  aggregation,
  metric,
}: Partial<Measured> & { type?: string | undefined; order?: 'asc' | 'desc' | undefined }): GroupBy['sort'] {
  if (type === 'alphabetical' || (type === undefined && aggregation === undefined)) return { order: order ?? 'asc' }
  return { order: order ?? 'desc', measure: toMeasure({ aggregation: aggregation ?? 'count', metric }) }
}
