import type { Codes, Column } from './column.ts'
import { seek } from './seek.ts'
import type { Selection } from './selection.ts'

export type Counter = ReturnType<typeof createCounter>

/** With fewer rows than one in so many of a list's pairs, each row is looked up in it. */
const few = 16

/** Counts codes of one dictionary over the selections of many segments. */
export function createCounter() {
  let counts = new Uint32Array(0)

  function room(codes: number): void {
    if (counts.length >= codes) return
    const more = new Uint32Array(Math.max(codes, Math.min(counts.length * 2, codes + 4096)))
    more.set(counts)
    counts = more
  }

  return {
    /** What it has counted in codes of a byte is answered, so that it can be kept and given to `addCounted` the next time. */
    add(column: Column, { bits, rows, count }: Selection): Uint32Array | undefined {
      const { codes, dictionary } = column
      room(dictionary.size + 1)
      if (column.form === 'list') {
        if (count * few < column.count) countFew(codes, column.rows, column.count, rows, count, counts)
        else countPairs(codes, column.rows, column.count, bits, counts)
        return undefined
      }
      // a column that takes rows ends with the last of them that has a value
      const end = codes.length > (rows[count - 1] ?? 0) ? count : seek(rows, 0, count, codes.length)
      if (codes instanceof Uint8Array) {
        const counted = countBytes(codes, rows, end)
        addTo(counts, counted)
        return counted
      }
      countRows(codes, rows, end, counts)
      return undefined
    },
    addCounted(counted: Uint32Array): void {
      room(counted.length)
      addTo(counts, counted)
    },
    /** How often each code was found. Code 0 stands for rows without a value. */
    get counts() {
      return counts
    },
  }
}

function addTo(counts: Uint32Array, more: Uint32Array): void {
  for (let code = 0; code < more.length; code++) counts[code]! += more[code]!
}

const lanes = new Uint32Array(4 * 256)

/** Most rows have one of very few values: taking turns at four counts of each, no increment waits for the one before it. */
function countBytes(codes: Uint8Array, rows: Uint16Array, count: number): Uint32Array {
  lanes.fill(0)
  let i = 0
  for (; i + 3 < count; i += 4) {
    lanes[codes[rows[i]!]!]!++
    lanes[256 + codes[rows[i + 1]!]!]!++
    lanes[512 + codes[rows[i + 2]!]!]!++
    lanes[768 + codes[rows[i + 3]!]!]!++
  }
  for (; i < count; i++) lanes[codes[rows[i]!]!]!++
  let end = 256
  while (end > 0 && (lanes[end - 1]! | lanes[255 + end]! | lanes[511 + end]! | lanes[767 + end]!) === 0) end--
  const counts = new Uint32Array(end)
  for (let code = 0; code < end; code++) counts[code] = lanes[code]! + lanes[256 + code]! + lanes[512 + code]! + lanes[768 + code]!
  return counts
}

function countRows(codes: Codes, rows: Uint16Array, count: number, counts: Uint32Array): void {
  for (let i = 0; i < count; i++) counts[codes[rows[i]!]!]!++
}

function countPairs(codes: Codes, rows: Uint16Array, pairs: number, bits: Int32Array, counts: Uint32Array): void {
  for (let i = 0; i < pairs; i++) {
    const row = rows[i]!
    // no branch, since a processor could only guess it: what is not selected counts as none
    counts[codes[i]! & -((bits[row >> 5]! >>> (row & 31)) & 1)]!++
  }
}

function countFew(codes: Codes, rows: Uint16Array, pairs: number, selected: Uint16Array, count: number, counts: Uint32Array): void {
  let at = 0
  for (let i = 0; i < count; i++) {
    const row = selected[i]!
    at = seek(rows, at, pairs, row)
    for (; at < pairs && rows[at] === row; at++) counts[codes[at]!]!++
  }
}
