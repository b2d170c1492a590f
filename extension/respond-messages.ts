import type { RangeMode } from '../shared/bouncer.ts'
import type { BlockKind, BlockState, Ending } from '../shared/denylist.ts'
import type { Landing, ProofState } from '../shared/proof.ts'
import type { Person } from '../shared/triage.ts'
import type { Count } from './search-messages.ts'

// What is asked about blocking, the passlist and enforcers, and what comes back. Times are ms UTC, spans ms.

/** Something that can be blocked. */
export interface Target {
  kind: BlockKind
  value: string
}
/** An entry of the denylist. */
export interface BlockRow extends Target {
  id: string
  version: number
  state: BlockState
  /** null: until it is lifted. */
  duration: number | null
  until: number | null
  created: number
  reason: string
  signal: string | null
  rule: { id: string; name: string } | null
  by: Person
  approvedBy: Person | null
  ended: { at: number; by: Person; how: Ending; reason: string } | null
}
/** What speaks for an address, and against any block of it. */
export interface PassRef {
  id: string
  description: string
  trusted: boolean
  until: number | null
}
/** An exclusion filter of the daemon. */
export interface PassRow extends PassRef {
  enabled: boolean
  addresses: string[]
  reason: string
  by: string
  at: number
  /** It is about a part of what its addresses do, so that it ends no block. */
  narrow: boolean
}
export interface PassForm {
  addresses: string[]
  trusted: boolean
  description: string
  reason: string
  until: number | null
}
/** A block that ended because of the passlist. */
export interface Lifted extends Target {
  id: string
}
/** What sparing somebody would come to. */
export interface PassPreview {
  /** Blocks that would end, each as a whole: the first of them, and how many. */
  lifted: Lifted[]
  liftedCount: number
  /** Logs of a day that would have made no signals; null where that is not to be known. */
  logs: number | null
  /** What is so much that it has to be typed again, and why. */
  objections: { value: string; message: string }[]
}
export const blockSorts = ['-created_at', 'created_at', 'until', '-until', 'value', '-value'] as const
export type BlockSort = (typeof blockSorts)[number]

/** `final`: no confirmation helps. */
export interface Objection {
  code: string
  message: string
  final: boolean
}
/** Whether an enforcer would hold it. */
export interface Prospect {
  name: string
  type: string
  holds: 'yes' | 'no' | 'uncertain'
  stale: boolean
  hint: string
}
/** What a block would come to: what speaks against it, how it stands already, and whom it would have hit in a day. */
export interface BlockPreview extends Target {
  objections: Objection[]
  /** Whether a second person has to agree to any such block, or to one for good. */
  waits: { always: boolean; permanent: boolean }
  /** Its own entry, or that of the range that it lies in. */
  blocked: BlockRow | null
  pass: PassRef | null
  enforcers: Prospect[]
  query: string
  from: number
  to: number
  logs: number
  countries: Count[]
}
export interface Refusal extends Target {
  code: string
  reason: string
}

export interface Metrics {
  at: number
  active: number | null
  packets: number
  bytes: number
}
/** How far an entry has got with one enforcer: never more than it reported. */
export interface ProofRow {
  name: string
  address: string | null
  type: string
  version: string
  state: ProofState
  at: number | null
  lastPull: number | null
  stale: boolean
  metrics: Metrics | null
  hint: string
}

/** An entry, and how far it has got with each enforcer and with all together; null where the daemon says nothing that is understood. */
export interface ListedBlock extends BlockRow {
  proof: ProofRow[]
  landing: Landing | null
}
/** An enforcer that may be down. `lastPull` null: it has never asked. */
export interface SilentRow {
  id: string
  name: string
  type: string
  lastPull: number | null
}
export interface BouncerRow {
  id: string
  name: string
  last4: string
  ranges: RangeMode
  /** Its key is for readers of what is published: it enforces nothing. */
  publishes: boolean
  created: number
  by: string
  instances: {
    address: string
    type: string
    version: string
    firstPull: number
    lastPull: number
    interval: number | null
    stale: boolean
    metrics: Metrics | null
  }[]
}
/** What rules blocked by themselves within the hour; at their most they stop. */
export interface ByRules {
  lastHour: number
  perHour: number
  stopped: boolean
}
export interface RespondSettings {
  /** Bits of the widest block that goes without a confirmation. */
  v4: number
  v6: number
  /** What waits for a second person. */
  wide: boolean
  permanent: boolean
  /** The most that rules may block within an hour. */
  perHour: number
  /** With each time before, blocks by rules last so many times as long; up to so long, as `30d`. */
  repeatFactor: number
  repeatLongest: string
  /** Points of an address's signals in 24 hours, over which it is flagged. */
  flagOver: number
  /** What others are told of blocks. */
  publishReasons: boolean
  publishUsers: boolean
}

export interface RespondProtocol {
  denylist: [
    { ended: boolean; text: string; sort: BlockSort; page: number; size: number },
    { rows: ListedBlock[]; total: number; byRules: ByRules },
  ]
  /** `others` keep its value out too. */
  denylistEntry: [{ id: string }, { row: BlockRow; proof: ProofRow[]; landing: Landing | null; others: BlockRow[] }]
  /** One of many that cannot be previewed is refused by itself. */
  previewBlock: [{ targets: Target[] }, { previews: BlockPreview[]; refused: Refusal[] }]
  /** `duration` as `1h30m` or `permanent`; `confirm` is the value, typed again. */
  block: [
    { targets: (Target & { confirm?: string })[]; duration: string; reason: string; signal?: string },
    { done: BlockRow[]; refused: Refusal[] },
  ]
  extendBlock: [{ id: string; version: number; duration?: string; reason?: string }, BlockRow]
  approveBlock: [{ id: string; version: number }, BlockRow]
  liftBlock: [{ id: string; reason: string }, { row: BlockRow; others: BlockRow[] }]
  /** Show the dialog in a window of our own; asked by a page, without a signal. */
  openBlock: [{ targets: Target[]; signal?: string }, object]
  passlist: [object, { rows: PassRow[] }]
  previewPass: [{ id?: string; form: PassForm }, PassPreview]
  /** `confirm`: what was typed again. `lifted` are the first of the blocks that ended. */
  addToPasslist: [{ form: PassForm; confirm?: string[] }, { row: PassRow; lifted: Lifted[]; liftedCount: number }]
  /** `before` is what was seen. */
  changePass: [
    { id: string; before: PassForm; form: PassForm; enabled: boolean; confirm?: string[] },
    { row: PassRow; lifted: Lifted[]; liftedCount: number },
  ]
  removePass: [{ id: string }, object]
  bouncers: [object, { rows: BouncerRow[]; url: string }]
  silentEnforcers: [object, { rows: SilentRow[] }]
  /** The key is known this once; empty where an earlier try made the bouncer and its answer was lost. */
  createBouncer: [{ name: string; ranges: RangeMode }, { row: BouncerRow; key: string }]
  changeBouncer: [{ id: string; ranges: RangeMode }, BouncerRow]
  /** What asks with its key no more is not waited for any more. */
  forgetSilent: [{ id: string }, BouncerRow]
  revokeBouncer: [{ id: string }, object]
  respondSettings: [object, RespondSettings]
  setRespondSettings: [{ before: RespondSettings; after: RespondSettings }, RespondSettings]
}
