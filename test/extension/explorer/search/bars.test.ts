import { expect, test } from 'vitest'
import { barOf } from '../../../../extension/explorer/search/bars.ts'

const span = { from: 1_000, to: 1_999 }
test.each([
  ['in the middle', 1_100, { x: 11, width: 8 }],
  ['begun before the span', 950, { x: 1, width: 3 }],
  ['begun at its very end, where what has just happened is', 1_999, { x: 97, width: 3 }],
  ['half of it over', 1_950, { x: 96, width: 3 }],
])('a stretch %s is drawn within the picture', (_, time, bar) => {
  const drawn = barOf(time, 100, span, 10)
  expect({ x: Math.round(drawn.x), width: Math.round(drawn.width) }).toEqual(bar)
})
