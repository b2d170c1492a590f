import { type AttackerStanding, type AttackerState, attackerStates } from '../../../shared/attacker.ts'
import type { Match } from '../../../shared/indicator.ts'
import type { Doc } from '../../../shared/log.ts'
import type { Standing } from '../../../shared/passlist.ts'
import { severities } from '../../../shared/severity.ts'
import type { Verdict } from '../../../shared/verdict.ts'
import { type Attack, stateOf } from './found.ts'
import { earlier, later } from './signals.ts'

/** What feeds and maps say of an address. */
export interface Described {
  address: string
  scope: string
  place: { country?: { iso_code: string; name: string }; as?: { number: number; name: string }; network?: string }
  hosting: boolean
  verdict: Verdict | null
  matches: readonly Match[]
  known_good: readonly string[]
}

/** An address as lists show it, before its logs are looked at. Times are ms UTC. */
export interface AttackerRow extends Attack {
  state: AttackerState | null
  described: Described
  /** Null for whoever may not know. */
  standing: AttackerStanding | null
  decided: Standing
  first_seen: number | null
  last_seen: number | null
}

const standingOf = ({ denylist, passlist }: Standing): AttackerStanding =>
  denylist ? 'blocked' : passlist ? (passlist.on_match === 'monitor' ? 'trusted' : 'passlisted') : 'none'

export function rowOf(attack: Attack, described: Described, decided: Standing | undefined, flagOver: number): AttackerRow {
  const { signals, logs } = attack
  return {
    ...attack,
    state: stateOf(attack, flagOver),
    described,
    standing: decided ? standingOf(decided) : null,
    decided: decided ?? {},
    first_seen: earlier(signals.first_seen, logs.first_seen),
    last_seen: later(signals.last_seen, logs.last_seen),
  }
}

export const categoriesOf = ({ matches }: Described): string[] => [...new Set(matches.map(({ category }) => category))]

/** A row as queries see it: `state:flagged country:NL`, `signals:>5`, or a part of its address or network. */
export function docOf(row: AttackerRow): Doc {
  const { address, state, standing, score, signals, logs, flag, described, first_seen, last_seen } = row
  const { place, matches, verdict, hosting, scope } = described
  return {
    timestamp: last_seen ?? 0,
    message: [address, place.as?.name, place.country?.name].filter(Boolean).join(' '),
    tags: [],
    attributes: {
      ...{ address, state: state ?? 'none', standing: standing ?? 'none', score, scope, hosting },
      ...{ signals: signals.total, logs: logs.count, severity: severities.filter(name => signals.severities[name] !== undefined) },
      ...(place.country && { country: place.country.iso_code, country_name: place.country.name }),
      ...(place.as && { asn: place.as.number, as: place.as.name }),
      ...(place.network !== undefined && { network: place.network }),
      ...(verdict && { verdict }),
      category: categoriesOf(described),
      source: matches.map(({ source }) => source.name),
      ...(flag && { flagged_by: flag.rule.name }),
      ...{ first_seen, last_seen },
    },
  }
}

export const attackerSorts = ['score', 'address', 'first_seen', 'last_seen', 'signals', 'logs', 'country', 'as'] as const
export type AttackerSort = (typeof attackerSorts)[number]

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
const keys: Record<AttackerSort, (row: AttackerRow) => string | number> = {
  // who is flagged comes before who is not, however much that one has done
  score: ({ state, score }) => (state === null ? 0 : (attackerStates.length - attackerStates.indexOf(state)) * 1e12) + score,
  address: ({ address }) => address,
  first_seen: row => row.first_seen ?? 0,
  last_seen: row => row.last_seen ?? 0,
  signals: ({ signals }) => signals.total,
  logs: ({ logs }) => logs.count,
  country: ({ described }) => described.place.country?.name ?? '',
  as: ({ described }) => described.place.as?.name ?? '',
}
/** `-score`: falling. Those that are alike always come in the same order. */
export function sortRows(rows: AttackerRow[], sort: string): AttackerRow[] {
  const key = keys[sort.replace(/^-/, '') as AttackerSort]
  const sign = sort.startsWith('-') ? -1 : 1
  return rows.sort((a, b) => sign * compare(key(a), key(b)) || b.logs.count - a.logs.count || compare(a.address, b.address))
}

const facets: Record<string, (row: AttackerRow) => string[]> = {
  state: ({ state }) => [state ?? 'none'],
  standing: ({ standing }) => (standing === null ? [] : [standing]),
  country: ({ described }) => [described.place.country?.iso_code ?? ''],
  as: ({ described }) => [described.place.as?.name ?? ''],
  category: ({ described }) => categoriesOf(described),
}
const mostValues = 100

/** How many rows have which value; those without one are left out. */
export function countRows(rows: readonly AttackerRow[]): Record<string, { value: string; count: number }[]> {
  const counted = Object.entries(facets).map(([name, valuesOf]) => {
    const counts = new Map<string, number>()
    for (const row of rows) for (const value of valuesOf(row)) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
    const found = [...counts].map(([value, count]) => ({ value, count }))
    return [name, found.sort((a, b) => b.count - a.count || compare(a.value, b.value)).slice(0, mostValues)] as const
  })
  return Object.fromEntries(counted)
}
