import type { Value } from '../../../shared/query/look.ts'
import type { Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import type { Selection } from '../selection.ts'
import type { Pace } from '../slices.ts'
import { seek } from './seek.ts'

/** A column, and the text that its values are counted under; undefined where one is not. */
export interface Part {
  column: Column
  label(value: Value): string | undefined
}

/** Rows looked at between two looks at the clock. */
const step = 1024

export type TextCounter = ReturnType<typeof createTextCounter>

/** Counts texts that may come from several columns, or from values of several types: a row counts once for each. Of texts, `limit` are counted. */
export function createTextCounter(limit: number) {
  const numbers = new Map<string, number>()
  const texts = ['']
  let counts = new Uint32Array(64)
  /** The last row that each text was found in, rows being numbered as they are come to. */
  let lastRow = new Uint32Array(64)
  let row = 0
  let cut = false
  /** By code, one more than the number of its text; 1 where it is not counted, 0 where that is not known yet. */
  const labels = new Map<Dictionary, Uint32Array<ArrayBuffer>>()

  function numberOf(text: string): number {
    const known = numbers.get(text)
    if (known !== undefined) return known
    if (numbers.size >= limit) {
      cut = true
      return 0
    }
    const number = texts.length
    numbers.set(text, number)
    texts.push(text)
    if (number === counts.length) {
      counts = doubled(counts)
      lastRow = doubled(lastRow)
    }
    return number
  }

  function labelsOf(dictionary: Dictionary): Uint32Array {
    let known = labels.get(dictionary) ?? new Uint32Array(0)
    if (known.length <= dictionary.size) {
      const more = new Uint32Array(dictionary.size + 1)
      more.set(known)
      labels.set(dictionary, (known = more))
    }
    return known
  }

  /** Reads a column by rows that only rise. */
  function readerOf({ column, label }: Part) {
    const { codes, dictionary } = column
    const rows = column.form === 'list' ? column.rows : undefined
    const pairs = column.form === 'list' ? column.count : 0
    const known = labelsOf(dictionary)
    let at = 0

    function found(code: number): void {
      if (known[code] === 0) {
        const text = label(dictionary.at(code))
        known[code] = 1 + (text === undefined ? 0 : numberOf(text))
      }
      const number = known[code]! - 1
      if (number === 0 || lastRow[number] === row) return
      lastRow[number] = row
      counts[number]!++
    }

    return (selected: number): void => {
      if (!rows) {
        const code = codes[selected] ?? 0
        if (code > 0) found(code)
        return
      }
      at = seek(rows, at, pairs, selected)
      for (; at < pairs && rows[at] === selected; at++) found(codes[at]!)
    }
  }

  return {
    async add(parts: readonly Part[], { rows, count }: Selection, pace: Pace): Promise<void> {
      const readers = parts.map(readerOf)
      for (let i = 0; i < count; i++) {
        if (i % step === 0) await pace()
        row++
        for (const read of readers) read(rows[i]!)
      }
    },
    /** Texts known to be of different rows. */
    addText(text: string, count: number): void {
      const number = numberOf(text)
      if (number > 0) counts[number]! += count
    },
    /** Whether there were more texts than are counted. */
    get cut() {
      return cut
    },
    textOf: (number: number): string => texts[number]!,
    /** By the numbers of texts, which begin with 1. */
    get counts() {
      return counts.subarray(0, texts.length)
    },
  }
}

function doubled(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(from.length * 2)
  to.set(from)
  return to
}
