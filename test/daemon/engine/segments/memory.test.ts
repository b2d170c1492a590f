import { expect, test } from 'vitest'
import { createMemory } from '../../../../daemon/engine/segments/memory.ts'

/** A memory of so many bytes, of parts of ten each, and the keys that were read. */
function open(limit: () => number) {
  const memory = createMemory(limit)
  const read: number[] = []
  const get = (key: number) =>
    memory.get(key, () => {
      read.push(key)
      return { part: `part ${key}`, bytes: 10 }
    })
  return { memory, read, get }
}

test('what was used last stays, what was used longest ago is read again', () => {
  const { read, get } = open(() => 30)
  for (const key of [1, 2, 3, 1, 4, 1, 3, 2]) expect(get(key)).toBe(`part ${key}`)
  expect(read).toEqual([1, 2, 3, 4, 2])
})

test('a part larger than all there is room for is given, and stays alone', () => {
  const { read, get } = open(() => 5)
  expect([get(1), get(1), get(2), get(1)]).toEqual(['part 1', 'part 1', 'part 2', 'part 1'])
  expect(read).toEqual([1, 2, 1])
})

test('less room holds from the next part on', () => {
  let limit = 100
  const { read, get } = open(() => limit)
  for (const key of [1, 2, 3, 4]) get(key)
  limit = 20
  for (const key of [5, 4, 1]) get(key)
  expect(read).toEqual([1, 2, 3, 4, 5, 1])
})

test('parts of a range of keys are left', () => {
  const { memory, read, get } = open(() => 100)
  for (const key of [9, 10, 19, 20]) get(key)
  memory.leave(10, 20)
  for (const key of [9, 10, 19, 20]) get(key)
  expect(read).toEqual([9, 10, 19, 20, 10, 19])
})
