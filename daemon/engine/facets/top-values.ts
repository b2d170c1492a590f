import { compareCounts, firstShown } from '../search.ts'

/** The most frequent of any number of values, without keeping them all. A value's text is only made when it may be among them. */
export function createTop(limit: number, textOf: (value: number) => string) {
  const best: { value: string; count: number }[] = []
  /** Values found less often are not among them. */
  let bar = 1
  let size = 0

  function offer(value: number, count: number): void {
    const last = best[limit - 1]
    const one = { value: textOf(value), count }
    if (last && compareCounts(one, last) > 0) return
    best.splice(placeOf(one), 0, one)
    if (best.length > limit) best.pop()
    bar = best[limit - 1]?.count ?? 1
  }

  function placeOf(one: { value: string; count: number }): number {
    let [low, high] = [0, best.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareCounts(best[middle]!, one) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    /** The values from one to before another, by how often each was found. Each value is offered once. */
    offer(counts: Uint32Array, from: number, to: number): void {
      for (let value = from; value < to; value++) {
        const count = counts[value]!
        if (count === 0) continue
        size++
        if (count >= bar) offer(value, count)
      }
    },
    /** Values that were found. */
    get size() {
      return size
    },
    take: () => firstShown(best),
  }
}
