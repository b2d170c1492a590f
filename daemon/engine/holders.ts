import { toField } from '../../shared/query/match.ts'
import { type Source, sourcesOf } from './facets/sources.ts'
import { type Bits, hasBit } from './segments/bits.ts'
import type { Column } from './segments/column.ts'
import type { Paths } from './segments/paths.ts'
import type { Segment } from './segments/segment.ts'
import type { Pace } from './slices.ts'

/** The codes of rows whose seq lies in a range, both ends included. */
function eachCode(column: Column, { seqs, rows }: Segment, first: number, last: number, visit: (code: number, seq: number) => void): void {
  const [least, most] = [first - seqs.base, last - seqs.base]
  const { codes } = column
  const pairs = column.form === 'list' ? column.count : Math.min(codes.length, rows)
  for (let i = 0; i < pairs; i++) {
    const at = seqs.at[column.form === 'list' ? column.rows[i]! : i]!
    if (codes[i] !== 0 && at >= least && at <= most) visit(codes[i]!, seqs.base + at)
  }
}

async function eachColumn(
  segments: readonly Segment[],
  path: string,
  [first, last]: [number, number],
  paths: Paths,
  pace: Pace,
  visit: (segment: Segment, column: Column, read: Source['read']) => void | Promise<void>,
): Promise<void> {
  const sources = sourcesOf(toField(path), paths)
  for (const segment of segments) {
    if (segment.minSeq > last || segment.maxSeq < first) continue
    for (const { column: number, read } of sources) {
      const column = segment.column(number)
      if (column) await visit(segment, column, read)
      await pace()
    }
  }
}

/** The texts that rows have in a column, by code. There may be as many as rows: they are read in slices. */
async function textsOf(
  segment: Segment,
  column: Column,
  read: Source['read'],
  first: number,
  last: number,
  pace: Pace,
): Promise<Map<number, string>> {
  const codes = new Set<number>()
  eachCode(column, segment, first, last, code => void codes.add(code))
  const texts = new Map<number, string>()
  for (const code of codes) {
    if (texts.size % 1024 === 0) await pace()
    const value = read(column.dictionary.at(code))
    if (typeof value === 'string') texts.set(code, value)
  }
  return texts
}

/** The distinct texts that rows have at a path. */
export async function valuesBetween(
  segments: readonly Segment[],
  path: string,
  first: number,
  last: number,
  paths: Paths,
  pace: Pace,
): Promise<Set<string>> {
  const values = new Set<string>()
  await eachColumn(segments, path, [first, last], paths, pace, async (segment, column, read) => {
    for (const [, value] of await textsOf(segment, column, read, first, last, pace)) values.add(value)
  })
  return values
}

/** The seqs of rows that have one of some texts at a path, rising. */
export async function seqsWith(
  segments: readonly Segment[],
  path: string,
  wanted: ReadonlyMap<string, unknown>,
  first: number,
  last: number,
  paths: Paths,
  pace: Pace,
): Promise<number[]> {
  const seqs = new Set<number>()
  await eachColumn(segments, path, [first, last], paths, pace, async (segment, column, read) => {
    const texts = await textsOf(segment, column, read, first, last, pace)
    const codes = new Set([...texts].filter(([, value]) => wanted.has(value)).map(([code]) => code))
    if (codes.size > 0) eachCode(column, segment, first, last, (code, seq) => void (codes.has(code) && seqs.add(seq)))
  })
  return [...seqs].sort((a, b) => a - b)
}

/** How often a value was found, the event times (ms UTC) of its first and last log, and the latter's seq. */
export interface Tally {
  count: number
  first: number
  last: number
  seq: number
}

/** Count one more log. */
export function countIn<K>(tallies: Map<K, Tally>, key: K, time: number, seq: number): void {
  const known = tallies.get(key)
  if (!known) return void tallies.set(key, { count: 1, first: time, last: time, seq })
  known.count++
  known.first = Math.min(known.first, time)
  if (time < known.last) return
  known.last = time
  known.seq = seq
}

/**
 * The texts that rows of a time range (ms UTC, both ends included) have at a path, and how often; where some are `wanted`, of those alone; of a
 * restricted tally, of the rows that `seenIn` answers.
 */
export async function tallyValues(
  segments: readonly Segment[],
  path: string,
  from: number,
  to: number,
  paths: Paths,
  pace: Pace,
  { wanted, seenIn }: { wanted?: ReadonlySet<string> | undefined; seenIn?: ((segment: Segment) => Promise<Bits>) | undefined } = {},
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>()
  const some = segments.filter(({ minTime, maxTime }) => minTime <= to && maxTime >= from)
  await eachColumn(some, path, [0, Infinity], paths, pace, async (segment, column, read) => {
    const seen = await seenIn?.(segment)
    const { times, seqs, rows, dead } = segment
    const own = new Map<number, Tally>()
    const isList = column.form === 'list'
    const pairs = isList ? column.count : Math.min(column.codes.length, rows)
    for (let i = 0; i < pairs; i++) {
      const row = isList ? column.rows[i]! : i
      const time = times.base + times.at[row]!
      if (column.codes[i] === 0 || time < from || time > to || (dead && hasBit(dead, row)) || (seen && !hasBit(seen, row))) continue
      countIn(own, column.codes[i]!, time, seqs.base + seqs.at[row]!)
    }
    for (const [code, { count, first, last, seq }] of own) {
      const value = read(column.dictionary.at(code))
      if (typeof value !== 'string' || (wanted && !wanted.has(value))) continue
      const known = tallies.get(value)
      const later = !known || last >= known.last
      tallies.set(value, {
        count: count + (known?.count ?? 0),
        first: Math.min(first, known?.first ?? first),
        last: later ? last : known.last,
        seq: later ? seq : known.seq,
      })
    }
  })
  return tallies
}
