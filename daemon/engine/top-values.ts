import { compareCounts, firstShown } from './search.ts'

/** The most frequent of any number of values, without keeping them all. A value's text is only made when it may be among them. */
export function createTop(limit: number, textOf: (value: number) => string) {
  const best: { value: string; count: number }[] = []
  let size = 0

  function place(one: { value: string; count: number }): number {
    let [low, high] = [0, best.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareCounts(best[middle]!, one) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    /** A value, each once. */
    offer(value: number, count: number): void {
      size++
      const last = best[limit - 1]
      if (last && count < last.count) return
      const one = { value: textOf(value), count }
      if (last && compareCounts(one, last) > 0) return
      best.splice(place(one), 0, one)
      if (best.length > limit) best.pop()
    },
    /** Values offered. */
    get size() {
      return size
    },
    take: () => firstShown(best),
  }
}
