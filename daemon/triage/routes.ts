import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Signal, Triaged } from '../../shared/signal.ts'
import { archiveReasons, states } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, type Env, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { TimelineEntry } from '../store/signals.ts'
import { SignalResource, TriageResource, triageAttributes, triageResource } from './wire.ts'

/** A change to triage as the store takes it: people by uuid, '' for nobody. */
interface Move {
  id: string
  state?: (typeof states)[number]
  archive_reason?: (typeof archiveReasons)[number]
  archive_comment?: string
  assignee?: string
  version?: number
}

interface Needs {
  getSignal(only: Restrictions, id: string): Promise<Signal>
  moveSignals(only: Restrictions, ctx: WriteContext, moves: Move[]): Promise<Triaged[]>
  timeline(only: Restrictions, id: string): Promise<TimelineEntry[]>
  resource(signal: Signal): z.input<typeof SignalResource>
}

const tags = ['Signals']
const base = '/api/v2/security_monitoring/signals'
const param = z.object({ id: z.string().min(1).max(128) })
const Assignee = z.strictObject({
  uuid: z.string().max(64),
  id: z.number().optional(),
  handle: z.string().optional(),
  name: z.string().nullable().optional(),
  icon: z.string().optional(),
})
const version = z.number().int().min(0).optional()
const State = { state: z.enum(states), archive_reason: z.enum(archiveReasons).optional(), archive_comment: z.string().max(4096).optional() }
const envelope = <A extends z.ZodType>(attributes: A) =>
  jsonBody(z.strictObject({ data: z.strictObject({ id: z.string().optional(), type: z.string().optional(), attributes }) }))
const triaged = {
  200: jsonAnswer(z.object({ data: TriageResource }), 'Triage as it is now'),
  409: jsonAnswer(z.looseObject({}), 'Somebody else changed the signal in the meantime'),
}
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
const BulkAnswer = z.object({
  type: z.string(),
  status: z.string(),
  result: z.object({ count: z.number(), events: z.array(z.object({ id: z.string(), event: z.looseObject({}) })) }),
})
const bulk = {
  tags,
  middleware: write.middleware,
  responses: { 200: jsonAnswer(BulkAnswer, 'Every signal as it is now: all are changed, or none') },
}

const flat = <A>({ id, attributes }: { id: string; attributes: A }) => ({ id, ...attributes })

/** One signal, and what people decide about it. Listing and searching are in explore. */
export const triageRoutes = ({ getSignal, moveSignals, timeline, resource }: Needs) => {
  const moveOne = async (c: Context<Env>, move: Move) => ({
    data: triageResource((await moveSignals(restrictionsOf(c), c.var.write, [move]))[0]!),
  })
  const moveMany = async (c: Context<Env>, moves: Move[]) => {
    const signals = await moveSignals(restrictionsOf(c), c.var.write, moves)
    return {
      type: 'status',
      status: 'done',
      result: {
        count: signals.length,
        events: signals.map(signal => ({ id: signal.id, event: { id: signal.id, ...triageAttributes(signal) } })),
      },
    }
  }
  return createRouter()
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/state`,
        summary: 'Change the state of signals',
        request: Bulk(z.strictObject({ ...State, version })),
      }),
      async c => c.json(await moveMany(c, c.req.valid('json').data.map(flat)), 200),
    )
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/assignee`,
        summary: 'Assign signals',
        request: Bulk(z.strictObject({ assignee: z.string().max(64), version })),
      }),
      async c => c.json(await moveMany(c, c.req.valid('json').data.map(flat)), 200),
    )
    .openapi(
      route({
        ...bulk,
        method: 'patch',
        path: `${base}/bulk/update`,
        summary: 'Change state and assignee of signals',
        request: Bulk(z.strictObject({ ...State, state: State.state.optional(), assignee: Assignee.optional(), version })),
      }),
      async c =>
        c.json(
          await moveMany(
            c,
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
        request: { params: param },
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
        request: { params: param, ...envelope(z.strictObject({ ...State, version })) },
      }),
      async c => c.json(await moveOne(c, { id: c.req.valid('param').id, ...c.req.valid('json').data.attributes }), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/assignee`,
        summary: 'Assign a signal',
        request: { params: param, ...envelope(z.strictObject({ assignee: Assignee, version })) },
      }),
      async c => {
        const { assignee, ...rest } = c.req.valid('json').data.attributes
        return c.json(await moveOne(c, { id: c.req.valid('param').id, ...rest, assignee: assignee.uuid }), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}/update`,
        summary: 'Change state and assignee of a signal',
        request: {
          params: param,
          ...envelope(z.strictObject({ ...State, state: State.state.optional(), assignee: Assignee.optional(), version })),
        },
      }),
      async c => {
        const { assignee, ...rest } = c.req.valid('json').data.attributes
        return c.json(await moveOne(c, { id: c.req.valid('param').id, ...rest, ...(assignee && { assignee: assignee.uuid }) }), 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/signals/{id}/timeline',
        summary: 'List what happened to a signal',
        request: { params: param },
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
