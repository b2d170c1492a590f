import { join } from 'node:path'
import type { Pace } from '../slices.ts'
import { readTexts } from '../text/text-file.ts'
import { type Column, toPairs } from './column.ts'
import { createDictionary, type Dictionary } from './dictionary.ts'
import { createMemory } from './memory.ts'
import { openPaged } from './paged-file.ts'
import { openSealed, pathOf, type SealedSegment, valuesName } from './sealed-segment.ts'
import type { Numbers } from './segment.ts'
import { writeSegment } from './segment-file.ts'
import { readValues } from './values-log.ts'

/** Segments of one folder to be put together, by their ids, and the id of what they become. */
export interface MergeJob {
  dir: string
  ids: number[]
  id: number
  group: string
}

export interface Merger {
  merge(job: MergeJob, pace: Pace): Promise<void>
  /** Ends what it is at. It may be used again. */
  close(): Promise<unknown>
}

/** Put segments together into one file, in slices. It needs nothing but their files, so that any thread may do it. */
export async function merge({ dir, ids, id, group }: MergeJob, pace: Pace): Promise<void> {
  const memory = createMemory(() => 0)
  const segments: SealedSegment[] = []
  let shared: readonly Dictionary[] | undefined
  /** Codes of a shared dictionary mostly stay what they are, and it is not looked into. */
  const sharedOf = (column: number) => (isOwnOf(segments, column) ? (shared ??= readValues(join(dir, valuesName)))[column]! : unread)
  try {
    for (const one of ids) segments.push(openSealed(one, openPaged(pathOf(dir, one)), sharedOf, memory))
    await mergeAll(segments, group, pathOf(dir, id), pace)
  } finally {
    for (const { file } of segments) file.close()
  }
}

const unread = createDictionary()

/** Whether the column gets a dictionary of its own: one of the segments has one. */
const isOwnOf = (segments: readonly SealedSegment[], column: number): boolean =>
  segments.some(({ summary }) => summary.columns.some(({ number, own }) => number === column && own))

async function mergeAll(segments: readonly SealedSegment[], group: string, path: string, pace: Pace): Promise<void> {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
  const numbers = [...new Set(segments.flatMap(({ summary }) => summary.columns.map(({ number }) => number)))]
  const needs = new Map<number, number>()
  for (const { summary } of segments)
    for (const [column, values] of summary.needs) needs.set(column, Math.max(values, needs.get(column) ?? 0))
  const texts: (string | undefined)[] = []
  for (const { file, summary, tables } of segments) for (const text of await readTexts(file, summary.text, tables(), pace)) texts.push(text)
  await writeSegment(
    path,
    {
      epoch: segments[0]!.summary.epoch,
      group,
      instead: segments.flatMap(({ id, summary }) => [id, ...summary.instead]),
      rows,
      needs: [...needs],
      times: concat(segments.map(segment => ({ numbers: segment.times, rows: segment.rows }))),
      seqs: concat(segments.map(segment => ({ numbers: segment.seqs, rows: segment.rows }))),
      columns: joined(segments, numbers, pace),
      texts,
      isIndexed: true,
    },
    pace,
  )
}

function concat(parts: { numbers: Numbers; rows: number }[]): Numbers {
  const at = new Float64Array(parts.reduce((sum, { rows }) => sum + rows, 0))
  let next = 0
  for (const { numbers, rows } of parts) for (let i = 0; i < rows; i++) at[next++] = numbers.base + numbers.at[i]!
  return { base: 0, at }
}

/** Each column, made when it is asked for: not all of them are in memory at once. */
async function* joined(segments: readonly SealedSegment[], numbers: readonly number[], pace: Pace) {
  for (const number of numbers) {
    const isOwn = isOwnOf(segments, number)
    const dictionary = isOwn ? createDictionary() : undefined
    const pairs = { codes: [] as Uint32Array[], rows: [] as Uint16Array[] }
    let count = 0
    let first = 0
    for (const segment of segments) {
      const column = segment.column(number)
      if (column) {
        const part = pairsOf(column)
        if (dictionary) await recode(part.codes, column.dictionary, dictionary, pace)
        for (let i = 0; i < part.rows.length; i++) part.rows[i]! += first
        pairs.codes.push(part.codes)
        pairs.rows.push(part.rows)
        count += part.rows.length
      }
      first += segment.rows
    }
    const codes = flat(pairs.codes, new Uint32Array(count))
    const column: Column = {
      dictionary: dictionary ?? unread,
      form: 'list',
      codes,
      rows: flat(pairs.rows, new Uint16Array(count)),
      count,
    }
    yield { number, column, isOwn }
  }
}

/** The values of a column as pairs of code and row, to be written to. */
function pairsOf(column: Column): { codes: Uint32Array; rows: Uint16Array } {
  if (column.form === 'list')
    return { codes: Uint32Array.from(column.codes.subarray(0, column.count)), rows: column.rows.slice(0, column.count) }
  const { codes, rows, count } = toPairs(column.codes)
  return { codes: codes.subarray(0, count), rows: rows.subarray(0, count) }
}

/** Turn codes of one dictionary into those of another, which takes in what it lacks. */
async function recode(codes: Uint32Array, from: Dictionary, to: Dictionary, pace: Pace): Promise<void> {
  const known = new Map<number, number>()
  for (let i = 0; i < codes.length; i++) {
    if (i % 1024 === 0) await pace()
    let code = known.get(codes[i]!)
    if (code === undefined) known.set(codes[i]!, (code = to.add(from.at(codes[i]!))))
    codes[i] = code
  }
}

function flat<T extends Uint32Array | Uint16Array>(parts: readonly T[], into: T): T {
  let at = 0
  for (const part of parts) {
    into.set(part, at)
    at += part.length
  }
  return into
}
