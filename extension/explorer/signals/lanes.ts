import type { Found } from '../../search-messages.ts'
import type { Investigation } from '../../signal-messages.ts'

/** One row of the attack flow: what happened, how often, and when. Times are ms UTC. */
export interface Lane {
  name: string
  /** What finds its logs. */
  query: string
  count: number
  ticks: { time: number; count: number }[]
  /** Somebody got in, or did something after. */
  grave: boolean
}
export interface Flow {
  from: number
  to: number
  /** Width of a tick, ms. */
  step: number
  lanes: Lane[]
}

export const ticks = 64

/** From the first log to the last, and a little of what came after. */
export function windowOf({ row }: Pick<Investigation, 'row'>): { from: number; to: number } {
  const length = Math.max(60_000, row.last_seen - row.first_seen)
  return { from: row.first_seen - Math.round(length * 0.02), to: row.last_seen + Math.round(Math.min(length * 0.25, 900_000)) }
}

const grave = /outcome:success|outcome:\(?"?success/

export const laneOf = (name: string, query: string, found: Pick<Found, 'histogram' | 'total'>): Lane => ({
  name: name || 'Matching logs',
  query,
  count: found.total,
  ticks: found.histogram.filter(({ count }) => count > 0),
  grave: grave.test(query),
})

/** The logs that are kept in the signal, where the others are gone or may not be read. */
export function keptFlow(about: Investigation): Flow {
  const { from, to } = windowOf(about)
  const times = about.logs.map(({ time }) => ({ time, count: 1 }))
  return { from, to, step: (to - from) / ticks, lanes: [{ name: 'Kept logs', query: '', count: times.length, ticks: times, grave: false }] }
}

/** Where a tick stands, and how wide it is, in percent of the lane. */
export function placeOf({ from, to, step }: Pick<Flow, 'from' | 'to' | 'step'>, time: number): { left: number; width: number } {
  const length = Math.max(1, to - from)
  const left = Math.min(100, Math.max(0, ((time - from) / length) * 100))
  return { left, width: Math.min(100 - left, Math.max(0.8, (step / length) * 100 * 0.8)) }
}
