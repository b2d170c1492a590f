import type { Address } from '../../shared/ip.ts'
import { compareWords, type Span } from '../../shared/span.ts'
import { compareTail, type Family, type RangeColumns } from './ranges.ts'
import { type Key, orderBy } from './sort.ts'

type Words = Address['words']
type Rows = Pick<Family, 'size' | 'heads' | 'tails' | 'values'>

/** Collects ranges for a table. A value is a whole number below 2^32: what it means is the caller's matter. */
export function rangeBuilder() {
  const v4 = rows(4)
  const v6 = rows(6)
  return {
    add({ family, from, to }: Span, value: number): void {
      if (family === 4) v4.push(from, to, value)
      else v6.push(from, to, value)
    },
    close: (): RangeColumns => ({ v4: v4.close(), v6: v6.close() }),
  }
}

function rows(family: 4 | 6) {
  const head = family === 4 ? 3 : 0
  const rest = family === 4 ? 0 : 6
  let room = 64
  let size = 0
  let heads = new Uint32Array(room * 2)
  let tails = new Uint32Array(room * rest)
  let values = new Uint32Array(room)
  // they start alike only where one is given twice
  let single = true
  return {
    push(from: Words, to: Words, value: number) {
      if (size === room) {
        room *= 2
        heads = grown(heads, room * 2)
        tails = grown(tails, room * rest)
        values = grown(values, room)
      }
      heads[size * 2] = from[head]
      heads[size * 2 + 1] = to[head]
      if (family === 6)
        for (let w = 0; w < 3; w++) {
          tails[size * 6 + w] = from[w + 1]!
          tails[size * 6 + w + 3] = to[w + 1]!
        }
      values[size++] = value
      single &&= compareWords(from, to) === 0
    },
    close: () => sorted({ size, heads, tails, values }, single),
  }
}
function grown(old: Uint32Array, length: number) {
  const larger = new Uint32Array(length)
  larger.set(old)
  return larger
}

// Sorted by first address, of those that start alike the widest first; a range given twice keeps its first value.
function sorted(rows: Rows, single: boolean): Family {
  const starts = keysOf(rows, 'start')
  let ordered = inOrder(rows, orderBy(starts, rows.size))
  // the ends count only among those that start alike, of which most feeds have none
  if (someAlike(ordered)) {
    if (!single) ordered = inOrder(rows, orderBy([...keysOf(rows, 'end'), ...starts], rows.size))
    ordered = once(ordered)
  }
  return { ...ordered, ...outerOf(ordered), ...indexOf(ordered.heads) }
}

function keysOf({ heads, tails }: Rows, which: 'start' | 'end'): Key[] {
  const end = which === 'end'
  const tail = tails.length === 0 ? [] : [2, 1, 0].map(w => ({ words: tails, stride: 6, at: end ? w + 3 : w, descending: end }))
  return [...tail, { words: heads, stride: 2, at: end ? 1 : 0, descending: end }]
}

function inOrder(rows: Rows, order: Uint32Array): Rows {
  const { size, tails } = rows
  const ordered = {
    size,
    heads: new Uint32Array(size * 2),
    tails: new Uint32Array(tails.length === 0 ? 0 : size * 6),
    values: new Uint32Array(size),
  }
  for (let i = 0; i < size; i++) copy(rows, order[i]!, ordered, i)
  return ordered
}
function copy(from: Rows, i: number, to: Rows, j: number): void {
  to.heads[j * 2] = from.heads[i * 2]!
  to.heads[j * 2 + 1] = from.heads[i * 2 + 1]!
  to.values[j] = from.values[i]!
  if (from.tails.length > 0) for (let w = 0; w < 6; w++) to.tails[j * 6 + w] = from.tails[i * 6 + w]!
}

// Whether two rows begin alike, and where `ends` counts also end alike.
function isSame({ heads, tails }: Rows, i: number, j: number, ends: boolean): boolean {
  if (heads[i * 2] !== heads[j * 2] || (ends && heads[i * 2 + 1] !== heads[j * 2 + 1])) return false
  if (tails.length > 0) for (let w = 0; w < (ends ? 6 : 3); w++) if (tails[i * 6 + w] !== tails[j * 6 + w]) return false
  return true
}
function someAlike(rows: Rows): boolean {
  for (let i = 1; i < rows.size; i++) if (isSame(rows, i, i - 1, false)) return true
  return false
}
// Without those that are the same as one before.
function once(rows: Rows): Rows {
  let size = 0
  for (let i = 0; i < rows.size; i++) if (size === 0 || !isSame(rows, i, size - 1, true)) copy(rows, i, rows, size++)
  const { heads, tails, values } = rows
  return { size, heads: heads.slice(0, size * 2), tails: tails.slice(0, size * 6), values: values.slice(0, size) }
}

/**
 * For each range the nearest one before it that reaches its start. From the last range that starts at or before an address, this chain
 * passes every range that covers the address: memory stays linear where a hostile feed nests a million ranges.
 */
function outerOf({ size, heads, tails }: Rows): { outer: Int32Array | undefined; deepest: number } {
  const outer = new Int32Array(size)
  const depth = new Uint32Array(size)
  let deepest = Math.min(size, 1)
  const endsBefore = (one: number, start: number) => {
    const order = heads[one * 2 + 1]! - heads[start * 2]!
    if (order !== 0 || tails.length === 0) return order < 0
    return compareTail(tails, one * 6 + 3, tails[start * 6]!, tails[start * 6 + 1]!, tails[start * 6 + 2]!) < 0
  }
  for (let i = 0; i < size; i++) {
    let before = i - 1
    while (before >= 0 && endsBefore(before, i)) before = outer[before]!
    outer[i] = before
    depth[i] = before < 0 ? 1 : depth[before]! + 1
    if (depth[i]! > deepest) deepest = depth[i]!
  }
  return { outer: deepest > 1 ? outer : undefined, deepest }
}

/**
 * Where the starts begin that share the first bits of their first word, about eight to each: a look-up then searches among a few instead of a
 * million. And finer, about eight to a range, where there is any range at all: most addresses are in none, and need no more than this.
 */
function indexOf(heads: Uint32Array): Pick<Family, 'index' | 'base' | 'shift' | 'covered' | 'coveredShift'> {
  const size = heads.length / 2
  const base = heads[0] ?? 0
  let highest = base
  for (let i = 0; i < size; i++) highest = Math.max(highest, heads[i * 2 + 1]!)
  const reach = highest - base
  const bits = Math.ceil(Math.log2(size + 1))
  const shiftTo = (most: number) => Math.max(0, Math.ceil(Math.log2(reach + 1)) - most)
  const shift = shiftTo(Math.min(16, Math.max(1, bits - 3)))
  const index = new Uint32Array((reach >>> shift) + 2)
  for (let i = size - 1, bucket = index.length - 1; i >= -1; i--) {
    const own = i < 0 ? -1 : (heads[i * 2]! - base) >>> shift
    for (; bucket > own; bucket--) index[bucket] = i + 1
  }
  const coveredShift = shiftTo(Math.min(22, bits + 3))
  const covered = new Uint32Array(((reach >>> coveredShift) >>> 5) + 1)
  // each bit is passed once, however many ranges there are over it
  for (let i = 0, next = 0; i < size; i++) {
    next = Math.max(next, (heads[i * 2]! - base) >>> coveredShift)
    for (const last = (heads[i * 2 + 1]! - base) >>> coveredShift; next <= last; next++) covered[next >>> 5]! |= 1 << (next & 31)
  }
  return { index, base, shift, covered, coveredShift }
}
