import { expect, test } from 'vitest'
import { createGate } from '../../../daemon/engine/gate.ts'

test('twenty-one queries at once: four run, sixteen wait, one is refused; all that were taken end in order', async () => {
  const gate = createGate()
  const started: number[] = []
  const ends: (() => void)[] = []
  const query = (n: number) => () => {
    started.push(n)
    return new Promise<number>(resolve => ends.push(() => resolve(n)))
  }
  const all = Array.from({ length: 20 }, (_, n) => gate(query(n)))
  await expect(gate(query(20))).rejects.toMatchObject({ status: 429, headers: { 'Retry-After': '1' } })
  expect(started).toEqual([0, 1, 2, 3])
  for (let n = 0; n < 20; n++) {
    await expect.poll(() => ends.length).toBeGreaterThan(n)
    ends[n]!()
  }
  expect(await Promise.all(all)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  expect(started).toEqual(Array.from({ length: 20 }, (_, n) => n))
  await expect(gate(async () => 'free again')).resolves.toBe('free again')
})

test('a query that fails gives its place back', async () => {
  const gate = createGate()
  for (let n = 0; n < 30; n++) await expect(gate(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
