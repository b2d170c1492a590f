import { z } from '@hono/zod-openapi'
import type { DecisionFilter } from '../../shared/bouncer.ts'
import { printSpan, readSpan } from '../../shared/span.ts'
import { readBody } from '../lib/body.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import type { DecisionsAsked } from './decisions.ts'
import {
  type Answered,
  type BouncerWith,
  bouncersOnly,
  type Caller,
  callerOf,
  type Found,
  type Pull,
  type Puller,
  pullerOf,
  whenWritten,
} from './puller.ts'

export interface LapiNeeds {
  bouncerWith: BouncerWith
  pullDecisions(who: Puller, startup: boolean, filter: DecisionFilter): Promise<Pull & { body: Uint8Array<ArrayBuffer> }>
  pulled(who: Puller, pull: Pull): Promise<null>
  findDecisions(caller: Caller, asked: DecisionsAsked, filter: DecisionFilter): Promise<Found>
  answered(who: Puller, news: Answered[]): Promise<null>
  reportMetrics(
    who: Puller,
    /** What it says that it is: perhaps not as its requests do. */
    component: string,
    report: { at: number; active: number | null; dropped_packets: number; dropped_bytes: number; processed_packets: number },
  ): Promise<null>
  now: () => number
  report(error: unknown): void
}

const tags = ['Bouncers']
const shared = { tags, 'x-needs': 'bouncer' as const, security: [{ bouncerKey: [] }] }
const DecisionResource = z
  .object({
    id: z.number(),
    uuid: z.string(),
    origin: z.string(),
    type: z.string(),
    scope: z.string(),
    value: z.string(),
    duration: z.string(),
    scenario: z.string(),
  })
  .openapi('Decision')
const words = z.string().max(4096).optional()
const Filter = {
  origins: words,
  scenarios_containing: words,
  scenarios_not_containing: words,
  type: z.string().max(64).optional(),
}
const listOf = (text: string | undefined): string[] | undefined =>
  text === undefined || text.trim() === ''
    ? undefined
    : text
        .split(',')
        .map(word => word.trim())
        .filter(word => word !== '')
const lower = (list: string[] | undefined) => list?.map(word => word.toLowerCase())

const Metric = z.looseObject({
  name: z.string().max(128),
  unit: z.string().max(64).optional(),
  value: z.number().min(0),
  labels: z.record(z.string(), z.string().max(512)).nullish(),
})
const Meta = z.looseObject({
  utc_now_timestamp: z.number().nullish().openapi({ description: 'When the bouncer counted, s: says nothing of what it was told later' }),
})
const UsageMetrics = z.looseObject({
  remediation_components: z
    .array(
      z.looseObject({
        type: z.string().max(128).optional(),
        version: z.string().max(128),
        utc_startup_timestamp: z.number(),
        metrics: z
          .array(z.looseObject({ meta: Meta.nullish(), items: z.array(Metric).max(10_000).nullish() }))
          .max(100)
          .nullish(),
      }),
    )
    .length(1, 'must hold exactly one component'),
})

const decisionsPath = '/v1/decisions'
/** By how much the clock of a bouncer may go ahead, ms. */
const ahead = 5 * 60_000

