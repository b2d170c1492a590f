import type { Dictionary } from './dictionary.ts'

export type Codes = Uint8Array | Uint16Array | Uint32Array

/** The values of one path in one segment, as codes of a dictionary. */
export type Column = { dictionary: Dictionary } & (
  | {
      form: 'dense' /** One a row, 0 for none. Rows past the end, which there are while the segment takes rows, have none. */
      codes: Codes
    }
  /** Pairs, the rows never falling; a row has each code once. `count` of them are in use. */
  | { form: 'list'; codes: Codes; rows: Uint16Array; count: number }
)

/** Columns with a value in fewer than one row of so many are kept as pairs. */
const sparse = 8
const isSparse = (count: number, rows: number) => count * sparse < rows
/** Values of one row looked through one by one for a repetition; a set takes over for longer arrays. */
const fewValues = 16

export type GrowingColumn = ReturnType<typeof createColumn>

/** A column that takes rows: a list until it is known to be dense, and again when it no longer is or a row has several values. */
export function createColumn(dictionary: Dictionary) {
  const column = {
    dictionary,
    form: 'list' as Column['form'],
    codes: new Uint32Array(16) as Codes,
    rows: new Uint16Array(16),
    /** Pairs, or rows with a value. */
    count: 0,
  }
  let single = true
  /** The largest code that a dense form has room for. */
  let most = 0
  let current = -1
  /** Many columns say the same again and again. */
  let lastValue: string | number | boolean | undefined
  let lastCode = 0
  /** The first pair of the current row. */
  let first = 0
  let many: Set<number> | undefined

  function becomeDense(): void {
    const { codes, rows, count } = column
    column.form = 'dense'
    column.codes = new (widthFor(mostOf(codes, count)))(2 * current)
    column.rows = new Uint16Array(0)
    for (let i = 0; i < count; i++) column.codes[rows[i]!] = codes[i]!
    most = mostIn(column.codes)
  }

  function becomeList(): void {
    const { codes, rows, count } = toPairs(column.codes)
    column.form = 'list'
    column.codes = grown(codes.subarray(0, count), new Uint32Array(2 * count))
    column.rows = grown(rows.subarray(0, count), new Uint16Array(2 * count))
  }

  function makeRoom(row: number, code: number): void {
    const { codes } = column
    const Width = code > most ? widthFor(code) : widthOf(codes)
    column.codes = grown(codes, new Width(row < codes.length ? codes.length : 2 * row))
    most = mostIn(column.codes)
  }

  function addDense(row: number, code: number): void {
    if (row >= column.codes.length || code > most) makeRoom(row, code)
    column.codes[row] = code
    column.count++
  }

  function addPair(row: number, code: number): void {
    if (column.count === column.rows.length) {
      column.codes = grown(column.codes, new Uint32Array(2 * column.count))
      column.rows = grown(column.rows, new Uint16Array(2 * column.count))
    }
    column.codes[column.count] = code
    column.rows[column.count++] = row
  }

  function isKnown(code: number): boolean {
    if (many) return many.has(code)
    for (let i = first; i < column.count; i++) if (column.codes[i] === code) return true
    return false
  }

  function addAnother(row: number, code: number): void {
    if (column.form === 'dense') {
      if (column.codes[row] === code) return
      becomeList()
      first = column.count - 1
    }
    if (isKnown(code)) return
    single = false
    if (!many && column.count - first >= fewValues) many = new Set(column.codes.subarray(first, column.count))
    many?.add(code)
    addPair(row, code)
  }

  return {
    column,
    /** Rows come in order; a value that the row has already is passed over. */
    add(row: number, value: string | number | boolean): void {
      const code = value === lastValue ? lastCode : dictionary.add(value)
      lastValue = value
      lastCode = code
      if (row === current) {
        addAnother(row, code)
        return
      }
      current = row
      first = column.count
      many = undefined
      // what suits it better is asked whenever it would have to grow
      const isList = column.form === 'list'
      if (isList && single && column.count === column.rows.length && !isSparse(column.count, row)) becomeDense()
      else if (!isList && row >= column.codes.length && isSparse(column.count, row)) becomeList()
      if (column.form === 'dense') addDense(row, code)
      else addPair(row, code)
    },
  }
}

function grown<T extends Codes>(from: Codes, to: T): T {
  to.set(from)
  return to
}

/** The smallest form of a column that takes no more rows. */
export function sealColumn(column: Column, rows: number): Column {
  const { dictionary } = column
  const pairs = column.form === 'dense' ? toPairs(column.codes) : column
  const { count } = pairs
  const Width = widthFor(mostOf(pairs.codes, count))
  let single = true
  for (let i = 1; i < count; i++) if (pairs.rows[i] === pairs.rows[i - 1]) single = false
  if (!single || isSparse(count, rows))
    return { dictionary, form: 'list', codes: Width.from(pairs.codes.subarray(0, count)), rows: pairs.rows.slice(0, count), count }
  const codes = new Width(rows)
  for (let i = 0; i < count; i++) codes[pairs.rows[i]!] = pairs.codes[i]!
  return { dictionary, form: 'dense', codes }
}

/** Codes of rows that have one, and the rows. */
export function toPairs(codes: Codes): { codes: Uint32Array; rows: Uint16Array; count: number } {
  const pairs = { codes: new Uint32Array(codes.length), rows: new Uint16Array(codes.length), count: 0 }
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] === 0) continue
    pairs.codes[pairs.count] = codes[row]!
    pairs.rows[pairs.count++] = row
  }
  return pairs
}

function mostOf(codes: Codes, count: number): number {
  let most = 0
  for (let i = 0; i < count; i++) if (codes[i]! > most) most = codes[i]!
  return most
}

const widthFor = (code: number) => (code < 2 ** 8 ? Uint8Array : code < 2 ** 16 ? Uint16Array : Uint32Array)
const mostIn = (codes: Codes) => 2 ** (8 * codes.BYTES_PER_ELEMENT) - 1
const widthOf = (codes: Codes) => (codes instanceof Uint8Array ? Uint8Array : codes instanceof Uint16Array ? Uint16Array : Uint32Array)
