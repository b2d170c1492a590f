/** Longest run of a long piece of work before others get a turn, ms. */
export const slice = 8

/** Awaited often in a long piece of work. */
export type Pace = () => Promise<void>

/** Who gave the thread away and has not gone on yet. One goes on in each turn of the event loop: together they would hold it for a slice each. */
const waiting: (() => void)[] = []
function next(): void {
  const goOn = waiting.shift()!
  if (waiting.length > 0) setImmediate(next)
  goOn()
}
/** Before work that takes a good part of a slice in one go: resolves in a turn of the event loop that nobody else goes on in. */
export const myTurn = (): Promise<void> => new Promise<void>(resolve => void (waiting.push(resolve) === 1 && setImmediate(next)))

/**
 * Gives the thread away whenever `slice` is used up, so that an acknowledgement never waits for a query. Call it often; it is cheap. `check`
 * is asked at the same times and throws where the work has to end.
 */
export function createPacer(check: () => void = () => {}): Pace {
  let until = performance.now() + slice
  return async (): Promise<void> => {
    if (performance.now() < until) return
    await myTurn()
    check()
    until = performance.now() + slice
  }
}
