import { Worker } from 'node:worker_threads'
import type { MergeJob, Merger } from './engine/segments/merge.ts'
import { DamagedFile } from './engine/segments/paged-file.ts'

export type Merged = { type: 'done' } | { type: 'damaged'; path: string; why: string } | { type: 'failed'; message: string }

/** How long the thread is kept for the next job, ms. */
const idle = 10_000

/** A thread that merges segments, one job after the other. There is one while there is work: it takes memory. */
export function createMergeThread(): Merger {
  let worker: Worker | undefined
  let ending: NodeJS.Timeout | undefined

  function end(): Promise<unknown> {
    const ended = worker?.terminate()
    worker = undefined
    return ended ?? Promise.resolve()
  }

  return {
    async merge(job: MergeJob): Promise<void> {
      clearTimeout(ending)
      // beside this module, which is JavaScript once it is built
      worker ??= new Worker(new URL('./merge-worker.js', import.meta.url))
      const thread = worker
      const merged = await new Promise<Merged>((resolve, reject) => {
        thread.removeAllListeners()
        thread.once('message', resolve)
        thread.once('error', reject)
        thread.once('exit', () => reject(new Error('The thread that merges segments has ended')))
        thread.postMessage(job)
      })
      ending = setTimeout(end, idle).unref()
      if (merged.type === 'damaged') throw new DamagedFile(merged.path, merged.why)
      if (merged.type === 'failed') throw new Error(merged.message)
    },
    /** What it is at ends with it, and leaves a file that the next start takes away. */
    close: end,
  }
}
