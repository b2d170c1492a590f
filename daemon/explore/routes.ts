import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AuditEvent } from '../../shared/audit.ts'
import type { Log } from '../../shared/log.ts'
import type { Signal } from '../../shared/signal.ts'
import type { Found, Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonAnswer, jsonBody, may, requires, route } from '../lib/http.ts'
import { checkQuery } from './query.ts'
import { readRange } from './range.ts'
import { AuditResource, auditResource, LogResource, logResource } from './wire.ts'
import { askedByGet, askedByPost, ListQuery, listAnswer, listed, searchBody, toSearch } from './wire-search.ts'

interface Needs {
  searchLogs(search: Search): Promise<Found<Log>>
  searchSignals(search: Search): Promise<Found<Signal>>
  searchAudit(search: Search): Promise<Found<AuditEvent>>
  getLog(id: string): Promise<Log>
  /** A signal in the wire's form. */
  signalResource(signal: Signal): { id: string; type: 'signal'; attributes: Record<string, unknown> }
  now: () => number
}

const Row = z.object({ id: z.string(), type: z.string(), attributes: z.looseObject({}) })
const Counts = z.array(z.object({ value: z.string(), count: z.number() }))
const time = z.union([z.string().max(64), z.number()])

export const ExplorerRequest = z
  .strictObject({
    track: z.enum(['logs', 'signals', 'audit']),
    query: z.string().max(8192).default(''),
    from: time.default('now-15m'),
    to: time.default('now'),
    limit: z.number().int().min(0).max(1000).default(50),
    cursor: z.string().max(4096).optional(),
    sort: z.enum(['-timestamp', 'timestamp', 'severity']).default('-timestamp'),
    facets: z.array(z.string().min(1).max(512)).max(50).optional(),
    histogram: z.strictObject({ buckets: z.number().int().min(1).max(1000) }).optional(),
  })
  .openapi('ExplorerRequest')

const trackPermission = { logs: 'logs_read_data', signals: 'security_monitoring_signals_read', audit: 'audit_logs_read' } as const

/** Looking things up: the explorer's one answer, and the wire's lists of signals, logs and audit events. */
export const exploreRoutes = ({ searchLogs, searchSignals, searchAudit, getLog, signalResource, now }: Needs) => {
  const signalRow = (signal: Signal) => signalResource(signal)
  const answer = async <R, W>(c: Context<Env>, search: Search, run: (search: Search) => Promise<Found<R>>, resource: (row: R) => W) => {
    const started = performance.now()
    return listed(await run(search), resource, c.req.url, Math.round(performance.now() - started))
  }
  return createRouter()
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/local/explorer',
        summary: 'Search logs, signals or audit events, with facets and histogram',
        tags: ['Explorer'],
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
              }),
            }),
            'Rows, total, facets and histogram from one snapshot',
          ),
        },
      }),
      async c => {
        const request = c.req.valid('json')
        if (!may(c, trackPermission[request.track]))
          throw new Refusal(403, 'forbidden', `This needs the permission ${trackPermission[request.track]}`)
        const started = performance.now()
        const { from, to } = readRange(request.from, request.to, now(), { from: 0, to: 'now' }, { from: 'from', to: 'to' })
        const search = { ...request, query: checkQuery(request.query, 'query'), from, to }
        const found =
          request.track === 'logs'
            ? await rows(searchLogs(search), logResource)
            : request.track === 'signals'
              ? await rows(searchSignals(search), signalRow)
              : await rows(searchAudit(search), auditResource)
        const { total, after, facets, cut, histogram } = found
        return c.json(
          {
            data: found.data,
            meta: {
              total,
              took_ms: Math.round(performance.now() - started),
              page: after === undefined ? {} : { after },
              facets,
              cut,
              histogram,
            },
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/security_monitoring/signals',
        summary: 'List signals',
        tags: ['Signals'],
        middleware: [requires('security_monitoring_signals_read')] as const,
        request: { query: ListQuery },
        responses: listAnswer(Row, 'Signals, newest first'),
      }),
      async c => c.json(await answer(c, toSearch('signals', askedByGet(c.req.valid('query')), now(), true), searchSignals, signalRow), 200),
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/v2/security_monitoring/signals/search',
        summary: 'Search signals',
        tags: ['Signals'],
        middleware: [requires('security_monitoring_signals_read')] as const,
        request: searchBody,
        responses: listAnswer(Row, 'Signals, newest first'),
      }),
      async c =>
        c.json(await answer(c, toSearch('signals', askedByPost(c.req.valid('json')), now(), false), searchSignals, signalRow), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/logs/events',
        summary: 'List logs',
        tags: ['Logs'],
        middleware: [requires('logs_read_data')] as const,
        request: { query: ListQuery },
        responses: listAnswer(LogResource, 'Logs, newest first'),
      }),
      async c => c.json(await answer(c, toSearch('logs', askedByGet(c.req.valid('query')), now(), true), searchLogs, logResource), 200),
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/v2/logs/events/search',
        summary: 'Search logs',
        tags: ['Logs'],
        middleware: [requires('logs_read_data')] as const,
        request: searchBody,
        responses: listAnswer(LogResource, 'Logs, newest first'),
      }),
      async c => c.json(await answer(c, toSearch('logs', askedByPost(c.req.valid('json')), now(), false), searchLogs, logResource), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/logs/{id}',
        summary: 'Get a log',
        tags: ['Logs'],
        middleware: [requires('logs_read_data')] as const,
        request: { params: z.object({ id: z.string() }) },
        responses: { 200: jsonAnswer(z.object({ data: LogResource }), 'The log') },
      }),
      async c => c.json({ data: logResource(await getLog(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/audit/events',
        summary: 'List audit events',
        tags: ['Audit trail'],
        middleware: [requires('audit_logs_read')] as const,
        request: { query: ListQuery },
        responses: listAnswer(AuditResource, 'Audit events, newest first'),
      }),
      async c => c.json(await answer(c, toSearch('audit', askedByGet(c.req.valid('query')), now(), true), searchAudit, auditResource), 200),
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/v2/audit/events/search',
        summary: 'Search audit events',
        tags: ['Audit trail'],
        middleware: [requires('audit_logs_read')] as const,
        request: searchBody,
        responses: listAnswer(AuditResource, 'Audit events, newest first'),
      }),
      async c =>
        c.json(await answer(c, toSearch('audit', askedByPost(c.req.valid('json')), now(), false), searchAudit, auditResource), 200),
    )
}

const rows = async <R, W extends z.input<typeof Row>>(found: Promise<Found<R>>, resource: (row: R) => W) => {
  const { rows, ...rest } = await found
  return { ...rest, data: rows.map(resource) as z.input<typeof Row>[] }
}
