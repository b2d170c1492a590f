import { z } from '@hono/zod-openapi'
import { attackerGroups } from '../../../shared/attacker.ts'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { ofFields } from '../../engine/own-fields.ts'
import { createRouter, jsonAnswer, jsonBody, may, route } from '../../lib/http.ts'
import { readRange } from '../../lib/range.ts'
import { readIp } from '../../lib/read-ip.ts'
import { createWaiting } from '../../lib/waiting.ts'
import { entryResource } from '../wire.ts'
import { askFor, badCursor, few, listMeta, listQuery, many, middleware, range, readCursor, tags } from './ask.ts'
import { byAddress, type Facts } from './facts.ts'
import { type AttackersTogether, together } from './groups.ts'
import { createLists } from './lists.ts'
import type { AttackerNeeds } from './needs.ts'
import { type AttackerRow, attackerSorts, countRows, docOf, sortRows } from './rows.ts'
import { AttackerDetails, AttackerResource, attackerAttributes, ComparedResource, GroupResource, groupAttributes } from './wire.ts'

const base = '/api/local/attackers'
const month = { from: 'now-30d', to: 'now' }
/** Stretches of a range in details and comparisons. */
const buckets = 60
const latest = 20
/** Addresses that are put together by what their logs say: those that come first. */
const mostLabelled = 2000

/** A page of a list, and the list it is of. */
interface Listed {
  rows: AttackerRow[]
  groups?: AttackersTogether[]
  cut: boolean
  from: number
  to: number
}

