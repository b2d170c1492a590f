import type { Table, TableRow } from '../../shared/reference-table.ts'
import type { Database } from './sqlite.ts'

type Stored = Omit<Table, 'rows'>

/** Reference tables and their rows. */
export function openReferenceTables(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO reference_table VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM reference_table WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM reference_table ORDER BY name')
  const remove = db.prepare('DELETE FROM reference_table WHERE id = ?')
  const count = db.prepare('SELECT count(*) AS count FROM reference_row WHERE table_id = ?')
  const upsertRow = db.prepare('INSERT INTO reference_row VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body')
  const selectRow = db.prepare('SELECT id, body FROM reference_row WHERE table_id = ? AND id = ?')
  const selectRows = db.prepare('SELECT id, body FROM reference_row WHERE table_id = ? AND id > ? ORDER BY id LIMIT ?')
  const deleteRow = db.prepare('DELETE FROM reference_row WHERE table_id = ? AND id = ?')
  const deleteRows = db.prepare('DELETE FROM reference_row WHERE table_id = ?')

  const read = (row: unknown): Table => {
    const table = JSON.parse((row as { body: string }).body) as Stored
    return { ...table, rows: (count.get(table.id) as { count: number }).count }
  }
  const readRow = (row: unknown): TableRow => {
    const { id, body } = row as { id: string; body: string }
    return { id, values: JSON.parse(body) as TableRow['values'] }
  }
  return {
    all: (): Table[] => selectAll.all().map(read),
    get(id: string): Table | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    put({ rows: _, ...table }: Table): void {
      upsert.run(table.id, table.table_name, JSON.stringify(table))
    },
    /** With all its rows. */
    remove(id: string): void {
      deleteRows.run(id)
      remove.run(id)
    },
    row(table: string, id: string): TableRow | undefined {
      const row = selectRow.get(table, id)
      return row && readRow(row)
    },
    /** Rows in the order of their ids, those after one. */
    rows: (table: string, after: string, most: number): TableRow[] => selectRows.all(table, after, most).map(readRow),
    putRow: (table: string, { id, values }: TableRow): void => void upsertRow.run(table, id, JSON.stringify(values)),
    /** Whether there was one. */
    removeRow: (table: string, id: string): boolean => Number(deleteRow.run(table, id).changes) > 0,
  }
}
