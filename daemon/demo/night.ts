import { background, inOrder } from './background.ts'
import type { DemoLine } from './line.ts'
import { createRandom } from './random.ts'
import { story } from './story.ts'

const day = 24 * 3_600_000

/** The seed of the demonstration that people see. */
export const usualSeed = 20_17

/** A day's lines that end at `now` (ms UTC), in time order: some 5,000 of ordinary traffic, and the attacks. The same for the same seed and now. */
export function night(now: number, seed = usualSeed): { ordinary: DemoLine[]; attacks: DemoLine[]; all: DemoLine[] } {
  const ordinary = background(createRandom(seed), now - day, now)
  // numbers of its own, so that one more visitor does not change the attacks
  const attacks = story(createRandom(seed + 1), now)
  return { ordinary, attacks, all: inOrder([...ordinary, ...attacks], now) }
}
