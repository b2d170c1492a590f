import { z } from '@hono/zod-openapi'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { severities } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import { furthest } from '../../shared/time.ts'
import { ofFields } from '../engine/own-fields.ts'
import type { Found, Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createWaiting } from '../lib/waiting.ts'
import { queryOfEntity, splitEntity, typeOfEntity } from './related.ts'
import { createRisks, type Risk, severityOf } from './risk.ts'

interface Needs {
  searchSignals(only: Restrictions, search: Search, ms: number, signal: AbortSignal): Promise<Found<Signal>>
  /** How long a search may take, ms. */
  patience(): number
  now: () => number
  /** Throws where a text is no query. */
  checkQuery(text: string, field: string): string
}

const twoWeeks = 14 * 86_400_000
const texts = z.array(z.string())
const Attributes = z.looseObject({
  ...{ entityName: z.string(), entityType: z.string(), entityTypes: texts, entitySubTypes: texts },
  ...{ entityProviders: texts, accountIds: texts },
  ...{ riskScore: z.number(), riskScoreEvolution: z.number(), severity: z.enum(severities), signalsDetected: z.number() },
  ...{ firstDetected: z.number(), lastDetected: z.number(), lastActivityTitle: z.string() },
  configRisks: z.looseObject({ isProduction: z.boolean() }),
  entityMetadata: z.object({ environments: texts, mitreTactics: texts, mitreTechniques: texts, services: texts, sources: texts }),
})
const Resource = z
  .object({ id: z.string(), type: z.literal('SecurityEntityRiskScore'), attributes: Attributes })
  .openapi('SecurityEntityRiskScore')

const sorts = ['riskScore', 'lastDetected', 'firstDetected', 'entityName', 'signalsDetected'] as const
const orders: Record<(typeof sorts)[number], (a: Risk, b: Risk) => number> = {
  riskScore: (a, b) => a.score - b.score,
  lastDetected: (a, b) => a.last - b.last,
  firstDetected: (a, b) => a.first - b.first,
  signalsDetected: (a, b) => a.signals - b.signals,
  entityName: (a, b) => compare(nameOf(a), nameOf(b)),
}
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const nameOf = ({ entity }: Risk) => splitEntity(entity)[1] || entity
/** What a query of risks looks at. */
const docOf = (risk: Risk) => ({
  timestamp: risk.last,
  message: nameOf(risk),
  tags: [],
  attributes: {
    ...{ severity: severityOf(risk.score), entityType: typeOfEntity(risk.entity), entityName: nameOf(risk) },
    ...{ riskScore: risk.score, signalsDetected: risk.signals, firstDetected: risk.first, lastDetected: risk.last },
  },
})
const facets = {
  service: 'services',
  env: 'environments',
  source: 'sources',
  tactic: 'mitreTactics',
  technique: 'mitreTechniques',
} as const

