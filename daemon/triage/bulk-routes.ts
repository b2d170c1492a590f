import { z } from '@hono/zod-openapi'
import type { Job } from '../../shared/job.ts'
import { maxQueryLength } from '../../shared/query/limits.ts'
import { type State, states, type Undone } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { changeHeader, Id, Param, StateFields, tellChange, type Wanted } from './moving.ts'
import { readSnooze, SnoozeFields } from './snooze-routes.ts'

interface Selection {
  id: string
  count: number
  locked: number
  by_state: Record<State, number>
  expires_at: number
}
interface Needs {
  select(only: Restrictions, ctx: WriteContext, asked: { query: string; from: number; to: number }): Promise<Selection>
  applyToSelection(only: Restrictions, ctx: WriteContext, id: string, wanted: Wanted): Promise<Job>
  undoChange(only: Restrictions, ctx: WriteContext, change: string): Promise<{ undone: Undone } | { job: Job }>
  job(ctx: WriteContext, id: string): Promise<Job>
  stopJob(ctx: WriteContext, id: string): Promise<Job>
  /** Refuses a query that cannot be read; `field` is where it stood. */
  checkQuery(query: string, field: string): string
  now: () => number
}

const tags = ['Signals']
const time = z.union([z.string().max(64), z.number()])
const read = { tags, middleware: [requires('security_monitoring_signals_read')] }
const write = { tags, middleware: [requires('security_monitoring_signals_write')] }

const SelectionResource = z
  .object({
    id: z.string(),
    type: z.literal('selection'),
    attributes: z.object({
      count: z.number(),
      locked: z.number().openapi({ description: 'Of them, those older than 30 days, which will be skipped' }),
      by_state: z.object({ open: z.number(), under_review: z.number(), archived: z.number() }),
      expires_at: z.number(),
    }),
  })
  .openapi('SignalSelection')
const Skipped = z.array(
  z.object({
    id: z.string(),
    reason: z.enum(['changed', 'locked', 'archived', 'not_found']),
    by: z.string().optional().openapi({ description: 'The handle of who changed it since' }),
    at: z.number().optional(),
  }),
)
const Cases = z
  .array(z.object({ id: z.string(), key: z.string() }))
  .openapi({ description: 'Those that what was put back stays in: a case is no part of triage' })
const JobResource = z
  .object({
    id: z.string(),
    type: z.literal('job'),
    attributes: z.object({
      kind: z.enum(['bulk', 'undo', 'case', 'incident']),
      state: z.enum(['running', 'done', 'stopped', 'failed']),
      done: z.number(),
      total: z.number(),
      changed: z.number(),
      skipped_total: z.number(),
      skipped: Skipped.openapi({ description: 'The first 200 of them' }),
      cases: Cases.optional().openapi({ description: 'Of one that undoes: the first 20 that what was put back stays in' }),
      change: z.string().openapi({ description: 'Undoes all that it did: POST /api/local/changes/{id}/undo' }),
      error: z.string().optional(),
    }),
  })
  .openapi('Job')
const ChangeResource = z
  .object({
    id: z.string().openapi({ description: 'The change that the undoing itself is: it can be undone too' }),
    type: z.literal('change'),
    attributes: z.object({
      undone: z.number(),
      skipped: Skipped,
      cases: Cases,
    }),
  })
  .openapi('Change')
const jobResource = ({ id, ...attributes }: Job): z.input<typeof JobResource> => ({ id, type: 'job', attributes })
const jobAnswer = z.object({ data: JobResource })

const Bulk = z
  .strictObject({
    ...StateFields,
    state: z.enum(states).optional(),
    assignee: z.string().max(64).optional().openapi({ description: 'The uuid of a user, or an empty text for nobody' }),
    snooze: z.strictObject(SnoozeFields).nullable().optional().openapi({ description: 'null ends it' }),
  })
  .refine(({ state, assignee, snooze }) => state !== undefined || assignee !== undefined || snooze !== undefined, 'asks for no change')
  .refine(({ state, snooze }) => !(snooze && state === 'archived'), { path: ['snooze'], message: 'cannot be of what is archived' })

/** Changes of all that a query finds: a frozen selection first, then a job that changes exactly that; and undoing any change of triage. */
export const bulkRoutes = ({ select, applyToSelection, undoChange, job, stopJob, checkQuery, now }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...write,
        method: 'post',
        // it keeps an answer for a while and changes nothing
        'x-read': true,
        path: '/api/local/signals/selections',
        summary: 'Select all signals that a query finds now',
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('selection').optional(),
              attributes: z.strictObject({
                query: z.string().max(maxQueryLength).default(''),
                from: time.default(0),
                to: time.default('now'),
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: SelectionResource }), 'Exactly these signals, for an hour') },
      }),
      async c => {
        const { query, ...range } = c.req.valid('json').data.attributes
        const fields = { from: 'data.attributes.from', to: 'data.attributes.to' }
        const asked = {
          query: checkQuery(query, 'data.attributes.query'),
          ...readRange(range.from, range.to, now(), { from: 0, to: 'now' }, fields),
        }
        const { id, ...attributes } = await select(restrictionsOf(c), c.var.write, asked)
        return c.json({ data: { id, type: 'selection' as const, attributes } }, 201)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: '/api/local/signals/selections/{id}/apply',
        summary: 'Change every signal of a selection',
        request: {
          params: Param,
          ...jsonBody(z.strictObject({ data: z.strictObject({ type: z.literal('bulk').optional(), attributes: Bulk }) })),
        },
        responses: { 202: { ...jsonAnswer(jobAnswer, 'The job that does it'), headers: changeHeader } },
      }),
      async c => {
        const { snooze, ...rest } = c.req.valid('json').data.attributes
        const wanted = {
          ...rest,
          ...(snooze !== undefined && { snooze: snooze && readSnooze(snooze, now(), 'data.attributes.snooze.until') }),
        }
        const made = await applyToSelection(restrictionsOf(c), c.var.write, c.req.valid('param').id, wanted)
        tellChange(c, made.change)
        return c.json({ data: jobResource(made) }, 202)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/jobs/{id}',
        summary: 'Get how far a job of one’s own is',
        request: { params: Param },
        responses: { 200: jsonAnswer(jobAnswer, 'As it is now') },
      }),
      async c => c.json({ data: jobResource(await job(c.var.write, c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: '/api/local/jobs/{id}',
        summary: 'Stop a job of one’s own',
        request: { params: Param },
        responses: { 200: jsonAnswer(jobAnswer, 'As far as it came; undo its change to take that back') },
      }),
      async c => c.json({ data: jobResource(await stopJob(c.var.write, c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: '/api/local/changes/{id}/undo',
        summary: 'Undo a change of triage',
        request: { params: z.object({ id: Id }) },
        responses: {
          200: {
            ...jsonAnswer(z.object({ data: ChangeResource }), 'What was put back, and what somebody changed since'),
            headers: changeHeader,
          },
          202: { ...jsonAnswer(jobAnswer, 'The change was of more than 500 signals: the job that puts them back'), headers: changeHeader },
        },
      }),
      async c => {
        const answer = await undoChange(restrictionsOf(c), c.var.write, c.req.valid('param').id)
        if ('job' in answer) {
          tellChange(c, answer.job.change)
          return c.json({ data: jobResource(answer.job) }, 202)
        }
        const { id, ...attributes } = answer.undone
        tellChange(c, id)
        return c.json({ data: { id, type: 'change' as const, attributes } }, 200)
      },
    )
