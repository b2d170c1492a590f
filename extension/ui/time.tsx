import { signal } from '@preact/signals'
import type { SignalRow } from '../messages.ts'
import { age, ago } from './age.ts'

export { age, ago }

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
export const Ago = ({ time, sentence, class: look }: { time: number; sentence?: boolean; class?: string }) => (
  <time class={look} title={exact(time)}>
    {(sentence ? ago : age)(time, now.value)}
  </time>
)
