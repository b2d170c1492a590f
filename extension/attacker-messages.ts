import type { AttackerGroup, AttackerStanding, AttackerState } from '../shared/attacker.ts'
import type { Severity } from '../shared/severity.ts'
import type { Verdict } from '../shared/verdict.ts'
import type { IpFacts } from './messages.ts'
import type { BlockRow } from './respond-messages.ts'
import type { Count } from './search-messages.ts'
import type { SignalRow } from './signal-row.ts'

// What is asked about who attacks and whose account was taken over, and what comes back. Times are ms UTC.

/** What signals and logs of the range say; the most frequent values first. */
export interface Doings {
  signals: { total: number; severities: Partial<Record<Severity, number>> }
  logs: number
  firstSeen: number | null
  lastSeen: number | null
  rules: Count[]
  services: Count[]
  users: Count[]
  addresses: Count[]
  paths: Count[]
  agents: Count[]
  /** How what they tried ended. */
  outcomes: Count[]
}
export interface AttackerRow extends Doings {
  id: string
  address: string
  state: AttackerState | null
  score: number
  /** The rule that flagged it, and until when. */
  flag: { rule: string; until: number | null; signal: string } | null
  /** null: not for the eyes of whoever asks. */
  standing: AttackerStanding | null
  scope: string
  country: { code: string; name: string } | null
  as: { number: number; name: string } | null
  network: string
  hosting: boolean
  verdict: Verdict | null
  categories: string[]
}
export interface GroupRow extends Doings {
  id: string
  label: string
  members: { total: number; addresses: string[] }
  flagged: number
  suspicious: number
  blocked: number
  countries: Count[]
}
export interface UserRow extends Doings {
  id: string
  user: string
  path: string
  score: number
  blocked: boolean | null
}
/** Counts over the range, oldest first. */
export type Bars = { time: number; signals: number; logs: number }[]
export interface AttackerDetails {
  row: AttackerRow
  bars: Bars
  /** All that ever was on the denylist about it, the latest first. */
  blocks: BlockRow[]
  latest: SignalRow[]
  matches: IpFacts['matches']
}
export interface Comparison {
  rows: (AttackerRow & { bars: Bars })[]
  from: number
  to: number
  /** What all of them have in common, by kind. */
  shared: Record<string, string[]>
}

/** A page of a list. `list` names what the next pages are of. */
export interface Page<R> {
  rows: R[]
  total: number
  cut: boolean
  list: string
  facets: Record<string, Count[]>
}
/** `from` is as a query has it: `now-24h`. Without a `list` a new one is made. */
export interface PageAsked {
  query: string
  from: string
  sort: string
  offset: number
  size: number
  list?: string
}

export const attackerPages = 100
export const attackerSorts = ['score', 'address', 'first_seen', 'last_seen', 'signals', 'logs', 'country', 'as', 'user'] as const

export interface AttackerProtocol {
  attackers: [PageAsked, Page<AttackerRow>]
  attackerGroups: [Omit<PageAsked, 'sort'> & { by: Exclude<AttackerGroup, 'ip'> }, Page<GroupRow>]
  attacker: [{ ip: string }, AttackerDetails]
  compareAttackers: [{ addresses: string[] }, Comparison]
  compromisedUsers: [PageAsked, Page<UserRow>]
}
