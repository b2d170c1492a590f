import { parentPort } from 'node:worker_threads'
import { type MergeJob, merge } from './engine/segments/merge.ts'
import { DamagedFile } from './engine/segments/paged-file.ts'
import type { Merged } from './merge-thread.ts'

// The thread that puts segments together: nobody waits for it, and it has no other work.
const port = parentPort!
const answer = (message: Merged) => port.postMessage(message)

port.on('message', (job: MergeJob) => {
  merge(job, async () => {}).then(
    () => answer({ type: 'done' }),
    (error: unknown) =>
      answer(
        error instanceof DamagedFile
          ? { type: 'damaged', path: error.path, why: error.why }
          : { type: 'failed', message: (error as Error).stack ?? String(error) },
      ),
  )
})
