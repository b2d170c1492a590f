import type { Severity } from '../../shared/severity.ts'
import type { Signal } from '../../shared/signal.ts'
import { parseDuration } from '../../shared/time.ts'

/** By severity, how soon after it was made a signal is to be taken up and archived, as durations; null: whenever. */
export type DueTimes = Record<Severity, { acknowledge: string | null; resolve: string | null }>

/** ms of a due time; Infinity where there is none. */
export const dueAfter = (time: string | null): number => (time === null ? Infinity : parseDuration(time))

/** Until when, ms UTC, a signal is to be taken up and archived, as far as that has not happened, and what of it is late. */
export function dueOf({ timestamp, detection, triage }: Signal, times: DueTimes, now: number) {
  const { acknowledge, resolve } = times[detection.severity]
  const by = (time: string | null, isDone: boolean) => (time === null || isDone ? null : timestamp + parseDuration(time))
  const acknowledge_by = by(acknowledge, triage.acknowledged_at !== undefined)
  const resolve_by = by(resolve, triage.state === 'archived')
  const isLate = (time: number | null) => time !== null && now >= time
  const overdue = isLate(resolve_by) ? ('resolve' as const) : isLate(acknowledge_by) ? ('acknowledge' as const) : null
  return { acknowledge_by, resolve_by, overdue }
}
