import { exact } from './time.tsx'

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const day = (time: number) => new Date(time).toDateString()
const date = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' })
const year = (time: number) => new Date(time).getFullYear()
/** `today at 04:12`, `tomorrow at 04:12`, `Nov 29 at 04:12`, or in full. Both ms UTC. */
export function saidTime(time: number, now: number): string {
  const at = `at ${clock.format(time)}`
  if (day(time) === day(now)) return `today ${at}`
  return day(time) === day(now + 86_400_000) ? `tomorrow ${at}` : year(time) === year(now) ? `${date.format(time)} ${at}` : exact(time)
}
export const saidUntil = (until: number | null, now: number): string => (until === null ? 'for good' : `until ${saidTime(until, now)}`)
