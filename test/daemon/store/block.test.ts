import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BlockRow, DamagedBlock, decodeBlock, encodeBlocks, type StoredLog } from '../../../daemon/store/block.ts'

const log = (seq: number, more: Partial<StoredLog> = {}): StoredLog => ({
  seq,
  stream: 'live',
  timestamp: 1000 + seq,
  received: 2000,
  message: `log ${seq}`,
  status: 'info',
  tags: ['a:b'],
  attributes: JSON.parse('{"n":1,"__proto__":{"x":[1,"\\u2028"]}}'),
  ...more,
})

test('logs → a block → the same logs, their span and count', () => {
  const logs = [log(5), log(6, { timestamp: 3 }), log(9)]
  const [row] = [...encodeBlocks(logs)] as [BlockRow]
  expect(row).toMatchObject({ first_seq: 5, last_seq: 9, count: 3, min_ts: 3, max_ts: 1009, stream: 'live' })
  expect(JSON.stringify(decodeBlock(row))).toBe(JSON.stringify(logs))
})
test('any bit flipped → DamagedBlock', () => {
  const [row] = [...encodeBlocks(Array.from({ length: 64 }, (_, i) => log(i)))] as [BlockRow]
  fc.assert(
    fc.property(fc.nat(row.data.length * 8 - 1), bit => {
      const data = new Uint8Array(row.data)
      data[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => decodeBlock({ ...row, data })).toThrow(DamagedBlock)
    }),
  )
})
test.each([
  ['format', { format: 2 }],
  ['codec', { codec: 9 }],
])('an unknown %s → DamagedBlock that says so', (name, change) => {
  expect(() => decodeBlock({ ...[...encodeBlocks([log(1)])][0]!, ...change })).toThrow(new RegExp(name))
})
