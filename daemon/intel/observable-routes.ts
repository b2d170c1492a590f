import { z } from '@hono/zod-openapi'
import { indicatorTypes, type Match } from '../../shared/indicator.ts'
import { readAddress, scopeOf } from '../../shared/ip.ts'
import { hostOf, type Observable, printObservable, readObservable } from '../../shared/observable.ts'
import { queryAbout } from '../../shared/query-about.ts'
import type { Signal } from '../../shared/signal.ts'
import type { Span } from '../../shared/span.ts'
import { isMarked, verdicts, worstOf } from '../../shared/verdict.ts'
import type { Pivot } from '../engine/pivot.ts'
import type { Found, Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, may, requires, restrictionsOf, route } from '../lib/http.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createInsideOf, type InsideNeeds, InsideResource } from './inside.ts'
import {
  ageOf,
  createKindsOf,
  type Kind,
  kinds,
  LogsSeen,
  type LookupNeeds,
  MatchResource,
  StandingResource,
  standingOf,
} from './lookup-routes.ts'

export type ObservableNeeds = LookupNeeds &
  InsideNeeds & {
    pivotLogs(only: Restrictions, query: string): Promise<Pivot>
    searchSignals(only: Restrictions, search: Search): Promise<Found<Signal>>
  }

const tags = ['Threat intelligence']
const what = 'an address, a block, a domain, a URL, a mail address, a hash or a CVE'
/** Signals that one look-up shows. */
const latest = 20
/** Values of one request, and characters of one. */
const most = { values: 1000, length: 2048 }

const IndicatorResource = z.object({
  data: z.object({
    type: z.literal('indicator'),
    id: z.string(),
    attributes: z.object({
      type: z.enum(indicatorTypes),
      verdict: z.enum(verdicts).nullable(),
      matches: z.array(MatchResource),
      known_good: z.array(z.string()),
      signals: z.object({ open: z.number(), total: z.number(), latest: z.array(z.looseObject({})) }).optional(),
      logs: LogsSeen.optional().openapi({ description: 'Not of a range that is no block, nor for those who may not read logs' }),
      host: z
        .object({
          ...{ value: z.string(), type: z.enum(indicatorTypes), verdict: z.enum(verdicts).nullable() },
          ...{ matches: z.array(MatchResource), known_good: z.array(z.string()) },
          open_signal: z.boolean().openapi({ description: 'It stands in a signal that nobody has archived' }),
          ...StandingResource,
        })
        .optional()
        .openapi({ description: 'What is known of the host of a URL, or the domain of a mail address: not of the value itself' }),
      ...StandingResource,
      inside: InsideResource.optional(),
    }),
  }),
})
const said = {
  value: z.string(),
  type: z.enum(indicatorTypes),
  verdict: z.enum(verdicts).nullable(),
  sources: z.array(z.string()),
  categories: z.array(z.string()),
  known_good: z.array(z.string()),
  kind: z.enum(kinds),
}
const Row = z.object({
  ...said,
  host: z
    .object({ ...said, indicators: z.array(z.string()).openapi({ description: 'Entries of feeds that it matches' }) })
    .optional()
    .openapi({ description: 'The host of a URL, or the domain of a mail address, where anything is known of that' }),
  inside: InsideResource.optional(),
  scope: z.string().optional(),
  country: z.string().optional(),
  as: z.string().optional(),
})

const distinct = (values: Iterable<string>) => [...new Set(values)]

