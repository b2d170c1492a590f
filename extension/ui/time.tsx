import { signal } from '@preact/signals'
import type { SignalRow } from '../messages.ts'

const units: [string, number][] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
]

/** How long ago, for lists: `now`, `4 min`, `2 h`, `1 day`, `9 days`. Both ms UTC; what lies ahead is `now`. */
export function age(time: number, now: number): string {
  for (const [unit, ms] of units) {
    const count = Math.floor((now - time) / ms)
    if (count >= 1) return `${count} ${unit === 'day' && count > 1 ? 'days' : unit}`
  }
  return 'now'
}

/** For sentences: `just now`, `4 min ago`. */
export function ago(time: number, now: number): string {
  const text = age(time, now)
  return text === 'now' ? 'just now' : `${text} ago`
}

const format = new Intl.DateTimeFormat('en', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
})

/** `Dec 10, 2025, 03:08:41 UTC`, in the zone of whoever reads it. */
export const exact = (time: number): string => (Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? format.format(time) : 'unknown')

let timer: ReturnType<typeof setInterval> | undefined

/** The time, ms UTC, renewed every 10 s as long as somebody shows it. */
export const now = signal(Date.now(), {
  watched() {
    this.value = Date.now()
    timer = setInterval(() => (this.value = Date.now()), 10_000)
  },
  unwatched() {
    clearInterval(timer)
  },
})

/** Of a signal, for lists: how long ago it was last seen, and on hover what happened when. */
export const LastSeen = ({ row }: { row: Pick<SignalRow, 'first_seen' | 'last_seen' | 'timestamp'> }) => (
  <time title={`First seen ${exact(row.first_seen)}\nLast seen ${exact(row.last_seen)}\nDetected ${exact(row.timestamp)}`}>
    {age(row.last_seen, now.value)}
  </time>
)

/** A relative time whose exact one shows on hover. `sentence` says "4 min ago" instead of "4 min". */
export const Ago = ({ time, sentence }: { time: number; sentence?: boolean }) => (
  <time title={exact(time)}>{(sentence ? ago : age)(time, now.value)}</time>
)
