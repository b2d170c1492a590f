import { Refusal } from '../lib/errors.ts'

/** How long a query may take from its arrival on where nobody says otherwise, ms. */
export const usualPatience = 5000

/** Throws once a query has taken `ms` from now on, or with the reason of `signal` once that is aborted: nobody waits for it any more. */
export function createPatience(ms: number, signal?: AbortSignal): () => void {
  const until = performance.now() + ms
  return () => {
    signal?.throwIfAborted()
    if (performance.now() > until)
      throw new Refusal(504, 'deadline', `The query took longer than ${ms} ms. Ask about less time, or for less of it.`)
  }
}

/** Whether work that can end early should: it has had half of the time from now on. */
export function createEnough(ms: number): () => boolean {
  const until = performance.now() + ms / 2
  return () => performance.now() > until
}
