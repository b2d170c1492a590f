import { formatAge, parseDuration, parseTime, readIso, TimeError } from '../../../shared/time.ts'

/** A time range as the URL holds it: `now-15m` to `now`, `yesterday`, or ISO times. What is relative stays relative. */
export interface Range {
  from: string
  to: string
}
/** ms UTC, both ends included. */
export interface Span {
  from: number
  to: number
}

export const presets: readonly { label: string; from: string }[] = [
  { label: 'Last 5 minutes', from: 'now-5m' },
  { label: 'Last 15 minutes', from: 'now-15m' },
  { label: 'Last hour', from: 'now-1h' },
  { label: 'Last 4 hours', from: 'now-4h' },
  { label: 'Last 24 hours', from: 'now-1d' },
  { label: 'Last 7 days', from: 'now-7d' },
  { label: 'Last 30 days', from: 'now-30d' },
  { label: 'All time', from: '0' },
]

const day = 86_400_000
/** Days of the calendar before today. */
const dayNames: Record<string, number> = { today: 0, yesterday: 1 }

/** The beginning of a day in the zone of whoever reads it; `back` days before the one that `at` is in. */
function midnight(at: number, back: number): number {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - back).getTime()
}

function instant(text: string, now: number, end: boolean): number {
  const back = dayNames[text]
  if (back === undefined) return parseTime(text, now)
  return end ? midnight(now, back - 1) - 1 : midnight(now, back)
}

/** The instants of a range. Throws a TimeError where it cannot be read, or runs backwards. */
export function resolve({ from, to }: Range, now: number): Span {
  const span = { from: instant(from, now, false), to: Math.min(instant(to, now, true), Math.max(now, parseEnd(to, now))) }
  if (span.from > span.to) throw new TimeError('This range ends before it begins.')
  return span
}
// today ends now, and what lies ahead on purpose is kept
const parseEnd = (to: string, now: number) => (to in dayNames ? now : instant(to, now, true))

/** An ISO time without a zone is of the zone that the table shows. */
function readInstant(text: string): string {
  const zone = -new Date(readIso(text) ?? 0).getTimezoneOffset()
  const at = readIso(text, zone)
  return at === undefined ? text : new Date(at).toISOString()
}

/** What somebody typed: `15m`, `now-1h`, `yesterday`, `2026-01-31`, `2026-01-31 09:30 to now`. Throws a TimeError. */
export function readRange(typed: string, now: number): Range {
  const text = typed.trim()
  const [first = '', second] = text.split(/\s+(?:to|–|-|—)\s+/i)
  const lower = first.toLowerCase()
  let range: Range
  if (second !== undefined) range = { from: word(first), to: word(second) }
  else if (lower in dayNames) range = { from: lower, to: lower }
  else if (/^\d{4}-\d\d-\d\d$/.test(text) && readIso(text) !== undefined) {
    const from = Date.parse(readInstant(text))
    range = { from: new Date(from).toISOString(), to: new Date(from + day - 1).toISOString() }
  } else if (/^\d+\s*[a-z]/i.test(text) && readIso(text) === undefined) {
    const duration = text.replaceAll(' ', '')
    parseDuration(duration)
    range = { from: `now-${duration}`, to: 'now' }
  } else range = { from: word(first), to: 'now' }
  resolve(range, now)
  return range
}
const word = (text: string) => (text.toLowerCase() in dayNames ? text.toLowerCase() : readInstant(text.trim()))

const clock = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** `Last 24 hours`, `Yesterday`, `Dec 10, 03:00 to 04:30`. */
export function label({ from, to }: Range): string {
  const preset = presets.find(one => one.from === from)
  if (preset && to === 'now') return preset.label
  if (from === to && from in dayNames) return from === 'today' ? 'Today' : 'Yesterday'
  const last = /^now-(\w+)$/.exec(from)
  if (last && to === 'now') return `Last ${last[1]}`
  return `${print(from)} to ${print(to)}`
}

function print(text: string): string {
  if (!/^-?\d/.test(text)) return text
  try {
    return clock.format(parseTime(text, 0))
  } catch (error) {
    // as a link has it: what is wrong with it is said where its answer would stand
    if (error instanceof TimeError) return text
    throw error
  }
}

/** How much time a span covers: `2 h`. */
export const length = ({ from, to }: Span): string => formatAge(to - from + 1)
