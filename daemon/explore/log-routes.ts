import { z } from '@hono/zod-openapi'
import type { Log } from '../../shared/log.ts'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Waiting } from '../lib/waiting.ts'
import { LogResource, logResource } from './wire.ts'

const around = z.coerce.number().int().min(0).max(500).default(25)
const ContextQuery = z.object({
  before: around,
  after: around,
  same: z.enum(['host', 'service', 'none']).default('none').openapi({ description: 'Only logs with the same host or service' }),
})

export interface LogNeeds {
  getLog(only: Restrictions, id: string): Promise<Log>
  /** The logs around one, oldest first; ends after `ms`, and when its signal is aborted. */
  logContext(
    only: Restrictions,
    id: string,
    asked: z.output<typeof ContextQuery>,
    ms: number,
    signal: AbortSignal,
  ): Promise<{ before: Log[]; log: Log; after: Log[]; more: { before: boolean; after: boolean } }>
  /** How long a search may take, ms. */
  patience: () => number
}

const middleware = [requires('logs_read_data')]
const params = z.object({ id: z.string() })

/** One log, and what stands around it. */
export const logRoutes = ({ getLog, logContext, patience }: LogNeeds, waiting: Waiting) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/logs/{id}',
        summary: 'Get a log',
        tags: ['Logs'],
        middleware,
        request: { params },
        responses: { 200: jsonAnswer(z.object({ data: LogResource }), 'The log') },
      }),
      async c => c.json({ data: logResource(await getLog(restrictionsOf(c), c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/logs/{id}/context',
        summary: 'List the logs before and after a log',
        tags: ['Logs'],
        middleware,
        request: { params, query: ContextQuery },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(LogResource),
              meta: z.object({
                index: z.number().openapi({ description: 'Where in `data` the log itself is' }),
                more: z.object({ before: z.boolean(), after: z.boolean() }),
              }),
            }),
            'The logs around it and itself, oldest first; those of one time in the order in which they came',
          ),
        },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const { before, log, after, more } = await waiting(c.req.raw.signal, undefined, signal =>
          logContext(restrictionsOf(c), id, c.req.valid('query'), patience(), signal),
        )
        return c.json({ data: [...before, log, ...after].map(logResource), meta: { index: before.length, more } }, 200)
      },
    )
