import { z } from '@hono/zod-openapi'
import { createRouter, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { computeFields, toAggregate } from './aggregate-body.ts'
import type { Finders } from './find.ts'
import { aggregateOnWire, Buckets, Warnings } from './wire-aggregate.ts'
import { Filter, metaOf, orTimeout, toSearch } from './wire-search.ts'

const AggregateBody = z
  .strictObject({
    ...computeFields,
    filter: Filter.optional(),
    page: z.strictObject({ cursor: z.string().max(4096).optional() }).optional(),
    options: z.looseObject({}).optional().openapi({ description: 'Without effect, as on Datadog' }),
  })
  .openapi('LogsAggregateRequest')

/** Numbers of logs, on Datadog's wire. */
export const aggregateRoutes = ({ find, now }: { find: Pick<Finders, 'logs'>; now: () => number }) =>
  createRouter().openapi(
    route({
      method: 'post',
      'x-read': true,
      path: '/api/v2/logs/analytics/aggregate',
      summary: 'Compute numbers of logs, by groups and over time',
      tags: ['Logs'],
      middleware: [requires('logs_read_data')] as const,
      request: jsonBody(AggregateBody, false),
      responses: {
        200: jsonAnswer(
          z.object({
            data: z.object({ buckets: Buckets }),
            meta: z.looseObject({ page: z.object({ after: z.string() }).optional(), warnings: Warnings.optional() }),
          }),
          'A bucket for each group; `page.cursor` goes on with the next groups of the first facet',
        ),
      },
    }),
    async c => {
      const { filter, page, compute, group_by } = c.req.valid('json')
      const started = performance.now()
      const asked = { ...filter, cursor: page?.cursor }
      const search = {
        ...toSearch('logs', asked, now(), false),
        limit: 0,
        aggregate: { ...toAggregate({ compute, group_by }), paged: true },
      }
      const answer = async () => {
        const { aggregated } = await find.logs(c, search)
        const { buckets, warnings } = aggregateOnWire(aggregated!)
        const { after } = aggregated!
        const meta = { ...metaOf(started), ...(after !== undefined && { page: { after } }), ...(warnings.length > 0 && { warnings }) }
        return { data: { buckets }, meta }
      }
      return c.json(await orTimeout(answer(), { buckets: [] }, started), 200)
    },
  )
