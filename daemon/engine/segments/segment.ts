import { isObject, type Json, type JsonObject } from '../../../shared/json.ts'
import type { Doc } from '../../../shared/log.ts'
import { normalise } from '../../../shared/query/text.ts'
import { createTextList, type MessageText } from '../text/message-text.ts'
import { type Bits, bitsFor, countBits, setBit } from './bits.ts'
import { type Column, createColumn, type GrowingColumn } from './column.ts'
import { fixed, type PathNode, type Paths, writeRest } from './paths.ts'

/** What the engine takes in: a stored log, or anything else that queries see, with its place in the order of commit. */
export type Row = Doc & { seq: number; stream: string }

/** Numbers of rows: `base` plus what stands in `at`. */
export interface Numbers {
  base: number
  at: Float64Array | Uint32Array
}

/** Values that rows have got since they were taken in, as codes of the dictionaries that segments share, by column. */
export type Amendments = ReadonlyMap<number, readonly LatePairs[]>
export interface LatePairs {
  codes: Uint32Array
  rows: Uint16Array
}

/** Up to 65,536 rows in columns, whose number has 16 bits. Times are ms UTC. */
export interface Segment {
  readonly id: number
  /** Changes when what its rows hold does. */
  readonly key: number
  readonly sealed: boolean
  readonly rows: number
  readonly minTime: number
  readonly maxTime: number
  readonly minSeq: number
  readonly maxSeq: number
  readonly times: Numbers
  readonly seqs: Numbers
  /** Whether its seqs rise from row to row. */
  readonly isRising: boolean
  /** By a number of `Paths`; undefined where no row has a value there. */
  column(number: number): Column | undefined
  readonly message: MessageText
  /** Rows that retention has taken out. */
  dead?: Bits | undefined
  /** What its rows have got since they were taken in, and the segment without that. */
  readonly amendments?: Amendments
  readonly base?: Segment
}

/** Rows in a full segment: a row's number has 16 bits. */
export const segmentRows = 65_536

export type ActiveSegment = ReturnType<typeof createSegment>

/** A segment that takes rows, wholly in memory. */
export function createSegment(id: number, paths: Paths) {
  const columns: (Column | undefined)[] = []
  const growing: (GrowingColumn | undefined)[] = []
  const text = createTextList()
  const times = { base: 0, at: new Float64Array(256) }
  const seqs = { base: 0, at: new Float64Array(256) }

  function put(column: number, value: string | number | boolean): void {
    let into = growing[column]
    if (!into) {
      into = createColumn(paths.dictionaryFor(column))
      growing[column] = into
      columns[column] = into.column
    }
    into.add(segment.rows, value)
  }

  function putAll(column: number, values: string | readonly string[] | undefined): void {
    if (typeof values === 'string') put(column, values)
    else if (values) for (const value of values) put(column, value)
  }

  const putAttributes = attributeWalk(paths, put)

  const segment = {
    id,
    key: id,
    sealed: false,
    rows: 0,
    minTime: Infinity,
    maxTime: -Infinity,
    minSeq: Infinity,
    maxSeq: -Infinity,
    isRising: true,
    times,
    seqs,
    /** By the numbers of `Paths`. */
    columns,
    column: (number: number): Column | undefined => columns[number],
    message: text as MessageText,
    /** Messages as they are searched, undefined where there is none. */
    texts: text.texts,
    dead: undefined as Bits | undefined,
    add(doc: Row): void {
      const row = segment.rows
      putAll(fixed.service, doc.service)
      putAll(fixed.source, doc.source)
      putAll(fixed.host, doc.host)
      putAll(fixed.status, doc.status)
      putAll(fixed.tags, doc.tags)
      putAttributes(doc.attributes)
      text.add(doc.message === undefined ? undefined : normalise(doc.message))
      if (row === times.at.length) {
        times.at = doubled(times.at)
        seqs.at = doubled(seqs.at)
      }
      times.at[row] = doc.timestamp
      seqs.at[row] = doc.seq
      segment.minTime = Math.min(segment.minTime, doc.timestamp)
      segment.maxTime = Math.max(segment.maxTime, doc.timestamp)
      if (doc.seq < segment.maxSeq) segment.isRising = false
      segment.minSeq = Math.min(segment.minSeq, doc.seq)
      segment.maxSeq = Math.max(segment.maxSeq, doc.seq)
      segment.rows++
    },
  }
  return segment
}

