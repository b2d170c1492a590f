import type { Value } from '../../../shared/query/look.ts'
import { type Codes, type Column, toPairs } from './column.ts'
import type { Dictionary } from './dictionary.ts'
import type { Memory } from './memory.ts'
import type { Paths } from './paths.ts'
import { partsOf } from './sealed-segment.ts'
import type { Amendments, LatePairs, Segment } from './segment.ts'

/** Columns with their amendments are kept in memory beside those of the file, under numbers that no path has. */
const ownParts = 4096
const endOfParts = 8189

/** What a segment has got by now, and more: a new map, since a running query goes on with the one it began with. */
export function joinAmendments(
  before: Amendments | undefined,
  values: readonly { row: number; column: number; value: Value }[],
  paths: Paths,
): Amendments {
  const byColumn = new Map<number, { codes: number[]; rows: number[] }>()
  for (const { row, column, value } of values) {
    const into = byColumn.get(column) ?? { codes: [], rows: [] }
    byColumn.set(column, into)
    into.codes.push(paths.shared[column]!.add(value))
    into.rows.push(row)
  }
  const joined = new Map(before ?? [])
  for (const [column, { codes, rows }] of byColumn)
    joined.set(column, [...(joined.get(column) ?? []), { codes: Uint32Array.from(codes), rows: Uint16Array.from(rows) }])
  return joined
}

/** Amendments of segments for the one that they become, `first` rows further down each. */
export function moveAmendments(parts: readonly { amendments: Amendments | undefined; first: number }[]): Amendments | undefined {
  if (parts.every(({ amendments }) => !amendments)) return undefined
  const moved = new Map<number, LatePairs[]>()
  for (const { amendments, first } of parts)
    for (const [column, chunks] of amendments ?? [])
      moved.set(column, [...(moved.get(column) ?? []), ...chunks.map(({ codes, rows }) => ({ codes, rows: rows.map(row => row + first) }))])
  return moved
}

let versions = 2 ** 40

/** A segment as it came, with what its rows have got since. It is another one for whoever keeps what it answers, and otherwise the same. */
export function amended<S extends Segment>(base: S, amendments: Amendments, paths: Paths, memory: Memory): S {
  const version = versions++
  const { first } = partsOf(base.id)
  const build = (number: number, chunks: readonly LatePairs[], column: Column | undefined) =>
    joinColumn(column, chunks, paths.shared[number]!)
  return Object.assign(Object.create(base) as S, {
    base,
    key: version,
    amendments,
    column(number: number): Column | undefined {
      const chunks = amendments.get(number)
      const column = base.column(number)
      if (!chunks) return column
      if (!base.sealed) return build(number, chunks, column)
      const key = first + ownParts + number
      const read = () => {
        const part = build(number, chunks, column)
        return { part: { version, column: part }, bytes: part.codes.byteLength + (part.form === 'list' ? part.rows.byteLength : 0) }
      }
      const known = memory.get(key, read)
      if (known.version === version) return known.column
      memory.leave(key, key + 1)
      return memory.get(key, read).column
    },
  })
}

/** Whatever is kept in memory of a segment's amended columns. */
export const amendedParts = (id: number) => ({ first: partsOf(id).first + ownParts, end: partsOf(id).first + endOfParts })

/** One list of both, by rising rows, each row with each code once. */
function joinColumn(base: Column | undefined, chunks: readonly LatePairs[], shared: Dictionary): Column {
  const dictionary = base?.dictionary ?? shared
  const known = base
    ? base.form === 'list'
      ? base
      : toPairs(base.codes)
    : { codes: new Uint32Array(0), rows: new Uint16Array(0), count: 0 }
  const late = chunks.reduce((sum, { rows }) => sum + rows.length, 0)
  // a row, then a code, in one number: sorted by both at once
  const all = new Float64Array(known.count + late)
  let at = 0
  for (let i = 0; i < known.count; i++) all[at++] = known.rows[i]! * 2 ** 32 + known.codes[i]!
  const translated = new Map<number, number>()
  const codeOf = (code: number) => {
    if (dictionary === shared) return code
    let own = translated.get(code)
    if (own === undefined) translated.set(code, (own = dictionary.add(shared.at(code))))
    return own
  }
  for (const { codes, rows } of chunks) for (let i = 0; i < rows.length; i++) all[at++] = rows[i]! * 2 ** 32 + codeOf(codes[i]!)
  all.sort()
  const codes: Codes = new Uint32Array(all.length)
  const rows = new Uint16Array(all.length)
  let count = 0
  for (let i = 0; i < all.length; i++) {
    if (i > 0 && all[i] === all[i - 1]) continue
    rows[count] = Math.floor(all[i]! / 2 ** 32)
    codes[count++] = all[i]! % 2 ** 32
  }
  return { dictionary, form: 'list', codes, rows, count }
}