/** How much of a risk users, addresses and hosts are, on Datadog's wire: a sum over the signals of two weeks. */
export const riskRoutes = ({ searchSignals, patience, now, checkQuery }: Needs) => {
  const waiting = createWaiting()
  type Run = (search: Search) => Promise<Found<Signal>>
  const runFor = (only: Restrictions, signal: AbortSignal) => (search: Search) => searchSignals(only, search, patience(), signal)

  async function resource(run: Run, span: { from: number; to: number }, risk: Risk): Promise<z.input<typeof Resource>> {
    const { entity, score, evolution, signals, first, last } = risk
    const latest = await run({
      ...{ track: 'signals', query: queryOfEntity(entity), ...span, limit: 1, sort: '-timestamp' },
      facets: Object.keys(facets),
    })
    const valuesOf = (path: string) => (latest.facets[path] ?? []).map(({ value }) => value)
    const named = Object.fromEntries(Object.entries(facets).map(([path, name]) => [name, valuesOf(path)])) as Record<
      (typeof facets)[keyof typeof facets],
      string[]
    >
    const type = typeOfEntity(entity)
    return {
      id: entity,
      type: 'SecurityEntityRiskScore',
      attributes: {
        ...{ entityName: nameOf(risk), entityType: type, entityTypes: [type], entitySubTypes: [], entityProviders: [], accountIds: [] },
        ...{ riskScore: score, riskScoreEvolution: evolution, severity: severityOf(score), signalsDetected: signals },
        ...{ firstDetected: first, lastDetected: last, lastActivityTitle: latest.rows[0]?.detection.title ?? '' },
        // of how things are configured nothing is known here
        configRisks: {
          ...{ hasIdentityRisk: false, hasMisconfiguration: false, hasPrivilegedRole: false, isPrivileged: false },
          ...{ isPubliclyAccessible: false, isProduction: named.environments.some(env => /^prod/.test(env)) },
        },
        entityMetadata: named,
      },
    }
  }

  const tags = ['Signals']
  const middleware = [requires('security_monitoring_signals_read')]
  const path = '/api/v2/security-entities/risk-scores'
  const time = z.coerce.number().int().min(-furthest).max(furthest)
  return createRouter()
    .openapi(
      route({
        method: 'get',
        path,
        summary: 'List how much of a risk users, addresses and hosts are',
        tags,
        middleware,
        request: {
          query: z.object({
            from: time.optional(),
            to: time.optional(),
            'page[size]': z.coerce.number().int().min(1).max(1000).default(10),
            'page[number]': z.coerce.number().int().min(1).default(1),
            'page[queryId]': z
              .string()
              .regex(/^-?\d{1,16}_-?\d{1,16}$/, 'must be one that a page came with')
              .optional(),
            'filter[sort]': z.enum(sorts.flatMap(sort => [`${sort}:asc`, `${sort}:desc`] as const)).default('riskScore:desc'),
            'filter[query]': z.string().max(4000).default(''),
            entityType: z.union([z.string().max(64), z.array(z.string().max(64)).max(20)]).optional(),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(Resource),
              meta: z.looseObject({ pageNumber: z.number(), pageSize: z.number(), queryId: z.string(), totalRowCount: z.number() }),
            }),
            'A page of them. A critical signal counts 100 points, a high one 50, a medium one 5; `cut` where there are too many to tell apart',
          ),
        },
      }),
      async c => {
        const asked = c.req.valid('query')
        const { to = now(), from = to - twoWeeks, 'page[size]': pageSize, 'page[number]': pageNumber, entityType } = asked
        const [began = from, ended = to] = asked['page[queryId]']?.split('_').map(Number) ?? []
        const span = { from: began, to: ended }
        if (span.to < span.from) throw new Refusal(400, 'invalid', 'from: is after to')
        const keep = toPredicate(ofFields(parse(checkQuery(asked['filter[query]'], 'filter[query]'))))
        const types = entityType === undefined ? undefined : [entityType].flat()
        const [sort, direction] = asked['filter[sort]'].split(':') as [(typeof sorts)[number], string]
        const answer = await waiting(c.req.raw.signal, undefined, async signal => {
          const run = runFor(restrictionsOf(c), signal)
          const { risks, cut } = await createRisks(run)('', span)
          const found = risks.filter(risk => keep(docOf(risk)) && (types?.includes(typeOfEntity(risk.entity)) ?? true))
          // those that are alike always come in the same order
          found.sort((a, b) => (direction === 'asc' ? 1 : -1) * orders[sort](a, b) || compare(a.entity, b.entity))
          const data: z.input<typeof Resource>[] = []
          for (const risk of found.slice(pageSize * (pageNumber - 1), pageSize * pageNumber)) data.push(await resource(run, span, risk))
          const meta = { pageNumber, pageSize, queryId: `${span.from}_${span.to}`, totalRowCount: found.length, ...(cut && { cut }) }
          return { data, meta }
        })
        return c.json(answer, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: `${path}/{entity_id}`,
        summary: 'Get how much of a risk a user, an address or a host is',
        tags,
        middleware,
        request: { params: z.object({ entity_id: z.string().min(1).max(2048) }) },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'By the signals of two weeks') },
      }),
      async c => {
        const entity = c.req.valid('param').entity_id
        const span = { from: now() - twoWeeks, to: now() }
        const data = await waiting(c.req.raw.signal, undefined, async signal => {
          const run = runFor(restrictionsOf(c), signal)
          const { risks } = await createRisks(run)(queryOfEntity(entity), span)
          const risk = risks.find(risk => risk.entity === entity)
          if (!risk) throw new Refusal(404, 'not_found', 'No signal of the last two weeks names that entity')
          return resource(run, span, risk)
        })
        return c.json({ data }, 200)
      },
    )
}
