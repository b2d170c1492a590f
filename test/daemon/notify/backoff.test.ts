import { expect, test } from 'vitest'
import { mostTries, pauseAfter } from '../../../daemon/notify/backoff.ts'

test.each([
  [1, 1000, 1000],
  [2, 2000, 4000],
  [3, 8000, 16_000],
  [6, 512_000, 1_024_000],
  [7, 1_800_000, 3_600_000],
])('after try %i: %i to %i ms', (tries, least, most) => {
  expect(tries).toBeLessThan(mostTries)
  expect(pauseAfter(tries, 0)).toBe(most)
  expect(pauseAfter(tries, 1)).toBe(least)
})
test.each([
  [120_000, 120_000],
  [500, 1000],
  [1e12, 24 * 3_600_000],
])('asked to wait %i ms after the first try: %i', (asked, expected) => expect(pauseAfter(1, 1, asked)).toBe(expected))
