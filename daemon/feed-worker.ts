import { parentPort } from 'node:worker_threads'
import type { FeedAnswer, FeedTask } from './feed-thread.ts'
import { buffersIn, buffersOf } from './intel/feed-table.ts'
import { readGeo } from './intel/geo.ts'
import { readFeed } from './intel/read-feed.ts'
import { Refusal } from './lib/errors.ts'

// The thread that reads feeds: what it makes is handed over, not copied.
const port = parentPort!
const answer = (message: FeedAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

async function perform(task: FeedTask): Promise<void> {
  if (task === 'geo') {
    const read = readGeo()
    const { ranges, names } = read.systems
    // a small file may lie in memory that is shared, which cannot be handed over
    const countries = Uint8Array.from(read.countries)
    return answer({ type: 'read', read: { ...read, countries } }, buffersIn(ranges.v4, ranges.v6, names, { countries }))
  }
  const read = await readFeed(task)
  answer({ type: 'read', read }, buffersOf(read.table))
}

port.on('message', (task: FeedTask) => {
  perform(task).catch((error: unknown) => {
    if (!(error instanceof Refusal)) return answer({ type: 'failed', message: (error as Error).stack ?? String(error) })
    const { status, code, message, problems } = error
    return answer({ type: 'refused', refusal: { status, code, message, problems } })
  })
})
