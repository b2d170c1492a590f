import { explorerBody, wholeRefreshes } from './queries.ts'
import type { Daemon } from './start-daemon.ts'

/** Longest wait, ms. */
const most = 900_000

/**
 * Resolves when the daemon answers from segments, with the ms that it took: a refresh of everything, twice in a row, in less time than
 * reading so many logs one by one could take.
 */
export async function settled(daemon: Daemon, logs: number): Promise<number> {
  const everything = explorerBody(wholeRefreshes.find(({ query }) => query === '')!)
  const quick = Math.max(30, logs / 1000)
  const began = performance.now()
  for (let inRow = 0; inRow < 2; ) {
    const start = performance.now()
    if (start - began > most) throw new Error(`The daemon has not come to answer from segments within ${most / 60_000} minutes`)
    await daemon.post('/api/local/explorer', everything)
    inRow = performance.now() - start < quick ? inRow + 1 : 0
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return performance.now() - began
}
