import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

// Loaded into the daemon's process before the daemon: tells whoever started it how late its HTTP thread runs its timers, and what the process has used.
/** What is asked for; `reset` begins a new count of delays. */
export type WatchAsk = 'reset' | 'read'
export interface Watched {
  /** Bytes of the whole process. */
  rss: number
  /** Processor time of the whole process since its start, s. */
  cpu: number
  /** How late a timer ran, ms. */
  delay: { p50: number; p99: number; max: number }
}

const resolution = 5
if (isMainThread && process.send) {
  const delays = monitorEventLoopDelay({ resolution })
  delays.enable()
  process.on('message', (ask: WatchAsk) => {
    if (ask === 'reset') delays.reset()
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution)
    const delay = { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) }
    const { user, system } = process.cpuUsage()
    process.send!({ rss: process.memoryUsage.rss(), cpu: (user + system) / 1e6, delay } satisfies Watched)
  })
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  // the daemon ends when it has nothing left to do
  process.channel?.unref()
}
