import { z } from '@hono/zod-openapi'
import { attackerStates, type Flag } from '../../shared/attacker.ts'
import { intentions, type Match, type NameType, nameTypes } from '../../shared/indicator.ts'
import { normaliseAddress, readAddress, scopeOf } from '../../shared/ip.ts'
import { readObservable } from '../../shared/observable.ts'
import type { Standing } from '../../shared/passlist.ts'
import { type Landing, landings } from '../../shared/proof.ts'
import type { Signal } from '../../shared/signal.ts'
import { printSpan } from '../../shared/span.ts'
import { isMarked, verdicts, worstOf } from '../../shared/verdict.ts'
import type { Pivot } from '../engine/pivot.ts'
import { createRouter, jsonAnswer, jsonBody, may, requires, restrictionsOf, route } from '../lib/http.ts'
import { readIp } from '../lib/read-ip.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Feeds } from './feeds.ts'
import type { Locate, Place } from './geo.ts'

export interface LookupNeeds {
  feeds: Feeds
  locator(): Promise<Locate>
  pivot(only: Restrictions, address: string): Promise<{ logs: Pivot; signals: { open: number; total: number; latest: Signal[] } }>
  inOpenSignals(only: Restrictions, addresses: string[]): Promise<string[]>
  /** The same of names in normal form, and which kinds of names there are in such signals; not `complete` while they are still read. */
  openNames(only: Restrictions, names: string[], wait: boolean): Promise<{ named: string[]; types: NameType[]; complete: boolean }>
  /** What is decided about addresses; those of whom nothing is are left out. */
  standings(only: Restrictions, addresses: string[]): Promise<Record<string, Standing>>
  /** Where entries of the denylist have got to with all enforcers together, by their ids. */
  proofs(ids: string[]): Promise<Record<string, { landing: Landing }>>
  /** Addresses that rules have flagged, of some. */
  flagged(only: Restrictions, addresses: string[]): Promise<Record<string, Flag>>
  signalResource(signal: Signal): Record<string, unknown>
  now: () => number
}

/** What is known of a value, in a word. */
export const kinds = ['blocked', 'signal', 'match', 'trusted', 'unknown'] as const
export type Kind = (typeof kinds)[number]

/** A feed is out of date two days after its last entries: lists worth having change daily. */
const staleAfter = 2 * 24 * 3_600_000

/** What a feed says, with how long ago it was last updated. */
export const ageOf =
  (feeds: Pick<Feeds, 'list'>, now: () => number) =>
  (match: Match): Match & { age_ms: number; stale: boolean } => {
    const updated = feeds.list().find(feed => feed.name === match.source.name)?.updated_at ?? now()
    return { ...match, age_ms: Math.max(0, now() - updated), stale: now() - updated > staleAfter }
  }

