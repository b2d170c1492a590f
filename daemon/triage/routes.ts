import { z } from '@hono/zod-openapi'
import type { Signal } from '../../shared/signal.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { TimelineEntry } from '../store/signals.ts'
import { bulkAnswer, type MoveSignals, moveMany, moveOne, Param, StateFields, triaged } from './moving.ts'
import { SignalResource } from './wire.ts'

interface Needs {
  getSignal(only: Restrictions, id: string): Promise<Signal>
  moveSignals: MoveSignals
  timeline(only: Restrictions, id: string): Promise<TimelineEntry[]>
  resource(signal: Signal): z.input<typeof SignalResource>
}

const tags = ['Signals']
const base = '/api/v2/security_monitoring/signals'
const Assignee = z.strictObject({
  uuid: z.string().max(64),
  id: z.number().optional(),
  handle: z.string().optional(),
  name: z.string().nullable().optional(),
  icon: z.string().optional(),
})
const version = z.number().int().min(0).optional()
const envelope = <A extends z.ZodType>(attributes: A) =>
  jsonBody(z.strictObject({ data: z.strictObject({ id: z.string().optional(), type: z.string().optional(), attributes }) }))
const write = { tags, middleware: [requires('security_monitoring_signals_write')], responses: triaged }
const read = { tags, middleware: [requires('security_monitoring_signals_read')] }

const Bulk = <A extends z.ZodType>(attributes: A) =>
  jsonBody(
    z.strictObject({
      data: z
        .array(z.strictObject({ id: z.string().min(1).max(128), type: z.string().optional(), attributes }))
        .min(1)
        .max(199, 'holds more than 199 signals'),
    }),
  )
const bulk = {
  tags,
  middleware: write.middleware,
  responses: bulkAnswer,
}

const flat = <A>({ id, attributes }: { id: string; attributes: A }) => ({ id, ...attributes })

/** One signal, and what people decide about it. Listing and searching are in explore. */
export const triageRoutes = ({ getSignal, moveSignals, timeline, resource }: Needs) => {
  return createRouter()
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/state`,
        summary: 'Change the state of signals',
        request: Bulk(z.strictObject({ ...StateFields, version })),
      }),
      async c => c.json(await moveMany(c, moveSignals, c.req.valid('json').data.map(flat)), 200),
    )
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/assignee`,
        summary: 'Assign signals',
        request: Bulk(z.strictObject({ assignee: z.string().max(64), version })),
      }),
      async c => c.json(await moveMany(c, moveSignals, c.req.valid('json').data.map(flat)), 200),
    )
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/update`,
        summary: 'Change state and assignee of signals',
        request: Bulk(z.strictObject({ ...StateFields, state: StateFields.state.optional(), assignee: Assignee.optional(), version })),
      }),
      async c =>
        c.json(
          await moveMany(
            c,
            moveSignals,
            c.req
              .valid('json')
              .data.map(({ id, attributes: { assignee, ...rest } }) => ({ id, ...rest, ...(assignee && { assignee: assignee.uuid }) })),
          ),
          200,
        ),
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}`,
        summary: 'Get a signal',
        request: { params: Param },
        responses: { 200: jsonAnswer(z.object({ data: SignalResource }), 'The signal') },
      }),
      async c => c.json({ data: resource(await getSignal(restrictionsOf(c), c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/state`,
        summary: 'Change the state of a signal',
        request: { params: Param, ...envelope(z.strictObject({ ...StateFields, version })) },
      }),
      async c => c.json(await moveOne(c, moveSignals, { id: c.req.valid('param').id, ...c.req.valid('json').data.attributes }), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/assignee`,
        summary: 'Assign a signal',
        request: { params: Param, ...envelope(z.strictObject({ assignee: Assignee, version })) },
      }),
      async c => {
        const { assignee, ...rest } = c.req.valid('json').data.attributes
        return c.json(await moveOne(c, moveSignals, { id: c.req.valid('param').id, ...rest, assignee: assignee.uuid }), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/incidents`,
        summary: 'Change the incidents that a signal is part of',
        request: {
          params: Param,
          ...envelope(z.strictObject({ incident_ids: z.array(z.int().min(1)).max(100), version })),
        },
      }),
      async c => c.json(await moveOne(c, moveSignals, { id: c.req.valid('param').id, ...c.req.valid('json').data.attributes }), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/update`,
        summary: 'Change state and assignee of a signal',
        request: {
          params: Param,
          ...envelope(z.strictObject({ ...StateFields, state: StateFields.state.optional(), assignee: Assignee.optional(), version })),
        },
      }),
      async c => {
        const { assignee, ...rest } = c.req.valid('json').data.attributes
        return c.json(
          await moveOne(c, moveSignals, { id: c.req.valid('param').id, ...rest, ...(assignee && { assignee: assignee.uuid }) }),
          200,
        )
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/signals/{id}/timeline',
        summary: 'List what happened to a signal',
        request: { params: Param },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(
                z.object({
                  id: z.string(),
                  type: z.literal('timeline_entry'),
                  attributes: z.looseObject({ time: z.number(), kind: z.string() }),
                }),
              ),
            }),
            'What happened to the signal, oldest first',
          ),
        },
      }),
      async c =>
        c.json(
          {
            data: (await timeline(restrictionsOf(c), c.req.valid('param').id)).map(({ seq, time, kind, body }) => ({
              id: String(seq),
              type: 'timeline_entry' as const,
              attributes: { time, kind, ...body },
            })),
          },
          200,
        ),
    )
}
