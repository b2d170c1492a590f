/** A set of rows of one segment: a bit a row, 32 to a word. */
export type Bits = Int32Array<ArrayBuffer>

export const bitsFor = (rows: number): Bits => new Int32Array((rows + 31) >> 5)

export const setBit = (bits: Bits, row: number): void => void (bits[row >> 5]! |= 1 << (row & 31))

export const clearBit = (bits: Bits, row: number): void => void (bits[row >> 5]! &= ~(1 << (row & 31)))

export const hasBit = (bits: Bits, row: number): boolean => ((bits[row >> 5]! >>> (row & 31)) & 1) === 1

/** Take out every row from `rows` on. */
export function trim(bits: Bits, rows: number): void {
  const word = rows >> 5
  if (word >= bits.length) return
  bits[word]! &= (1 << (rows & 31)) - 1
  bits.fill(0, word + 1)
}

export function setAll(bits: Bits, rows: number): void {
  bits.fill(-1)
  trim(bits, rows)
}

export function invert(bits: Bits, rows: number): void {
  for (let i = 0; i < bits.length; i++) bits[i] = ~bits[i]!
  trim(bits, rows)
}

export function and(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! &= other[i]!
}

export function or(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! |= other[i]!
}

export function without(bits: Bits, other: Bits): void {
  for (let i = 0; i < bits.length; i++) bits[i]! &= ~other[i]!
}

export function isEmpty(bits: Bits): boolean {
  let any = 0
  for (let i = 0; i < bits.length; i++) any |= bits[i]!
  return any === 0
}

/** How many rows are in a set's words from one to before another. */
export function countBits(bits: Bits, from: number, to: number): number {
  let count = 0
  for (let i = from; i < Math.min(to, bits.length); i++) {
    let word = bits[i]!
    // in pairs, in fours, in bytes, and the bytes summed up in the highest
    word -= (word >>> 1) & 0x55555555
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333)
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}

/** Write the rows of a set, in order, into `rows`; answers how many. `rows` holds as many as the segment. */
export function listRows(bits: Bits, rows: Uint16Array): number {
  let n = 0
  for (let i = 0; i < bits.length; i++) {
    const base = i << 5
    for (let word = bits[i]!; word !== 0; ) {
      const lowest = word & -word
      rows[n++] = base + 31 - Math.clz32(lowest)
      word ^= lowest
    }
  }
  return n
}
