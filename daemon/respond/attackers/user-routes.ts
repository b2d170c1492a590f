import { z } from '@hono/zod-openapi'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { severities } from '../../../shared/severity.ts'
import { ofFields } from '../../engine/own-fields.ts'
import { createRouter, jsonAnswer, may, route } from '../../lib/http.ts'
import { readRange } from '../../lib/range.ts'
import { createWaiting } from '../../lib/waiting.ts'
import { askFor, badCursor, few, listMeta, listQuery, middleware, readCursor, tags } from './ask.ts'
import type { Facts } from './facts.ts'
import type { NamedUser } from './found.ts'
import { createLists } from './lists.ts'
import type { AttackerNeeds } from './needs.ts'
import { both, earlier, later, pointsOf } from './signals.ts'
import { factFields, named, tallyFields } from './wire.ts'

/** What signals of accounts that were taken over have in common. */
const takeover = 'category:account_takeover'

const Resource = z
  .object({
    type: z.literal('compromised_user'),
    id: z.string(),
    attributes: z.object({
      user: z.string(),
      path: z.enum(['@usr.name', '@usr.id']).openapi({ description: 'Where signals and logs name them' }),
      score: z.number().openapi({ description: 'Points of these signals: 100 for a critical one, 50 for a high one, 5 for a medium one' }),
      blocked: z.boolean().nullable().openapi({ description: 'null: not for your eyes' }),
      ...tallyFields,
      ...factFields,
    }),
  })
  .openapi('CompromisedUser')

interface Row extends NamedUser {
  score: number
  blocked: boolean | null
}
interface Listed {
  rows: Row[]
  cut: boolean
  from: number
  to: number
}

const sorts = ['score', 'user', 'first_seen', 'last_seen', 'signals'] as const
const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
const keys: Record<(typeof sorts)[number], (row: Row) => string | number> = {
  score: ({ score }) => score,
  user: ({ user }) => user,
  first_seen: ({ signals }) => signals.first_seen ?? 0,
  last_seen: ({ signals }) => signals.last_seen ?? 0,
  signals: ({ signals }) => signals.total,
}
/** A row as queries see it: `blocked:true severity:critical`, or a part of the name. */
const docOf = ({ user, signals, score, blocked }: Row) => ({
  timestamp: signals.last_seen ?? 0,
  message: user,
  tags: [],
  attributes: {
    ...{ user, score, blocked: blocked ?? false, signals: signals.total },
    severity: severities.filter(name => signals.severities[name] !== undefined),
  },
})

/** Users whose accounts signals say were taken over. */
export const compromisedUserRoutes = (needs: AttackerNeeds) => {
  const { checkQuery, now } = needs
  const waiting = createWaiting()
  const lists = createLists<Listed>()
  return createRouter().openapi(
    route({
      method: 'get',
      path: '/api/local/compromised-users',
      summary: 'List users whose accounts were taken over, as signals have it',
      tags,
      middleware,
      request: {
        query: z.object({ ...listQuery, sort: z.enum(sorts.flatMap(sort => [sort, `-${sort}`] as const)).default('-score') }),
      },
      responses: {
        200: jsonAnswer(z.object({ data: z.array(Resource), meta: listMeta }), `Whom signals with the tag ${takeover} name`),
      },
    }),
    async c => {
      const { limit, cursor, offset: wanted, ...asked } = c.req.valid('query')
      const started = performance.now()
      const query = both(checkQuery(asked.signals, 'signals'), takeover)
      const answer = await waiting(c.req.raw.signal, undefined, async signal => {
        const ask = askFor(c, needs, signal)
        async function makeList(): Promise<Listed> {
          const span = readRange(asked.from, asked.to, now(), { from: 'now-24h', to: 'now' }, { from: 'from', to: 'to' })
          const { users, cut } = await ask.users(query, span)
          const names = users.map(({ user }) => user)
          const blocked = may(c, 'appsec_protect_read') ? new Set(await needs.blockedUsers(names)) : undefined
          const keep = toPredicate(ofFields(parse(checkQuery(asked.query, 'query'))))
          const rows = users
            .map(one => ({ ...one, score: pointsOf(one.signals), blocked: blocked?.has(one.user) ?? null }))
            .filter(row => keep(docOf(row)))
          const [key, sign] = [keys[asked.sort.replace(/^-/, '') as (typeof sorts)[number]], asked.sort.startsWith('-') ? -1 : 1]
          rows.sort((a, b) => sign * compare(key(a), key(b)) || compare(a.user, b.user))
          return { rows, cut, ...span }
        }
        const about = JSON.stringify([ask.only, may(c, 'appsec_protect_read'), asked])
        const at = cursor === undefined ? undefined : readCursor(cursor)
        const kept = at && lists.find(at.id)
        if (kept && kept.about !== about) throw badCursor('belongs to another query')
        const list = kept?.value ?? (await makeList())
        const offset = (at && wanted) ?? at?.offset ?? 0
        const { rows, cut, from, to } = list
        const shown = rows.slice(offset, offset + limit)
        const facts: Facts[] = []
        for (const path of ['@usr.name', '@usr.id'] as const) {
          const some = shown.filter(row => row.path === path)
          if (some.length === 0) continue
          const groups = some.map(({ user }) => [user])
          facts.push(...(await ask.facts(groups, { named: { signals: path, logs: path }, query, from, to, most: few, ends: true })))
        }
        const byUser = new Map(
          [...shown.filter(({ path }) => path === '@usr.name'), ...shown.filter(({ path }) => path === '@usr.id')].map((row, i) => [
            row,
            facts[i]!,
          ]),
        )
        const end = offset + shown.length
        const more = end < rows.length ? `${kept ? at!.id : lists.keep(about, list)}.${end}` : undefined
        return {
          data: shown.map(row => resource(row, byUser.get(row)!)),
          meta: {
            ...{ total: rows.length, cut, from, to, took_ms: Math.round(performance.now() - started) },
            page: more === undefined ? {} : { after: more },
            facets: {},
          },
        }
      })
      return c.json(answer, 200)
    },
  )
}

function resource({ user, path, score, blocked, signals }: Row, facts: Facts): z.input<typeof Resource> {
  const { logs } = facts
  return {
    type: 'compromised_user',
    id: `${path}:${user}`,
    attributes: {
      ...{ user, path, score, blocked, signals, logs },
      ...named(facts),
      first_seen: earlier(signals.first_seen, logs.first_seen),
      last_seen: later(signals.last_seen, logs.last_seen),
    },
  }
}
