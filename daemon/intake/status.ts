import type { Json } from '../../shared/json.ts'

/** Most severe first; the place in the list is syslog's severity. `ok` is Datadog's. */
export const levels = ['emergency', 'alert', 'critical', 'error', 'warn', 'notice', 'info', 'debug', 'ok'] as const
export type Level = (typeof levels)[number]

// Datadog's reading of a status: by the first letters, whatever follows. Java's SEVERE and FINE are no success and no emergency.
const beginnings: [RegExp, Level][] = [
  [/^severe/, 'error'],
  [/^fine/, 'debug'],
  [/^(?:emerg|panic|f)/, 'emergency'],
  [/^a/, 'alert'],
  [/^c/, 'critical'],
  [/^e/, 'error'],
  [/^w/, 'warn'],
  [/^n/, 'notice'],
  [/^i/, 'info'],
  [/^(?:d|trace|verbose)/, 'debug'],
  [/^[os]/, 'ok'],
]

// Numbers of pino and bunyan, which start where syslog's end.
const tens: Record<number, Level> = { 10: 'debug', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'emergency' }

/** The level that a sender's word or number stands for; undefined where it is none, such as a status of 200. */
export function levelOf(value: Json | undefined): Level | undefined {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,2}$/.test(value))) {
    const number = Number(value)
    return number >= 0 && number <= 7 ? levels[number] : tens[number]
  }
  if (typeof value !== 'string') return undefined
  const word = value.trim().toLowerCase()
  return beginnings.find(([beginning]) => beginning.test(word))?.[1]
}

/** The more severe of two levels. */
export function worse(a: string | undefined, b: string): string {
  if (a === undefined) return b
  const place = (level: string) => (levels as readonly string[]).indexOf(level)
  return place(a) >= 0 && place(a) < place(b) ? a : b
}

/** The level of an HTTP answer, and the words that Datadog has for it. */
export function httpStatus(code: number): { status: Level; category: string } {
  if (code >= 500) return { status: 'error', category: 'error' }
  if (code >= 400) return { status: 'warn', category: 'warning' }
  if (code >= 300) return { status: 'notice', category: 'notice' }
  return { status: 'ok', category: 'OK' }
}
