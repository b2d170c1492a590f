import type { Address } from '../../shared/ip.ts'
import type { Span } from '../../shared/span.ts'
import { orderBy } from './sort.ts'

type Words = Address['words']

/**
 * Ranges of addresses that may nest and overlap, asked which of them cover an address. It never changes, so that readers of one table
 * are not disturbed while the next is built. 16 bytes an IPv4 range, 40 an IPv6 range; 4 less where none overlap.
 */
export interface RangeTable {
  /** How many different ranges there are. */
  size: number
  /** The most ranges that one look-up may have to visit. */
  deepest: number
  /** Every range that covers the address, the one that starts last first; where they nest, that is the narrowest. */
  find(address: Address): readonly number[]
  valueOf(range: number): number
  spanOf(range: number): Span
}

// Word lists of one family: one word an address for IPv4, four for IPv6.
function columns(stride: 1 | 4) {
  let room = 64
  let size = 0
  let from = new Uint32Array(room * stride)
  let to = new Uint32Array(room * stride)
  let values = new Uint32Array(room)
  let single = true
  const grown = (old: Uint32Array, length: number) => {
    const larger = new Uint32Array(length)
    larger.set(old)
    return larger
  }
  return {
    push(first: Words, last: Words, value: number) {
      if (size === room) {
        room *= 2
        from = grown(from, room * stride)
        to = grown(to, room * stride)
        values = grown(values, room)
      }
      for (let w = 0; w < stride; w++) {
        const a = first[4 - stride + w]!
        const b = last[4 - stride + w]!
        from[size * stride + w] = a
        to[size * stride + w] = b
        if (a !== b) single = false
      }
      values[size++] = value
    },
    close: () => sorted({ stride, size, from, to, values, single }),
  }
}

const isBelow = (a: Uint32Array, i: number, b: Uint32Array, j: number, stride: number) => {
  for (let w = 0; w < stride; w++) if (a[i * stride + w] !== b[j * stride + w]) return a[i * stride + w]! < b[j * stride + w]!
  return false
}
const isSame = (a: Uint32Array, i: number, j: number, stride: number) => {
  for (let w = 0; w < stride; w++) if (a[i * stride + w] !== a[j * stride + w]) return false
  return true
}

interface Columns {
  stride: 1 | 4
  size: number
  from: Uint32Array
  to: Uint32Array
  values: Uint32Array
}

// Sorted by first address, of those that start alike the widest first; a range given twice keeps its first value.
function sorted({ stride, size, from, to, values, single }: Columns & { single: boolean }) {
  const byFrom = { words: from, stride }
  let order = orderBy([byFrom], size)
  // the ends count only among those that start alike, of which most feeds have none
  const alike = (entry: number, i: number) => i > 0 && isSame(from, order[i - 1]!, entry, stride)
  if (!single && order.some(alike)) order = orderBy([{ words: to, stride, descending: true }, byFrom], size)
  let count = 0
  for (let i = 0; i < size; i++) {
    const entry = order[i]!
    const before = order[count - 1]!
    if (count === 0 || !isSame(from, before, entry, stride) || !isSame(to, before, entry, stride)) order[count++] = entry
  }
  const picked = (words: Uint32Array, width: number) => {
    const out = new Uint32Array(count * width)
    for (let i = 0; i < count; i++) for (let w = 0; w < width; w++) out[i * width + w] = words[order[i]! * width + w]!
    return out
  }
  const columns = { stride, size: count, from: picked(from, stride), to: picked(to, stride), values: picked(values, 1) }
  return { ...columns, ...outerOf(columns), ...indexOf(columns.from, stride) }
}

/**
 * For each range the nearest one before it that reaches its start. From the last range that starts at or before an address, this chain
 * passes every range that covers the address: memory stays linear where a hostile feed nests a million ranges.
 */
function outerOf({ stride, size, from, to }: Columns): { outer: Int32Array | undefined; deepest: number } {
  const outer = new Int32Array(size)
  const depth = new Uint32Array(size)
  let deepest = Math.min(size, 1)
  for (let i = 0; i < size; i++) {
    let before = i - 1
    while (before >= 0 && isBelow(to, before, from, i, stride)) before = outer[before]!
    outer[i] = before
    depth[i] = before < 0 ? 1 : depth[before]! + 1
    if (depth[i]! > deepest) deepest = depth[i]!
  }
  return { outer: deepest > 1 ? outer : undefined, deepest }
}

