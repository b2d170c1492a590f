import { z } from '@hono/zod-openapi'
import { effects, type Ioc, type IocListing, type IocState, type IocTriage, iocColumns, iocStates } from '../../../shared/ioc.ts'
import { printAddress, readAddress } from '../../../shared/ip.ts'
import { readObservable } from '../../../shared/observable.ts'
import { refang } from '../../../shared/refang.ts'
import type { WriteContext } from '../../lib/actor.ts'
import { Refusal } from '../../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../../lib/http.ts'
import type { Restrictions } from '../../lib/restrictions.ts'
import type { Locate, Place } from '../geo.ts'
import { asTypeOf } from './score.ts'

/** Where the logs of an indicator are from. */
interface IocContext {
  hosts: string[]
  services: string[]
  sources: string[]
  users: string[]
}

export interface IocNeeds {
  locator(): Promise<Locate>
  listIndicators(only: Restrictions, asked: IocListing): Promise<{ iocs: Ioc[]; count: number; cut: boolean }>
  getIndicator(
    only: Restrictions,
    indicator: string,
    ocsf: boolean,
    history: { limit: number; offset: number },
  ): Promise<{ ioc: Ioc; context: IocContext; history: IocTriage[] }>
  triageIndicator(ctx: WriteContext, indicator: string, state: IocState): Promise<IocTriage>
  /** Throws where a text is no query. */
  checkQuery(text: string, field: string): string
}

const tags = ['Threat intelligence']
const read = [requires('security_monitoring_signals_read'), requires('logs_read_data')]
const Source = z.object({ name: z.string() })
const scored =
  'How much it deserves a look. It starts at the highest score that a feed gives it, or where the feed gives none at its intention (malicious 60, suspicious 40, unknown 20, benign 5) and 10 more for a category that does harm; what is known to be good starts at its intention. Added are: sources (several accuse it 10; one knows it to be good -10), persistence (over three days or more 10; in one log -5), hosting (5) and signals (any 8, high or critical 15), as the m_ fields say'
const flag = z.enum(['true', 'false']).default('false')
const IndicatorAttributes = z
  .looseObject({
    ...{ id: z.string(), indicator: z.string(), indicator_type: z.string(), categories: z.array(z.string()) },
    score: z.number().min(0).max(100).openapi({ description: scored }),
    ...{ malicious_sources: z.array(Source), suspicious_sources: z.array(Source), benign_sources: z.array(Source) },
    ...{ log_matches: z.number(), signal_matches: z.number(), triage_state: z.enum(iocStates) },
    ...{ m_sources: z.enum(effects), m_persistence: z.enum(effects), m_as_type: z.enum(effects), m_signal: z.enum(effects) },
  })
  .openapi('IndicatorOfCompromise')
/** A value as logs and feeds are compared by it, however it was written; undefined where it is no single one. */
function normalForm(text: string): string | undefined {
  const address = readAddress(refang(text.trim()))
  if (address) return printAddress(address)
  const observable = readObservable(text)
  return observable === undefined || observable.type === 'ip' ? undefined : observable.name
}
const iso = (time: number) => new Date(time).toISOString()

function wire(ioc: Ioc, { country, as }: Place): z.input<typeof IndicatorAttributes> {
  const { indicator, type, logs, matches, signals, score, triage } = ioc
  const sourcesOf = (...intentions: string[]) =>
    [...new Set(matches.filter(({ intention }) => intentions.includes(intention)).map(({ source }) => source.name))].map(name => ({ name }))
  return {
    ...{ id: indicator, indicator, indicator_type: type, score: score.score },
    categories: [...new Set(matches.map(({ category }) => category))],
    intentions: [...new Set(matches.map(({ intention }) => intention))],
    malicious_sources: sourcesOf('malicious'),
    suspicious_sources: sourcesOf('suspicious', 'unknown'),
    benign_sources: sourcesOf('benign'),
    ...(country && { as_geo: { country_code: country.iso_code, country_name: country.name } }),
    ...(as && { as_number: String(as.number), as_organization: as.name }),
    ...{ as_type: asTypeOf(ioc), first_seen: iso(logs.first), last_seen: iso(logs.last) },
    ...{ log_matches: logs.count, signal_matches: signals.count, signal_tier: Math.min(3, signals.count) },
    ...{ m_sources: score.sources, m_persistence: score.persistence, m_as_type: score.hosting, m_signal: score.signal },
    max_trust_score: 'NO_EFFECT',
    tags: [],
    triage_state: triage?.state ?? 'not_reviewed',
    ...(triage && { triaged_by: triage.by, triaged_at: iso(triage.time) }),
  }
}

