import type { Skipped } from './triage.ts'

/** A change of many signals, made in slices. It survives a restart: what is done is done once, the rest goes on. */
export interface Job {
  id: string
  kind: 'bulk' | 'undo' | 'case' | 'incident'
  state: 'running' | 'done' | 'stopped' | 'failed'
  /** Signals looked at, of all there are; those of them that changed. */
  done: number
  total: number
  changed: number
  /** How many were left as they were, and the first of them. */
  skipped_total: number
  skipped: Skipped[]
  /** Of one that puts signals back: the first of the cases that they stay in. */
  cases?: { id: string; key: string }[]
  /** The change that it is, to be undone as one. */
  change: string
  /** Why it failed. */
  error?: string
}

/** Signals that a job names as skipped. */
export const mostSkipped = 200
/** Cases that it names. */
export const mostCases = 20
