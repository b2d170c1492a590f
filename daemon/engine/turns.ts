import { createPacer, type Pace } from './slices.ts'

/** Longest that searches keep others from going on, ms; then these go on for as long. */
const patience = 1000

/**
 * Awaited often in work that nobody waits for at a screen: gives the thread away in slices, and lets whoever searches end first. `quiet` resolves
 * when nobody searches, at the latest after so many ms, and answers whether that is so.
 */
export function createTurns(quiet: (most: number) => Promise<boolean>): Pace {
  const pace = createPacer()
  let free = 0
  return async () => {
    await pace()
    if (performance.now() < free) return
    if (!(await quiet(patience))) free = performance.now() + patience
  }
}
