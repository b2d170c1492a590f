import { dateOf, furthest, offsetMinutes } from '../../shared/time.ts'
import type { ReadContext } from '../lib/kinds.ts'

const months: Record<string, number> = { jan: 1, feb: 2, mar: 3, apr: 4, may: 5, jun: 6, jul: 7, aug: 8, sep: 9, oct: 10, nov: 11, dec: 12 }

/** Jan → 1; undefined for what is no English month. */
export const monthOf = (name: string): number | undefined => months[name.toLowerCase()]

const minute = 60_000
// A sender's clock may run this far ahead before its line is taken to be a year old.
const skew = 5 * minute

/** `06:55:46` or `06:55:46.123456` in ms of the day; undefined where a clock cannot show it. */
export function timeOfDay(text: string): number | undefined {
  const hours = Number(text.slice(0, 2))
  const minutes = Number(text.slice(3, 5))
  const seconds = Number(text.slice(6, 8))
  if (!(hours <= 23 && minutes <= 59 && seconds <= 60)) return undefined
  const fraction = text.length > 9 ? Number(text.slice(9, 12).padEnd(3, '0')) : 0
  return (hours * 60 + minutes) * minute + seconds * 1000 + fraction
}

/** The latest such moment that is not in the future, in ms UTC. Feb 29 goes back to a leap year. */
export function yearless(month: number, date: number, time: number, { now, zone }: ReadContext): number | undefined {
  // from next year on: at New Year a sender's clock may already be past midnight
  const newest = new Date(now + zone * minute).getUTCFullYear() + 1
  for (let year = newest; year > newest - 10; year--) {
    const midnight = dateOf(year, month, date)
    if (midnight === undefined) continue
    const at = midnight + time - zone * minute
    if (at <= now + skew) return at
  }
  return undefined
}

/** ms UTC of a date and a time of day in a zone, minutes east of UTC. */
export function moment(year: number, month: number, date: number, time: number | undefined, zone: number): number | undefined {
  const midnight = dateOf(year, month, date)
  return midnight === undefined || time === undefined ? undefined : midnight + time - zone * minute
}

/** `13/Jul/2016:10:55:36 +0000`, as access logs have it, in ms UTC. */
export function accessTime(text: string): number | undefined {
  const parts = /^(\d\d)\/([a-z]{3})\/(\d{4}):(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))? ([+-]\d{4})$/i.exec(text)
  const month = parts && monthOf(parts[2]!)
  if (!month) return undefined
  const time = timeOfDay(parts[5] ? `${parts[4]}.${parts[5]}` : parts[4]!)
  return moment(Number(parts[3]), month, Number(parts[1]), time, offsetMinutes(parts[6]!))
}

/** Epoch time in ms, whichever unit it was counted in: seconds, milliseconds, microseconds or nanoseconds tell themselves apart by size. */
export function epoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined
  const ms = value < 1e11 ? value * 1000 : value < 1e14 ? value : value < 1e17 ? value / 1000 : value / 1e6
  return ms <= furthest ? Math.floor(ms) : undefined
}
