import type { Daemon } from './start-daemon.ts'

/** Longest wait, ms. */
const most = 900_000

/** Resolves when the daemon answers from segments, with the ms that it took. */
export async function settled(daemon: Daemon): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { data } = (await daemon.get('/api/local/status')) as { data: { attributes: { search: { complete: boolean } } } }
    if (data.attributes.search.complete) return performance.now() - began
    if (performance.now() - began > most) throw new Error(`The daemon has not come to answer from segments within ${most / 60_000} minutes`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
