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
