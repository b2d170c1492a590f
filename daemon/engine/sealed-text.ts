import { and, type Bits, bitsFor, hasBit, isEmpty, listRows, or, setAll, setBit, without } from './bits.ts'
import { hashWord } from './cut-words.ts'
import type { MessageText } from './message-text.ts'
import type { Pace } from './slices.ts'
import { readAt, stride, type TextFile, textIn } from './text-file.ts'
import type { TextSearch } from './text-search.ts'

/** Most read at once, and the gap up to which two rows are read together, bytes. */
const window = 2 ** 18
const gap = 2 ** 13

/** The messages of a sealed segment: found by its words where there are some, and read from its file to be sure. */
export function createSealedText(file: TextFile): MessageText {
  const mostRead = Math.max(Math.min(window, file.offsets[file.rows]!), longest(file.offsets))
  const { rows, absent } = file
  return {
    size: 0,
    has: row => !hasBit(absent, row),
    async find(search, _from, _rows, within, out, pace) {
      const candidates = bitsFor(rows)
      setAll(candidates, rows)
      without(candidates, absent)
      if (within) and(candidates, within)
      const exact = narrow(file, search, candidates)
      if (exact) or(out, candidates)
      else if (!isEmpty(candidates)) await verify(file, search, candidates, out, Buffer.allocUnsafe(mostRead), pace)
    },
  }
}

/** Leave only rows that have all the words, by their sets and postings; answers whether that is all that is asked for. */
function narrow(file: TextFile, { words, phrase }: TextSearch, candidates: Bits): boolean {
  for (const word of new Set(words)) {
    const at = file.words.get(word)
    and(candidates, at === undefined ? rareRows(file, hashWord(word)) : readSet(file, at))
  }
  if (!phrase) return false
  if (words.length === 1) return file.words.has(words[0]!)
  let exact = words.length === 2
  for (let i = 1; i < words.length; i++) {
    const at = file.pairs.get(`${words[i - 1]} ${words[i]}`)
    if (at === undefined) exact = false
    else and(candidates, readSet(file, at))
  }
  return exact
}

function readSet(file: TextFile, at: number): Bits {
  const set = bitsFor(file.rows)
  readAt(file, at, new Uint8Array(set.buffer))
  return set
}

/** Rows with a word of that hash. */
function rareRows(file: TextFile, hash: number): Bits {
  const { count, every, hashesAt, rowsAt } = file.postings
  const out = bitsFor(file.rows)
  // the hash may begin in the stretch before the first mark that has it
  const from = Math.max(0, lowerBound(every, hash) - 1) * stride
  let last = from
  while (last < count && (every[last / stride] ?? Infinity) <= hash) last += stride
  const length = Math.min(last, count) - from
  if (length <= 0) return out
  const hashes = new Uint32Array(length)
  const rows = new Uint16Array(length)
  readAt(file, hashesAt + from * 4, new Uint8Array(hashes.buffer))
  readAt(file, rowsAt + from * 2, new Uint8Array(rows.buffer))
  for (let i = 0; i < length; i++) if (hashes[i] === hash) setBit(out, rows[i]!)
  return out
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
async function verify(file: TextFile, search: TextSearch, candidates: Bits, out: Bits, buffer: Buffer, pace: Pace): Promise<void> {
  const { offsets } = file
  const list = new Uint16Array(file.rows)
  const count = listRows(candidates, list)
  for (let i = 0; i < count; ) {
    const start = offsets[list[i]!]!
    let end = offsets[list[i]! + 1]!
    let next = i + 1
    while (next < count && offsets[list[next]!]! - end < gap && offsets[list[next]! + 1]! - start <= window)
      end = offsets[list[next++]! + 1]!
    const bytes = buffer.subarray(0, end - start)
    readAt(file, start, bytes)
    await testRows(file, search, bytes, start, list.subarray(i, next), out, pace)
    i = next
  }
}

async function testRows(
  file: TextFile,
  { test, needle }: TextSearch,
  bytes: Buffer,
  start: number,
  rows: Uint16Array,
  out: Bits,
  pace: Pace,
): Promise<void> {
  const { offsets, wide } = file
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
    if (test({ plain: textIn(file, bytes, start, row) })) setBit(out, row)
  }
}

function longest(offsets: Uint32Array): number {
  let most = 0
  for (let i = 1; i < offsets.length; i++) most = Math.max(most, offsets[i]! - offsets[i - 1]!)
  return most
}
