import { z } from '@hono/zod-openapi'
import type { DeliveryState, DeliveryStatus } from '../../shared/notice.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'

interface Needs {
  deliveries(
    only: Restrictions,
    asked: { state: DeliveryState; before: number | null; limit: number },
  ): Promise<{ deliveries: DeliveryStatus[]; counts: Record<DeliveryState, number>; next: number | null }>
  sendAgain(ctx: WriteContext, ids: string[]): Promise<number>
  discard(ctx: WriteContext, ids: string[]): Promise<number>
  /** There is something to send. */
  wake(): void
}

const tags = ['Notifications']
const base = '/api/local/notifications'
const write = { tags, middleware: [requires('security_monitoring_notification_profiles_write')] }
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('notification'),
    attributes: z.looseObject({ state: z.string(), target: z.string(), tries: z.number(), error: z.string().nullable() }),
  })
  .openapi('Notification')
const Ids = jsonBody(
  z.strictObject({
    data: z
      .array(z.strictObject({ id: z.string().min(1).max(128), type: z.literal('notification').optional() }))
      .min(1)
      .max(1000),
  }),
)
const idsOf = (data: { id: string }[]) => [...new Set(data.map(({ id }) => id))]

/** What was sent, waits to be, or was given up: those are sent again here, or thrown away. */
export const deliveryRoutes = ({ deliveries, sendAgain, discard, wake }: Needs) =>
  createRouter()
    .openapi(
      route({
        tags,
        middleware: [requires('security_monitoring_notification_profiles_read')],
        method: 'get',
        path: base,
        summary: 'List notifications that were given up, wait, or were sent in the last 7 days',
        request: {
          query: z.object({
            'filter[state]': z.enum(['dead', 'waiting', 'sent']).default('dead'),
            'page[limit]': z.coerce.number().int().min(1).max(1000).default(100),
            'page[cursor]': z.coerce.number().int().min(0).optional(),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(Resource),
              meta: z.object({
                counts: z.object({ waiting: z.number(), sent: z.number(), dead: z.number() }),
                page: z.object({ after: z.string().optional() }),
              }),
            }),
            'The latest first. What is said of signals that the caller may not see is left out',
          ),
        },
      }),
      async c => {
        const { 'filter[state]': state, 'page[limit]': limit, 'page[cursor]': before = null } = c.req.valid('query')
        const { deliveries: found, counts, next } = await deliveries(restrictionsOf(c), { state, before, limit })
        const data = found.map(({ id, ...attributes }) => ({ id, type: 'notification' as const, attributes }))
        return c.json({ data, meta: { counts, page: next === null ? {} : { after: String(next) } } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/send_again`,
        summary: 'Send notifications again that were given up, all of these or none',
        request: Ids,
        responses: { 200: jsonAnswer(z.object({ meta: z.object({ count: z.number() }) }), 'They wait to be sent, under the same ids') },
      }),
      async c => {
        const count = await sendAgain(c.var.write, idsOf(c.req.valid('json').data))
        if (!c.var.write.dryRun) wake()
        return c.json({ meta: { count } }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: `${base}/discard`,
        summary: 'Discard notifications that were given up, all of these or none',
        request: Ids,
        responses: { 204: emptyAnswer('They are gone') },
      }),
      async c => {
        await discard(c.var.write, idsOf(c.req.valid('json').data))
        return c.body(null, 204)
      },
    )
