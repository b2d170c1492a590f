import type { Context } from 'hono'
import type { Signal } from '../../shared/signal.ts'
import type { Search } from '../engine/search.ts'
import { createRouter, type Env, requires, route } from '../lib/http.ts'
import { createWaiting } from '../lib/waiting.ts'
import { aggregateRoutes } from './aggregate-routes.ts'
import { explorerRoutes, Row } from './explorer-routes.ts'
import { exportRoutes } from './export-routes.ts'
import { facetRoutes } from './facet-routes.ts'
import { createFinders, type Find, type Searches } from './find.ts'
import { type LogNeeds, logRoutes } from './log-routes.ts'
import { AuditResource, auditResource, LogResource, logResource } from './wire.ts'
import { askedByGet, askedByPost, ListQuery, listAnswer, listed, orTimeout, searchBody, toSearch } from './wire-search.ts'

interface Needs extends Searches, LogNeeds {
  /** A signal in the wire's form. */
  signalResource(signal: Signal): { id: string; type: 'signal'; attributes: Record<string, unknown> }
  /** Put an export into the audit trail. */
  record: Parameters<typeof exportRoutes>[0]['record']
  now: () => number
}

/** Looking things up: the explorer's one answer, and the wire's lists of signals, logs and audit events. */
export const exploreRoutes = ({ getLog, logContext, signalResource, patience, record, now, ...searches }: Needs) => {
  const waiting = createWaiting()
  const find = createFinders(searches, waiting, patience)
  const resources = { logs: logResource, signals: (signal: Signal) => signalResource(signal), audit: auditResource }
  const signalRow = resources.signals
  const answer = async <R, W>(c: Context<Env>, search: Search, run: Find<R>, resource: (row: R) => W, started = performance.now()) =>
    listed(await run(c, search), resource, c.req.url, started)
  const answerLogs = (c: Context<Env>, search: Search, started = performance.now()) =>
    orTimeout(answer(c, search, find.logs, logResource, started), [], started)
  return createRouter()
    .route('/', explorerRoutes({ find, resources, now }))
    .route('/', exportRoutes({ find, resources, record, now }))
    .route('/', aggregateRoutes({ find, now }))
    .route('/', facetRoutes({ find, now }))
    .route('/', logRoutes({ getLog, logContext, patience }, waiting))
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
      async c => c.json(await answer(c, toSearch('signals', askedByGet(c.req.valid('query')), now(), true), find.signals, signalRow), 200),
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
      async c => c.json(await answer(c, toSearch('signals', askedByPost(c.req.valid('json')), now(), false), find.signals, signalRow), 200),
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
      async c => c.json(await answerLogs(c, toSearch('logs', askedByGet(c.req.valid('query')), now(), true)), 200),
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
      async c => c.json(await answerLogs(c, toSearch('logs', askedByPost(c.req.valid('json')), now(), false)), 200),
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/audit/events',
        summary: 'List audit events',
        tags: ['Audit trail'],
        'x-needs': 'user',
        request: { query: ListQuery },
        responses: listAnswer(AuditResource, 'Audit events, newest first; without audit_logs_read those of what you did yourself'),
      }),
      async c => c.json(await answer(c, toSearch('audit', askedByGet(c.req.valid('query')), now(), true), find.audit, auditResource), 200),
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/v2/audit/events/search',
        summary: 'Search audit events',
        tags: ['Audit trail'],
        'x-needs': 'user',
        request: searchBody,
        responses: listAnswer(AuditResource, 'Audit events, newest first; without audit_logs_read those of what you did yourself'),
      }),
      async c => c.json(await answer(c, toSearch('audit', askedByPost(c.req.valid('json')), now(), false), find.audit, auditResource), 200),
    )
}
