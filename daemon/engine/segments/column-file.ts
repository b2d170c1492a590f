import { type Codes, type Column, sealColumn } from './column.ts'
import { createDictionary, type Dictionary } from './dictionary.ts'
import type { PagedFile, PagedWriter } from './paged-file.ts'

/** Where a column lies in the file of its segment. */
export interface ColumnPlace {
  number: number
  /** Bytes of a code. */
  width: 1 | 2 | 4
  /** Codes, or pairs of a list. */
  count: number
  codesAt: number
  /** Of a list. */
  rowsAt?: number
  /** Of a dictionary that is this segment's own. */
  own?: { count: number; bytes: number; at: number }
}

const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }

/** Write the smallest form of a column that takes no more rows, with its dictionary if no other segment has it. */
export function writeColumn(number: number, growing: Column, rows: number, isOwn: boolean, out: PagedWriter): ColumnPlace {
  const column = sealColumn(growing, rows)
  const { codes, dictionary } = column
  return {
    number,
    width: codes.BYTES_PER_ELEMENT as 1 | 2 | 4,
    count: codes.length,
    codesAt: out.put(codes),
    ...(column.form === 'list' && { rowsAt: out.put(column.rows) }),
    ...(isOwn && { own: writeDictionary(dictionary, out) }),
  }
}

function writeDictionary(dictionary: Dictionary, out: PagedWriter): ColumnPlace['own'] {
  const { ends, data } = dictionary.after(0)
  const at = out.put(ends)
  out.put(data)
  return { count: ends.length, bytes: data.length, at }
}

/** Read a column, and how many bytes it takes in memory. `shared` is its dictionary where it has none of its own. */
export function readColumn({ read }: PagedFile, place: ColumnPlace, shared: Dictionary): { part: Column; bytes: number } {
  const { width, count, codesAt, rowsAt, own } = place
  const codes: Codes = read(codesAt, new arrays[width](count))
  let dictionary = shared
  if (own) {
    const ends = read(own.at, new Uint32Array(own.count))
    dictionary = createDictionary()
    dictionary.take({ ends, data: read(own.at + ends.byteLength, new Uint8Array(own.bytes)) })
  }
  const bytes = codes.byteLength + (own ? dictionary.bytes : 0)
  if (rowsAt === undefined) return { part: { dictionary, form: 'dense', codes }, bytes }
  return { part: { dictionary, form: 'list', codes, rows: read(rowsAt, new Uint16Array(count)), count }, bytes: bytes + 2 * count }
}
