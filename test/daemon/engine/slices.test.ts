import { expect, test } from 'vitest'
import { createPacer, myTurn } from '../../../daemon/engine/slices.ts'

/** How many turns of the event loop went by, until told to stop. */
function countTurns() {
  const turns = { now: 0, stop: false }
  const step = () => {
    turns.now++
    if (!turns.stop) setImmediate(step)
  }
  setImmediate(step)
  return turns
}

test('four wait for their turn at once: each goes on in another turn of the event loop, in the order they came', async () => {
  const turns = countTurns()
  const went: [number, number][] = []
  await Promise.all([0, 1, 2, 3].map(who => myTurn().then(() => went.push([who, turns.now]))))
  turns.stop = true
  expect(went.map(([who]) => who)).toEqual([0, 1, 2, 3])
  expect(new Set(went.map(([, turn]) => turn)).size).toBe(4)
})

test('what ends the work is asked when its turn comes, and is thrown', async () => {
  const pace = createPacer(() => {
    throw new Error('it is too late')
  })
  const begun = performance.now()
  await pace()
  while (performance.now() - begun < 10);
  await expect(pace()).rejects.toThrow('it is too late')
})
