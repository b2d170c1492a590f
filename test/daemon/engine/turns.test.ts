import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTurns } from '../../../daemon/engine/turns.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

test('nobody searches: it goes on, and asks each time', async () => {
  const quiet = vi.fn(async () => true)
  const turn = createTurns(quiet)
  await turn()
  await turn()
  expect(quiet).toHaveBeenCalledTimes(2)
})

test('somebody searches on and on: after each wait it goes on for as long', async () => {
  const quiet = vi.fn(async (most: number) => {
    vi.advanceTimersByTime(most)
    return false
  })
  const turn = createTurns(quiet)
  await turn()
  vi.advanceTimersByTime(999)
  await turn()
  expect(quiet).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(2)
  await turn()
  expect(quiet).toHaveBeenCalledTimes(2)
})
