import type { Json } from '../../shared/json.ts'
import type { Room } from '../lib/kinds.ts'

/** To the hour is as exact as it is kept when a value was seen: one that is always there is then stored anew once an hour, not with each log. */
const hour = 3_600_000

/** Values that a group is known to have, each a number, with when they were seen last. At most `most`, each for `lifetime` ms after it was seen. */
export function createKnown(most: number, lifetime: number, room: Room, saved?: Json) {
  /** Hour in which each was seen last; those stored longest ago first. */
  const hours = new Map<number, number>()
  const [known = [], before = null] = (saved ?? []) as [[number, number][]?, (number | null)?]
  let latest = before
  let swept = Number.NEGATIVE_INFINITY
  for (const [value, at] of known) {
    room.keep()
    hours.set(value, at)
  }

  function remember(value: number, at: number): void {
    hours.set(value, at)
    latest = Math.max(latest ?? at, at)
  }
  function drop(value: number): void {
    hours.delete(value)
    room.give(1)
  }

  return {
    /** When any of them was seen last, to the hour, ms UTC. */
    get latest(): number | null {
      return latest === null ? null : latest * hour
    },
    /** A value was there. `changed`: what is saved is another than before. */
    see(value: number, time: number): { isNew: boolean; changed: boolean } {
      const at = Math.floor(time / hour)
      const before = hours.get(value)
      const isNew = before === undefined || time > (before + 1) * hour + lifetime
      // one that is more than a day behind can only be so because the other was ahead of its time
      if (before !== undefined && before >= at && before <= at + 24) return { isNew: false, changed: false }
      if (before !== undefined) hours.delete(value)
      else if (hours.size >= most || !room.take()) {
        const oldest = hours.keys().next()
        if (oldest.done) return { isNew, changed: false }
        // its room is the new one's
        hours.delete(oldest.value)
      }
      remember(value, at)
      return { isNew, changed: true }
    },
    /** True once there is none that anything at all after `time` could know. */
    forget(time: number): boolean {
      // asked with every log, but nothing can have changed within the hour
      if (Math.floor(time / hour) > swept) for (const [value, at] of hours) if ((at + 1) * hour + lifetime <= time) drop(value)
      swept = Math.floor(time / hour)
      return hours.size === 0
    },
    close(): void {
      room.give(hours.size)
      hours.clear()
    },
    save: (): Json => [[...hours], latest],
  }
}
