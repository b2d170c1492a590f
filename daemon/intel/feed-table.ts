import { type NameColumns, type NameTable, openNames } from './name-table.ts'
import { openRanges, type RangeColumns, type RangeTable } from './ranges.ts'
import { openWords, type WordColumns, type Words } from './word-table.ts'

/** The entries of one feed as plain arrays, which may be handed to another thread. */
export interface FeedColumns {
  ranges: RangeColumns
  names: NameColumns
  words: WordColumns
  /** How many of the entries the feed itself held: others were kept from before. */
  fresh: number
  /** Tells this content from another. */
  stamp: string
  skipped?: { lines: number; first: string }
  /** A database that says where addresses are. */
  places?: Uint8Array
}

/** The entries of one feed, ready to be asked. */
export interface FeedTable {
  ranges: RangeTable
  names: NameTable
  /** By the value of a range or a name. */
  wordsOf: (code: number) => Words
  size: number
  fresh: number
  stamp: string
  skipped?: { lines: number; first: string }
  places?: Uint8Array
}

export function openTable({ ranges: rangeColumns, names: nameColumns, words, fresh, stamp, skipped, places }: FeedColumns): FeedTable {
  const ranges = openRanges(rangeColumns)
  const names = openNames(nameColumns)
  return {
    ...{ ranges, names, wordsOf: openWords(words), size: ranges.size + names.size || fresh, fresh, stamp },
    ...(skipped && { skipped }),
    ...(places && { places }),
  }
}

/** The memory of a table that can be handed over to another thread. */
export const buffersOf = ({ ranges: { v4, v6 }, names, words, places }: FeedColumns): ArrayBuffer[] =>
  buffersIn(v4, v6, names, words, { places })

/** The memory of the arrays in some columns, each once. */
export function buffersIn(...columns: object[]): ArrayBuffer[] {
  const arrays = columns.flatMap(columns => Object.values(columns)).filter(value => ArrayBuffer.isView(value))
  return [...new Set(arrays.map(({ buffer }) => buffer as ArrayBuffer))]
}
