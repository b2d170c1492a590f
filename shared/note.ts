import type { Person } from './triage.ts'

/** What somebody wrote beside a signal; text, never markup. Times are ms UTC. */
export interface Note {
  id: string
  signal_id: string
  text: string
  by: Person
  at: number
  /** When it was last edited. */
  edited_at?: number
}

/** Bytes of UTF-8 that a note has at most. */
export const longestNote = 10_000
