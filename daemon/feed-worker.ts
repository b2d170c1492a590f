import { parentPort } from 'node:worker_threads'
import type { FeedAnswer } from './feed-thread.ts'
import { buffersOf } from './intel/feed-table.ts'
import { type FeedJob, readFeed } from './intel/read-feed.ts'
import { Refusal } from './lib/errors.ts'

// The thread that reads feeds: what it makes is handed over, not copied.
const port = parentPort!
const answer = (message: FeedAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

port.on('message', (job: FeedJob) => {
  readFeed(job).then(
    read => answer({ type: 'read', read }, buffersOf(read.table)),
    (error: unknown) => {
      if (!(error instanceof Refusal)) return answer({ type: 'failed', message: (error as Error).stack ?? String(error) })
      const { status, code, message, problems } = error
      return answer({ type: 'refused', refusal: { status, code, message, problems } })
    },
  )
})
