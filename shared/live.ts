import type { Job } from './job.ts'
import type { Why } from './notice.ts'
import type { Severity } from './severity.ts'
import type { State } from './triage.ts'

/** What the daemon pushes over the stream, as JSON text frames. */
export type LiveEvent =
  | { type: 'hello'; version: string; counts: Record<State, number>; read_only: boolean }
  /** Whether nothing is written may be another now. */
  | { type: 'read_only'; read_only: boolean }
  /** Signals opened, updated or moved: ask for them again. */
  | { type: 'signals'; ids: string[]; counts: Record<State, number> }
  /** Incidents declared, changed or deleted, by public id. */
  | { type: 'incidents'; ids: number[] }
  /** For the user with the uuid `to` alone: signals that somebody else, `by`, gave to them, and how many wait for them now; that is added on the way. */
  | { type: 'assigned'; to: string; ids: string[]; by: string; count?: number }
  /** For the user with the uuid `to` alone: their job has gone on. */
  | { type: 'job'; to: string; job: Job }
  /** A notification rule or a workflow tells the browsers of these, or of nothing in particular. */
  | { type: 'notice'; ids: string[]; severity: Severity; why: Why }
  /** Investigation cases made or changed: ask for them again. */
  | { type: 'cases'; ids: string[] }
  /** What is blocked, or who never is, has changed: ask for it again. */
  | { type: 'denylist' }
  /** Detection rules were made, changed or deleted: ask for them again. For those who may read them. */
  | { type: 'rules' }
  /** Workflows, or runs of some, changed: ask for them again. For those who may read them. */
  | { type: 'workflows'; workflows: string[]; runs: string[] }
  /** At least every 20 s: a service worker that hears nothing for 30 s is stopped. */
  | { type: 'ping' }
