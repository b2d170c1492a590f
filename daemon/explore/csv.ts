import { csvCell } from '../../shared/csv.ts'
import type { Doc } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'

type Value = string | number | boolean

/** One record of an export. */
export interface Exported {
  id: string
  doc: Doc
}
export interface ExportColumn {
  path: string
  valuesOf(row: Exported): readonly Value[]
}

/** What stands in a column: `id`, `timestamp` (ISO 8601), or every value at a path such as `service` or `@usr.name`. */
export function toColumn(path: string): ExportColumn {
  if (path === 'id') return { path, valuesOf: ({ id }) => [id] }
  if (path === 'timestamp') return { path, valuesOf: ({ doc }) => [new Date(doc.timestamp).toISOString()] }
  const field = toField(path)
  return { path, valuesOf: ({ doc }) => valuesAt(doc, field) }
}

/** A cell of RFC 4180. `safe`: a text that a spreadsheet would run gets an apostrophe before it; a number stays one. */
function cell(values: readonly Value[], safe: boolean): string {
  const [only] = values
  if (values.length === 1 && typeof only === 'number') return String(only)
  return csvCell(values.map(String).join('; '), safe)
}

const line = (cells: string[]) => `${cells.join(',')}\r\n`

/** `safe`: an attribute stands without its `@`, which a spreadsheet would run; beside a tag of that name as `attributes.…`. */
export function csvHead(columns: readonly ExportColumn[], safe: boolean): string {
  const paths = new Set(columns.map(({ path }) => path))
  const named = (path: string) => {
    const plain = path.replace(/^@/, '')
    return plain !== path && paths.has(plain) ? `attributes.${plain}` : plain
  }
  return line(columns.map(({ path }) => cell([safe ? named(path) : path], safe)))
}
export const csvLine = (columns: readonly ExportColumn[], row: Exported, safe: boolean): string =>
  line(columns.map(({ valuesOf }) => cell(valuesOf(row), safe)))
