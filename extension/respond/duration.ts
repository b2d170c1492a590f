import { parseDuration, TimeError } from '../../shared/time.ts'
import { exact } from '../ui/time.tsx'

/** For how long, as the daemon reads it, and the word for it. */
export const presets = [
  ['15m', '15 min'],
  ['30m', '30 min'],
  ['1h', '1 h'],
  ['12h', '12 h'],
  ['1d', '1 day'],
  ['1w', '1 week'],
  ['permanent', 'Permanent'],
] as const
/** What the dialog begins with: long enough to look, short enough to be wrong. */
export const usual = '1h'

/** As long as the daemon takes, ms. */
const longest = 10 * 365 * 86_400_000

/** ms, null for good; or why it is none. */
export function readDuration(text: string): { ms: number | null } | { wrong: string } {
  if (text === 'permanent') return { ms: null }
  if (text.trim() === '') return { wrong: 'Say for how long: 45m, 3h30m, 2d' }
  try {
    const ms = parseDuration(text)
    if (ms < 1000) return { wrong: 'A second or longer' }
    return ms > longest ? { wrong: 'Ten years at most, or permanent' } : { ms }
  } catch (error) {
    if (error instanceof TimeError) return { wrong: error.message }
    throw error
  }
}

const parts = [
  [86_400_000, 'day', 'days'],
  [3_600_000, 'h', 'h'],
  [60_000, 'min', 'min'],
  [1000, 's', 's'],
] as const
/** `1 h 30 min`; two parts at most, for good without an end. */
export function saidSpan(ms: number | null): string {
  if (ms === null) return 'for good'
  let left = Math.max(1000, ms)
  const said: string[] = []
  for (const [unit, one, many] of parts) {
    const count = Math.floor(left / unit)
    left -= count * unit
    if (count > 0 && said.length < 2) said.push(`${count} ${count === 1 ? one : many}`)
  }
  return said.join(' ')
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = (time: number) => new Date(time).toDateString()
/** `today at 04:12`, `tomorrow at 04:12`, or in full. Both ms UTC. */
export function saidTime(time: number, now: number): string {
  const at = `at ${clock.format(time)}`
  if (day(time) === day(now)) return `today ${at}`
  return day(time) === day(now + 86_400_000) ? `tomorrow ${at}` : exact(time)
}
export const saidUntil = (until: number | null, now: number): string => (until === null ? 'for good' : `until ${saidTime(until, now)}`)
