import type { Codes, Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import type { Counted, Selection } from '../selection.ts'
import { seek } from './seek.ts'

export type Counter = ReturnType<typeof createCounter>

/** With fewer rows than one in so many of a list's pairs, each row is looked up in it. */
const few = 16
/** Counts are worth keeping where a code stands for so many rows. */
const worth = 4
/** Rows whose codes are noted one by one, before counts of all codes are worth making and going through. */
const mostNoted = 64

/** Counts codes of one dictionary over the selections of many segments. */
export function createCounter() {
  let counts = new Uint32Array(0)
  let noted: number[] | undefined = []

  /** Make room for counts of so many codes. */
  function room(codes: number): void {
    if (counts.length < codes) {
      const more = new Uint32Array(Math.max(codes, Math.min(counts.length * 2, codes + 4096)))
      more.set(counts)
      counts = more
    }
    for (const code of noted ?? []) counts[code]!++
    noted = undefined
  }

  function addCounted(counted: Counted, { size }: Dictionary): void {
    room(size + 1)
    for (let i = 0; i < counted.codes.length; i++) counts[counted.codes[i]!]! += counted.counts[i]!
  }

  /** Add what was counted apart, of so many values; answered where it is worth keeping. */
  function keep(counted: Counted, dictionary: Dictionary, values: number): Counted | undefined {
    addCounted(counted, dictionary)
    return counted.codes.length * worth <= values ? counted : undefined
  }

  return {
    /** Add what `add` has answered of a column of a dictionary. */
    addCounted,
    /** What it has counted is answered where it is worth keeping, for `addCounted` the next time. */
    add(column: Column, selection: Selection): Counted | undefined {
      const { codes, dictionary } = column
      const { rows, count } = selection
      if (noted && noted.length + count <= mostNoted) {
        noteCodes(column, selection, noted)
        return undefined
      }
      room(dictionary.size + 1)
      if (column.form === 'list') {
        if (dictionary.size >= column.count || dictionary.size >= scratch.length) {
          countList(codes, column.rows, column.count, selection, counts)
          return undefined
        }
        countList(codes, column.rows, column.count, selection, scratch)
        return keep(takeCounted(dictionary.size + 1), dictionary, column.count)
      }
      // a column of a segment that takes rows ends with the last one that has a value
      const end = codes.length > rows[count - 1]! ? count : seek(rows, 0, count, codes.length)
      if (dictionary.size >= end || dictionary.size >= scratch.length) {
        countRows(codes, rows, end, counts)
        return undefined
      }
      const counted = codes instanceof Uint8Array ? countBytes(codes, rows, end) : countApart(codes, rows, end, dictionary.size + 1)
      return keep(counted, dictionary, end)
    },
    /** How often each code was found, or each of `codes` if there are some. What stands first is of rows without a value. */
    take: (): { codes: Uint32Array | undefined; counts: Uint32Array } => (noted ? countNoted(noted) : { codes: undefined, counts }),
  }
}

function noteCodes(column: Column, { rows: selected, count }: Selection, noted: number[]): void {
  const { codes } = column
  let at = 0
  for (let i = 0; i < count; i++) {
    const row = selected[i]!
    if (column.form === 'dense') noted.push(codes[row] ?? 0)
    else {
      at = seek(column.rows, at, column.count, row)
      for (; at < column.count && column.rows[at] === row; at++) noted.push(codes[at]!)
    }
  }
}

function countNoted(noted: readonly number[]) {
  const sorted = Uint32Array.from([0, ...noted]).sort()
  const codes = sorted.filter((code, i) => i === 0 || code !== sorted[i - 1])
  const counts = new Uint32Array(codes.length)
  let at = 0
  for (const code of sorted) {
    if (code !== codes[at]) at++
    counts[at]!++
  }
  return { codes, counts }
}

/** Zero between uses. */
const scratch = new Uint32Array(65_536)

function countApart(codes: Codes, rows: Uint16Array, count: number, size: number): Counted {
  countRows(codes, rows, count, scratch)
  return takeCounted(size)
}

/** Most rows have one of very few values: taking turns at four counts of each, no increment waits for the one before it. */
function countBytes(codes: Uint8Array, rows: Uint16Array, count: number): Counted {
  let i = 0
  for (; i + 3 < count; i += 4) {
    scratch[codes[rows[i]!]!]!++
    scratch[256 + codes[rows[i + 1]!]!]!++
    scratch[512 + codes[rows[i + 2]!]!]!++
    scratch[768 + codes[rows[i + 3]!]!]!++
  }
  for (; i < count; i++) scratch[codes[rows[i]!]!]!++
  for (let code = 0; code < 256; code++) scratch[code]! += scratch[256 + code]! + scratch[512 + code]! + scratch[768 + code]!
  scratch.fill(0, 256, 1024)
  return takeCounted(256)
}

function takeCounted(size: number): Counted {
  let found = 0
  for (let code = 0; code < size; code++) if (scratch[code]! > 0) found++
  const counted = { codes: new Uint16Array(found), counts: new Uint32Array(found) }
  for (let code = 0, i = 0; code < size; code++) {
    if (scratch[code] === 0) continue
    counted.codes[i] = code
    counted.counts[i++] = scratch[code]!
  }
  scratch.fill(0, 0, size)
  return counted
}

function countRows(codes: Codes, rows: Uint16Array, count: number, counts: Uint32Array): void {
  for (let i = 0; i < count; i++) counts[codes[rows[i]!]!]!++
}

function countList(codes: Codes, rows: Uint16Array, pairs: number, { bits, rows: selected, count }: Selection, counts: Uint32Array): void {
  if (count * few < pairs) {
    let at = 0
    for (let i = 0; i < count; i++) {
      at = seek(rows, at, pairs, selected[i]!)
      for (; at < pairs && rows[at] === selected[i]; at++) counts[codes[at]!]!++
    }
    return
  }
  for (let i = 0; i < pairs; i++) {
    const row = rows[i]!
    // no branch, since a processor could only guess it: what is not selected counts as none
    counts[codes[i]! & -((bits[row >> 5]! >>> (row & 31)) & 1)]!++
  }
}
