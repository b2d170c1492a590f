import type { Value } from '../../../shared/query/look.ts'
import type { Source } from '../facets/sources.ts'
import { tagsWithKey } from '../facets/tag-keys.ts'
import type { Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import type { Segment } from '../segments/segment.ts'
import type { Pace } from '../slices.ts'

/** Reads one field row by row: what `convert` makes of each of a row's values, each once. Every code is decoded once. */
export interface FieldReader<T> {
  /** Go to the first row of a segment. */
  open(segment: Segment, pace: Pace): Promise<void>
  /** Rows come in order. */
  at(row: number): readonly T[]
}

const none: readonly never[] = []

export function createFieldReader<T>(sources: readonly Source[], convert: (value: Value) => T | undefined): FieldReader<T> {
  const parts = sources.map(source => createPart(source, convert))
  let inUse = parts
  return {
    async open(segment, pace) {
      inUse = []
      for (const part of parts) if (await part.open(segment, pace)) inUse.push(part)
    },
    at(row) {
      let found: readonly T[] = none
      for (const part of inUse) found = union(found, part.at(row))
      return found
    },
  }
}

/** Mostly one of the two is empty. */
function union<T>(some: readonly T[], others: readonly T[]): readonly T[] {
  if (others.length === 0) return some
  return some.length === 0 ? others : [...new Set([...some, ...others])]
}

function createPart<T>({ column: number, key, read }: Source, convert: (value: Value) => T | undefined) {
  let dictionary: Dictionary | undefined
  let column: Column | undefined
  /** By code, as a list of one or none. */
  let known: (readonly T[] | undefined)[] = []
  let next = 0

  function decode(code: number): readonly T[] {
    const entry = read(dictionary!.at(code))
    const made = entry === undefined ? undefined : convert(entry)
    return (known[code] = made === undefined ? none : [made])
  }

  return {
    /** Whether the segment may have values here. */
    async open(segment: Segment, pace: Pace): Promise<boolean> {
      column = segment.column(number)
      next = 0
      if (!column || (key !== undefined && (await tagsWithKey(column.dictionary, key, pace)).length === 0)) return false
      // segments mostly share one
      if (column.dictionary !== dictionary) {
        dictionary = column.dictionary
        known = []
      }
      return true
    },
    at(row: number): readonly T[] {
      const { codes } = column!
      // a column that takes rows ends with the last that has a value
      if (column!.form === 'dense') return codes[row] ? (known[codes[row]!] ?? decode(codes[row]!)) : none
      const { rows, count } = column!
      while (next < count && rows[next]! < row) next++
      let found: readonly T[] = none
      let many: Set<T> | undefined
      for (let i = next; i < count && rows[i] === row; i++) {
        const one = known[codes[i]!] ?? decode(codes[i]!)
        if (one.length === 0) continue
        if (found.length === 0) found = one
        else (many ??= new Set(found)).add(one[0]!)
      }
      return many ? [...many] : found
    },
  }
}
