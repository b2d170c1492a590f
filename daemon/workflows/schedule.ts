/** A time that a rule names again and again, in UTC. */
export interface Schedule {
  /** The first time after `time`, ms UTC. */
  next(time: number): number
}

/** A rule that cannot be read; the message says why. */
export class ScheduleError extends Error {}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
/** 1970 began on a Thursday. */
const firstMonday = -3 * day
/** Longest interval of each, so that the next time is never more than a year away. */
const longest = { MINUTELY: 1440, HOURLY: 168, DAILY: 366, WEEKLY: 52 }
type Frequency = keyof typeof longest
const known = ['FREQ', 'INTERVAL', 'BYDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND']

/**
 * Read as much of an RFC 5545 rule as a machine at home needs: `FREQ=DAILY;BYHOUR=6;BYMINUTE=30`, `FREQ=MINUTELY;INTERVAL=15`,
 * `FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9`. Intervals count from 1970, weeks from Monday, so that a restart changes nothing. What is not named is
 * 0: a daily rule without an hour is at midnight UTC.
 */
export function readSchedule(text: string): Schedule {
  const parts = partsOf(text)
  const frequency = (parts.get('FREQ') ?? '') as Frequency
  if (!Object.hasOwn(longest, frequency)) throw new ScheduleError(`FREQ must be one of ${Object.keys(longest).join(', ')}`)
  const interval = numbers(parts, 'INTERVAL', 1, longest[frequency])?.[0] ?? 1
  const hours = numbers(parts, 'BYHOUR', 0, 23) ?? (['DAILY', 'WEEKLY'].includes(frequency) ? [0] : undefined)
  const minutes = numbers(parts, 'BYMINUTE', 0, 59) ?? (frequency === 'MINUTELY' ? undefined : [0])
  if ((numbers(parts, 'BYSECOND', 0, 59) ?? [0]).some(second => second !== 0))
    throw new ScheduleError('BYSECOND must be 0: times are whole minutes')
  const weekdays = weekdaysOf(parts, frequency)

  const fits = {
    day(at: number): boolean {
      const weekday = Math.floor((at - firstMonday) / day) % 7
      if (weekdays && !weekdays.includes(weekday)) return false
      if (frequency === 'DAILY') return Math.floor(at / day) % interval === 0
      return frequency !== 'WEEKLY' || Math.floor((at - firstMonday) / (7 * day)) % interval === 0
    },
    hour: (at: number): boolean =>
      (hours?.includes(Math.floor(at / hour) % 24) ?? true) && (frequency !== 'HOURLY' || Math.floor(at / hour) % interval === 0),
    minute: (at: number): boolean =>
      (minutes?.includes(Math.floor(at / minute) % 60) ?? true) && (frequency !== 'MINUTELY' || Math.floor(at / minute) % interval === 0),
  }
  function next(time: number): number {
    const from = (Math.floor(time / minute) + 1) * minute
    for (let at = from; at <= from + 400 * day; ) {
      if (!fits.day(at)) at = (Math.floor(at / day) + 1) * day
      else if (!fits.hour(at)) at = (Math.floor(at / hour) + 1) * hour
      else if (!fits.minute(at)) at += minute
      else return at
    }
    throw new ScheduleError('This rule names no time within a year')
  }
  next(0)
  return { next }
}

function partsOf(text: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of text.replace(/^RRULE:/, '').split(';')) {
    const [name = '', value = '', ...more] = part.split('=')
    if (!known.includes(name) || value === '' || more.length > 0)
      throw new ScheduleError(`“${part.slice(0, 50)}” is not understood: known are ${known.join(', ')}, as in FREQ=DAILY;BYHOUR=6`)
    if (parts.has(name)) throw new ScheduleError(`${name} stands there twice`)
    parts.set(name, value)
  }
  return parts
}

function numbers(parts: ReadonlyMap<string, string>, name: string, least: number, most: number): number[] | undefined {
  const text = parts.get(name)
  if (text === undefined) return undefined
  const all = text.split(',').map(one => (/^\d{1,4}$/.test(one) ? Number(one) : -1))
  if (all.some(one => one < least || one > most) || (name === 'INTERVAL' && all.length > 1))
    throw new ScheduleError(`${name} must be ${name === 'INTERVAL' ? 'a whole number' : 'whole numbers'} from ${least} to ${most}`)
  return all
}

function weekdaysOf(parts: ReadonlyMap<string, string>, frequency: Frequency): number[] | undefined {
  const text = parts.get('BYDAY')
  if (text === undefined) return frequency === 'WEEKLY' ? [0] : undefined
  const all = text.split(',').map(name => days.indexOf(name))
  if (all.includes(-1)) throw new ScheduleError(`BYDAY must be of ${days.join(', ')}`)
  return all
}
