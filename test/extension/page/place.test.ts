import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepOn, onTheWay, placeCard } from '../../../extension/page/place.ts'

const screen = { width: 1280, height: 800 }
const card = { width: 384, height: 600 }
const word = (left: number, top: number) => ({ left, top, right: left + 100, bottom: top + 16 })

test.each([
  ['right of it', word(100, 40), { left: 212, top: 24, maxHeight: 768 }],
  ['left of it where the right has no room', word(1100, 40), { left: 704, top: 24, maxHeight: 768 }],
  ['up, where it stands low', word(100, 760), { left: 212, top: 192, maxHeight: 600 }],
])('%s', (_, anchor, expected) => expect(placeCard(anchor, card, screen)).toEqual(expected))

test.each([
  ['below on a narrow screen', word(100, 40), { left: 8, top: 64, maxHeight: 728 }],
  ['above, hanging from the address', word(100, 700), { left: 8, bottom: 108, maxHeight: 684 }],
])('%s', (_, anchor, expected) => expect(placeCard(anchor, card, { width: 400, height: 800 })).toEqual(expected))

test('always on screen', () => {
  const length = (max: number) => fc.integer({ min: -50, max })
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 2000 }),
      fc.integer({ min: 200, max: 1500 }),
      length(2050),
      length(1550),
      (width, height, left, top) => {
        const place = placeCard(word(left, top), card, { width, height })
        const from = 'top' in place ? place.top : height - place.bottom - place.maxHeight
        expect(place.left).toBeGreaterThanOrEqual(0)
        expect(place.left + card.width).toBeLessThanOrEqual(width)
        expect(place.maxHeight).toBeGreaterThan(100)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(from + place.maxHeight).toBeLessThanOrEqual(height)
      },
    ),
  )
})

const box = { left: 300, top: 100, right: 684, bottom: 500 }
test.each([
  ['straight to the card', { x: 250, y: 210 }, true],
  ['to its lower corner', { x: 280, y: 400 }, true],
  ['below the corridor', { x: 220, y: 450 }, false],
  ['away from it', { x: 150, y: 200 }, false],
])('%s', (_, at, expected) => expect(onTheWay({ x: 200, y: 200 }, box, at)).toBe(expected))
test('down to a card below', () => {
  expect(onTheWay({ x: 400, y: 20 }, box, { x: 380, y: 60 })).toBe(true)
  expect(onTheWay({ x: 400, y: 20 }, box, { x: 380, y: 10 })).toBe(false)
})

test.each([
  [
    { left: 100, top: 50 },
    { left: 100, top: 50 },
  ],
  [
    { left: -500, top: -500 },
    { left: 8, top: 8 },
  ],
  [
    { left: 5000, top: 5000 },
    { left: 1280 - 8 - 384, top: 800 - 8 - 600 },
  ],
])('a card wanted at %j lies at %j', (wanted, at) =>
  expect(keepOn(wanted, { width: 384, height: 600 }, { width: 1280, height: 800 })).toEqual({ ...at, maxHeight: 784 }))
test('of a card larger than the screen the head stays on it', () =>
  expect(keepOn({ left: 0, top: 90 }, { width: 384, height: 600 }, { width: 320, height: 256 })).toEqual({
    left: 8,
    top: 8,
    maxHeight: 240,
  }))
