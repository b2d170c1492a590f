import type { Person } from './triage.ts'

/**
 * How a bouncer holds ranges: `native` as they are; `single` addresses alone, as CrowdSec's firewall bouncer with nftables, so that small
 * ranges are taken apart for it; `unknown`: nobody has said.
 */
export const rangeModes = ['unknown', 'native', 'single'] as const
export type RangeMode = (typeof rangeModes)[number]

/** What a bouncer has last reported of itself. Counts are of this daemon's decisions where `ours`, else of all that it saw. */
export interface BouncerMetrics {
  /** When it counted. */
  at: number
  /** Decisions of ours that it has in force; null where it does not say. */
  active: number | null
  /** Since its start, as far as it was reported here. */
  dropped_packets: number
  dropped_bytes: number
  processed_packets: number
}

/** What a bouncer asks for; undefined: any. */
export interface DecisionFilter {
  /** Lower-case. */
  scopes?: readonly string[] | undefined
  origins?: readonly string[] | undefined
  /** Of the scenario, lower-case. */
  containing?: readonly string[] | undefined
  notContaining?: readonly string[] | undefined
}

/** One program in one place that pulls with the key of a bouncer. Times are ms UTC. */
export interface BouncerInstance {
  address: string
  /** How it names itself: `crowdsec-firewall-bouncer`, `v0.0.34`. */
  type: string
  version: string
  first_pull: number
  last_pull: number
  /** ms between its last two pulls; null before the second. */
  interval: number | null
  /** Place in the one order up to which it knows the denylist. */
  place: number
  /** What it last asked for, where that leaves out any address, and since when. */
  filter?: DecisionFilter
  filtered_since?: number
  /** It asks about each address as it comes, and is told of nothing else. */
  live?: true
  /** When it was last told again of what outlasts the time that it can hold. */
  reissued: number
  metrics: BouncerMetrics | null
}

/** What an enforcer is that does not ask, and is told. */
export interface Push {
  /** Its file in daemon/respond/enforcers. */
  kind: string
  options: Record<string, string>
  /** What stood in the way the last time; null where nothing did. */
  error: { at: number; message: string } | null
  /** Entries that it could hold by their kind, and has no room for. */
  left: number
}

/** Something that pulls the denylist and enforces it: CrowdSec's bouncers, unmodified; or that is told of it. */
export interface Bouncer {
  id: string
  name: string
  last4: string
  ranges: RangeMode
  created_at: number
  created_by: Person
  revoked_at: number | null
  /** Its key is for readers of what is published, not for an enforcer: it proves nothing. */
  publishes?: boolean
  /** When what had asked with its key was last forgotten, ms UTC: something else is to ask. */
  forgot_at?: number
  /** It is told: nobody pulls with its key. */
  push?: Push
  instances: BouncerInstance[]
}

/** One as it is now: `stale` is what has not asked for so long that something is wrong. */
export interface SeenBouncer extends Bouncer {
  instances: (BouncerInstance & { stale: boolean })[]
}

/** An enforcer that may be down, and holds what it held. */
export interface SilentEnforcer {
  id: string
  name: string
  /** How what asks names itself; '' where nothing ever has. */
  type: string
  /** ms UTC; null: never. */
  last_pull: number | null
}
