import { expect, test } from 'vitest'
import type { StoredLog } from '../../../daemon/store/block.ts'
import { createFresh } from '../../../daemon/store/fresh.ts'

const logs = (...seqs: number[]) =>
  seqs.map((seq): StoredLog => ({ seq, stream: 'live', received: 0, timestamp: 0, message: '', status: 'info', tags: [], attributes: {} }))
const seqsAfter = (fresh: ReturnType<typeof createFresh>, seq: number) => fresh.after(seq)?.logs.map(log => log.seq)

test('what was committed is read once, in order, a block at a time', () => {
  const fresh = createFresh()
  fresh.add(0, logs(1, 2, 5))
  fresh.add(5, logs(...Array.from({ length: 70 }, (_, i) => 6 + i)))
  expect(fresh.after(0)).toMatchObject({ last: 5 })
  expect(seqsAfter(fresh, 2)).toEqual([5])
  expect(seqsAfter(fresh, 5)).toHaveLength(64)
  expect(seqsAfter(fresh, 69)).toEqual([70, 71, 72, 73, 74, 75])
  expect(fresh.after(75)).toBeUndefined()
})

test('what was read is not known any more, nor what came before it was held', () => {
  const fresh = createFresh()
  fresh.add(10, logs(11, 12))
  expect(fresh.after(9)).toBeUndefined()
  expect(seqsAfter(fresh, 10)).toEqual([11, 12])
  fresh.add(12, logs(14))
  expect(seqsAfter(fresh, 13)).toEqual([14])
  expect(fresh.after(10)).toBeUndefined()
})

test('the oldest are let go of when nobody reads them', () => {
  const fresh = createFresh()
  for (let i = 0; i < 300; i++) fresh.add(i * 64, logs(...Array.from({ length: 64 }, (_, k) => i * 64 + k + 1)))
  expect(fresh.after(0)).toBeUndefined()
  expect(seqsAfter(fresh, 299 * 64)).toHaveLength(64)
})