/** The explorer of indicators that stored logs matched, on Datadog's wire: the last 30 days. */
export const iocRoutes = ({ locator, listIndicators, getIndicator, triageIndicator, checkQuery }: IocNeeds) => {
  const placeIn = (locate: Locate, { indicator }: Ioc): Place => (readAddress(indicator) ? locate(indicator) : {})
  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/security/siem/ioc-explorer',
        summary: 'List indicators that logs of the last 30 days matched',
        tags,
        middleware: read,
        request: {
          query: z.object({
            limit: z.coerce.number().int().min(1).max(1000).default(50),
            offset: z.coerce.number().int().min(0).default(0),
            query: z.string().max(4000).default(''),
            'sort[column]': z.enum(iocColumns).default('score'),
            'sort[order]': z.enum(['asc', 'desc']).default('desc'),
            ocsf: flag,
            worked_by: z.string().max(200).optional(),
            triage_state: z.enum(iocStates).optional(),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.string(),
                attributes: z.object({
                  data: z.array(IndicatorAttributes),
                  metadata: z.looseObject({ count: z.number() }),
                  paging: z.object({ offset: z.number() }),
                }),
              }),
            }),
            'A page of indicators',
          ),
        },
      }),
      async c => {
        const { limit, offset, query, ocsf, worked_by, triage_state, ...sort } = c.req.valid('query')
        const { iocs, count, cut } = await listIndicators(restrictionsOf(c), {
          ...{ limit, offset, query: checkQuery(query, 'query'), ocsf: ocsf === 'true' },
          ...{ column: sort['sort[column]'], order: sort['sort[order]'] },
          ...(worked_by !== undefined && { workedBy: worked_by }),
          ...(triage_state && { state: triage_state }),
        })
        const locate = await locator()
        const attributes = {
          data: iocs.map(ioc => wire(ioc, placeIn(locate, ioc))),
          metadata: { count, ...(cut && { cut: true }) },
          paging: { offset: offset + iocs.length },
        }
        return c.json({ data: { id: 'ioc-explorer', type: 'ioc_explorer_response', attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/security/siem/ioc-explorer/indicator',
        summary: 'Get an indicator that logs of the last 30 days matched',
        tags,
        middleware: read,
        request: {
          query: z.object({
            indicator: z.string().min(1).max(2048),
            ocsf: flag,
            include_triage_history: flag,
            triage_history_limit: z.coerce.number().int().min(1).max(1000).default(100),
            triage_history_offset: z.coerce.number().int().min(0).default(0),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.object({ id: z.string(), type: z.string(), attributes: z.object({ data: IndicatorAttributes }) }) }),
            'The indicator',
          ),
        },
      }),
      async c => {
        const { indicator, ocsf, include_triage_history, triage_history_limit: limit, triage_history_offset: offset } = c.req.valid('query')
        const asked = normalForm(indicator) ?? indicator
        const { ioc, context, history } = await getIndicator(restrictionsOf(c), asked, ocsf === 'true', { limit, offset })
        const additional = ioc.matches.flatMap(({ source, additional_data: data }) => (data ? [[source.name, data] as const] : []))
        const data = {
          ...wire(ioc, placeIn(await locator(), ioc)),
          ...{ hosts: context.hosts, services: context.services, log_sources: context.sources, users: { name: context.users } },
          ...{ critical_assets: [], additional_data: Object.fromEntries(additional) },
          signal_severity: Object.entries(ioc.signals.severities).map(([severity, count]) => ({ severity, count })),
          ...(include_triage_history === 'true' && {
            triage_history: history.map(({ state, by, time }) => ({ triage_state: state, triaged_by: by, triaged_at: iso(time) })),
          }),
        }
        return c.json({ data: { id: ioc.indicator, type: 'get_indicator_response', attributes: { data } } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/security/siem/ioc-explorer/triage',
        summary: 'Say whether somebody has looked at an indicator',
        description:
          'Whether any log matched it makes no difference, as on Datadog: it may have been looked at before one does, and an answer would tell somebody under a restriction query what they may not see.',
        tags,
        middleware: [requires('security_monitoring_signals_write')],
        request: jsonBody(
          z.object({
            data: z.object({
              type: z.literal('ioc_triage_state'),
              attributes: z.object({ indicator: z.string().min(1).max(2048), triage_state: z.enum(iocStates) }),
            }),
          }),
        ),
        responses: {
          201: jsonAnswer(z.object({ data: z.object({ id: z.string(), type: z.string(), attributes: z.looseObject({}) }) }), 'Noted'),
        },
      }),
      async c => {
        const { indicator: given, triage_state } = c.req.valid('json').data.attributes
        const indicator = normalForm(given)
        const message = 'is no address, domain, URL or hash'
        if (indicator === undefined)
          throw new Refusal(400, 'invalid', `The indicator ${message}`, { problems: [{ field: 'data.attributes.indicator', message }] })
        const { by, time } = await triageIndicator(c.var.write, indicator, triage_state)
        const attributes = { indicator, triage_state, triaged_by: by, triaged_at: iso(time), created_at: iso(time) }
        return c.json({ data: { id: indicator, type: 'ioc_triage_state', attributes } }, 201)
      },
    )
}
