import type { DenylistEntry } from '../../../shared/denylist.ts'
import type { Standing } from '../../../shared/passlist.ts'
import type { Signal } from '../../../shared/signal.ts'
import type { Found, Search } from '../../engine/search.ts'
import type { Restrictions } from '../../lib/restrictions.ts'
import type { Facts, FactsAsked } from './facts.ts'
import type { Attack, AttackersAsked, Doing, NamedUser } from './found.ts'
import type { Labels } from './groups.ts'
import type { Described } from './rows.ts'

/** What the routes of attackers and attacked users are handed. Whatever searches ends after `ms`, or with the signal. */
export interface AttackerNeeds {
  attackers(only: Restrictions, args: [AttackersAsked], ms: number, signal: AbortSignal): Promise<{ attacks: Attack[]; cut: boolean }>
  attackerDoings(only: Restrictions, args: [addresses: string[]], ms: number, signal: AbortSignal): Promise<Doing[]>
  attackerFacts(only: Restrictions, args: [groups: string[][], asked: FactsAsked], ms: number, signal: AbortSignal): Promise<Facts[]>
  attackerLabels(
    only: Restrictions,
    args: [addresses: string[], of: { track: 'logs' | 'signals'; path: string; from: number; to: number }],
    ms: number,
    signal: AbortSignal,
  ): Promise<Labels>
  attackedUsers(only: Restrictions, args: [AttackersAsked], ms: number, signal: AbortSignal): Promise<{ users: NamedUser[]; cut: boolean }>
  standings(only: Restrictions, addresses: string[]): Promise<Record<string, Standing>>
  blocksOf(only: Restrictions, address: string): Promise<DenylistEntry[]>
  blockedUsers(users: string[]): Promise<string[]>
  searchSignals(only: Restrictions, search: Search, ms: number, signal: AbortSignal): Promise<Found<Signal>>
  describe(addresses: readonly string[]): Promise<Described[]>
  signalResource(signal: Signal): { id: string }
  /** How long a question may take, ms. */
  patience(): number
  flagOver(): number
  /** Throws where a text is no query. */
  checkQuery(text: string, field: string): string
  now: () => number
}
