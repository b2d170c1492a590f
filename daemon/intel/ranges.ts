import type { Address } from '../../shared/ip.ts'
import { compareWords, type Span } from '../../shared/span.ts'

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
  /** Ranges that have an address in common with a span: those that hold its start first, then by where they start. */
  meeting(span: Span): Generator<number, void>
  meets(span: Span): boolean
}

/** Ranges of one family by their starts, of those that start alike the widest first. A look-up waits for memory more than for anything else. */
export interface Family {
  size: number
  /** The first word of the start and of the end of each range, side by side: for IPv4 that is all there is, and it decides most of IPv6. */
  heads: Uint32Array
  /** The other three words of the start and of the end, for IPv6. */
  tails: Uint32Array
  values: Uint32Array
  /** For each range the nearest one before it that reaches its start, or -1; undefined where none overlap. */
  outer: Int32Array | undefined
  deepest: number
  /** Where the starts begin that share the first bits of their first word, counted from the lowest there is, which is `base`. */
  index: Uint32Array
  base: number
  shift: number
  /** A bit for each run of first words from `base` on, set where some range covers a part of it. */
  covered: Uint32Array
  coveredShift: number
}

/** A table as plain arrays, which may be handed to another thread. */
export interface RangeColumns {
  v4: Family
  v6: Family
}

// Whether there may be a range that covers an address with this first word.
function mayCover({ covered, base, coveredShift }: Family, word: number): boolean {
  if (word < base) return false
  const bit = (word - base) >>> coveredShift
  return bit >>> 5 < covered.length && ((covered[bit >>> 5]! >>> (bit & 31)) & 1) === 1
}
// The last start that is at or before an address that may be covered; -1 where there is none.
function start4({ heads, index, base, shift }: Family, x: number): number {
  const bucket = (x - base) >>> shift
  let low = index[bucket]!
  let high = index[bucket + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (heads[middle * 2]! <= x) low = middle + 1
    else high = middle
  }
  return low - 1
}
function start6({ heads, tails, index, base, shift }: Family, a: number, b: number, c: number, d: number): number {
  const bucket = (a - base) >>> shift
  let low = index[bucket]!
  let high = index[bucket + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    const head = heads[middle * 2]!
    if (head < a || (head === a && compareTail(tails, middle * 6, b, c, d) <= 0)) low = middle + 1
    else high = middle
  }
  return low - 1
}
const reaches6 = ({ heads, tails }: Family, i: number, a: number, b: number, c: number, d: number) => {
  const head = heads[i * 2 + 1]!
  return head > a || (head === a && compareTail(tails, i * 6 + 3, b, c, d) >= 0)
}
/** How the three words at a place of `tails` compare with others. */
export function compareTail(tails: Uint32Array, at: number, b: number, c: number, d: number): number {
  if (tails[at] !== b) return tails[at]! - b
  if (tails[at + 1] !== c) return tails[at + 1]! - c
  return tails[at + 2]! - d
}

const none: readonly number[] = []

/** A table over the arrays of a builder. */
export function openRanges({ v4, v6 }: RangeColumns): RangeTable {
  const table: RangeTable = {
    size: v4.size + v6.size,
    deepest: Math.max(v4.deepest, v6.deepest),
    find({ family, words }) {
      let found: number[] | undefined
      // >>> 0 changes nothing but what the compiler knows of them
      const d = words[3] >>> 0
      if (family === 4) {
        if (!mayCover(v4, d)) return none
        const first = start4(v4, d)
        if (!v4.outer) return first >= 0 && v4.heads[first * 2 + 1]! >= d ? [first] : none
        for (let i = first; i >= 0; i = v4.outer[i]!) if (v4.heads[i * 2 + 1]! >= d) (found ??= []).push(i)
      } else {
        const a = words[0] >>> 0
        if (!mayCover(v6, a)) return none
        const b = words[1] >>> 0
        const c = words[2] >>> 0
        const first = start6(v6, a, b, c, d)
        if (!v6.outer) return first >= 0 && reaches6(v6, first, a, b, c, d) ? [v4.size + first] : none
        for (let i = first; i >= 0; i = v6.outer[i]!) if (reaches6(v6, i, a, b, c, d)) (found ??= []).push(v4.size + i)
      }
      return found ?? none
    },
    valueOf: range => (range < v4.size ? v4.values[range]! : v6.values[range - v4.size]!),
    spanOf(range) {
      const family = range < v4.size ? 4 : 6
      const { heads, tails } = family === 4 ? v4 : v6
      const i = family === 4 ? range : range - v4.size
      // of the start or of the end
      const words = (end: 0 | 1): Words => {
        const head = heads[i * 2 + end]!
        if (family === 4) return [0, 0, 0xffff, head]
        const at = i * 6 + end * 3
        return [head, tails[at]!, tails[at + 1]!, tails[at + 2]!]
      }
      return { family, from: words(0), to: words(1) }
    },
    *meeting({ family, from, to }) {
      yield* table.find({ family, words: from })
      // then those that start behind it
      const first = family === 4 ? 0 : v4.size
      let low = first
      let high = first + (family === 4 ? v4 : v6).size
      const last = high
      while (low < high) {
        const middle = (low + high) >>> 1
        if (compareWords(table.spanOf(middle).from, from) <= 0) low = middle + 1
        else high = middle
      }
      for (; low < last && compareWords(table.spanOf(low).from, to) <= 0; low++) yield low
    },
    meets: span => !table.meeting(span).next().done,
  }
  return table
}
