import type { DenylistEntry } from './denylist.ts'
import type { Person } from './triage.ts'

/** `monitor`: trusted, which is watched and never blocked; null: unmonitored, which is neither blocked nor makes signals. */
export type OnMatch = 'monitor' | null

/** Who is never to be blocked: an exclusion filter in Datadog's words. Times are ms UTC. */
export interface PasslistEntry {
  id: string
  /** Place in the one order of the last change. */
  seq: number
  description: string
  enabled: boolean
  /** Addresses and CIDR blocks, as they are written in one way. */
  ip_list: string[]
  on_match: OnMatch
  /** Why, in addition to the description. */
  reason: string
  expires_at: number | null
  /** Where these narrow it down to a part of the traffic, that part makes no signals; it is no reason to lift a block, which is about all of an address. */
  path_glob: string | null
  parameters: string[]
  rules_target: Record<string, unknown>[]
  scope: { env?: string; service?: string }[]
  created_at: number
  created_by: Person
  modified_at: number
  modified_by: Person
}

/** What somebody decides about one. */
export type PasslistPayload = Omit<PasslistEntry, 'id' | 'seq' | 'created_at' | 'created_by' | 'modified_at' | 'modified_by'>
/** An entry, and the blocks that it ended. */
export interface PasslistChange {
  entry: PasslistEntry
  lifted: DenylistEntry[]
}
/** What is decided about an address: what keeps it out the longest, or who speaks for it. */
export interface Standing {
  denylist?: DenylistEntry
  passlist?: PasslistEntry
}

/** Whether it is about all that its addresses do. */
export const isWhole = ({
  path_glob,
  parameters,
  rules_target,
  scope,
}: Pick<PasslistEntry, 'path_glob' | 'parameters' | 'rules_target' | 'scope'>): boolean =>
  (path_glob === null || path_glob === '') && parameters.length === 0 && rules_target.length === 0 && scope.length === 0

/** Whether it speaks for its addresses now. */
export const isInForce = (entry: PasslistEntry, now: number): boolean =>
  entry.enabled && isWhole(entry) && (entry.expires_at === null || entry.expires_at > now)
