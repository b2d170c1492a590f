/** What an engine may take of memory where nobody says otherwise, roughly, bytes. */
export const usualMemory = 256 * 2 ** 20

export type Memory = ReturnType<typeof createMemory>

/** Parts of files that are kept in memory, the least recently used ones left first. `maxBytes` bounds it; what is in use is not lost to its user. */
export function createMemory(maxBytes: () => number) {
  const kept = new Map<number, { part: unknown; bytes: number }>()
  let bytes = 0

  return {
    /** The part with a key, read if it is not there. */
    get<T>(key: number, read: () => { part: T; bytes: number }): T {
      const known = kept.get(key) as { part: T; bytes: number } | undefined
      const entry = known ?? read()
      if (known) kept.delete(key)
      else bytes += entry.bytes
      kept.set(key, entry)
      if (bytes > maxBytes())
        for (const [oldest, { bytes: less }] of kept) {
          if (bytes <= maxBytes() || oldest === key) break
          kept.delete(oldest)
          bytes -= less
        }
      return entry.part
    },
    /** Leave what keys have from `first` up to but not `end`. */
    leave(first: number, end: number): void {
      for (const [key, { bytes: less }] of kept) {
        if (key < first || key >= end) continue
        kept.delete(key)
        bytes -= less
      }
    },
  }
}
