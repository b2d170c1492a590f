import type { Severity } from './severity.ts'

/**
 * `flagged`: its signals of the last 24 hours come to more points than the setting allows, or a rule says so; `suspicious`: it attacked within
 * that time, below it. Never both.
 */
export const attackerStates = ['flagged', 'suspicious'] as const
export type AttackerState = (typeof attackerStates)[number]

/** A rule has flagged an address. Times are ms UTC; `until` null: for good. */
export interface Flag {
  address: string
  state: AttackerState
  until: number | null
  signal_id: string
  rule: { id: string; name: string }
  created_at: number
}

/** Signals by their severity, with the event times (ms UTC) of the first and the last of their logs. */
export interface SignalTally {
  total: number
  severities: Partial<Record<Severity, number>>
  first_seen: number | null
  last_seen: number | null
}
export interface LogTally {
  count: number
  first_seen: number | null
  last_seen: number | null
}

/** What was decided about an address: never to be blocked (and watched or not), or kept out. */
export const attackerStandings = ['blocked', 'trusted', 'passlisted', 'none'] as const
export type AttackerStanding = (typeof attackerStandings)[number]

/** How attackers are put together. A cluster is addresses that the same rules and the same user agent tell of. */
export const attackerGroups = ['ip', 'as', 'user_agent', 'cluster'] as const
export type AttackerGroup = (typeof attackerGroups)[number]