/** Looking up values of any kind, one with all that is known of it, or many at once. */
export const observableRoutes = (needs: ObservableNeeds) => {
  const { feeds, locator, pivotLogs, searchSignals, signalResource, now } = needs
  const withAge = ageOf(feeds, now)
  const kindsOf = createKindsOf(needs)
  const insideOf = createInsideOf(needs)

  /** What feeds say; of a block or a range those entries that hold all of it. */
  function matchesOf(read: Observable): readonly Match[] {
    if (read.type !== 'ip') return feeds.matchName(read.type, read.name)
    const value = printObservable(read)
    return readAddress(value) ? feeds.match(value) : feeds.matchSpan(read.span)
  }
  const goodOf = (read: Observable) => (read.type === 'ip' ? feeds.knownGoodSpan(read.span) : feeds.knownGood(read))

  /** What signals and logs say; nothing of a range that is no block. */
  async function seenOf(only: Restrictions, read: Observable) {
    const value = printObservable(read)
    if (read.type === 'ip' && readAddress(value)) {
      const { logs, signals } = await needs.pivot(only, value)
      return { logs, signals: { ...signals, latest: signals.latest.map(signalResource) } }
    }
    const query = queryAbout(read)
    return query === undefined ? {} : { logs: await pivotLogs(only, query), signals: await signalsOf(only, query) }
  }
  async function signalsOf(only: Restrictions, query: string) {
    const about = { track: 'signals', from: -8.64e15, to: 8.64e15, sort: 'severity' } as const
    const open = await searchSignals(only, { ...about, query: `(${query}) -@workflow.triage.state:archived`, limit: latest })
    const { total } = await searchSignals(only, { ...about, query, limit: 0 })
    return { open: open.total, total, latest: open.rows.map(signalResource) }
  }

  /** What is known of what a URL or a mail address lies on. */
  async function hostFacts(only: Restrictions, host: Observable, decided: boolean) {
    const value = printObservable(host)
    const matches = matchesOf(host)
    const isAddress = host.type === 'ip'
    const open = isAddress ? needs.inOpenSignals(only, [value]) : needs.openNames(only, [value], true).then(({ named }) => named)
    const standing = decided && isAddress ? (await needs.standings(only, [value]))[value] : undefined
    return {
      ...{ value, type: host.type, verdict: worstOf(matches), matches: matches.map(withAge), known_good: goodOf(host) },
      open_signal: (await open).length > 0,
      ...(await standingOf(standing, needs.proofs)),
    }
  }
  /** What many values are told in. */
  function told(observable: Observable, kind: Kind = 'unknown') {
    const matches = matchesOf(observable)
    const verdict = worstOf(matches)
    return {
      ...{ value: printObservable(observable), type: observable.type, verdict, known_good: goodOf(observable) },
      sources: distinct(matches.map(({ source }) => source.name)),
      categories: distinct(matches.map(({ category }) => category)),
      indicators: distinct(matches.map(({ indicator }) => indicator)),
      kind: kind === 'unknown' && isMarked(verdict) ? ('match' as const) : kind,
    }
  }

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/indicator',
        summary: `Look up ${what}`,
        tags,
        middleware: [requires('security_monitoring_signals_read')],
        request: { query: z.object({ value: z.string().min(1).max(most.length) }) },
        responses: { 200: jsonAnswer(IndicatorResource, 'What feeds, signals and logs say of it') },
      }),
      async c => {
        const { value } = c.req.valid('query')
        const read = readObservable(value)
        if (!read) throw notAnIndicator(value)
        const matches = matchesOf(read)
        const { logs, signals } = await seenOf(restrictionsOf(c), read)
        const host = hostOf(read)
        const range = rangeOf(read)
        const decided = may(c, 'appsec_protect_read')
        const [inside] = await insideOf(restrictionsOf(c), range ? [range] : [], decided)
        const standing =
          decided && read.type === 'ip'
            ? (await needs.standings(restrictionsOf(c), [printObservable(read)]))[printObservable(read)]
            : undefined
        const attributes = {
          type: read.type,
          verdict: worstOf(matches),
          matches: matches.map(withAge),
          known_good: goodOf(read),
          ...(signals && { signals }),
          ...(logs && may(c, 'logs_read_data') && { logs }),
          ...(host && { host: await hostFacts(restrictionsOf(c), host, decided) }),
          ...(await standingOf(standing, needs.proofs)),
          ...(inside && { inside }),
        }
        return c.json({ data: { type: 'indicator' as const, id: printObservable(read), attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/local/observables',
        summary: `Look up many values, each ${what}: what feeds say, and what is decided`,
        tags,
        middleware: [requires('security_monitoring_signals_read')],
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('observables'),
              attributes: z.strictObject({ values: z.array(z.string().max(most.length)).max(most.values) }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({ type: z.literal('observables'), attributes: z.object({ rows: z.array(Row), unread: z.array(z.string()) }) }),
            }),
            'A row for each different value; what is none of the kind is unread',
          ),
        },
      }),
      async c => {
        const { values } = c.req.valid('json').data.attributes
        const read = new Map<string, Observable>()
        const unread: string[] = []
        for (const value of values) {
          const observable = readObservable(value)
          if (observable) read.set(`${observable.type} ${printObservable(observable)}`, observable)
          else unread.push(value)
        }
        const hosts = [...read.values()].flatMap(observable => hostOf(observable) ?? [])
        const asked = distinct([...read.values(), ...hosts].map(printObservable))
        const decided = may(c, 'appsec_protect_read')
        const { kinds: known } = await kindsOf(restrictionsOf(c), asked, { decided, wait: true })
        const ranges = [...read.values()].flatMap(observable => rangeOf(observable) ?? [])
        const within = await insideOf(restrictionsOf(c), ranges, decided)
        const insides = new Map(ranges.map((range, i) => [range, within[i]!]))
        const locate = await locator()
        const rows = [...read.values()].map(observable => {
          const { indicators: _, ...own } = told(observable, known[printObservable(observable)])
          const on = hostOf(observable)
          const host = on && told(on, known[printObservable(on)])
          const range = rangeOf(observable)
          const address = observable.type === 'ip' ? readAddress(own.value) : undefined
          const { country, as } = address ? locate(own.value) : {}
          return {
            ...own,
            ...(host && (host.kind !== 'unknown' || host.verdict !== null || host.known_good.length > 0) && { host }),
            ...(range && { inside: insides.get(range)! }),
            ...(address && { scope: scopeOf(address) }),
            ...(country && { country: country.name }),
            ...(as && { as: as.name }),
          }
        })
        return c.json({ data: { type: 'observables' as const, attributes: { rows, unread } } }, 200)
      },
    )
}

/** The addresses of what is more than one. */
const rangeOf = (read: Observable): Span | undefined => (read.type === 'ip' && !readAddress(printObservable(read)) ? read.span : undefined)

const notAnIndicator = (value: string) =>
  new Refusal(400, 'not_an_indicator', `“${value.slice(0, 64)}” is not ${what}`, {
    problems: [{ field: 'value', message: `is not ${what}` }],
  })
