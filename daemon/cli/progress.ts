import type { Surroundings } from './surroundings.ts'
import { clean, cut } from './text.ts'

/** Shown once work has lasted this long, ms; drawn anew on a terminal, and as a plain line elsewhere, no oftener than this. */
const after = 1000
const redraw = 100
const replain = 5000

/** Where long work stands, on standard error. `text` is asked only when something is shown. `now` is monotonic ms. */
export function createProgress({ err, isTerminal }: Pick<Surroundings, 'err' | 'isTerminal'>, now = () => performance.now()) {
  const began = now()
  let last = Number.NEGATIVE_INFINITY
  let drawn = false
  return {
    tell(text: () => string): void {
      const at = now()
      if (at - began < after || at - last < (isTerminal ? redraw : replain)) return
      last = at
      drawn = true
      // the last text may have been longer
      err(isTerminal ? `\r${cut(clean(text()), 77).padEnd(78)}` : `${clean(text())}\n`)
    },
    /** Take the line away, so that something else can be written. */
    clear(): void {
      if (drawn && isTerminal) err(`\r${' '.repeat(78)}\r`)
      drawn = false
    },
  }
}
export type Progress = ReturnType<typeof createProgress>

/** Say every second that one long step still goes on. */
export async function during<T>(io: Pick<Surroundings, 'err' | 'isTerminal'>, what: string, work: Promise<T>): Promise<T> {
  const progress = createProgress(io)
  const began = performance.now()
  const timer = setInterval(() => progress.tell(() => `${what} … ${Math.round((performance.now() - began) / 1000)} s`), 1000)
  try {
    return await work
  } finally {
    clearInterval(timer)
    progress.clear()
  }
}
