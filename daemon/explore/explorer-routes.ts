import { z } from '@hono/zod-openapi'
import type { AuditEvent } from '../../shared/audit.ts'
import type { Log } from '../../shared/log.ts'
import { maxQueryLength } from '../../shared/query/limits.ts'
import type { Signal } from '../../shared/signal.ts'
import type { Found } from '../engine/search.ts'
import { createRouter, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import { computeFields, Path, toAggregate } from './aggregate-body.ts'
import { checkTrack, type Finders, trackNeeds, tracks } from './find.ts'
import { checkQuery } from './query.ts'
import { aggregateOnWire, Buckets, Warnings } from './wire-aggregate.ts'

export const Row = z.object({ id: z.string(), type: z.string(), attributes: z.looseObject({}) })
type Resource = z.input<typeof Row>
const Counts = z.array(z.object({ value: z.string(), count: z.number() }))
const time = z.union([z.string().max(64), z.number()])

export const ExplorerRequest = z
  .strictObject({
    track: z.enum(tracks),
    query: z.string().max(maxQueryLength).default(''),
    from: time.default('now-15m'),
    to: time.default('now'),
    limit: z.number().int().min(0).max(1000).default(50),
    cursor: z.string().max(4096).optional(),
    sort: z.enum(['-timestamp', 'timestamp', 'severity']).default('-timestamp'),
    facets: z.array(Path).max(50).optional(),
    histogram: z.strictObject({ buckets: z.number().int().min(1).max(1000) }).optional(),
    ...computeFields,
    brief: z
      .boolean()
      .optional()
      .openapi({ description: 'Signals with their body once, under `custom`, and without samples: as lists show them' }),
    view: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .openapi({ description: 'A newer request with the same view ends an older one, which is answered 409' }),
  })
  .openapi('ExplorerRequest')

interface Needs {
  find: Finders
  resources: { logs(log: Log): Resource; signals(signal: Signal): Resource; audit(event: AuditEvent): Resource }
  now: () => number
}

/** The explorer's one answer. */
export const explorerRoutes = ({ find, resources, now }: Needs) =>
  createRouter().openapi(
    route({
      method: 'post',
      'x-read': true,
      path: '/api/local/explorer',
      summary: 'Search logs, signals or audit events, with facets and histogram',
      tags: ['Explorer'],
      'x-needs': trackNeeds,
      request: jsonBody(ExplorerRequest),
      responses: {
        200: jsonAnswer(
          z.object({
            data: z.array(Row),
            meta: z.object({
              total: z.number(),
              took_ms: z.number(),
              page: z.object({ after: z.string().optional() }),
              facets: z.record(z.string(), Counts),
              /** Facets whose values were too many to count or show. */
              cut: z.array(z.string()),
              histogram: z.array(z.object({ time: z.number(), count: z.number() })),
              /** Where `compute` or `group_by` asked for it. */
              buckets: Buckets.optional(),
              warnings: Warnings.optional(),
            }),
          }),
          'Rows, total, facets, histogram and groups from one snapshot',
        ),
      },
    }),
    async c => {
      const { view, brief, compute, group_by, ...request } = c.req.valid('json')
      checkTrack(c, request.track)
      const started = performance.now()
      const { from, to } = readRange(request.from, request.to, now(), { from: 0, to: 'now' }, { from: 'from', to: 'to' })
      const aggregate = compute || group_by ? { aggregate: toAggregate({ compute, group_by }) } : {}
      const search = { ...request, ...aggregate, query: checkQuery(request.query, 'query'), from, to }
      const found =
        request.track === 'logs'
          ? await rows(find.logs(c, search, view), resources.logs)
          : request.track === 'signals'
            ? await rows(find.signals(c, search, view), brief ? signal => briefly(resources.signals(signal)) : resources.signals)
            : await rows(find.audit(c, search, view), resources.audit)
      const { data, total, after, facets, cut, histogram, aggregated } = found
      return c.json(
        {
          data,
          meta: {
            total,
            took_ms: Math.round(performance.now() - started),
            page: after === undefined ? {} : { after },
            facets,
            cut,
            histogram,
            ...(aggregated && aggregateOnWire(aggregated)),
          },
        },
        200,
      )
    },
  )

/** A signal of the wire without what it says twice, and without samples. */
function briefly({ attributes: { attributes: _, custom, ...rest }, ...resource }: Resource): Resource {
  const { samples: __, ...body } = custom as Record<string, unknown>
  return { ...resource, attributes: { ...rest, custom: body } }
}

async function rows<R>(found: Promise<Found<R>>, resource: (row: R) => Resource) {
  const { rows, ...rest } = await found
  return { ...rest, data: rows.map(resource) }
}
