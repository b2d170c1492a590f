import { parentPort, workerData } from 'node:worker_threads'
import { type Core, createCore } from './core/core.ts'
import { Refusal } from './lib/errors.ts'
import { Unusable } from './lib/unusable.ts'
import { createMergeThread } from './merge-thread.ts'
import type { FromWorker, Result, ToWorker } from './worker-messages.ts'

// The worker thread: store, engine and detection with the one writer connection. It answers calls and tells of changes, nothing else.
const port = parentPort!
const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
const { dir, clockOffset } = workerData as { dir: string; clockOffset: number }

const encoder = new TextEncoder()
/** A result goes over as JSON in bytes: cheaper than a structured clone of an object graph. What is bytes already goes over as it is. */
function written(value: unknown): Pick<Result, 'body' | 'raw'> {
  const json = (result: unknown) => encoder.encode(JSON.stringify(result ?? null)) as Result['body']
  const { body } = (value ?? {}) as { body?: unknown }
  return body instanceof Uint8Array
    ? { body: json({ ...(value as object), body: null }), raw: body as Result['body'] }
    : { body: json(value) }
}

let core: Core | undefined
try {
  core = createCore({
    dir,
    merger: createMergeThread(),
    now: () => Date.now() + clockOffset,
    publish: events => send({ type: 'events', events }),
    tell: push => send({ type: 'tail', push }),
    report: error => send({ type: 'report', message: (error as Error).stack ?? String(error) }),
  })
  send({ type: 'ready' })
} catch (error) {
  send({
    type: 'unusable',
    reason: error instanceof Unusable ? error.reason : undefined,
    message: error instanceof Unusable ? error.message : ((error as Error).stack ?? String(error)),
  })
}

/** By the id of a call that can be given up. */
const running = new Map<number, AbortController>()

port.on('message', (message: ToWorker) => {
  if ('cancel' in message) return running.get(message.cancel)?.abort(new Refusal(409, 'cancelled', 'Nobody waits for the answer any more'))
  const { id, name, args, cancellable } = message
  const call = core![name] as (...args: unknown[]) => Promise<unknown>
  const ending = new AbortController()
  if (cancellable) running.set(id, ending)
  Promise.resolve()
    .then(() => call.apply(core, cancellable ? [...args, ending.signal] : args))
    .finally(() => running.delete(id))
    .then(written)
    .then(
      result => {
        send(
          { type: 'result', id, ...result },
          Object.values(result).map(({ buffer }) => buffer),
        )
      },
      (error: unknown) => {
        if (error instanceof Refusal) {
          const { status, code, message, problems, headers } = error
          send({ type: 'refused', id, refusal: { status, code, message, problems, headers } })
        } else send({ type: 'failed', id, message: (error as Error).stack ?? String(error) })
      },
    )
    // A backup that it was in the middle of would keep the thread. It ends itself: ended from outside in the middle of a call of SQLite's
    // binding, the whole process would abort.
    .finally(() => name === 'close' && process.exit())
})
