import type { Bits } from './bits.ts'
import type { Dictionary } from './dictionary.ts'

export type Codes = Uint8Array | Uint16Array | Uint32Array

/** The values of one path in one segment, as codes of a dictionary. */
export type Column = { dictionary: Dictionary } & (
  | { form: 'dense' /** One a row, 0 for none. */; codes: Codes }
  /** Pairs, the rows never falling; a row has each code once. `count` of them are in use. */
  | { form: 'list'; codes: Codes; rows: Uint16Array; count: number }
)

/** Columns with a value in fewer than one row of so many are kept as pairs. */
const sparse = 8
/** Values of one row looked through one by one for a repetition; a set takes over for longer arrays. */
const fewValues = 16

export type GrowingColumn = ReturnType<typeof createColumn>

/** A column that takes rows. */
export function createColumn(dictionary: Dictionary) {
  const column = { dictionary, form: 'list' as const, codes: new Uint32Array(16), rows: new Uint16Array(16), count: 0 }
  let first = 0
  let current = -1
  /** Many columns say the same again and again. */
  let lastValue: string | number | boolean | undefined
  let lastCode = 0
  let many: Set<number> | undefined

  function isKnown(code: number): boolean {
    if (many) return many.has(code)
    for (let i = first; i < column.count; i++) if (column.codes[i] === code) return true
    return false
  }

  return {
    column,
    /** Rows come in order; a value that the row has already is passed over. */
    add(row: number, value: string | number | boolean): void {
      const code = value === lastValue ? lastCode : dictionary.add(value)
      lastValue = value
      lastCode = code
      if (row !== current) {
        current = row
        first = column.count
        many = undefined
      } else {
        if (isKnown(code)) return
        if (!many && column.count - first >= fewValues) many = new Set(column.codes.subarray(first, column.count))
        many?.add(code)
      }
      if (column.count === column.codes.length) {
        column.codes = grown(column.codes, new Uint32Array(column.count * 2))
        column.rows = grown(column.rows, new Uint16Array(column.count * 2))
      }
      column.codes[column.count] = code
      column.rows[column.count++] = row
    },
  }
}

function grown<T extends Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** The smallest form of a column that takes no more rows. */
export function sealColumn(column: Column, rows: number): Column {
  if (column.form === 'dense') return column
  const { dictionary, count } = column
  const Width = widthFor(column.codes, count)
  let single = true
  for (let i = 1; i < count; i++) if (column.rows[i] === column.rows[i - 1]) single = false
  if (!single || count * sparse < rows)
    return { dictionary, form: 'list', codes: Width.from(column.codes.subarray(0, count)), rows: column.rows.slice(0, count), count }
  const codes = new Width(rows)
  for (let i = 0; i < count; i++) codes[column.rows[i]!] = column.codes[i]!
  return { dictionary, form: 'dense', codes }
}

function widthFor(codes: Codes, count: number) {
  let most = 0
  for (let i = 0; i < count; i++) if (codes[i]! > most) most = codes[i]!
  return most < 2 ** 8 ? Uint8Array : most < 2 ** 16 ? Uint16Array : Uint32Array
}

/** Bytes in memory, dictionary left out. */
export const columnBytes = (column: Column): number => column.codes.byteLength + (column.form === 'list' ? column.rows.byteLength : 0)

/** Add the rows that have one value. */
export function addEqual(column: Column, code: number, out: Bits): void {
  const { codes } = column
  if (column.form === 'list') {
    const { rows, count } = column
    for (let i = 0; i < count; i++) if (codes[i] === code) out[rows[i]! >> 5]! |= 1 << (rows[i]! & 31)
    return
  }
  for (let from = 0, word = 0; from < codes.length; from += 32, word++) {
    const to = Math.min(from + 32, codes.length)
    let bits = 0
    for (let i = from; i < to; i++) if (codes[i] === code) bits |= 1 << (i - from)
    out[word]! |= bits
  }
}

/** Add the rows with a value whose `hits`, by code, is 1. */
export function addAmong(column: Column, hits: Uint8Array, out: Bits): void {
  const { codes } = column
  if (column.form === 'list') {
    const { rows, count } = column
    for (let i = 0; i < count; i++) if (hits[codes[i]!] === 1) out[rows[i]! >> 5]! |= 1 << (rows[i]! & 31)
    return
  }
  for (let from = 0, word = 0; from < codes.length; from += 32, word++) {
    const to = Math.min(from + 32, codes.length)
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
  for (let i = 0; i < codes.length; i++) if (codes[i] !== 0) out[i >> 5]! |= 1 << (i & 31)
}
