import type { Json } from '../../shared/json.ts'
import type { Room } from '../lib/kinds.ts'

const hour = 3_600_000
const day = 24 * hour
/** How far back a group's usual level is looked for. */
const remembered = 14 * day
/** For this long each bucket is kept by itself, afterwards of an hour only the highest and the sum. */
const exact = 26 * hour
/** Buckets kept by themselves: those of the past, of a day of late logs, and some of a future that is a wrong clock's. */
const most = 1000
/** The share of all buckets that are not above a usual level. */
const usualShare = 0.995

/** What is left of an hour. */
type Hour = [highest: number, sum: number]

/** What is usual for one bucket: the level that hardly any is above, and by how much they differ. */
export interface Usual {
  level: number
  spread: number
}

/** How much there was in each stretch of `width` ms of a group's last two weeks; `at` is counted in widths. What is judged are `span` of them. */
export function createHistory(width: number, span: number, room: Room, saved?: Json) {
  const coarse = Math.max(hour, width)
  const perCoarse = coarse / width
  const [began, fineRows, coarseRows] = (saved ?? [null, [], []]) as [number | null, [number, number][], [number, Hour][]]
  const fine = new Map(fineRows)
  const hours = new Map(coarseRows)
  room.keep(fine.size + hours.size)
  let start = began
  let swept = Number.NEGATIVE_INFINITY
  let known: (Usual & { at: number }) | undefined

  /** The highest of an earlier day, from a bucket on and around. */
  function peakNear(at: number): number {
    let peak = 0
    for (let i = at - 1; i <= at + span; i++) peak = Math.max(peak, fine.get(i) ?? 0, hours.get(Math.floor(i / perCoarse))?.[0] ?? 0)
    return peak
  }

  return {
    /** The first bucket that is known of. */
    get start(): number | null {
      return start
    },
    get: (at: number): number => fine.get(at) ?? 0,
    set(at: number, value: number): void {
      if (known && at <= known.at) known = undefined
      start = Math.min(start ?? at, at)
      if (fine.has(at) || room.take()) fine.set(at, value)
      // what claims to come from furthest in the future goes first
      if (fine.size > most && fine.delete(Math.max(...fine.keys()))) room.give(1)
    },
    /** What is usual, going by the buckets up to `at` and those at the same time of earlier days. */
    usual(at: number): Usual {
      if (known?.at === at) return known
      const from = Math.max(start ?? at, at - remembered / width)
      const entries: [value: number, weight: number][] = []
      for (const [i, value] of fine) if (i >= from && i <= at) entries.push([value, 1])
      for (const [i, [highest, sum]] of hours)
        if (i * perCoarse >= from && i * perCoarse <= at) {
          entries.push([highest, 1])
          if (perCoarse > 1) entries.push([(sum - highest) / (perCoarse - 1), perCoarse - 1])
        }
      entries.sort(([a], [b]) => b - a)
      const all = at - from + 1
      let level = 0
      let above = 0
      for (const [value, weight] of entries)
        if ((above += weight) > (1 - usualShare) * all) {
          level = value
          break
        }
      const mean = entries.reduce((sum, [value, weight]) => sum + value * weight, 0) / all
      const square = entries.reduce((sum, [value, weight]) => sum + value * value * weight, 0) / all
      const [daily, dayBefore, weekly] = [1, 2, 7].map(days => peakNear(at + 1 - (days * day) / width)) as [number, number, number]
      const usual = {
        level: Math.max(level, weekly, Math.min(daily, dayBefore)),
        spread: Math.sqrt(Math.max(0, square - mean * mean)),
      }
      known = { ...usual, at }
      return usual
    },
    /** True once nothing is left. */
    forget(time: number): boolean {
      const now = Math.floor(time / hour) * hour
      if (now > swept) {
        swept = now
        known = undefined
        const before = fine.size + hours.size
        for (const [at, value] of fine)
          if ((at + 1) * width <= now - exact) {
            fine.delete(at)
            const i = Math.floor(at / perCoarse)
            const [highest, sum] = hours.get(i) ?? [value, 0]
            hours.set(i, [Math.max(highest, value), sum + value])
          }
        for (const at of hours.keys()) if ((at + 1) * coarse <= now - remembered - day) hours.delete(at)
        room.give(before - fine.size - hours.size)
      }
      if (fine.size + hours.size > 0) return false
      start = null
      return true
    },
    close(): void {
      room.give(fine.size + hours.size)
      fine.clear()
      hours.clear()
    },
    save: (): Json => [start, [...fine], [...hours]],
  }
}
