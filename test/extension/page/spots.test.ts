import { expect, test } from 'vitest'
import { nearScreen } from '../../../extension/page/spots.ts'

// a line every 20 px, the screen 400 px high: half a screen above and below is drawn too
const lines = Array.from({ length: 1_000 }, (_, i) => i)
const scrolled = (by: number) => nearScreen(lines, 400, line => ({ top: line * 20 - by, bottom: line * 20 + 16 - by }))

test.each([
  [0, [0, 31]],
  [10_000, [490, 531]],
  [19_600, [970, 1_000]],
])('scrolled by %i px', (by, expected) => expect(scrolled(by)).toEqual(expected))
test('few rectangles are measured', () => {
  let measured = 0
  nearScreen(lines, 400, line => {
    measured++
    return { top: line * 20, bottom: line * 20 + 16 }
  })
  expect(measured).toBeLessThan(25)
})
