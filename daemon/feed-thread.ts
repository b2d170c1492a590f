import { Worker } from 'node:worker_threads'
import type { GeoData } from './intel/geo.ts'
import type { FeedJob, FeedRead } from './intel/read-feed.ts'
import { Refusal } from './lib/errors.ts'

/** What the thread is asked for: a feed, or the places of addresses that came with the installation. */
export type FeedTask = FeedJob | 'geo'
export type FeedAnswer =
  | { type: 'read'; read: FeedRead | GeoData }
  | { type: 'refused'; refusal: Pick<Refusal, 'status' | 'code' | 'message' | 'problems'> }
  | { type: 'failed'; message: string }

/** How long the thread is kept for the next feed, and how long one feed may take, ms. */
const idle = 10_000
const patience = 600_000
/** A feed that needs more memory than this is refused, MB. */
const maxMemory = 2048

/** A thread that reads feeds and the places of addresses, one after the other: neither logs nor look-ups wait for it, and a hostile feed ends it alone. */
export function createFeedThread() {
  let worker: Worker | undefined
  let ending: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()

  function end(): Promise<unknown> {
    clearTimeout(ending)
    const ended = worker?.terminate()
    worker = undefined
    return ended ?? Promise.resolve()
  }

  async function ask(task: FeedTask): Promise<FeedRead | GeoData> {
    clearTimeout(ending)
    // beside this module, which is JavaScript once it is built
    worker ??= new Worker(new URL('./feed-worker.js', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: maxMemory } })
    const thread = worker
    const answer = await new Promise<FeedAnswer>((resolve, reject) => {
      const late = setTimeout(() => reject(refused(`It took longer than ${patience / 1000} s to read.`)), patience)
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late)
          done(value)
        }
      thread.removeAllListeners()
      thread.once('message', settle(resolve))
      thread.once(
        'error',
        settle((error: Error & { code?: string }) =>
          reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? refused('It takes more memory to read than there may be.') : error),
        ),
      )
      thread.once(
        'exit',
        settle(() => reject(new Error('The thread that reads feeds has ended'))),
      )
      thread.postMessage(task)
    }).catch(async error => {
      await end()
      throw error
    })
    ending = setTimeout(end, idle).unref()
    if (answer.type === 'read') return answer.read
    if (answer.type === 'failed') throw new Error(answer.message)
    const { status, code, message, problems } = answer.refusal
    throw new Refusal(status, code, message, { problems })
  }

  function inTurn(task: FeedTask): Promise<FeedRead | GeoData> {
    const turn = last.then(() => ask(task))
    last = turn.catch(() => {})
    return turn
  }

  return {
    read: (job: FeedJob) => inTurn(job) as Promise<FeedRead>,
    readGeo: () => inTurn('geo') as Promise<GeoData>,
    close: end,
  }
}

const refused = (message: string) => new Refusal(400, 'feed_too_large', message, { problems: [{ field: 'text', message }] })
