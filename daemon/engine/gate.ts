import { Refusal } from '../lib/errors.ts'

/** Lets some long queries run and some wait, in the order they came; more are refused with 429, so that logs are still acknowledged. */
export function createGate({ running = 4, waiting = 16 } = {}) {
  let busy = 0
  const queue: (() => void)[] = []
  /** Resolves when it is the caller's turn; who gives up waiting makes room. */
  function turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        queue.splice(queue.indexOf(begin), 1)
        reject(signal!.reason)
      }
      queue.push(begin)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  return async <T>(query: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    signal?.throwIfAborted()
    if (busy >= running) {
      if (queue.length >= waiting)
        throw new Refusal(429, 'too_many_queries', 'Too many queries at once. Try again in a moment.', { headers: { 'Retry-After': '1' } })
      await turn(signal)
    } else busy++
    try {
      return await query()
    } finally {
      // the place goes to the next in line, if there is one
      const next = queue.shift()
      if (next) next()
      else busy--
    }
  }
}
