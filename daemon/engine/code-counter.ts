import type { Codes, Column } from './column.ts'
import type { Selection } from './selection.ts'

export type Counter = ReturnType<typeof createCounter>

/** With fewer rows than one in so many of a list's pairs, each row is looked up in it. */
const few = 16

/** Counts codes of one dictionary over the selections of many segments. */
export function createCounter() {
  let byCode = new Uint32Array(0)
  /** Codes counted so far: most queries find few of the values there are. */
  let seen = new Uint32Array(64)
  let count = 0

  function room(codes: number, more: number): void {
    if (byCode.length < codes) byCode = grown(byCode, codes)
    const needed = Math.min(count + more, codes)
    if (seen.length < needed) seen = grown(seen, needed)
  }

  function countDense(codes: Codes, { rows, count: selected, whole }: Selection): void {
    const counts = byCode
    let next = count
    if (whole) {
      for (let i = 0; i < codes.length; i++) if (counts[codes[i]!]!++ === 0) seen[next++] = codes[i]!
    } else for (let i = 0; i < selected; i++) if (counts[codes[rows[i]!]!]!++ === 0) seen[next++] = codes[rows[i]!]!
    count = next
  }

  function countList(codes: Codes, rows: Uint16Array, pairs: number, { bits }: Selection): void {
    const counts = byCode
    let next = count
    for (let i = 0; i < pairs; i++) {
      const row = rows[i]!
      if (((bits[row >> 5]! >>> (row & 31)) & 1) === 1 && counts[codes[i]!]!++ === 0) seen[next++] = codes[i]!
    }
    count = next
  }

  function countFew(codes: Codes, rows: Uint16Array, pairs: number, selection: Selection): void {
    let from = 0
    for (let i = 0; i < selection.count; i++) {
      const row = selection.rows[i]!
      from = lowerBound(rows, from, pairs, row)
      for (; from < pairs && rows[from] === row; from++) if (byCode[codes[from]!]!++ === 0) seen[count++] = codes[from]!
    }
  }

  return {
    add(column: Column, selection: Selection): void {
      const { codes, dictionary } = column
      room(dictionary.size + 1, codes.length)
      if (column.form === 'dense') countDense(codes, selection)
      else if (selection.count * few < column.count) countFew(codes, column.rows, column.count, selection)
      else countList(codes, column.rows, column.count, selection)
    },
    /** How often each code was found, and those that were. Code 0 stands for rows without a value. */
    take: () => ({ byCode, codes: seen.subarray(0, count) }),
  }
}

function grown(from: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(Math.max(least, from.length * 2))
  to.set(from)
  return to
}

/** First place from `low` on whose row is not below `row`. */
function lowerBound(rows: Uint16Array, low: number, high: number, row: number): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]! < row) low = middle + 1
    else high = middle
  }
  return low
}
