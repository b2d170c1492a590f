import { createBatches } from './live-batches.ts'
import type { Daemon } from './start-daemon.ts'

const batch = 100

/** Send so many logs a second until `stop`, which answers how many a second were acknowledged. Rejects where one was refused. */
export function startTrickle(daemon: Daemon, perSecond: number): { stop(): Promise<number> } {
  const next = createBatches(20, batch)
  const under = new Set<Promise<void>>()
  const errors: unknown[] = []
  const began = performance.now()
  let sent = 0
  let acknowledged = 0
  const send = async () => {
    try {
      await daemon.send('POST', '/api/v2/logs', next())
      acknowledged += batch
    } catch (error) {
      errors.push(error)
    }
  }
  const timer = setInterval(() => {
    // what a late timer has left out is made up for
    for (const due = ((performance.now() - began) * perSecond) / 1000; sent < due; sent += batch) {
      const one = send().finally(() => under.delete(one))
      under.add(one)
    }
  }, 10)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(under)
      if (errors.length > 0) throw errors[0]
      return (acknowledged * 1000) / (performance.now() - began)
    },
  }
}