/**
 * Where the starts begin that share the first bits of their first word, counted from the lowest there is, about eight to each: a look-up then
 * searches among a few instead of a million.
 */
function indexOf(from: Uint32Array, stride: number): { index: Uint32Array; base: number; shift: number } {
  const size = from.length / stride
  const base = from[0] ?? 0
  const reach = (from[(size - 1) * stride] ?? 0) - base
  const bits = Math.min(16, Math.max(1, Math.ceil(Math.log2(size + 1)) - 3))
  const shift = Math.max(0, Math.ceil(Math.log2(reach + 1)) - bits)
  const index = new Uint32Array((reach >>> shift) + 2)
  for (let i = size - 1, bucket = index.length - 1; i >= -1; i--) {
    const own = i < 0 ? -1 : (from[i * stride]! - base) >>> shift
    for (; bucket > own; bucket--) index[bucket] = i + 1
  }
  return { index, base, shift }
}
// What lies below the lowest start begins nowhere, and what lies above the highest belongs to the last.
const bucketOf = (word: number, { index, base, shift }: Family) => (word < base ? -1 : Math.min(index.length - 2, (word - base) >>> shift))

// The last start that is at or before the address; -1 where there is none.
function start4(family: Family, x: number): number {
  const { from, index } = family
  const bucket = bucketOf(x, family)
  if (bucket < 0) return -1
  let low = index[bucket]!
  let high = index[bucket + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (from[middle]! <= x) low = middle + 1
    else high = middle
  }
  return low - 1
}
function start6(family: Family, x: Words): number {
  const { from, index } = family
  const bucket = bucketOf(x[0], family)
  if (bucket < 0) return -1
  let low = index[bucket]!
  let high = index[bucket + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareAt(from, middle * 4, x) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}
// Unrolled: this is where a look-up spends its time.
function compareAt(words: Uint32Array, at: number, x: Words): number {
  if (words[at] !== x[0]) return words[at]! - x[0]
  if (words[at + 1] !== x[1]) return words[at + 1]! - x[1]
  if (words[at + 2] !== x[2]) return words[at + 2]! - x[2]
  return words[at + 3]! - x[3]
}

const none: readonly number[] = []

/** Collects ranges for a table. A value is a whole number below 2^32: what it means is the caller's matter. */
export function rangeBuilder() {
  const v4 = columns(1)
  const v6 = columns(4)
  return {
    add({ family, from, to }: Span, value: number): void {
      if (family === 4) v4.push(from, to, value)
      else v6.push(from, to, value)
    },
    /** Plain arrays, which may be handed to another thread. */
    close: (): RangeColumns => ({ v4: v4.close(), v6: v6.close() }),
  }
}

type Family = ReturnType<typeof sorted>
export interface RangeColumns {
  v4: Family
  v6: Family
}

/** A table over the arrays of a builder. */
export function openRanges({ v4, v6 }: RangeColumns): RangeTable {
  return {
    size: v4.size + v6.size,
    deepest: Math.max(v4.deepest, v6.deepest),
    find({ family, words }) {
      let found: number[] | undefined
      if (family === 4) {
        const x = words[3]
        const first = start4(v4, x)
        if (!v4.outer) return first >= 0 && v4.to[first]! >= x ? [first] : none
        for (let i = first; i >= 0; i = v4.outer[i]!) if (v4.to[i]! >= x) (found ??= []).push(i)
      } else {
        const first = start6(v6, words)
        if (!v6.outer) return first >= 0 && compareAt(v6.to, first * 4, words) >= 0 ? [v4.size + first] : none
        for (let i = first; i >= 0; i = v6.outer[i]!) if (compareAt(v6.to, i * 4, words) >= 0) (found ??= []).push(v4.size + i)
      }
      return found ?? none
    },
    valueOf: range => (range < v4.size ? v4.values[range]! : v6.values[range - v4.size]!),
    spanOf(range) {
      const family = range < v4.size ? 4 : 6
      const { from, to } = family === 4 ? v4 : v6
      const at = (words: Uint32Array): Words => {
        if (family === 4) return [0, 0, 0xffff, words[range]!]
        const [a, b, c, d] = words.subarray((range - v4.size) * 4)
        return [a!, b!, c!, d!]
      }
      return { family, from: at(from), to: at(to) }
    },
  }
}
