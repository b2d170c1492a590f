import { readBlock } from './block.ts'
import { printSpan, readSpan, type Span } from './span.ts'
import type { Person } from './triage.ts'

export const blockKinds = ['ip', 'user'] as const
export type BlockKind = (typeof blockKinds)[number]

export type Ending = 'lifted' | 'expired' | 'passlisted' | 'trusted'

/** Why an entry is not in force any more. `at` is ms UTC. */
export interface Ended {
  /** Place in the one order of everything. */
  seq: number
  at: number
  by: Person
  how: Ending
  reason: string
}

/** An address, a block of addresses or a user that enforcers keep out. Times are ms UTC. */
export interface DenylistEntry {
  id: string
  /** Place in the one order at which it came into force as it is now; 0 while it waits for a second person. */
  seq: number
  /** The same of when it first was. */
  since: number
  kind: BlockKind
  value: string
  /** ms; null: until somebody lifts it. */
  duration: number | null
  until: number | null
  reason: string
  signal_id: string | null
  /** The rule that blocked by itself. */
  rule: { id: string; name: string } | null
  by: Person
  created_at: number
  /** When it became what it is now; not known of those of the first version. */
  changed_at?: number
  approved_by: Person | null
  ended: Ended | null
  version: number
}

/** A block as it is asked for: `value` in its one form, `duration` in ms, null for good. `waits`: it comes into force once a second person agrees. */
export type NewBlock = Pick<DenylistEntry, 'kind' | 'value' | 'duration' | 'reason' | 'signal_id'> & {
  rule?: { id: string; name: string }
  waits?: boolean
}
/** Why one of many was not blocked. */
export interface RefusedBlock {
  refused: string
  code: string
}
/** `waits`: what makes it longer comes into force once a second person agrees. */
export interface BlockChange {
  duration?: number | null
  reason?: string
  waits?: boolean
  version?: number
}

/** `waiting`: for a second person. */
export type BlockState = 'waiting' | 'active' | 'ended'
export const blockStateOf = ({ seq, ended }: Pick<DenylistEntry, 'seq' | 'ended'>): BlockState =>
  ended ? 'ended' : seq === 0 ? 'waiting' : 'active'

/** The one way a value is written: an address, a CIDR block without host bits, or a user's name. Undefined where it is none of its kind. */
export function normaliseBlocked(kind: BlockKind, value: string): string | undefined {
  const text = value.trim()
  if (kind === 'user') return text === '' || text.length > 512 ? undefined : text
  if (!readBlock(text)) return undefined
  return printSpan(readSpan(text)!)
}

/** The addresses of an entry; undefined for a user. */
export const spanOfBlocked = (kind: BlockKind, value: string): Span | undefined => (kind === 'ip' ? readSpan(value) : undefined)
