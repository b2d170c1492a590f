import { signal } from '@preact/signals'

/** One change of a signal after the other, in the order in which they were asked for; of different signals at once. */
export function createTurns() {
  const lasts = new Map<string, Promise<unknown>>()
  /** Those for whom something is under way. */
  const busy = signal<ReadonlySet<string>>(new Set())
  return {
    busy,
    /** Run it once everything that was asked before about these ids is over. */
    async take<T>(ids: readonly string[], run: () => Promise<T>): Promise<T> {
      const before = [...new Set(ids.flatMap(id => lasts.get(id) ?? []))]
      const mine = before.length > 0 ? Promise.allSettled(before).then(run) : run()
      for (const id of ids) lasts.set(id, mine)
      busy.value = new Set(lasts.keys())
      try {
        return await mine
      } finally {
        for (const id of ids) if (lasts.get(id) === mine) lasts.delete(id)
        busy.value = new Set(lasts.keys())
      }
    },
  }
}
