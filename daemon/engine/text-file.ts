import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import type { Bits } from './bits.ts'
import { bitsFor, hasBit, setBit } from './bits.ts'
import { findCommonWords } from './common-words.ts'
import { createCutter } from './cut-words.ts'
import { createPairs, partPairs } from './postings.ts'
import type { Pace } from './slices.ts'

/** A word in one of so many rows has a set of its own; not in very small segments. */
const commonShare = 64
const commonLeast = 4
/** Sets of words, and of pairs, that one segment has at most: they bound the file, whatever is logged. */
const maxSets = 1024
/** One hash of so many is kept in memory, so that the others are found on disk. */
export const stride = 128
const chunk = 2 ** 18

/** Where the text of a sealed segment, its sets and its postings lie in its file. Made of nothing but the logs, and never changed. */
export interface TextFile {
  path: string
  fd: number
  rows: number
  /** Where each row's text begins; one more at the end. */
  offsets: Uint32Array
  /** Rows kept in UTF-16 because they hold more than Latin-1, which the others are kept in. */
  wide: Bits
  /** Rows without a message. */
  absent: Bits
  /** Where the set of a common word begins, and of two words side by side. */
  words: Map<string, number>
  pairs: Map<string, number>
  postings: { count: number; every: Uint32Array; hashesAt: number; rowsAt: number }
  close(): void
}

const beyondLatin = /[^\0-\xff]/

/** Write the file of a segment. Its pieces are written as they are made, each within a slice. */
export async function writeTextFile(path: string, texts: readonly (string | undefined)[], pace: Pace): Promise<TextFile> {
  const fd = openSync(path, 'w+', 0o600)
  try {
    return await write(path, fd, texts, pace)
  } catch (error) {
    closeSync(fd)
    rmSync(path, { force: true })
    throw error
  }
}

async function write(path: string, fd: number, texts: readonly (string | undefined)[], pace: Pace): Promise<TextFile> {
  const rows = texts.length
  const offsets = new Uint32Array(rows + 1)
  const [wide, absent] = [bitsFor(rows), bitsFor(rows)]
  const cut = createCutter()
  const pairs = createPairs()
  let at = 0
  let waiting: Buffer[] = []
  let size = 0
  const put = (bytes: Buffer): number => {
    const start = at
    waiting.push(bytes)
    at += bytes.length
    size += bytes.length
    if (size >= chunk) flush()
    return start
  }
  const flush = () => {
    writeFully(fd, Buffer.concat(waiting))
    waiting = []
    size = 0
  }

  for (const [row, text] of texts.entries()) {
    if (row % 64 === 0) await pace()
    const isWide = text !== undefined && beyondLatin.test(text)
    if (text === undefined) setBit(absent, row)
    if (isWide) setBit(wide, row)
    offsets[row] = put(Buffer.from(text ?? '', isWide ? 'utf16le' : 'latin1'))
    const list = cut(text ?? '')
    for (let i = 0; i < list.count; i++) pairs.add(list.hashes[i]!, row)
  }
  offsets[rows] = at

  const limit = Math.max(commonLeast, Math.ceil(rows / commonShare))
  const { hashes, rows: rowsOf, common } = await partPairs(await pairs.sorted(pace), limit, maxSets, pace)
  const sets = await findCommonWords(texts, common, { limit, maxPairs: maxSets }, pace)
  const place = (bits: Map<string, Bits>) => new Map([...bits].map(([word, set]) => [word, put(bytesOf(set))]))
  const words = place(sets.words)
  await pace()
  const wordPairs = place(sets.pairs)
  const hashesAt = await putLong(bytesOf(hashes), put, pace)
  const rowsAt = await putLong(bytesOf(rowsOf), put, pace)
  flush()
  return {
    path,
    fd,
    rows,
    offsets,
    wide,
    absent,
    words,
    pairs: wordPairs,
    postings: { count: hashes.length, every: marksOf(hashes), hashesAt, rowsAt },
    close(): void {
      closeSync(fd)
      rmSync(path, { force: true })
    },
  }
}

// by itself: a closure over the hashes would hold them for as long as the file
const marksOf = (hashes: Uint32Array) => Uint32Array.from({ length: Math.ceil(hashes.length / stride) }, (_, i) => hashes[i * stride]!)

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)

async function putLong(bytes: Buffer, put: (bytes: Buffer) => number, pace: Pace): Promise<number> {
  const start = put(bytes.subarray(0, chunk))
  for (let i = chunk; i < bytes.length; i += chunk) {
    put(bytes.subarray(i, i + chunk))
    await pace()
  }
  return start
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}

/** Read part of the file, all of it or an error. */
export function readAt({ fd, path }: TextFile, at: number, into: Uint8Array): void {
  for (let done = 0; done < into.length; ) {
    const read = readSync(fd, into, done, into.length - done, at + done)
    if (read === 0) throw new Error(`${path} is shorter than it was`)
    done += read
  }
}

/** The text of a row, from a buffer that holds the file from `start` on. */
export function textIn({ offsets, wide }: TextFile, buffer: Buffer, start: number, row: number): string {
  const encoding = hasBit(wide, row) ? 'utf16le' : 'latin1'
  return buffer.toString(encoding, offsets[row]! - start, offsets[row + 1]! - start)
}
