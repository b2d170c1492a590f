import { join } from 'node:path'
import { createSealedText } from '../text/sealed-text.ts'
import { readTextTables, type TextPlace } from '../text/text-file.ts'
import type { Column } from './column.ts'
import { type ColumnPlace, readColumn } from './column-file.ts'
import type { Dictionary } from './dictionary.ts'
import type { Memory } from './memory.ts'
import { DamagedFile, type PagedFile } from './paged-file.ts'
import type { Numbers, Segment } from './segment.ts'

/** Of the form in which segments lie in files. One of another is made anew. */
export const format = 2

/** Where times, ms UTC, or seqs lie. */
export interface NumbersPlace {
  base: number
  width: 4 | 8
  at: number
  min: number
  max: number
  isRising: boolean
}

/** What stands at the end of a segment's file. */
export interface Summary {
  format: number
  /** Of the dictionaries that its codes belong to. */
  epoch: string
  /** Segments of one group may be put together. */
  group: string
  /** Ids of the segments that it stands for, whose files may still be there. */
  instead: number[]
  rows: number
  /** Its last row. */
  last: { seq: number; timestamp: number }
  times: NumbersPlace
  seqs: NumbersPlace
  /** How many values of shared dictionaries it needs, by column. */
  needs: [column: number, values: number][]
  columns: ColumnPlace[]
  text: TextPlace
}

export type SealedSegment = ReturnType<typeof openSealed>

/** The shared dictionaries lie beside the segments. */
export const valuesName = 'values'
export const extension = '.segment'
export const pathOf = (dir: string, id: number): string => join(dir, `${String(id).padStart(8, '0')}${extension}`)

/** Parts of a segment kept in memory: its columns by their number, and these. */
const parts = { times: 8189, seqs: 8190, text: 8191 } as const
export const partsOf = (id: number) => ({ first: id * 8192, end: (id + 1) * 8192 })

/** A segment that takes no more rows. Whatever is asked of it is read from its file, unless memory still has it. `sharedOf` has the dictionaries that are not its own. */
export function openSealed(id: number, file: PagedFile, sharedOf: (column: number) => Dictionary, memory: Memory) {
  const summary = file.summary as Summary
  if (summary.format !== format) throw new DamagedFile(file.path, `has format ${summary.format}, which this version does not read`)
  const { rows, times, seqs, text } = summary
  const columns = new Map(summary.columns.map(place => [place.number, place]))
  const { first } = partsOf(id)
  const tables = () => memory.get(first + parts.text, () => readTextTables(file, text, rows))
  const segment = {
    id,
    key: id,
    sealed: true,
    rows,
    minTime: times.min,
    maxTime: times.max,
    minSeq: seqs.min,
    maxSeq: seqs.max,
    isRising: seqs.isRising,
    get times() {
      return memory.get(first + parts.times, () => readNumbers(file, times, rows))
    },
    get seqs() {
      return memory.get(first + parts.seqs, () => readNumbers(file, seqs, rows))
    },
    column(number: number): Column | undefined {
      const place = columns.get(number)
      return place && memory.get(first + number, () => readColumn(file, place, sharedOf(number)))
    },
    message: createSealedText(file, text, tables),
    dead: undefined as Segment['dead'],
  }
  return Object.assign(segment, { summary, file, tables }) as typeof segment &
    Segment & { summary: Summary; file: PagedFile; tables: typeof tables }
}

function readNumbers({ read }: PagedFile, { base, width, at }: NumbersPlace, rows: number): { part: Numbers; bytes: number } {
  return { part: { base, at: read(at, width === 4 ? new Uint32Array(rows) : new Float64Array(rows)) }, bytes: rows * width }
}
