import type { ArchiveReason, Person, State } from '../shared/triage.ts'
import type { Verdict } from '../shared/verdict.ts'
import type { SignalRow } from './signal-row.ts'

// What is asked about signals, and what comes back. Times are ms UTC.

/** Signals as a change names them; `title` for whoever is told what became of it. */
export type Ids = { id: string; version: number; title?: string }[]
/** Of a title, as a change names it. */
export const longestTitle = 200
/** What is done to signals. */
export type Act = State | 'assign' | 'snooze' | 'wake'
/** A change that was kept while the daemon was away, and refused for good; `at` is when. */
export interface Unmade {
  id: string
  title: string
  act: Act
  why: string
  at: number
}

/** One thing that happened to a signal. `by` is empty where detection did it. */
export interface Deed {
  time: number
  by: string
  /** `opened`, `retitled`, `state`, `assignee`; what another version of the daemon adds is shown by this word. */
  kind: string
  /** State, assignee's handle, or severity, as it was and became. */
  from: string
  to: string
  reason: ArchiveReason
  /** Or the note that was written, or why it was snoozed. */
  comment: string
  /** Of a snooze. */
  until?: number
  /** It put an earlier change back. */
  undone?: boolean
}

/** What a signal is about: everything that is read before it is decided. */
export interface SignalDetails {
  row: SignalRow
  rule: string
  /** Markdown of the rule's author, with values of logs filled in. */
  message: string
  /** `failures > 5`; empty where anything that matches is enough. */
  condition: string
  queries: { name: string; query: string; value: number }[]
  addresses: { value: string; verdict: Verdict | null; knownGood: string[] }[]
  hosts: string[]
  samples: { time: number; text: string }[]
  /** ATT&CK: `tactic:…`, `technique:…`. */
  tags: string[]
  /** Oldest first. */
  timeline: Deed[]
}

/** A copy of a log that took part. */
export interface KeptLog {
  id: string
  time: number
  text: string
  status: string
  service: string
  host: string
  /** Of the trace that it belongs to; null where it names none. */
  trace: string | null
}

/** What the signal panel shows. */
export interface Investigation extends SignalDetails {
  ruleOf: { id: string; version: number; type: string; method: string; isDefault: boolean }
  /** What its rule groups by, and the values that this signal is about. */
  group: { path: string; value: string }[]
  /** Why it opened, and each time it became more severe. */
  reasons: string[]
  logs: KeptLog[]
  allTags: string[]
  /** What would hide signals like this one; null where the daemon knows nothing. */
  candidate: { name: string; rules: string; hides: string } | null
  /** As the daemon has it. */
  json: string
}

export interface NewSuppression {
  name: string
  rules: string
  hides: string
  reason: string
  /** Without it, for ever. */
  until?: number
}

/** Of the service catalogue; empty where it does not say. */
export interface ServiceFacts {
  name: string
  owner: string
  onCall: string
  url: string
  about: string
}

/** What a suppression would have hidden in the last 30 days. */
export interface SuppressionPreview {
  rules: number
  signals: number
  /** `signals` is a good guess: there were too many to look at each. */
  estimated: boolean
  logs: number | null
  /** It was not looked at to the end. */
  cut: boolean
  latest: { id: string; title: string; time: number }[]
}

/** `changes` are the ids by which what was done can be undone; `stale` what somebody else had changed before. */
export type Moved = { done: SignalRow[]; failed: { id: string; error: string; stale?: true }[]; changes: string[] }

/** What an undoing left as it was, and why. */
export interface Skipped {
  id: string
  reason: string
  by?: string
}

/** Exactly those signals that a query found, kept for an hour. */
export interface Selection {
  id: string
  count: number
  /** Of them, older than 30 days. */
  locked: number
  states: Record<State, number>
}
/** A change of many signals that the daemon is making. */
export interface Job {
  id: string
  state: 'running' | 'done' | 'stopped' | 'failed'
  /** Looked at, of all there are; and those of them that changed. */
  done: number
  total: number
  changed: number
  skippedTotal: number
  skipped: Skipped[]
  /** By which all of it can be undone. */
  change: string
  /** Where it puts signals back: the keys of the cases that they stay in. */
  cases: string[]
  error: string
}
/** What is to be done to each signal of a selection. */
export interface BulkChange {
  state?: State
  reason?: ArchiveReason
  comment?: string
  /** A uuid; empty for nobody. */
  assignee?: string
  snooze?: { until: number; reason: string } | null
}

export interface JobProtocol {
  select: [{ query: string; from: number; to: number }, Selection]
  applyToSelection: [{ id: string } & BulkChange, Job]
  job: [{ id: string }, Job]
  stopJob: [{ id: string }, Job]
}

export interface SignalProtocol extends JobProtocol {
  /** `cases` are the keys of those that signals stay in; `jobs` put back what is too much for one answer. */
  undo: [{ changes: string[] }, { undone: number; skipped: Skipped[]; cases: string[]; jobs: Job[] }]
  snooze: [{ ids: Ids; until: number; reason: string }, Moved]
  /** End a snooze. */
  wake: [{ ids: Ids }, Moved]
  /** What was not made of what was kept. */
  unmade: [object, { rows: Unmade[] }]
  /** Somebody has seen what there was until then. */
  seenUnmade: [{ until: number }, object]
  /** Other signals of the same group or with the same entities, in the order of time; of `total` the latest. */
  relatedSignals: [{ id: string }, { rows: { row: SignalRow; sameGroup: boolean; shares: string[] }[]; total: number }]
  services: [object, { services: ServiceFacts[] }]
  addNote: [{ id: string; text: string }, object]
  /** Whom signals can be given to, by a part of their name. */
  people: [{ search: string }, { people: Person[] }]
  investigate: [{ id: string }, Investigation]
  previewSuppression: [NewSuppression, SuppressionPreview]
  suppress: [NewSuppression, { id: string }]
}
