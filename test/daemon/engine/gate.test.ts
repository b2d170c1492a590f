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

test('who gives up waiting makes room, and never runs', async () => {
  const gate = createGate()
  const ends: (() => void)[] = []
  const long = () => new Promise<void>(resolve => ends.push(resolve))
  const running = Array.from({ length: 4 }, () => gate(long))
  const giving = Array.from({ length: 16 }, () => new AbortController())
  const leaving = giving.map(({ signal }) => gate(() => Promise.reject(new Error('ran')), signal))
  await expect(gate(long)).rejects.toMatchObject({ status: 429 })
  for (const one of giving) one.abort(new Error('given up'))
  for (const one of leaving) await expect(one).rejects.toThrow('given up')
  const next = gate(async () => 'next')
  for (const end of ends) end()
  await Promise.all(running)
  await expect(next).resolves.toBe('next')
  await expect(gate(long, giving[0]!.signal)).rejects.toThrow('given up')
})
