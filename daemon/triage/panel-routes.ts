import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { get } from '../../shared/json.ts'
import type { Signal } from '../../shared/signal.ts'
import { furthest } from '../../shared/time.ts'
import { worstOn } from '../../shared/verdict.ts'
import type { Found, Search } from '../engine/search.ts'
import { createRouter, type Env, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createWaiting } from '../lib/waiting.ts'
import { Id, Param } from './moving.ts'
import { logQueries, relatedQuery, sharedWith, splitEntity, typeOfEntity } from './related.ts'
import { matchesOf } from './wire.ts'

/** Related signals that are shown: the latest. */
const mostRelated = 100

interface Needs {
  getSignal(only: Restrictions, id: string): Promise<Signal>
  searchSignals(only: Restrictions, search: Search, ms: number, signal: AbortSignal): Promise<Found<Signal>>
  /** A signal in the wire's form. */
  resource(signal: Signal): { id: string; type: 'signal'; attributes: Record<string, unknown> }
  /** How long a search may take, ms. */
  patience(): number
}

const tags = ['Signals']
const base = '/api/v2/security_monitoring/signals'
const read = { tags, middleware: [requires('security_monitoring_signals_read')] }
const readRules = { tags, middleware: [requires('security_monitoring_rules_read'), requires('security_monitoring_signals_read')] }
const Identity = z.looseObject({ type: z.enum(['ip_address', 'user', 'host', 'other']), value: z.string(), path: z.string() })
const LogQueries = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.literal('investigation_log_queries'),
      attributes: z.object({
        name: z.string(),
        title: z.string(),
        query_filter: z.string(),
        template_variables: z.record(z.string(), z.array(z.string())),
        url: z.string(),
      }),
    }),
  ),
})
const hour = 3_600_000

/** What the panel beside a signal shows besides the signal itself. */
export const panelRoutes = ({ getSignal, searchSignals, resource, patience }: Needs) => {
  const waiting = createWaiting()
  const seen = (c: Context<Env>, id: string) => getSignal(restrictionsOf(c), id)
  async function queriesOf(c: Context<Env>, id: string): Promise<z.input<typeof LogQueries>> {
    const signal = await seen(c, id)
    const { first_seen, last_seen } = signal.detection
    return {
      data: logQueries(signal).map(({ name, title, query, values }, i) => {
        const url = `/logs?${new URLSearchParams({ query, from_ts: String(first_seen - hour), to_ts: String(last_seen + hour) })}`
        const attributes = { name, title, query_filter: query, template_variables: values, url }
        return { id: `${id}-${i}`, type: 'investigation_log_queries' as const, attributes }
      }),
    }
  }

  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: '/api/local/signals/{id}/related',
        summary: 'List signals that share the group or an entity of a signal',
        request: { params: Param },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(z.object({ id: z.string(), type: z.literal('signal'), attributes: z.looseObject({}) })),
              meta: z.object({ total: z.number(), capped: z.boolean() }),
            }),
            'The 100 latest, oldest first; `capped` where there are more. What each shares stands under `x_related`',
          ),
        },
      }),
      async c => {
        const signal = await seen(c, c.req.valid('param').id)
        const query = relatedQuery(signal)
        if (query === undefined) return c.json({ data: [], meta: { total: 0, capped: false } }, 200)
        const search = { track: 'signals', query, from: -furthest, to: furthest, limit: mostRelated + 1, sort: '-timestamp' } as const
        const { rows, total } = await waiting(c.req.raw.signal, undefined, ending =>
          searchSignals(restrictionsOf(c), search, patience(), ending),
        )
        const others = rows.filter(({ id }) => id !== signal.id).slice(0, mostRelated)
        const data = others.reverse().map(other => {
          const { attributes, ...rest } = resource(other)
          return { ...rest, attributes: { ...attributes, x_related: sharedWith(signal, other) } }
        })
        return c.json({ data, meta: { total: total - 1, capped: total - 1 > others.length } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/entities`,
        summary: 'List the entities of a signal',
        request: { params: Param, query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }) },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({ id: Id, type: z.literal('entities'), attributes: z.object({ identities: z.array(Identity) }) }),
            }),
            'Who did it, and to whom',
          ),
        },
      }),
      async c => {
        const signal = await seen(c, c.req.valid('param').id)
        const identities = identitiesOf(signal).slice(0, c.req.valid('query').limit)
        return c.json({ data: { id: signal.id, type: 'entities' as const, attributes: { identities } } }, 200)
      },
    )
    .openapi(
      route({
        ...readRules,
        method: 'get',
        path: `${base}/{id}/investigation_queries`,
        summary: 'List queries for logs that tell more of a signal',
        request: { params: Param },
        responses: { 200: jsonAnswer(LogQueries, 'What its rule matched first, then by entity') },
      }),
      async c => c.json(await queriesOf(c, c.req.valid('param').id), 200),
    )
    .openapi(
      route({
        ...readRules,
        method: 'get',
        path: `${base}/{id}/suggested_actions`,
        summary: 'List what to look at next',
        request: { params: Param },
        responses: { 200: jsonAnswer(LogQueries, 'Queries for logs that tell more of it') },
      }),
      async c => c.json(await queriesOf(c, c.req.valid('param').id), 200),
    )
}

/** Addresses with what feeds say of them; users with whether they got in, and whether the rule tells of a takeover. */
function identitiesOf({ detection }: Signal): z.input<typeof Identity>[] {
  const { samples, tags, entities } = detection
  const gotIn = new Set(
    samples.flatMap(({ attributes: a }) => (get(a, 'evt', 'outcome') === 'success' ? [get(a, 'usr', 'name'), get(a, 'usr', 'id')] : [])),
  )
  const facts = {
    ip_address: (value: string) => ({ verdict: worstOn(value, matchesOf(detection)) }),
    user: (value: string) => ({ signed_in: gotIn.has(value), compromised: tags.includes('category:account_takeover') }),
    host: () => ({}),
    other: () => ({}),
  }
  return entities.map(entity => {
    const [path, value] = splitEntity(entity)
    const type = typeOfEntity(entity)
    return { type, value, path, ...facts[type](value) }
  })
}
