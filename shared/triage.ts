/** Triage as plain data: the daemon enforces it, popup and card draw their buttons from it. */
export const states = ['open', 'under_review', 'archived'] as const
export type State = (typeof states)[number]
export const stateLabels: Record<State, string> = { open: 'Open', under_review: 'In review', archived: 'Archived' }

export const archiveReasons = [
  'none',
  'false_positive',
  'testing_or_maintenance',
  'remediated',
  'investigated_case_opened',
  'true_positive_benign',
  'true_positive_malicious',
  'other',
] as const
export type ArchiveReason = (typeof archiveReasons)[number]
/** The reasons a person can choose, in the order of their keys 1 to 7. */
export const reasonLabels: Record<Exclude<ArchiveReason, 'none'>, string> = {
  false_positive: 'False positive',
  testing_or_maintenance: 'Testing',
  remediated: 'Remediated',
  investigated_case_opened: 'Case opened',
  true_positive_benign: 'Benign',
  true_positive_malicious: 'Malicious',
  other: 'Other',
}

/** A person as a signal remembers them. */
export interface Person {
  uuid: string
  handle: string
  name: string
}

/** Out of the queue until a time, ms UTC, or until the signal becomes more severe. */
export interface Snooze {
  until: number
  reason: string
  by: Person
  at: number
}

/** What people have decided about a signal. Times are ms UTC. */
export interface Triage {
  /** Grows by one with every change that people make. A change that names an older one is refused. */
  version: number
  /** The last such change. */
  changed?: { by: Person; at: number }
  state: State
  assignee: Person | null
  /** Public ids of the incidents that it is part of. */
  incident_ids: number[]
  /** 0 until somebody changes the state. */
  state_update_timestamp: number
  state_update_user: Person | null
  archive_reason?: ArchiveReason
  archive_comment?: string
  archive_comment_timestamp?: number
  archive_comment_user?: Person
  snooze?: Snooze
  /** When somebody first took the signal up: moved it out of open, gave it to somebody or snoozed it. */
  acknowledged_at?: number
  /** When it was archived; gone where it is not. */
  resolved_at?: number
  /** Notes that are there now. */
  notes?: number
  /** Investigation cases that it is part of. */
  cases?: { id: string; key: string }[]
}

/** What a change can touch, each on its own. */
export const aspects = ['state', 'assignee', 'snooze', 'incidents'] as const
export type Aspect = (typeof aspects)[number]

export const newTriage = (): Triage => ({
  version: 1,
  state: 'open',
  assignee: null,
  incident_ids: [],
  state_update_timestamp: 0,
  state_update_user: null,
})

/**
 * A signal that a change or its undoing left as it was, and why: somebody (`by`, `at` ms UTC) changed it since, it is locked, it is
 * archived and cannot be snoozed, or it is gone.
 */
export interface Skipped {
  id: string
  reason: 'changed' | 'locked' | 'archived' | 'not_found'
  by?: string
  at?: number
}

/** What became of putting a change back. `id` is the change that this itself is. */
export interface Undone {
  id: string
  undone: number
  skipped: Skipped[]
  /** The cases that what was put back stays in. */
  cases: { id: string; key: string }[]
}

/** Longest snooze, and how long a change can be undone, ms. */
export const longestSnooze = 30 * 24 * 3_600_000
export const undoableFor = 7 * 24 * 3_600_000

/** 30 days of 24 hours, in ms. */
export const lockAfter = 30 * 24 * 3_600_000

/** Whether a signal made at `timestamp` can no longer change at `now`; both ms UTC. */
export const isLocked = (timestamp: number, now: number): boolean => now - timestamp > lockAfter
