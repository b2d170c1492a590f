import type { Column } from '../segments/column.ts'
import type { Pace } from '../slices.ts'
import { seek } from './seek.ts'
import type { Part } from './text-counter.ts'

/** Values looked at between two looks at the clock. */
const step = 4096

type Pairs = Column & { form: 'list' }

/** By the columns of a sealed segment, and what of them is counted. */
const known = new WeakMap<Column, WeakMap<Column, Map<string, Pairs>>>()

/**
 * Of the values of a column those that the same row does not have in another column: counted beside it, every row counts once for each text.
 * It is kept for as long as the columns are; `name` says what is read of them. No row may have a text twice in one of them.
 */
export async function unsaid(name: string, part: Part, other: Part, pace: Pace): Promise<Pairs> {
  let ofPart = known.get(part.column)
  if (!ofPart) known.set(part.column, (ofPart = new WeakMap()))
  let byName = ofPart.get(other.column)
  if (!byName) ofPart.set(other.column, (byName = new Map()))
  const found = byName.get(name) ?? (await findUnsaid(part, other, pace))
  byName.set(name, found)
  return found
}

async function findUnsaid(part: Part, other: Part, pace: Pace): Promise<Pairs> {
  const { dictionary, codes } = part.column
  const numbers = new Map<string, number>()
  const [textOf, textOfOther] = [textNumbers(part, numbers), textNumbers(other, numbers)]
  const [pairs, pairsOfOther] = [reader(part.column), reader(other.column)]
  const left = { codes: [] as number[], rows: [] as number[] }
  for (let i = 0; i < pairs.count; i++) {
    if (i % step === 0) await pace()
    const text = codes[i]! === 0 ? 0 : textOf(codes[i]!)
    if (text === 0) continue
    const row = pairs.rowAt(i)
    if (pairsOfOther.has(row, code => textOfOther(code) === text)) continue
    left.codes.push(codes[i]!)
    left.rows.push(row)
  }
  return {
    dictionary,
    form: 'list',
    codes: Uint32Array.from(left.codes),
    rows: Uint16Array.from(left.rows),
    count: left.codes.length,
  }
}

/** The number of the text that a code is counted under, the same for all who share `numbers`; 0 where it is not counted. */
function textNumbers({ column: { dictionary }, label }: Part, numbers: Map<string, number>) {
  /** By code, one more than its number; 0 where that is not known yet. */
  const made = new Uint32Array(dictionary.size + 1)
  return (code: number): number => {
    if (made[code] === 0) {
      const text = label(dictionary.at(code))
      if (text !== undefined && !numbers.has(text)) numbers.set(text, numbers.size + 1)
      made[code] = 1 + (text === undefined ? 0 : numbers.get(text)!)
    }
    return made[code]! - 1
  }
}

/** Reads a column by rows that never fall. */
function reader(column: Column) {
  const { codes } = column
  if (column.form === 'dense')
    return {
      count: codes.length,
      rowAt: (i: number) => i,
      has: (row: number, test: (code: number) => boolean) => row < codes.length && codes[row]! > 0 && test(codes[row]!),
    }
  const { rows, count } = column
  let at = 0
  return {
    count,
    rowAt: (i: number) => rows[i]!,
    has(row: number, test: (code: number) => boolean): boolean {
      at = seek(rows, at, count, row)
      for (let i = at; i < count && rows[i] === row; i++) if (test(codes[i]!)) return true
      return false
    },
  }
}
