import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { Refusal } from '../../lib/errors.ts'
import { type Env, may, requires, restrictionsOf } from '../../lib/http.ts'
import type { Restrictions } from '../../lib/restrictions.ts'
import type { Facts, FactsAsked } from './facts.ts'
import type { Attack } from './found.ts'
import type { AttackerNeeds } from './needs.ts'
import { type AttackerRow, rowOf } from './rows.ts'

export const tags = ['Response']
/** What they show are signals and logs. */
export const middleware = [requires('security_monitoring_signals_read'), requires('logs_read_data')]
const time = z.union([z.string().max(64), z.number()])
export const range = { from: time.optional(), to: time.optional() }
export const listQuery = {
  ...range,
  query: z
    .string()
    .max(4000)
    .default('')
    .openapi({ description: 'Of the rows: `state:flagged country:NL signals:>5`, or a part of what they are called' }),
  signals: z.string().max(4000).default('').openapi({ description: 'Only signals that this query finds count: `service:web status:high`' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .openapi({ description: 'With a cursor: from here on in the list that it goes through, instead of where it stands' }),
}
export const listMeta = z.object({
  total: z.number(),
  /** More than can be told apart were found: the most frequent ones are listed. */
  cut: z.boolean(),
  from: z.number(),
  to: z.number(),
  took_ms: z.number(),
  page: z.object({ after: z.string().optional() }),
  facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.number() }))),
})

/** Values of each kind that lists show, and that details do. */
export const few = 5
export const many = 20

/** One request's way to the core: with its restrictions, and ended when nobody waits for it. */
export function askFor(c: Context<Env>, needs: AttackerNeeds, signal: AbortSignal) {
  const only: Restrictions = restrictionsOf(c)
  const ms = needs.patience()
  const facts = (groups: string[][], asked: FactsAsked): Promise<Facts[]> => needs.attackerFacts(only, [groups, asked], ms, signal)

  return {
    only,
    ms,
    facts,
    attackers: (query: string, span: { from: number; to: number }) => needs.attackers(only, [{ query, ...span }], ms, signal),
    labels: (addresses: string[], of: { track: 'logs' | 'signals'; path: string; from: number; to: number }) =>
      needs.attackerLabels(only, [addresses, of], ms, signal),
    users: (query: string, span: { from: number; to: number }) => needs.attackedUsers(only, [{ query, ...span }], ms, signal),
    doings: (addresses: string[]) => needs.attackerDoings(only, [addresses], ms, signal),
    /** What is known of each beside what it did. */
    async rows(attacks: readonly Attack[]): Promise<AttackerRow[]> {
      const addresses = attacks.map(({ address }) => address)
      const [described, standings] = await Promise.all([
        needs.describe(addresses),
        may(c, 'appsec_protect_read') ? needs.standings(only, addresses) : undefined,
      ])
      const flagOver = needs.flagOver()
      return attacks.map((attack, i) => rowOf(attack, described[i]!, standings && (standings[attack.address] ?? {}), flagOver))
    },
  }
}

/** `…:50`: a list that was kept, and how much of it was answered. */
export function readCursor(cursor: string): { id: string; offset: number } {
  const [, id, offset] = /^([0-9a-f-]{36})\.(\d{1,6})$/.exec(cursor) ?? []
  if (id === undefined) throw badCursor('is none that a page came with')
  return { id, offset: Number(offset) }
}
export const badCursor = (message: string) =>
  new Refusal(400, 'invalid_cursor', `cursor ${message}`, { problems: [{ field: 'cursor', message }] })
