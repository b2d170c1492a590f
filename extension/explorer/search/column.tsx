import { toField } from '../../../shared/query/field.ts'
import { type Value, valuesAt } from '../../../shared/query/look.ts'
import type { FoundRow } from '../../search-messages.ts'
import { Visible } from '../../ui/visible.tsx'
import { escapePath, readPath } from './list.ts'
import type { Column, Shown } from './types.ts'

export const valuesOf = (row: FoundRow, path: string): Value[] => valuesAt(row.doc, toField(path))

/** A text within another, which it cannot turn. */
export const isolated = (text: string): string => `\u2068${text}\u2069`

/** Text of a log, isolated: it cannot turn the order of what stands beside it. */
export const Told = ({ values, mono }: { values: readonly (string | number | boolean)[]; mono?: boolean }) => {
  const text = values.map(String).join(', ')
  return <Visible class={`cut ${mono ? 'mono' : ''}`} title={text.slice(0, 2000)} text={text.slice(0, 1000)} />
}

/** A column of whatever stands at a path. */
export const pathColumn = (path: string): Column => ({
  id: path,
  head: path,
  width: 160,
  path,
  cell: row => <Told values={valuesOf(row, path)} />,
})

/** px: one that somebody has made as wide as they want it stays so. */
const leastOf = ({ column, width }: Shown): number => (width === column.width ? (column.least ?? width) : width)

/**
 * The columns of a grid, and in px how narrow it may be. The one that grows has its width before the others have more than they need; they
 * share what is left by what they want of it, and the rest is its own too.
 */
export function widthsOf(columns: readonly Shown[], picks: number): { template: string; least: number } {
  const sum = (of: (shown: Shown) => number) => columns.reduce((sum, shown) => sum + of(shown), picks)
  const firm = sum(shown => (shown.column.grows ? shown.width : leastOf(shown)))
  const wanted = sum(({ width }) => width) - firm
  const widths = columns.map(shown => {
    const least = leastOf(shown)
    if (shown.column.grows) return `minmax(${least}px, 1fr)`
    const more = shown.width - least
    return more === 0
      ? `${least}px`
      : `clamp(${least}px, ${least}px + (100% - ${firm}px) * ${(more / wanted).toFixed(4)}, ${shown.width}px)`
  })
  return { template: [...(picks > 0 ? [`${picks}px`] : []), ...widths].join(' '), least: sum(leastOf) }
}

const widths = { least: 56, most: 1200 }
export const bounded = (width: number): number => Math.round(Math.min(widths.most, Math.max(widths.least, width)))

/** `severity,title~320,@http.url`. Commas and tildes of a path are escaped. */
export function readColumns(text: string | undefined, all: readonly Column[], defaults: readonly string[]): Shown[] {
  const specs = text ? text.split(',') : defaults
  return specs.flatMap(spec => {
    const [name = '', width] = spec.split('~')
    const id = readPath(name)
    const column = all.find(one => one.id === id) ?? (id === '' ? undefined : pathColumn(id))
    return column ? [{ column, width: width && Number(width) ? bounded(Number(width)) : column.width }] : []
  })
}
export const printColumns = (shown: readonly Shown[]): string =>
  shown.map(({ column, width }) => (width === column.width ? escapePath(column.id) : `${escapePath(column.id)}~${width}`)).join(',')