/** CrowdSec's protocol, as its bouncers speak it: they need nothing but this daemon's address and a key. */
export function lapiRoutes({ bouncerWith, pullDecisions, pulled, answered, findDecisions, reportMetrics, now, report }: LapiNeeds) {
  const router = createRouter()
  const withKey = bouncersOnly(bouncerWith, 'decisions')
  // whoever asks for decisions is let in by the answer itself
  router.use('/v1/*', (c, next) => (c.req.path === decisionsPath && c.req.method === 'GET' ? next() : withKey(c as never, next)))
  router.use('/v1/*', readBody)
  const routes = router
    .openapi(
      route({
        ...shared,
        method: 'get',
        path: '/v1/decisions/stream',
        summary: 'Pull what has changed since the last pull',
        request: {
          query: z.looseObject({ startup: z.string().max(16).optional(), scopes: words, ...Filter }),
        },
        responses: {
          200: jsonAnswer(
            z.object({ new: z.array(DecisionResource), deleted: z.array(DecisionResource) }),
            'startup=true: everything in force; else what is new and what is not any more',
          ),
        },
      }),
      async c => {
        const who = pullerOf(c)
        // only asks whether the key is good
        if (c.req.method === 'HEAD') return c.body(null, 200) as never
        const { startup, scopes, type, ...rest } = c.req.valid('query')
        if (type !== undefined && type !== 'ban') return c.json({ new: [], deleted: [] }, 200)
        const pull = await pullDecisions(who, startup === 'true', { scopes: lower(listOf(scopes)) ?? ['ip', 'range'], ...filterOf(rest) })
        whenWritten(c, () => pulled(who, pull), report)
        return c.body(pull.body, 200, { 'content-type': 'application/json' }) as never
      },
    )
    .openapi(
      route({
        ...shared,
        method: 'get',
        path: decisionsPath,
        summary: 'List decisions about an address, a range or a value',
        request: {
          query: z.looseObject({
            ip: z.string().max(128).optional(),
            range: z.string().max(128).optional(),
            scope: words,
            scopes: words,
            value: z.string().max(512).optional(),
            contains: z.string().max(8).optional(),
            ...Filter,
          }),
        },
        responses: { 200: jsonAnswer(z.array(DecisionResource).nullable(), 'The decisions; null where there is none') },
      }),
      async c => {
        if (c.req.method === 'HEAD') return c.body(null, 200) as never
        const { ip, range, scope, scopes, value, contains, type, ...rest } = c.req.valid('query')
        const { who, decisions, news } = await findDecisions(
          callerOf(c),
          {
            ...(ip !== undefined && { ip }),
            ...(range !== undefined && { range }),
            ...(value !== undefined && { value: readSpan(value) ? printSpan(readSpan(value)!) : value }),
            contains: contains !== 'false',
          },
          { scopes: lower(listOf(scope ?? scopes)), ...filterOf(rest) },
        )
        const found = type !== undefined && type !== 'ban' ? [] : decisions
        if (found.length > 0 && news.length > 0) whenWritten(c, () => answered(who, news), report)
        // bouncers in Lua compare with these four bytes
        return c.body(found.length > 0 ? JSON.stringify(found) : 'null', 200, { 'content-type': 'application/json' }) as never
      },
    )
    .openapi(
      route({
        ...shared,
        method: 'post',
        // a report of the caller about itself: no change that anybody would try or send twice
        'x-read': true,
        path: '/v1/usage-metrics',
        summary: 'Report what was dropped',
        request: jsonBody(UsageMetrics),
        responses: { 201: { description: 'Noted' } },
      }),
      async c => {
        const [component] = c.req.valid('json').remediation_components
        const said = (component!.metrics ?? []).flatMap(({ meta }) => meta?.utc_now_timestamp ?? [])
        if (said.some(at => at * 1000 > now() + ahead)) {
          const message = 'lies in the future by more than five minutes'
          const field = 'remediation_components.0.metrics.meta.utc_now_timestamp'
          throw new Refusal(400, 'invalid', `${field} ${message}`, { problems: [{ field, message }] })
        }
        const items = (component!.metrics ?? []).flatMap(({ items }) => items ?? [])
        const own = items.filter(({ labels }) => labels?.['origin'] === undefined || labels['origin'].split(':')[0] === 'signalbox')
        const sum = (list: typeof items, name: string, unit?: string) =>
          list.reduce((sum, item) => (item.name === name && (unit === undefined || item.unit === unit) ? sum + item.value : sum), 0)
        const reported = own.filter(({ name }) => name === 'active_decisions')
        const who = pullerOf(c)
        await reportMetrics({ ...who, version: component!.version }, component!.type ?? who.type, {
          at: Math.min(now(), ...said.map(at => at * 1000)),
          active: reported.length > 0 ? sum(reported, 'active_decisions') : null,
          dropped_packets: sum(own, 'dropped', 'packet') + sum(own, 'dropped', 'request'),
          dropped_bytes: sum(own, 'dropped', 'byte'),
          processed_packets: sum(items, 'processed', 'packet') + sum(items, 'processed', 'request'),
        })
        return c.body(null, 201)
      },
    )
  const known = new Set([decisionsPath, '/v1/decisions/stream', '/v1/usage-metrics'])
  routes.all('/v1/*', c => c.body(null, known.has(c.req.path) ? 405 : 404))
  return routes
}

const filterOf = (asked: Record<string, unknown>): DecisionFilter => ({
  origins: listOf(asked['origins'] as string | undefined),
  containing: lower(listOf(asked['scenarios_containing'] as string | undefined)),
  notContaining: lower(listOf(asked['scenarios_not_containing'] as string | undefined)),
})
