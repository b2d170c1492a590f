import { z } from '@hono/zod-openapi'
import { parseTime, TimeError } from '../../shared/time.ts'
import { longestSnooze } from '../../shared/triage.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonBody, requires, route } from '../lib/http.ts'
import { bulkAnswer, Id, type MoveSignals, mostAtOnce, moveMany, moveOne, Param, triaged } from './moving.ts'

/** A snooze as it is asked for. */
export const SnoozeFields = {
  until: z
    .union([z.string().max(64), z.number()])
    .openapi({ description: 'Epoch ms, an ISO time, or now+4h; 30 days from now at the latest', example: 'now+4h' }),
  reason: z.string().trim().min(1).max(1000),
}
const Snooze = z.strictObject(SnoozeFields)

/** `until` in ms UTC; refuses what is no time to come. */
export function readSnooze({ until, reason }: z.output<typeof Snooze>, now: number, field = 'data.attributes.until') {
  const refused = (message: string) => new Refusal(400, 'invalid_time', message, { problems: [{ field, message }] })
  let time: number
  try {
    time = parseTime(until, now)
  } catch (error) {
    if (error instanceof TimeError) throw refused(error.message)
    throw error
  }
  if (time <= now) throw refused('must lie in the future')
  if (time > now + longestSnooze) throw refused('must lie within 30 days from now')
  return { until: time, reason }
}

const tags = ['Signals']
const middleware = [requires('security_monitoring_signals_write')]

/** Out of the queue for a while. A signal comes back by itself when its time has come, or when it becomes more severe. */
export const snoozeRoutes = ({ moveSignals, now }: { moveSignals: MoveSignals; now: () => number }) =>
  createRouter()
    .openapi(
      route({
        method: 'put',
        path: '/api/local/signals/bulk/snooze',
        summary: 'Snooze signals',
        tags,
        middleware,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('snooze').optional(),
              attributes: z.strictObject({ ...SnoozeFields, ids: z.array(Id).min(1).max(mostAtOnce, 'holds more than 199 signals') }),
            }),
          }),
        ),
        responses: bulkAnswer,
      }),
      async c => {
        const { ids, ...asked } = c.req.valid('json').data.attributes
        const snooze = readSnooze(asked, now())
        return c.json(
          await moveMany(
            c,
            moveSignals,
            ids.map(id => ({ id, snooze })),
          ),
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/api/local/signals/{id}/snooze',
        summary: 'Snooze a signal',
        tags,
        middleware,
        request: {
          params: Param,
          ...jsonBody(z.strictObject({ data: z.strictObject({ type: z.literal('snooze').optional(), attributes: Snooze }) })),
        },
        responses: triaged,
      }),
      async c => {
        const snooze = readSnooze(c.req.valid('json').data.attributes, now())
        return c.json(await moveOne(c, moveSignals, { id: c.req.valid('param').id, snooze }), 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/local/signals/{id}/snooze',
        summary: 'End the snooze of a signal',
        tags,
        middleware,
        request: { params: Param },
        responses: triaged,
      }),
      async c => c.json(await moveOne(c, moveSignals, { id: c.req.valid('param').id, snooze: null }), 200),
    )
