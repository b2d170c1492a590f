import { compareCounts, firstShown } from './search.ts'

/** The most frequent of any number of values, without keeping them all. */
export function createTop(limit: number) {
  let best: { value: string; count: number }[] = []
  let least: { value: string; count: number } | undefined
  let size = 0
  return {
    /** A value, each once; its text is only made when it may be among the best. */
    offer(count: number, value: () => string): void {
      size++
      if (least && count < least.count) return
      const one = { value: value(), count }
      if (least && compareCounts(one, least) > 0) return
      best.push(one)
      if (best.length < limit * 8) return
      best = best.sort(compareCounts).slice(0, limit)
      least = best[limit - 1]
    },
    /** Values offered. */
    get size() {
      return size
    },
    take: () => firstShown(best.sort(compareCounts).slice(0, limit)),
  }
}
