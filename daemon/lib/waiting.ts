import { Refusal } from './errors.ts'

export type Waiting = ReturnType<typeof createWaiting>

/** Who waits for a query: it ends when its connection is closed, and when a newer query of the same view takes its place. */
export function createWaiting() {
  const views = new Map<string, AbortController>()
  return async <T>(connection: AbortSignal, view: string | undefined, query: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const ending = new AbortController()
    const leave = () => ending.abort(new Refusal(409, 'cancelled', 'Nobody waits for the answer any more'))
    if (connection.aborted) leave()
    connection.addEventListener('abort', leave, { once: true })
    if (view !== undefined) {
      views.get(view)?.abort(new Refusal(409, 'superseded', 'A newer query of this view has taken its place'))
      views.set(view, ending)
    }
    try {
      return await query(ending.signal)
    } finally {
      connection.removeEventListener('abort', leave)
      if (view !== undefined && views.get(view) === ending) views.delete(view)
    }
  }
}
