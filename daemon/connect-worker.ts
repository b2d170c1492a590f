import { setMaxListeners } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { LiveEvent } from '../shared/live.ts'
import type { Core } from './core/core.ts'
import type { TailPush } from './core/tails.ts'
import { Refusal } from './lib/errors.ts'
import { Unusable } from './lib/unusable.ts'
import type { FromWorker, Result, ToWorker } from './worker-messages.ts'

export interface WorkerOptions {
  dir: string
  /** ms to add to the system's clock, for tests of what happens after 30 days. */
  clockOffset?: number
  publish: (events: LiveEvent[]) => void
  tell?: (push: TailPush) => void
  report: (message: string) => void
  /** The worker died: nothing can be stored any more. */
  died: (error: Error) => void
}

/** Start the worker thread and give its core as if it were here. Rejects with `Unusable` when the data directory cannot be used. */
export function connectWorker({ dir, clockOffset = 0, publish, tell = () => {}, report, died }: WorkerOptions): Promise<Core> {
  // beside this module, which is JavaScript once it is built
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { dir, clockOffset } })
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  let closing = false

  /** A signal as the last argument gives the call up. */
  const call = (name: keyof Core, all: unknown[]) =>
    new Promise((resolve, reject) => {
      const signal = all.at(-1) instanceof AbortSignal ? (all.at(-1) as AbortSignal) : undefined
      if (signal?.aborted) return reject(signal.reason)
      const args = signal ? all.slice(0, -1) : all
      const id = ++last
      const giveUp = () => {
        if (!waiting.delete(id)) return
        worker.postMessage({ cancel: id } satisfies ToWorker)
        reject(signal!.reason)
      }
      // one request makes many calls
      if (signal) setMaxListeners(0, signal)
      signal?.addEventListener('abort', giveUp, { once: true })
      const over = () => signal?.removeEventListener('abort', giveUp)
      waiting.set(id, {
        resolve(value) {
          over()
          resolve(value)
        },
        reject(reason) {
          over()
          reject(reason)
        },
      })
      closing ||= name === 'close'
      // a payload of logs is handed over, not copied
      const transfer = args.flatMap(arg =>
        arg instanceof Uint8Array && arg.byteLength === arg.buffer.byteLength ? [arg.buffer as ArrayBuffer] : [],
      )
      worker.postMessage({ id, name, args, cancellable: signal !== undefined } satisfies ToWorker, transfer)
    })
  const core = new Proxy({} as Core, {
    // a promise looks for `then`; everything else is a function of the core
    get: (_, name) => (name === 'then' ? undefined : (...args: unknown[]) => call(name as keyof Core, args)),
  })
  /** Undefined for a call that was given up. */
  const settle = (id: number) => {
    const call = waiting.get(id)
    waiting.delete(id)
    return call
  }

  return new Promise((ready, unusable) => {
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'ready':
          return ready(core)
        case 'unusable':
          void worker.terminate()
          return unusable(message.reason ? new Unusable(message.reason, message.message) : new Error(message.message))
        case 'result':
          return settle(message.id)?.resolve(resultOf(message))
        case 'refused': {
          const { status, code, message: text, problems, headers } = message.refusal
          return settle(message.id)?.reject(new Refusal(status, code, text, { problems, headers }))
        }
        case 'failed':
          return settle(message.id)?.reject(new Error(message.message))
        case 'events':
          return publish(message.events)
        case 'tail':
          return tell(message.push)
        case 'report':
          return report(message.message)
      }
    })
    const end = (error: Error) => {
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
      unusable(error)
      if (!closing) died(error)
    }
    worker.on('error', error => end(error as Error))
    worker.on('exit', code => end(new Error(`The store's thread ended with code ${code}`)))
  })
}

function resultOf({ body, raw }: Result): unknown {
  const result = JSON.parse(new TextDecoder().decode(body))
  return raw ? { ...result, body: raw } : result
}
