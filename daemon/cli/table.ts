import { clean, widthOf } from './text.ts'

/** A column: its head, and whether it holds numbers, which stand to the right. */
export type Column = string | { head: string; right: true }

/** Aligned rows under their heads, every cell cleaned; a line of its own for each row, with a line feed. Nothing is told by colour. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map(column => (typeof column === 'string' ? column : column.head))
  const lines = [heads, ...rows.map(row => row.map(clean))]
  const widths = heads.map((_, i) => lines.reduce((most, line) => Math.max(most, widthOf(line[i] ?? '')), 0))
  const isRight = (i: number) => typeof columns[i] !== 'string'
  const cell = (text: string, i: number) => {
    const gap = ' '.repeat(widths[i]! - widthOf(text))
    return isRight(i) ? gap + text : text + gap
  }
  return lines
    .map(
      line =>
        `${heads
          .map((_, i) => cell(line[i] ?? '', i))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** 1234567 as `1,234,567`, wherever this runs. */
export const count = (number: number): string => number.toLocaleString('en-US')

/** `1 file`, `2 files`. */
export const many = (number: number, noun: string): string => `${count(number)} ${noun}${number === 1 ? '' : 's'}`

/** An instant in ms UTC, or as the wire writes it, as `2026-01-31 09:30:00Z`. */
export function time(at: number | string | null | undefined): string {
  const date = new Date(at ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? '-' : `${date.toISOString().slice(0, 19).replace('T', ' ')}Z`
}
