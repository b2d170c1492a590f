import type { BlockRow } from '../respond-messages.ts'
import { saidUntil } from '../ui/until.ts'

/** `203.0.113.0/24 until today at 04:12`: the one of several that keeps it out the longest. */
export function saidOthers(value: string, others: readonly BlockRow[], now: number): string {
  const [last] = [...others].sort((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity) || 0)
  if (!last) return ''
  const more = others.length === 1 ? '' : ` and ${others.length - 1} more`
  return `${last.value === value ? 'another entry' : last.value} ${saidUntil(last.until, now)}${more}`
}

/** What may be said once a block was lifted or taken back: others may keep its value out all the same. */
export function saidLifted({ value, state }: Pick<BlockRow, 'value' | 'state'>, others: readonly BlockRow[], now: number): string {
  if (others.length > 0)
    return `${state === 'waiting' ? 'Taken back' : 'Lifted'}, but ${value} is still blocked by ${saidOthers(value, others, now)}`
  return state === 'waiting' ? `${value} will not be blocked` : `${value} is not blocked any more; enforcers are told when they next ask`
}
