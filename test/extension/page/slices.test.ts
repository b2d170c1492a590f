import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSlices } from '../../../extension/page/slices.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Work of so many steps of 1 ms each, and the number of steps that each slice took. */
function setUp(steps: number) {
  let time = 0
  const done: number[] = []
  const slices = createSlices(
    function* () {
      for (let i = 0; i < steps; i++) {
        time++
        yield
      }
      done.push(time)
    },
    () => time,
  )
  return { slices, done, time: () => time }
}

test('12 ms of work, 4 ms at a time', async () => {
  const { slices, done, time } = setUp(12)
  slices.run(4)
  expect(time()).toBe(4)
  await vi.advanceTimersToNextTimerAsync()
  expect(time()).toBe(8)
  await vi.runAllTimersAsync()
  expect(done).toEqual([12])
})
test('work that fits is done at once', () => {
  const { slices, done } = setUp(2)
  slices.run(5)
  expect(done).toEqual([2])
})
test('stopped half-way', async () => {
  const { slices, done } = setUp(12)
  slices.run(5)
  slices.stop()
  await vi.runAllTimersAsync()
  expect(done).toEqual([])
})
