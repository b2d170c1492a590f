import type { Value } from '../../shared/query/look.ts'
import type { Column } from './column.ts'
import type { Dictionary } from './dictionary.ts'
import type { Segment } from './segment.ts'
import type { Source } from './sources.ts'

/** Reads one field row by row: what `convert` makes of each of a row's values, each once. Every code is decoded once. */
export interface FieldReader<T> {
  /** Go to the first row of a segment. */
  open(segment: Segment): void
  /** Rows come in order. */
  at(row: number): readonly T[]
}

const none: readonly never[] = []

export function createFieldReader<T>(sources: readonly Source[], convert: (value: Value) => T | undefined): FieldReader<T> {
  const parts = sources.map(source => createPart(source, convert))
  const [only] = parts
  if (parts.length === 1 && only) return only
  return {
    open: segment => parts.forEach(part => void part.open(segment)),
    at(row) {
      const found = parts.map(part => part.at(row)).filter(values => values.length > 0)
      return found.length < 2 ? (found[0] ?? none) : [...new Set(found.flat())]
    },
  }
}

function createPart<T>({ column: number, read }: Source, convert: (value: Value) => T | undefined): FieldReader<T> {
  let dictionary: Dictionary | undefined
  let column: Column | undefined
  /** By code, as a list of one or none. */
  let known: (readonly T[] | undefined)[] = []
  let next = 0

  function decoded(code: number): readonly T[] {
    const before = known[code]
    if (before) return before
    const entry = read(dictionary!.at(code))
    const made = entry === undefined ? undefined : convert(entry)
    return (known[code] = made === undefined ? none : [made])
  }

  return {
    open(segment) {
      column = segment.column(number)
      next = 0
      // segments mostly share one
      if (column && column.dictionary !== dictionary) {
        dictionary = column.dictionary
        known = []
      }
    },
    at(row) {
      if (!column) return none
      if (column.form === 'dense') return column.codes[row]! > 0 ? decoded(column.codes[row]!) : none
      const { rows, codes, count } = column
      while (next < count && rows[next]! < row) next++
      if (next === count || rows[next] !== row) return none
      if (next + 1 === count || rows[next + 1] !== row) return decoded(codes[next]!)
      const all = new Set<T>()
      for (let i = next; i < count && rows[i] === row; i++) for (const one of decoded(codes[i]!)) all.add(one)
      return [...all]
    },
  }
}
