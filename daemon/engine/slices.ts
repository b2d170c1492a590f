/** Longest run of a long piece of work before others get a turn, ms. */
export const slice = 8

/** Awaited often in a long piece of work. */
export type Pace = () => Promise<void>

/** Gives the thread away whenever `slice` is used up, so that an acknowledgement never waits for a query. Call it often; it is cheap. */
export function createPacer(now: () => number = () => performance.now()): Pace {
  let until = now() + slice
  return async (): Promise<void> => {
    if (now() < until) return
    await new Promise<void>(resolve => setImmediate(resolve))
    until = now() + slice
  }
}
