import { type AttackerStanding, type AttackerState, attackerStates } from '../../../shared/attacker.ts'
import type { Match } from '../../../shared/indicator.ts'
import { readAddress } from '../../../shared/ip.ts'
import type { Doc } from '../../../shared/log.ts'
import type { Standing } from '../../../shared/passlist.ts'
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
    // written out: of ten thousand, what is put together part by part takes its time
    attributes: {
      address,
      state: state ?? 'none',
      standing: standing ?? 'none',
      score,
      scope,
      hosting,
      signals: signals.total,
      logs: logs.count,
      severity: Object.keys(signals.severities),
      country: place.country ? [place.country.iso_code, place.country.name] : [],
      asn: place.as?.number ?? [],
      as: place.as?.name ?? [],
      network: place.network ?? [],
      verdict: verdict ?? [],
      category: categoriesOf(described),
      source: matches.map(({ source }) => source.name),
      flagged_by: flag?.rule.name ?? [],
      first_seen,
      last_seen,
    },
  }
}

export const attackerSorts = ['score', 'address', 'first_seen', 'last_seen', 'signals', 'logs', 'country', 'as'] as const
export type AttackerSort = (typeof attackerSorts)[number]

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
const keys: Record<AttackerSort, (row: AttackerRow) => string | number> = {
  // who is flagged comes before who is not, however much that one has done
  score: ({ state, score }) => (state === null ? 0 : (attackerStates.length - attackerStates.indexOf(state)) * 1e12) + score,
  address: ({ address }) => inOrder(address),
  first_seen: row => row.first_seen ?? 0,
  last_seen: row => row.last_seen ?? 0,
  signals: ({ signals }) => signals.total,
  logs: ({ logs }) => logs.count,
  country: ({ described }) => described.place.country?.name ?? '',
  as: ({ described }) => described.place.as?.name ?? '',
}
/** So that text compares as addresses do: 9.9.9.9 before 10.0.0.1, IPv4 before IPv6. */
function inOrder(address: string): string {
  const read = readAddress(address)
  return read ? `${read.family}${read.words.map(word => (word >>> 0).toString(16).padStart(8, '0')).join('')}` : `9${address}`
}
/** `-score`: falling. Those that are alike always come in the same order. */
export function sortRows(rows: AttackerRow[], sort: string): AttackerRow[] {
  const key = keys[sort.replace(/^-/, '') as AttackerSort]
  const sign = sort.startsWith('-') ? -1 : 1
  return rows
    .map(row => ({ row, key: key(row), tie: inOrder(row.address) }))
    .sort((a, b) => sign * compare(a.key, b.key) || b.row.logs.count - a.row.logs.count || compare(a.tie, b.tie))
    .map(({ row }) => row)
}

const facets: Record<string, (row: AttackerRow) => string[]> = {
  state: ({ state }) => [state ?? 'none'],
  standing: ({ standing }) => (standing === null ? [] : [standing]),
  country: ({ described }) => [described.place.country?.name ?? ''],
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
