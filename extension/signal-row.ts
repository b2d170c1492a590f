import type { Severity } from '../shared/severity.ts'
import type { ArchiveReason, Person, State } from '../shared/triage.ts'
import type { Verdict } from '../shared/verdict.ts'

/** A signal as lists and card show it. Times are ms UTC. */
export interface SignalRow {
  id: string
  version: number
  timestamp: number
  title: string
  severity: Severity
  state: State
  assignee: Person | null
  services: string[]
  env: string | null
  /** The first attacking address, with what feeds say of it. */
  ip: string | null
  verdict: Verdict | null
  users: string[]
  events_matched: number
  first_seen: number
  last_seen: number
  /** Older than 30 days: can no longer change. */
  locked: boolean
  /** Why and by whom it was archived; null unless it is. `at` is 0 where that is not known. */
  archive: { reason: ArchiveReason; comment: string; by: string; at: number } | null
  /** The last change that somebody made. */
  changed?: { by: string; at: number }
  /** Out of the queue until then. */
  snooze?: { until: number; reason: string; by: string }
  notes?: number
  /** Investigation cases that it is part of. */
  cases?: { id: string; key: string }[]
  /** Incidents that it is part of, by public id. */
  incidents?: number[]
  /** Until when it is to be taken up or archived, and whether that has passed. */
  due?: { what: 'acknowledge' | 'resolve'; by: number; late: boolean }
}
