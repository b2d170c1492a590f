import { type Column, columnBytes, sealColumn } from './column.ts'
import { createSealedText } from './sealed-text.ts'
import type { ActiveSegment, Numbers, Segment } from './segment.ts'
import type { Pace } from './slices.ts'
import { type TextFile, writeTextFile } from './text-file.ts'

/** A segment that takes no more rows, and the file with its text. */
export interface Sealed {
  segment: Segment
  file: TextFile
}

/** Make the small and quick form of a segment, in slices; nothing is added to it meanwhile. */
export async function seal(active: ActiveSegment, path: string, pace: Pace): Promise<Sealed> {
  const { id, rows, minTime, maxTime, minSeq, maxSeq } = active
  const columns: (Column | undefined)[] = []
  for (const [i, column] of active.columns.entries()) {
    columns[i] = column && sealColumn(column, rows)
    await pace()
  }
  const times = pack(active.times, rows, minTime, maxTime)
  const seqs = pack(active.seqs, rows, minSeq, maxSeq)
  const file = await writeTextFile(path, active.texts, pace)
  const segment: Segment = {
    id,
    sealed: true,
    rows,
    minTime,
    maxTime,
    minSeq,
    maxSeq,
    times,
    seqs,
    column: number => columns[number],
    message: createSealedText(file),
    bytes: () =>
      columns.reduce((sum, column) => sum + (column ? columnBytes(column) : 0), times.at.byteLength + seqs.at.byteLength) +
      file.offsets.byteLength +
      file.postings.every.byteLength +
      64 * (file.words.size + file.pairs.size),
  }
  return { segment, file }
}

/** Numbers in four bytes each, where they lie close enough together. */
function pack({ base, at }: Numbers, rows: number, least: number, most: number): Numbers {
  if (most - least >= 2 ** 32) return { base, at: at.slice(0, rows) }
  const packed = new Uint32Array(rows)
  for (let i = 0; i < rows; i++) packed[i] = base + at[i]! - least
  return { base: least, at: packed }
}
