import type { Bits } from '../segments/bits.ts'
import { bitsFor, hasBit, setBit } from '../segments/bits.ts'
import type { PagedFile, PagedWriter } from '../segments/paged-file.ts'
import type { Pace } from '../slices.ts'
import { findCommonWords } from './common-words.ts'
import { createCutter } from './cut-words.ts'
import { createPairs, partPairs } from './postings.ts'

/** A word in one of so many rows has a set of its own; not in very small segments. */
const commonShare = 64
const commonLeast = 4
/** A word in so many rows has its hash for itself, or it is known that it has not. */
export const frequentRows = 16
/** Sets of words, and of pairs, that one segment has at most: they bound the file, whatever is logged. */
const maxSets = 1024
/** One hash of so many is kept in memory, so that the others are found on disk. */
export const stride = 128
const chunk = 2 ** 18

/** Where the messages of a segment lie in its file, and the index of their words if there is one. */
export interface TextPlace {
  /** Of the first row's text; the others follow. */
  at: number
  bytes: number
  offsetsAt: number
  wideAt: number
  absentAt: number
  words?: { setsAt: number; setsBytes: number; count: number; hashesAt: number; rowsAt: number; everyAt: number }
}

/** What is needed of the messages of a segment to find one in its file. */
export interface TextTables {
  /** Where each row's text begins, counted from the first; one more at the end. */
  offsets: Uint32Array
  /** Rows kept in UTF-16 because they hold more than Latin-1, which the others are kept in. */
  wide: Bits
  /** Rows without a message. */
  absent: Bits
  words?: WordTables
}

export interface WordTables {
  /** Where the set of a common word begins, and of two words side by side. */
  words: Map<string, number>
  pairs: Map<string, number>
  /** Hashes that several words have, of those in `frequentRows` rows or more. */
  doubtful: Set<number>
  /** One in `stride` of the sorted hashes of all other words. */
  every: Uint32Array
}

/** As they lie in the file, each with where its set begins. */
interface Sets {
  words: [string, number][]
  pairs: [string, number][]
  doubtful: number[]
}

const beyondLatin = /[^\0-\xff]/

/** Write the messages of a segment. Their pieces are written as they are made, each within a slice. */
export async function writeText(
  texts: readonly (string | undefined)[],
  isIndexed: boolean,
  out: PagedWriter,
  pace: Pace,
): Promise<TextPlace> {
  const rows = texts.length
  const offsets = new Uint32Array(rows + 1)
  const [wide, absent] = [bitsFor(rows), bitsFor(rows)]
  const at = out.at
  for (const [row, text] of texts.entries()) {
    if (row % 64 === 0) await pace()
    const isWide = text !== undefined && beyondLatin.test(text)
    if (text === undefined) setBit(absent, row)
    if (isWide) setBit(wide, row)
    offsets[row] = out.at - at
    out.put(Buffer.from(text ?? '', isWide ? 'utf16le' : 'latin1'))
  }
  offsets[rows] = out.at - at
  const place = { at, bytes: out.at - at, offsetsAt: out.put(offsets), wideAt: out.put(wide), absentAt: out.put(absent) }
  return isIndexed ? { ...place, words: await writeWords(texts, out, pace) } : place
}

async function writeWords(texts: readonly (string | undefined)[], out: PagedWriter, pace: Pace): Promise<TextPlace['words']> {
  const limit = Math.max(commonLeast, Math.ceil(texts.length / commonShare))
  const cut = createCutter()
  const pairs = createPairs()
  for (const [row, text] of texts.entries()) {
    if (row % 64 === 0) await pace()
    const list = cut(text ?? '')
    for (let i = 0; i < list.count; i++) pairs.add(list.hashes[i]!, row)
  }
  const { hashes, rows, ...often } = await partPairs(
    await pairs.sorted(pace),
    { limit, maxCommon: maxSets, frequent: Math.min(limit, frequentRows) },
    pace,
  )
  const sets = await findCommonWords(texts, often, { limit, maxPairs: maxSets }, pace)
  const put = (bits: Map<string, Bits>) => [...bits].map(([word, set]): [string, number] => [word, out.put(set)])
  const list = Buffer.from(JSON.stringify({ words: put(sets.words), pairs: put(sets.pairs), doubtful: sets.doubtful } satisfies Sets))
  await pace()
  return {
    setsAt: out.put(list),
    setsBytes: list.length,
    count: hashes.length,
    hashesAt: await putLong(hashes, out, pace),
    rowsAt: await putLong(rows, out, pace),
    everyAt: out.put(Uint32Array.from({ length: Math.ceil(hashes.length / stride) }, (_, i) => hashes[i * stride]!)),
  }
}

async function putLong(numbers: Uint32Array | Uint16Array, out: PagedWriter, pace: Pace): Promise<number> {
  const start = out.at
  for (let i = 0; i < numbers.length; i += chunk / 4) {
    out.put(numbers.subarray(i, i + chunk / 4))
    await pace()
  }
  return start
}

/** Read the tables, and how many bytes they take in memory. */
export function readTextTables({ read }: PagedFile, place: TextPlace, rows: number): { part: TextTables; bytes: number } {
  const tables = {
    offsets: read(place.offsetsAt, new Uint32Array(rows + 1)),
    wide: read(place.wideAt, bitsFor(rows)),
    absent: read(place.absentAt, bitsFor(rows)),
  }
  const size = tables.offsets.byteLength + 2 * tables.wide.byteLength
  if (!place.words) return { part: tables, bytes: size }
  const { setsAt, setsBytes, count, everyAt } = place.words
  const sets = JSON.parse(read(setsAt, Buffer.alloc(setsBytes)).toString()) as Sets
  const words = new Map(sets.words)
  const pairs = new Map(sets.pairs)
  const every = read(everyAt, new Uint32Array(Math.ceil(count / stride)))
  const doubtful = new Set(sets.doubtful)
  return { part: { ...tables, words: { words, pairs, doubtful, every } }, bytes: size + 64 * (words.size + pairs.size) + every.byteLength }
}

/** The text of a row, from a buffer that holds the messages from `start` on. */
export function textIn({ offsets, wide }: TextTables, buffer: Buffer, start: number, row: number): string {
  const encoding = hasBit(wide, row) ? 'utf16le' : 'latin1'
  return buffer.toString(encoding, offsets[row]! - start, offsets[row + 1]! - start)
}

/** All messages of a segment, read in pieces. */
export async function readTexts({ read }: PagedFile, place: TextPlace, tables: TextTables, pace: Pace): Promise<(string | undefined)[]> {
  const { offsets, absent } = tables
  const texts: (string | undefined)[] = []
  const rows = offsets.length - 1
  for (let from = 0; from < rows; ) {
    await pace()
    let to = from + 1
    while (to < rows && offsets[to + 1]! - offsets[from]! <= chunk) to++
    const bytes = read(place.at + offsets[from]!, Buffer.allocUnsafe(offsets[to]! - offsets[from]!))
    for (let row = from; row < to; row++) texts.push(hasBit(absent, row) ? undefined : textIn(tables, bytes, offsets[from]!, row))
    from = to
  }
  return texts
}