const tags = ['Threat intelligence']
const Count = z.object({ value: z.string(), count: z.number() })
export const MatchResource = z.looseObject({
  indicator: z.string(),
  type: z.string(),
  category: z.string(),
  intention: z.enum(intentions),
  source: z.looseObject({ name: z.string() }),
  age_ms: z.number(),
  stale: z.boolean(),
})
export const LogsSeen = z.object({
  count: z.number(),
  first_seen: z.number().nullable(),
  last_seen: z.number().nullable(),
  services: z.array(Count),
  users: z.array(Count),
  histogram: z.array(z.object({ time: z.number(), count: z.number() })),
})
/** What is decided about an address. */
export const StandingResource = {
  denylist: z
    .object({
      ...{ id: z.string(), value: z.string(), until: z.number().nullable(), reason: z.string(), by: z.string() },
      landing: z.looseObject({ state: z.enum(landings) }).openapi({ description: 'How far that has got with enforcers' }),
    })
    .optional()
    .openapi({ description: 'It is on the denylist, by what lasts longest' }),
  passlist: z
    .object({ id: z.string(), description: z.string(), trusted: z.boolean(), expires_at: z.number().nullable() })
    .optional()
    .openapi({ description: 'It is never to be blocked' }),
}
const IpResource = z.object({
  data: z.object({
    type: z.literal('ip'),
    id: z.string(),
    attributes: z.object({
      address: z.string(),
      version: z.union([z.literal(4), z.literal(6)]),
      scope: z.string(),
      geo: z
        .object({ country_code: z.string(), country: z.string(), city: z.string(), latitude: z.number(), longitude: z.number() })
        .partial()
        .optional(),
      asn: z.object({ number: z.number(), organization: z.string() }).optional(),
      verdict: z.enum(verdicts).nullable(),
      matches: z.array(MatchResource),
      known_good: z.array(z.string()).optional(),
      signals: z.object({ open: z.number(), total: z.number(), latest: z.array(z.looseObject({})) }),
      ...StandingResource,
      flag: z
        .object({ state: z.enum(attackerStates), until: z.number().nullable(), rule: z.string(), signal_id: z.string() })
        .optional()
        .openapi({ description: 'A rule has flagged it' }),
      logs: LogsSeen,
    }),
  }),
})

/** Looking up addresses, and what is known of values in a word. */
export const lookupRoutes = (needs: LookupNeeds) => {
  const { feeds, locator, pivot, standings, proofs, flagged, signalResource, now } = needs
  const withAge = ageOf(feeds, now)
  const kindsOf = createKindsOf(needs)
  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/ip/{ip}',
        summary: 'Look up an address',
        tags,
        middleware: [requires('logs_read_data'), requires('security_monitoring_signals_read')],
        request: { params: z.object({ ip: z.string().max(64) }) },
        responses: { 200: jsonAnswer(IpResource, 'All that is known of an address') },
      }),
      async c => {
        const address = readIp(c.req.valid('param').ip, 'ip')
        const [{ logs, signals }, locate] = await Promise.all([pivot(restrictionsOf(c), address), locator()])
        const place = locate(address)
        const read = readAddress(address)!
        const flag = (await flagged(restrictionsOf(c), [address]))[address]
        const matches = feeds.match(address)
        const good = feeds.knownGood(read)
        const attributes = {
          address,
          version: read.family,
          scope: scopeOf(read),
          ...geoOf(place),
          ...(place.as && { asn: { number: place.as.number, organization: place.as.name } }),
          verdict: worstOf(matches),
          matches: matches.map(withAge),
          ...(good.length > 0 && { known_good: good }),
          signals: { ...signals, latest: signals.latest.map(signalResource) },
          logs,
          ...(flag && { flag: { state: flag.state, until: flag.until, rule: flag.rule.name, signal_id: flag.signal_id } }),
          ...(may(c, 'appsec_protect_read') && (await standingOf((await standings(restrictionsOf(c), [address]))[address], proofs))),
        }
        return c.json({ data: { type: 'ip' as const, id: address, attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/local/marks',
        summary: 'Mark values: which of them are blocked, trusted, or stand in a feed or an open signal',
        tags,
        middleware: [requires('security_monitoring_signals_read')],
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('marks'),
              attributes: z.strictObject({ values: z.array(z.string().max(2048)).max(1000) }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                type: z.literal('marks'),
                attributes: z.object({
                  kinds: z.record(z.string(), z.enum(kinds)),
                  names: z
                    .array(z.enum(nameTypes))
                    .openapi({ description: 'Kinds of values that anything is known of, besides addresses' }),
                  complete: z.boolean().openapi({
                    description:
                      'False while the open signals are still read, for some seconds after the start: ask again, more may be known of names',
                  }),
                }),
              }),
            }),
            'The worst that is known of each; what is unknown is left out',
          ),
        },
      }),
      async c => {
        const { values } = c.req.valid('json').data.attributes
        const only = restrictionsOf(c)
        const { kinds, types, complete } = await kindsOf(only, values, { decided: may(c, 'appsec_protect_read'), wait: false })
        const names = [...new Set([...feeds.nameTypes(), ...types])]
        return c.json({ data: { type: 'marks' as const, attributes: { kinds, names, complete } } }, 200)
      },
    )
}

