// A radix sort, because comparing through a callback takes a second for a million entries of which this takes a tenth.
const bits = 11
const mask = (1 << bits) - 1

/** A word of each entry: that of entry `i` stands at `i * stride + at`. */
export interface Key {
  words: Uint32Array
  stride: number
  at: number
  descending?: boolean
}

// By the last key first, as below.
function isSorted(keys: readonly Key[], size: number): boolean {
  for (let i = 1; i < size; i++) {
    for (let k = keys.length - 1, order = 0; k >= 0 && order === 0; k--) {
      const { words, stride, at, descending } = keys[k]!
      order = words[i * stride + at]! - words[(i - 1) * stride + at]!
      if (descending) order = -order
      if (order < 0) return false
    }
  }
  return true
}

/** The order of entries 0 … size - 1 by several keys, the last of them deciding first; entries that are equal keep their order. */
export function orderBy(keys: readonly Key[], size: number): Uint32Array {
  let order = new Uint32Array(size).map((_, i) => i)
  if (isSorted(keys, size)) return order
  const start = new Uint32Array(1 << bits)
  let next = new Uint32Array(size)
  for (const { words, stride, at, descending } of keys) {
    const flip = descending ? 0xffffffff : 0
    for (let shift = 0; shift < 32; shift += bits) {
      start.fill(0)
      for (let i = 0; i < size; i++) start[((words[i * stride + at]! ^ flip) >>> shift) & mask]!++
      // all alike: the pass would move nothing
      if (start[((words[at]! ^ flip) >>> shift) & mask] === size) continue
      for (let digit = 0, sum = 0; digit <= mask; digit++) {
        const count = start[digit]!
        start[digit] = sum
        sum += count
      }
      for (let i = 0; i < size; i++) {
        const entry = order[i]!
        next[start[((words[entry * stride + at]! ^ flip) >>> shift) & mask]!++] = entry
      }
      ;[order, next] = [next, order]
    }
  }
  return order
}
