import { expect, test } from 'vitest'
import { createDictionary } from '../../../../daemon/engine/segments/dictionary.ts'

const values = ['', 'a', 'ä', 'ÿ', 'Ā', '😀', '\ud800', 'a'.repeat(1000), '200', 200, 0, -1.5, 1e308, true, false, 'true', '__proto__']

test('each value keeps its code and its type, in memory and taken over by another', () => {
  const first = createDictionary()
  const codes = values.map(first.add)
  expect(codes).toEqual(values.map((_, i) => i + 1))
  const other = createDictionary()
  other.take(first.after(0))
  for (const dictionary of [first, other]) {
    expect(values.map(dictionary.find)).toEqual(codes)
    expect(codes.map(dictionary.at)).toEqual(values)
    expect(values.map(dictionary.add)).toEqual(codes)
    expect(dictionary.find('no such value')).toBe(0)
    expect(dictionary.find(Number.NaN)).toBe(0)
  }
})

test('0 and -0 are one value', () => {
  const { add, find } = createDictionary()
  expect([add(-0), add(0), find(-0)]).toEqual([1, 1, 1])
})

test('10,000 values that come in two goes, the second taken over behind the first', () => {
  const first = createDictionary()
  const text = (i: number) => (i % 3 ? `value ${i}` : `wert Ā ${i}`)
  for (let i = 0; i < 10_000; i++) first.add(text(i))
  const other = createDictionary()
  for (let i = 0; i < 4000; i++) other.add(text(i))
  other.take(first.after(4000))
  expect(other.size).toBe(10_000)
  for (let i = 0; i < 10_000; i++) expect(other.find(text(i))).toBe(i + 1)
  expect(other.add('one more')).toBe(10_001)
})

test.each([
  [[200, '200'], true],
  [['true', true], true],
  [['200', 'true'], false],
  [[200, true], false],
  [['0200', 200], false],
])('%j: twins %j', (some, twins) => {
  const dictionary = createDictionary()
  for (const value of some) dictionary.add(value)
  const other = createDictionary()
  other.take(dictionary.after(0))
  expect([dictionary.twins, other.twins]).toEqual([twins, twins])
})