type KindNeeds = Pick<LookupNeeds, 'feeds' | 'inOpenSignals' | 'openNames' | 'standings' | 'flagged'>

/**
 * The worst that is known of each of some values, and the kinds of names that stand in open signals. `decided` where it may be told what is
 * decided about them; `wait` until every open signal is read, else `complete` tells whether that is so.
 */
export const createKindsOf =
  ({ feeds, inOpenSignals, openNames, standings, flagged }: KindNeeds) =>
  async (only: Restrictions, values: string[], { decided, wait }: { decided: boolean; wait: boolean }) => {
    const kinds: Record<string, Kind> = Object.create(null)
    const addresses = values.filter(value => normaliseAddress(value) !== undefined)
    const read = addresses.map(address => normaliseAddress(address)!)
    const known = decided ? await standings(only, read) : {}
    const flags = await flagged(only, read)
    const standing = (address: string) => known[normaliseAddress(address) ?? '']
    for (const address of addresses) if (standing(address)?.passlist) kinds[address] = 'trusted'
    for (const address of addresses)
      if (isMarked(worstOf(feeds.match(address))) || Object.hasOwn(flags, normaliseAddress(address) ?? '')) kinds[address] = 'match'
    for (const address of await inOpenSignals(only, addresses)) kinds[address] = 'signal'
    for (const address of addresses) if (standing(address)?.denylist) kinds[address] = 'blocked'

    const isAddress = new Set(addresses)
    const others = values.flatMap(value => {
      const observable = isAddress.has(value) ? undefined : readObservable(value)
      return observable ? [{ value, observable }] : []
    })
    // of a range what is known of all of it
    const ranges = others.flatMap(({ value, observable }) =>
      observable.type === 'ip' ? [{ value, span: observable.span, name: printSpan(observable.span) }] : [],
    )
    const about = decided
      ? await standings(
          only,
          ranges.map(({ name }) => name),
        )
      : {}
    for (const { value, span, name } of ranges) {
      const { denylist, passlist } = about[name] ?? {}
      const kind = denylist ? 'blocked' : isMarked(worstOf(feeds.matchSpan(span))) ? 'match' : passlist && 'trusted'
      if (kind) kinds[value] = kind
    }

    const names = others.flatMap(({ value, observable }) => (observable.type === 'ip' ? [] : [{ value, ...observable }]))
    for (const { value, type, name } of names) if (isMarked(worstOf(feeds.matchName(type, name)))) kinds[value] = 'match'
    const asked = names.map(({ name }) => name)
    const { named, types, complete } = await openNames(only, asked, wait)
    const open = new Set(named)
    for (const { value, name } of names) if (open.has(name)) kinds[value] = 'signal'
    return { kinds, types, complete }
  }

/** The same of a standing, as far as it goes. */
export const standingOf = async ({ denylist, passlist }: Standing = {}, proofs: LookupNeeds['proofs']) => ({
  ...(denylist && {
    denylist: {
      ...{ id: denylist.id, value: denylist.value, until: denylist.until, reason: denylist.reason, by: denylist.by.name },
      landing: { ...(await proofs([denylist.id]))[denylist.id]!.landing },
    },
  }),
  ...(passlist && {
    passlist: {
      id: passlist.id,
      description: passlist.description,
      trusted: passlist.on_match === 'monitor',
      expires_at: passlist.expires_at,
    },
  }),
})

function geoOf({ country, city, location }: Place) {
  const geo = { ...(country && { country_code: country.iso_code, country: country.name }), ...(city && { city: city.name }), ...location }
  return Object.keys(geo).length > 0 ? { geo } : {}
}
