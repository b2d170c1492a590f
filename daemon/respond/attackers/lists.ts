import { randomUUID } from 'node:crypto'

/** Lists that somebody turns the pages of, and how long one is kept after it was last asked for, ms. */
const most = 4
const kept = 120_000

interface List<T> {
  /** Who asked for what. */
  about: string
  value: T
  until: number
}

/** Lists that were made for a first page, so that the next ones go on in what it began: nobody is listed twice, or left out. */
export function createLists<T>(clock = () => performance.now()) {
  const lists = new Map<string, List<T>>()

  return {
    /** Keep a list for its next pages. */
    keep(about: string, value: T): string {
      const now = clock()
      for (const [id, { until }] of lists) if (until <= now) lists.delete(id)
      if (lists.size >= most) lists.delete(lists.keys().next().value!)
      const id = randomUUID()
      lists.set(id, { about, value, until: now + kept })
      return id
    },
    /** One that is there still. */
    find(id: string): List<T> | undefined {
      const list = lists.get(id)
      if (!list || list.until <= clock()) return undefined
      list.until = clock() + kept
      return list
    },
  }
}
