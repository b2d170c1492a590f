import type { Bits } from './bits.ts'
import type { Column } from './column.ts'

/** Add the rows that have one value. */
export function addEqual(column: Column, code: number, out: Bits): void {
  const { codes } = column
  if (column.form === 'list') {
    const { rows, count } = column
    for (let i = 0; i < count; i++) if (codes[i] === code) out[rows[i]! >> 5]! |= 1 << (rows[i]! & 31)
    return
  }
  const end = Math.min(codes.length, out.length << 5)
  for (let from = 0, word = 0; from < end; from += 32, word++) {
    const to = Math.min(from + 32, end)
    let bits = 0
    for (let i = from; i < to; i++) bits |= Number(codes[i] === code) << (i - from)
    out[word]! |= bits
  }
}

/** Add the rows with a value whose `hits`, by code, is 1. */
export function addAmong(column: Column, hits: Uint8Array, out: Bits): void {
  const { codes } = column
  if (column.form === 'list') {
    const { rows, count } = column
    for (let i = 0; i < count; i++) out[rows[i]! >> 5]! |= hits[codes[i]!]! << (rows[i]! & 31)
    return
  }
  const end = Math.min(codes.length, out.length << 5)
  for (let from = 0, word = 0; from < end; from += 32, word++) {
    const to = Math.min(from + 32, end)
    let bits = 0
    for (let i = from; i < to; i++) bits |= hits[codes[i]!]! << (i - from)
    out[word]! |= bits
  }
}

/** Add the rows that have any value. */
export function addPresent(column: Column, out: Bits): void {
  if (column.form === 'list') {
    const { rows, count } = column
    for (let i = 0; i < count; i++) out[rows[i]! >> 5]! |= 1 << (rows[i]! & 31)
    return
  }
  const { codes } = column
  const end = Math.min(codes.length, out.length << 5)
  for (let i = 0; i < end; i++) if (codes[i] !== 0) out[i >> 5]! |= 1 << (i & 31)
}
