import { and, type Bits, bitsFor, hasBit, isEmpty, listRows, or, setAll, setBit, without } from '../segments/bits.ts'
import type { PagedFile } from '../segments/paged-file.ts'
import type { Pace } from '../slices.ts'
import { hashWord } from './cut-words.ts'
import type { MessageText } from './message-text.ts'
import { frequentRows, stride, type TextPlace, type TextTables, textIn, type WordTables } from './text-file.ts'
import type { TextSearch } from './text-search.ts'

/** Most read at once, and the gap up to which two rows are read together, bytes. */
const window = 2 ** 18
const gap = 2 ** 13

/** A segment's file, where its messages lie in it, and what is needed to find one. */
interface Source {
  file: PagedFile
  place: TextPlace
  tables: TextTables
}

/** The messages of a sealed segment: found by their words where these are known, and read from its file to be sure. */
export function createSealedText(file: PagedFile, place: TextPlace, tables: () => TextTables): MessageText {
  return {
    size: 0,
    has: row => !hasBit(tables().absent, row),
    async find(search, _from, rows, within, out, pace) {
      const source = { file, place, tables: tables() }
      const candidates = bitsFor(rows)
      setAll(candidates, rows)
      without(candidates, source.tables.absent)
      if (within) and(candidates, within)
      const exact = narrow(source, search, candidates)
      if (exact) or(out, candidates)
      else if (!isEmpty(candidates)) await verify(source, search, candidates, out, pace)
    },
  }
}

/** Leave only rows that have all the words, by their sets and postings; answers whether that is all that is asked for. */
function narrow(source: Source, search: TextSearch, candidates: Bits): boolean {
  const { words, phrase } = search
  const known = source.tables.words
  if (!known) return false
  let isSure = true
  for (const word of new Set(words)) {
    const at = known.words.get(word)
    if (at !== undefined) and(candidates, readSet(source, at))
    else {
      const hash = hashWord(word)
      const rows = rareRows(source, known, hash)
      isSure &&= rows.length >= frequentRows && !known.doubtful.has(hash)
      and(candidates, setOf(source, rows))
      // all of them have the same word: it is the one that is sought, or none of them has it
      if (phrase && words.length === 1 && isSure && !has(source, rows[0]!, search)) candidates.fill(0)
    }
  }
  if (!phrase) return false
  if (words.length === 1) return isSure
  let exact = words.length === 2
  for (let i = 1; i < words.length; i++) {
    const at = known.pairs.get(`${words[i - 1]} ${words[i]}`)
    if (at === undefined) exact = false
    else and(candidates, readSet(source, at))
  }
  return exact
}

const rowsOf = ({ tables }: Source) => tables.offsets.length - 1
const readSet = (source: Source, at: number): Bits => source.file.read(at, bitsFor(rowsOf(source)))

function setOf(source: Source, rows: Uint16Array): Bits {
  const set = bitsFor(rowsOf(source))
  for (const row of rows) setBit(set, row)
  return set
}

/** Whether the message of one row is what is sought. */
function has({ file, place, tables }: Source, row: number, { test }: TextSearch): boolean {
  const { offsets } = tables
  const bytes = file.read(place.at + offsets[row]!, Buffer.allocUnsafe(offsets[row + 1]! - offsets[row]!))
  return test({ plain: textIn(tables, bytes, offsets[row]!, row) })
}

/** Rows with a word of that hash, each once. */
function rareRows(source: Source, { every }: WordTables, hash: number): Uint16Array {
  const { count, hashesAt, rowsAt } = source.place.words!
  // the hash may begin in the stretch before the first mark that has it
  const from = Math.max(0, lowerBound(every, hash) - 1) * stride
  let last = from
  while (last < count && (every[last / stride] ?? Infinity) <= hash) last += stride
  const length = Math.min(last, count) - from
  if (length <= 0) return new Uint16Array(0)
  const hashes = source.file.read(hashesAt + from * 4, new Uint32Array(length))
  const start = lowerBound(hashes, hash)
  const end = hash === 0xffff_ffff ? length : lowerBound(hashes, hash + 1)
  return source.file.read(rowsAt + (from + start) * 2, new Uint16Array(end - start))
}

/** Index of the first number that is not below `value`. */
function lowerBound(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Test the text of each candidate. Rows close together are read at once. */
async function verify(source: Source, search: TextSearch, candidates: Bits, out: Bits, pace: Pace): Promise<void> {
  const { offsets } = source.tables
  const list = new Uint16Array(rowsOf(source))
  const count = listRows(candidates, list)
  const buffer = Buffer.allocUnsafe(Math.max(Math.min(window, source.place.bytes), longest(offsets)))
  for (let i = 0; i < count; ) {
    const start = offsets[list[i]!]!
    let end = offsets[list[i]! + 1]!
    let next = i + 1
    while (next < count && offsets[list[next]!]! - end < gap && offsets[list[next]! + 1]! - start <= window)
      end = offsets[list[next++]! + 1]!
    const bytes = source.file.read(source.place.at + start, buffer.subarray(0, end - start))
    await testRows(source.tables, search, bytes, start, list.subarray(i, next), out, pace)
    i = next
  }
}

async function testRows(
  tables: TextTables,
  { test, needle }: TextSearch,
  bytes: Buffer,
  start: number,
  rows: Uint16Array,
  out: Bits,
  pace: Pace,
): Promise<void> {
  const { offsets, wide } = tables
  // what is not Latin-1 lies in no row that is
  const sought = needle !== '' && !/[^\0-\xff]/.test(needle) ? Buffer.from(needle, 'latin1') : undefined
  let found = sought ? -1 : 0
  let exhausted = needle !== '' && !sought
  for (const [i, row] of rows.entries()) {
    if (i % 64 === 0) await pace()
    if (!hasBit(wide, row)) {
      const from = offsets[row]! - start
      if (sought && !exhausted && found < from) {
        found = bytes.indexOf(sought, from)
        exhausted = found < 0
      }
      if (exhausted || (sought && found >= offsets[row + 1]! - start)) continue
    }
    if (test({ plain: textIn(tables, bytes, start, row) })) setBit(out, row)
  }
}

function longest(offsets: Uint32Array): number {
  let most = 0
  for (let i = 1; i < offsets.length; i++) most = Math.max(most, offsets[i]! - offsets[i - 1]!)
  return most
}
