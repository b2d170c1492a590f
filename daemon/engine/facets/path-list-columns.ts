import type { FacetPaths } from '../../../shared/facet.ts'
import type { Value } from '../../../shared/query/look.ts'
import type { Chosen } from '../chosen.ts'
import { type Bits, bitsFor, hasBit, listRows } from '../segments/bits.ts'
import type { Codes, Column } from '../segments/column.ts'
import { addPresent } from '../segments/column-scan.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import { fixed, type Paths, readRest } from '../segments/paths.ts'
import { segmentRows } from '../segments/segment.ts'
import type { Pace } from '../slices.ts'
import { attributePath, createPathList, type PathEntry, type PathList, type PathsAsked, tagPath } from './path-list.ts'

/** Values looked up between two looks at the clock. */
const step = 1024

/** The rows found in one segment. */
interface Rows {
  bits: Bits
  list: Uint16Array
  count: number
}

/** List the paths of the rows that a query has found, in slices. */
export async function listColumnPaths(asked: PathsAsked, chosen: readonly Chosen[], paths: Paths, pace: Pace): Promise<FacetPaths> {
  const list = createPathList(asked)
  const rows = new Uint16Array(segmentRows)
  const fields = (['service', 'source', 'host', 'status'] as const).map(name => createPlain(list, name, fixed[name]))
  const attributes = new Map<number, ReturnType<typeof createPlain>>()
  const tags = createMixed(list, fixed.tags, tagPath)
  const rest = createMixed(list, fixed.rest, restAt)
  for (const { segment, bits } of chosen) {
    const found: Rows = { bits, list: rows, count: listRows(bits, rows) }
    // a tag says once more what a field of its name has said
    const said = new Map<PathEntry, Bits>()
    for (const one of fields) {
      const column = segment.column(one.number)
      if (!column || !one.entry) continue
      one.add(column, found)
      const present = bitsFor(segment.rows)
      addPresent(column, present)
      said.set(one.entry, present)
    }
    for (const one of [tags, rest]) {
      const column = segment.column(one.number)
      if (column) one.add(column, found, said)
      await pace()
    }
    for (const number of paths.attributes()) {
      const column = segment.column(number)
      if (!column) continue
      let one = attributes.get(number)
      if (!one) attributes.set(number, (one = createPlain(list, attributePath(paths.nameOf(number)), number)))
      one.add(column, found)
      await pace()
    }
  }
  for (const one of [...fields, ...attributes.values()]) await one.take(pace)
  return list.take()
}

function restAt(entry: string): { path: string; value: Value } {
  const [path, value] = readRest(entry)
  return { path: attributePath(path), value }
}

/** A column of one path: its codes are marked, and looked up once in the end. */
function createPlain(list: PathList, path: string, number: number) {
  const entry = list.entryOf(path)
  const marked = new Map<Dictionary, Uint8Array>()

  function marksOf(dictionary: Dictionary): Uint8Array {
    const known = marked.get(dictionary)
    if (known && known.length > dictionary.size) return known
    const marks = new Uint8Array(dictionary.size + 1)
    if (known) marks.set(known)
    marked.set(dictionary, marks)
    return marks
  }

  return {
    number,
    entry,
    add(column: Column, rows: Rows): void {
      if (!entry) return
      const marks = marksOf(column.dictionary)
      entry.count += column.form === 'list' ? markList(column, rows, marks) : markDense(column.codes, rows, marks)
    },
    async take(pace: Pace): Promise<void> {
      for (const [dictionary, marks] of marked)
        for (let code = 1; code < marks.length && !list.isFull(entry!); code++) {
          if (code % step === 0) await pace()
          if (marks[code] === 1) list.addValue(entry!, dictionary.at(code))
        }
    },
  }
}

/** A column of many paths, each entry of which says its own. */
function createMixed(list: PathList, number: number, read: (entry: string) => { path: string; value: Value } | undefined) {
  let dictionary: Dictionary | undefined
  /** By code; null where it is of no path. */
  let known: (PathEntry | null | undefined)[] = []

  function entryOf(code: number): PathEntry | null {
    const at = read(String(dictionary!.at(code)))
    const entry = at && list.entryOf(at.path)
    if (entry) list.addValue(entry, at.value)
    return (known[code] = entry ?? null)
  }

  return {
    number,
    add(column: Column, rows: Rows, said: ReadonlyMap<PathEntry, Bits>): void {
      if (column.dictionary !== dictionary) {
        dictionary = column.dictionary
        known = []
      }
      list.begin()
      eachCode(column, rows, (code, row) => {
        const entry = known[code] === undefined ? entryOf(code) : known[code]
        const before = entry && said.get(entry)
        if (entry && !(before && hasBit(before, row))) list.addRow(entry, row)
      })
    },
  }
}

/** Mark the codes of the rows found; answers how many rows have one. */
function markDense(codes: Codes, { list, count }: Rows, marks: Uint8Array): number {
  let found = 0
  for (let i = 0; i < count; i++) {
    // a column that takes rows ends with the last that has a value
    const code = codes[list[i]!]
    if (!code) continue
    marks[code] = 1
    found++
  }
  return found
}

function markList({ codes, rows, count }: Extract<Column, { form: 'list' }>, { bits }: Rows, marks: Uint8Array): number {
  let last = -1
  let found = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (!hasBit(bits, row)) continue
    marks[codes[i]!] = 1
    if (row !== last) found++
    last = row
  }
  return found
}

function eachCode(column: Column, { bits, list, count }: Rows, visit: (code: number, row: number) => void): void {
  const { codes } = column
  if (column.form === 'list') {
    for (let i = 0; i < column.count; i++) if (hasBit(bits, column.rows[i]!)) visit(codes[i]!, column.rows[i]!)
    return
  }
  // a column that takes rows ends with the last that has a value
  for (let i = 0; i < count; i++) if (codes[list[i]!]) visit(codes[list[i]!]!, list[i]!)
}
