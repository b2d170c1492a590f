import type { Pace } from '../slices.ts'
import { writeText } from '../text/text-file.ts'
import type { Column } from './column.ts'
import { type ColumnPlace, writeColumn } from './column-file.ts'
import { createPaged, type PagedWriter } from './paged-file.ts'
import { format, type NumbersPlace, type Summary } from './sealed-segment.ts'
import type { Numbers } from './segment.ts'

/** A column to be written; `isOwn`: no other segment has its dictionary. */
interface Part {
  number: number
  column: Column
  isOwn: boolean
}

/** All that a segment's file is made of. */
export interface Contents extends Pick<Summary, 'epoch' | 'group' | 'instead' | 'rows' | 'needs'> {
  times: Numbers
  seqs: Numbers
  columns: Iterable<Part> | AsyncIterable<Part>
  texts: readonly (string | undefined)[]
  /** Whether the words of the texts get an index. */
  isIndexed: boolean
}

/** Write a segment's file, in slices. */
export async function writeSegment(path: string, contents: Contents, pace: Pace): Promise<void> {
  const { epoch, group, instead, rows, needs, texts, isIndexed } = contents
  const out = createPaged(path)
  try {
    const text = await writeText(texts, isIndexed, out, pace)
    const columns: ColumnPlace[] = []
    for await (const { number, column, isOwn } of contents.columns) {
      columns.push(writeColumn(number, column, rows, isOwn, out))
      await pace()
    }
    const times = writeNumbers(contents.times, rows, out)
    const seqs = writeNumbers(contents.seqs, rows, out)
    const lastOf = ({ base, at }: Numbers) => base + at[rows - 1]!
    const last = { seq: lastOf(contents.seqs), timestamp: lastOf(contents.times) }
    const summary: Summary = { format, epoch, group, instead, rows, last, times, seqs, needs, columns, text }
    out.finish(summary)
  } catch (error) {
    out.abandon()
    throw error
  }
}

/** In four bytes each, where they lie close enough together. */
function writeNumbers({ base, at }: Numbers, rows: number, out: PagedWriter): NumbersPlace {
  let [min, max, isRising] = [Infinity, -Infinity, true]
  for (let i = 0; i < rows; i++) {
    const value = base + at[i]!
    if (value < max) isRising = false
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  const facts = { min, max, isRising }
  if (max - min >= 2 ** 32)
    return { base: 0, width: 8, at: out.put(Float64Array.from({ length: rows }, (_, i) => base + at[i]!)), ...facts }
  const packed = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) packed[i] = base + at[i]! - min
  return { base: min, width: 4, at: out.put(packed), ...facts }
}
