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

/** What people have decided about a signal. Times are ms UTC. */
export interface Triage {
  /** Grows by one with every change that people make. A change that names an older one is refused. */
  version: number
  state: State
  assignee: Person | null
  incident_ids: number[]
  /** 0 until somebody changes the state. */
  state_update_timestamp: number
  state_update_user: Person | null
  archive_reason?: ArchiveReason
  archive_comment?: string
  archive_comment_timestamp?: number
  archive_comment_user?: Person
}

export const newTriage = (): Triage => ({
  version: 1,
  state: 'open',
  assignee: null,
  incident_ids: [],
  state_update_timestamp: 0,
  state_update_user: null,
})

/** 30 days of 24 hours, in ms. */
export const lockAfter = 30 * 24 * 3_600_000

/** Whether a signal made at `timestamp` can no longer change at `now`; both ms UTC. */
export const isLocked = (timestamp: number, now: number): boolean => now - timestamp > lockAfter
