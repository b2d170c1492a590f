/** Durations, instants and ages as people write and read them. */

/** A duration or an instant that cannot be read; the message says what was given and what is understood. */
export class TimeError extends Error {}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Milliseconds of each unit; a month counts 30 days and a year 365, so that a duration means the same on every day. */
const units: Record<string, number> = { ms: 1, s: second, m: minute, min: minute, h: hour, d: day, w: 7 * day, mo: 30 * day, y: 365 * day }
const unitNames = Object.keys(units)
  .sort((a, b) => b.length - a.length)
  .join('|')
const durationForm = new RegExp(`^(?:\\d+(?:${unitNames}))+$`)
const durationParts = new RegExp(`(\\d+)(${unitNames})`, 'g')
const longest = 1000 * 365 * day

/** `15m`, `1h30m`, `90s` in ms. Throws a TimeError for anything else, and for more than a thousand years. */
export function parseDuration(text: string): number {
  const written = text.trim()
  if (!durationForm.test(written))
    throw new TimeError(`“${clip(text)}” is no duration: write a whole number and a unit, such as 30s, 15m, 4h, 7d or 1w`)
  let total = 0
  for (const [, count, unit] of written.matchAll(durationParts)) total += Number(count) * units[unit!]!
  if (total > longest) throw new TimeError(`“${clip(text)}” is longer than a thousand years`)
  return total
}

const parts = [
  [day, 'day', 'days'],
  [hour, 'h', 'h'],
  [minute, 'min', 'min'],
  [second, 's', 's'],
] as const
/** ms in words: `1 h 30 min`; two parts at most. */
export function saidSpan(ms: number): string {
  let left = Math.max(second, ms)
  const said: string[] = []
  for (const [unit, one, many] of parts) {
    const count = Math.floor(left / unit)
    left -= count * unit
    if (count > 0 && said.length < 2) said.push(`${count} ${count === 1 ? one : many}`)
  }
  return said.join(' ')
}

/** `for 1 h 30 min`; without an end, null, `for good`. */
export const saidFor = (ms: number | null): string => (ms === null ? 'for good' : `for ${saidSpan(ms)}`)

const relative = /^now((?:\s*[+-]\s*\w+)*)$/
const steps = /([+-])\s*(\w+)/g

/** An instant in ms UTC: `now`, `now-1h`, `now-1d+6h`, ISO 8601 (UTC where it names no zone), or epoch ms. Throws a TimeError. */
export function parseTime(time: string | number, now: number): number {
  const text = String(time).trim()
  const offsets = relative.exec(text)?.[1]
  let at: number | undefined
  if (offsets !== undefined) {
    at = now
    for (const [, sign, duration] of offsets.matchAll(steps)) at += parseDuration(duration!) * (sign === '-' ? -1 : 1)
  } else if (/^-?\d+$/.test(text)) at = Number(text)
  else at = readIso(text)
  if (at === undefined) {
    throw new TimeError(`“${clip(text)}” is no time: write now, now-15m, an ISO time such as 2026-01-31T09:30:00Z, or epoch milliseconds`)
  }
  if (Math.abs(at) > furthest) throw new TimeError(`“${clip(text)}” is outside the calendar`)
  return at
}

/** Furthest instant a Date can hold, ms either side of 1970. */
export const furthest = 8.64e15

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i

/** ISO 8601 in ms UTC, finer digits cut off; `zone` is minutes east of UTC where the text names none. Undefined where there is no such date. */
export function readIso(text: string, zone = 0): number | undefined {
  const parts = iso.exec(text)
  if (!parts) return undefined
  const [, year, month, date, hours = '0', minutes = '0', seconds = '0', fraction = '', offset] = parts
  const midnight = dateOf(Number(year), Number(month), Number(date))
  const east = offset === undefined ? zone : offset === 'Z' || offset === 'z' ? 0 : offsetMinutes(offset)
  // a leap second is written :60
  if (midnight === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined
  const ms = fraction === '' ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))
  return midnight + Number(hours) * hour + (Number(minutes) - east) * minute + Number(seconds) * second + ms
}

/** `+0530`, `+05:30` or `-08` in minutes east of UTC. */
export function offsetMinutes(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3).replace(':', ''))
  return offset[0] === '-' ? -minutes : minutes
}

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

/** Midnight UTC of a date in ms, months from 1; undefined where the calendar has no such day, or before the year 100. */
export function dateOf(year: number, month: number, date: number): number | undefined {
  if (year < 100 || month < 1 || month > 12 || date < 1 || date > lengths[month - 1]!) return undefined
  if (month === 2 && date === 29 && !isLeap(year)) return undefined
  return Date.UTC(year, month - 1, date)
}

/** An age for people: `8 s`, `9 min`, `2 h`, `6 days`, `4 months`. What lies ahead counts as now. */
export function formatAge(ms: number): string {
  const age = Math.max(0, ms)
  if (age < minute) return `${Math.floor(age / second)} s`
  if (age < hour) return `${Math.floor(age / minute)} min`
  if (age < day) return `${Math.floor(age / hour)} h`
  if (age < 60 * day) return many(Math.floor(age / day), 'day')
  if (age < 730 * day) return many(Math.floor(age / (30 * day)), 'month')
  return many(Math.floor(age / (365 * day)), 'year')
}

const many = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Whether the calendar has this day, such as 2026-02-28. */
export const isDay = (day: string): boolean => {
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day)
}
