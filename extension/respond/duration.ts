import { parseDuration, TimeError } from '../../shared/time.ts'

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
