import { expect, test } from 'vitest'
import { createByteText } from '../../../daemon/lib/byte-text.ts'

test('what was added is there, however much it is and whatever characters it has', () => {
  const pieces = ['', 'a'.repeat(3000), 'é€😀'.repeat(2000), '\u202e\0"', 'ß']
  for (const expected of [0, 1, 5000, 1e6]) {
    const text = createByteText(expected)
    for (const piece of pieces) text.add(piece)
    expect(new TextDecoder().decode(text.bytes())).toBe(pieces.join(''))
  }
})

test('nothing added is nothing, and a lone half of a character is U+FFFD', () => {
  expect(createByteText(0).bytes()).toHaveLength(0)
  const text = createByteText(0)
  text.add('\ud83d')
  expect([...text.bytes()]).toEqual([0xef, 0xbf, 0xbd])
})