/** Who attacks: lists, one address with all that is known of it, and several side by side. */
export const attackerRoutes = (needs: AttackerNeeds) => {
  const { searchSignals, blocksOf, signalResource, checkQuery, now } = needs
  const waiting = createWaiting()
  const lists = createLists<Listed>()
  type Ask = ReturnType<typeof askFor>

  async function groupsOf(ask: Ask, by: 'as' | 'user_agent' | 'cluster', rows: AttackerRow[], span: { from: number; to: number }) {
    const some = by === 'as' ? rows : rows.slice(0, mostLabelled)
    const addresses = some.map(({ address }) => address)
    const none = {}
    const agents =
      by === 'as' || some.length === 0 ? none : await ask.labels(addresses, { track: 'logs', path: '@http.useragent', ...span })
    const rules =
      by !== 'cluster' || some.length === 0 ? none : await ask.labels(addresses, { track: 'signals', path: '@workflow.rule.name', ...span })
    return { groups: together(by, some, { agents, rules }), cut: some.length < rows.length }
  }

  async function makeList(ask: Ask, asked: Asked): Promise<Listed> {
    const span = readRange(asked.from, asked.to, now(), { from: 'now-24h', to: 'now' }, { from: 'from', to: 'to' })
    const { attacks, cut } = await ask.attackers(checkQuery(asked.signals, 'signals'), span)
    const query = checkQuery(asked.query, 'query')
    const keep = toPredicate(ofFields(parse(query)))
    const all = await ask.rows(attacks)
    const rows = sortRows(query.trim() === '' ? all : all.filter(row => keep(docOf(row))), asked.sort)
    if (asked.group_by === 'ip') return { rows, cut, ...span }
    const found = await groupsOf(ask, asked.group_by, rows, span)
    return { rows, groups: found.groups, cut: cut || found.cut, ...span }
  }

  /** One address with what its signals and logs of a time say. */
  async function detailsOf(ask: Ask, addresses: string[], span: { from: number; to: number }, most: number) {
    const facts = await ask.facts(
      addresses.map(address => [address]),
      { named: byAddress, query: '', ...span, most, buckets, ends: true },
    )
    const doings = await ask.doings(addresses)
    const attacks = addresses.map((address, i) => ({ address, ...doings[i]!, signals: facts[i]!.signals, logs: facts[i]!.logs }))
    const rows = await ask.rows(attacks)
    return rows.map((row, i) => ({ row, facts: facts[i]! }))
  }

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: base,
        summary: 'List who attacks',
        tags,
        middleware,
        request: {
          query: z.object({
            ...listQuery,
            group_by: z.enum(attackerGroups).default('ip'),
            sort: z.enum(attackerSorts.flatMap(sort => [sort, `-${sort}`] as const)).default('-score'),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(z.union([AttackerResource, GroupResource])), meta: listMeta }),
            'Addresses that signals of the range name as a client, or groups of them. A cluster is addresses of the same rules and user agent',
          ),
        },
      }),
      async c => {
        const { limit, cursor, offset: wanted, ...asked } = c.req.valid('query')
        const started = performance.now()
        const answer = await waiting(c.req.raw.signal, undefined, async signal => {
          const ask = askFor(c, needs, signal)
          const about = JSON.stringify([ask.only, may(c, 'appsec_protect_read'), asked])
          const at = cursor === undefined ? undefined : readCursor(cursor)
          const kept = at && lists.find(at.id)
          if (kept && kept.about !== about) throw badCursor('belongs to another query')
          // one that is not kept any more is made anew
          const list = kept?.value ?? (await makeList(ask, asked))
          const offset = (at && wanted) ?? at?.offset ?? 0
          const { from, to, cut, rows, groups } = list
          const all = groups ?? rows
          const shown = all.slice(offset, offset + limit)
          const facts = await ask.facts(
            shown.map(one => ('address' in one ? [one.address] : one.rows.map(({ address }) => address))),
            { named: byAddress, query: asked.signals, from, to, most: few, ends: false },
          )
          const end = offset + shown.length
          const more = end < all.length ? `${kept ? at!.id : lists.keep(about, list)}.${end}` : undefined
          return {
            data: shown.map((one, i) => resourceOf(one, facts[i]!, asked.group_by)),
            meta: {
              ...{ total: all.length, cut, from, to, took_ms: Math.round(performance.now() - started) },
              page: more === undefined ? {} : { after: more },
              facets: countRows(rows),
            },
          }
        })
        return c.json(answer, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: `${base}/{ip}`,
        summary: 'Get all that is known of an attacking address',
        tags,
        middleware,
        request: { params: z.object({ ip: z.string().max(64) }), query: z.object(range) },
        responses: { 200: jsonAnswer(z.object({ data: AttackerDetails }), 'Of 30 days, where nothing else is asked for') },
      }),
      async c => {
        const address = readIp(c.req.valid('param').ip, 'ip')
        const asked = c.req.valid('query')
        const span = readRange(asked.from, asked.to, now(), month, { from: 'from', to: 'to' })
        const data = await waiting(c.req.raw.signal, undefined, async signal => {
          const ask = askFor(c, needs, signal)
          const [found] = await detailsOf(ask, [address], span, many)
          const { row, facts } = found!
          const about = { track: 'signals', query: '', among: { path: byAddress.signals, values: [address] } }
          const signals = await searchSignals(ask.only, { ...about, ...span, limit: latest, sort: '-timestamp' }, ask.ms, signal)
          const blocks = may(c, 'appsec_protect_read') ? await blocksOf(ask.only, address) : []
          return {
            type: 'attacker' as const,
            id: address,
            attributes: {
              ...attackerAttributes(row, facts),
              matches: row.described.matches.map(match => ({ ...match })),
              histogram: facts.histogram,
              blocks: blocks.map(entryResource),
              latest: signals.rows.map(signalResource),
            },
          }
        })
        return c.json({ data }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: `${base}/compare`,
        summary: 'Compare attacking addresses: what they did within 30 days, side by side',
        tags,
        middleware,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('attacker_comparison').optional(),
              attributes: z.strictObject({ addresses: z.array(z.string().max(64)).min(1).max(20), ...range }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(ComparedResource),
              meta: z.object({
                from: z.number(),
                to: z.number(),
                shared: z.record(z.string(), z.array(z.string())).openapi({ description: 'What all of them have in common' }),
              }),
            }),
            'In the order asked for, each address once',
          ),
        },
      }),
      async c => {
        const { addresses, ...asked } = c.req.valid('json').data.attributes
        const read = [...new Set(addresses.map((one, i) => readIp(one, `data.attributes.addresses.${i}`)))]
        const span = readRange(asked.from, asked.to, now(), month, { from: 'data.attributes.from', to: 'data.attributes.to' })
        const found = await waiting(c.req.raw.signal, undefined, signal => detailsOf(askFor(c, needs, signal), read, span, many))
        const data = found.map(({ row, facts }) => ({
          type: 'attacker' as const,
          id: row.address,
          attributes: { ...attackerAttributes(row, facts), histogram: facts.histogram },
        }))
        return c.json({ data, meta: { ...span, shared: sharedBy(found.map(({ facts }) => facts)) } }, 200)
      },
    )
}

interface Asked {
  from?: string | number | undefined
  to?: string | number | undefined
  query: string
  signals: string
  group_by: (typeof attackerGroups)[number]
  sort: string
}

const resourceOf = (one: AttackerRow | AttackersTogether, facts: Facts, group_by: Asked['group_by']) =>
  'address' in one
    ? { type: 'attacker' as const, id: one.address, attributes: attackerAttributes(one, facts) }
    : { type: 'attacker_group' as const, id: one.key, attributes: groupAttributes(group_by, one, facts) }

const compared = ['rules', 'services', 'users', 'paths', 'user_agents'] as const

/** Values that each of some has. */
function sharedBy(all: readonly Facts[]): Record<string, string[]> {
  const [first, ...others] = all
  const has = (facts: Facts, name: (typeof compared)[number], value: string) => facts[name].some(one => one.value === value)
  return Object.fromEntries(
    compared.map(name => [
      name,
      others.length === 0 ? [] : first![name].map(({ value }) => value).filter(value => others.every(facts => has(facts, name, value))),
    ]),
  )
}
