import type { Match } from '../shared/indicator.ts'
import type { Landing } from '../shared/proof.ts'
import type { Verdict } from '../shared/verdict.ts'
import type { MarkKind } from './mark-kinds.ts'
import type { PassRef } from './respond-messages.ts'

/** What feeds say of a value, and what is decided about it. */
export interface Said {
  verdict: Verdict | null
  matches: (Match & { age_ms: number; stale: boolean })[]
  /** Lists of known good values that hold it. */
  known_good: string[]
  /** What keeps it out the longest. */
  blocked: { id: string; value: string; until: number | null; reason: string; by: string; landing: Landing | null } | null
  /** Who says that it is never to be blocked. */
  pass: PassRef | null
}
/** What is known to be bad of addresses or parts of a block or a range: not of all of it. `more`: there may be more than `count`. */
export interface Inside {
  count: number
  more: boolean
  first: { value: string; kind: MarkKind; verdict: Verdict | null }[]
}
/** What is known of the host of a URL or the domain of a mail address, where anything is: not of the value itself. */
export interface HostFacts extends Said {
  value: string
  open_signal: boolean
}
