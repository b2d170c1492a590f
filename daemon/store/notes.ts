import type { Note } from '../../shared/note.ts'
import type { Database } from './sqlite.ts'

/** What people have written beside signals. What a note said before an edit, or before it was deleted, stands in the timeline. */
export function openNotes(db: Database) {
  const put = db.prepare('INSERT INTO note VALUES (:id, :signal, :seq, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const remove = db.prepare('DELETE FROM note WHERE id = ?')
  const selectOf = db.prepare('SELECT body FROM note WHERE signal_id = ? ORDER BY seq')
  const select = db.prepare('SELECT body FROM note WHERE id = ? AND signal_id = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as Note
  return {
    /** `seq` orders a new one; an old one keeps its place. */
    put: (note: Note, seq: number): void => void put.run({ id: note.id, signal: note.signal_id, seq, body: JSON.stringify(note) }),
    remove: (id: string): void => void remove.run(id),
    /** Of a signal, oldest first. */
    of: (signal: string): Note[] => selectOf.all(signal).map(read),
    get(signal: string, id: string): Note | undefined {
      const row = select.get(id, signal)
      return row && read(row)
    },
  }
}