/** Goes through attributes and gives every value with the column that it belongs in. */
export function attributeWalk(paths: Paths, put: (column: number, value: string | number | boolean) => void) {
  function walk(node: Json, at: PathNode): void {
    if (Array.isArray(node)) for (const item of node) walk(item, at)
    else if (isObject(node)) for (const key of Object.keys(node)) walk(node[key]!, paths.child(at, key))
    else if (node !== null) {
      const column = paths.columnFor(at)
      put(column, column === fixed.rest ? writeRest(at.path, node) : node)
    }
  }
  return (attributes: JsonObject): void => walk(attributes, paths.root)
}

function doubled(from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2)
  to.set(from)
  return to
}

/** Take the rows of some seqs out of all answers; answers whether any row is left. */
export function bury(segment: Segment, isGone: (seq: number) => boolean): boolean {
  const { base, at } = segment.seqs
  const dead = bitsFor(segmentRows)
  if (segment.dead) dead.set(segment.dead)
  let left = 0
  for (let row = 0; row < segment.rows; row++) {
    if (isGone(base + at[row]!)) setBit(dead, row)
    if (((dead[row >> 5]! >>> (row & 31)) & 1) === 0) left++
  }
  segment.dead = dead
  return left > 0
}

/** The same of some few: a segment that has none of them stays as it is. */
export function buryFew(segment: Segment, seqs: ReadonlySet<number>): boolean {
  const found = rowsOf(segment, seqs)
  if (found.length === 0) return true
  const dead = bitsFor(segmentRows)
  if (segment.dead) dead.set(segment.dead)
  for (const { row } of found) setBit(dead, row)
  segment.dead = dead
  return countBits(dead, 0, dead.length) < segment.rows
}

/** Rows whose seq lies in a range, both ends included. */
export function countBetween(segment: Segment, first: number, last: number): number {
  if (segment.minSeq > last || segment.maxSeq < first) return 0
  const { rows } = segment
  // where none is left out, their ends say it all
  if (segment.isRising && segment.maxSeq - segment.minSeq + 1 === rows)
    return Math.min(last, segment.maxSeq) - Math.max(first, segment.minSeq) + 1
  const { seqs } = segment
  if (segment.isRising) return placeOf(seqs, rows, last + 1) - placeOf(seqs, rows, first)
  let count = 0
  for (let row = 0; row < rows; row++) if (seqs.base + seqs.at[row]! >= first && seqs.base + seqs.at[row]! <= last) count++
  return count
}

/** Rows by their seq, of those asked for that it has. */
export function rowsOf(segment: Segment, asked: ReadonlySet<number>): { row: number; seq: number }[] {
  const { seqs, rows } = segment
  const found: { row: number; seq: number }[] = []
  if (segment.isRising) {
    // what was replaced in the segment itself stands there once more
    for (const seq of asked)
      for (let row = placeOf(seqs, rows, seq); row < rows && seqs.base + seqs.at[row]! === seq; row++) found.push({ row, seq })
    return found
  }
  for (let row = 0; row < rows; row++) {
    const seq = seqs.base + seqs.at[row]!
    if (asked.has(seq)) found.push({ row, seq })
  }
  return found
}

/** The first row whose number is not below `value`, of numbers that rise. */
function placeOf({ base, at }: Numbers, rows: number, value: number): number {
  let [low, high] = [0, rows]
  while (low < high) {
    const middle = (low + high) >> 1
    if (base + at[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
