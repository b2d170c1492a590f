import type { State } from './triage.ts'

/** What the daemon pushes over the stream, as JSON text frames. */
export type LiveEvent =
  | { type: 'hello'; version: string; counts: Record<State, number> }
  /** Signals opened, updated or moved: ask for them again. */
  | { type: 'signals'; ids: string[]; counts: Record<State, number> }
  /** At least every 20 s: a service worker that hears nothing for 30 s is stopped. */
  | { type: 'ping' }
