import type { PasslistEntry } from '../../shared/passlist.ts'
import type { Database } from './sqlite.ts'

/** Who is never to be blocked. */
export function openPasslist(db: Database) {
  const upsert = db.prepare('INSERT INTO passlist VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body')
  const select = db.prepare('SELECT body FROM passlist WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM passlist ORDER BY seq')
  const remove = db.prepare('DELETE FROM passlist WHERE id = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as PasslistEntry
  return {
    get(id: string): PasslistEntry | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    all: (): PasslistEntry[] => selectAll.all().map(read),
    put: (entry: PasslistEntry): void => void upsert.run(entry.id, entry.seq, JSON.stringify(entry)),
    remove: (id: string): void => void remove.run(id),
  }
}
