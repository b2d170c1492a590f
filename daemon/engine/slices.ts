/** Longest run of a long piece of work before others get a turn, ms. */
export const slice = 8

/** Awaited often in a long piece of work. */
export type Pace = () => Promise<void>

/**
 * Gives the thread away whenever `slice` is used up, so that an acknowledgement never waits for a query. Call it often; it is cheap. `check`
 * is asked at the same times and throws where the work has to end.
 */
export function createPacer(check: () => void = () => {}): Pace {
  let until = performance.now() + slice
  return async (): Promise<void> => {
    if (performance.now() < until) return
    await new Promise<void>(resolve => setImmediate(resolve))
    check()
    until = performance.now() + slice
  }
}
