import type { DenylistEntry } from '../../shared/denylist.ts'
import type { Database } from './sqlite.ts'

/** What is and was blocked, and rules' wishes to block that nobody has looked at yet. */
export function openDenylist(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO denylist VALUES (:id, :seq, :until, :ended, :body) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, until = excluded.until, ended = excluded.ended, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM denylist WHERE id = ?')
  const selectLive = db.prepare(
    `SELECT body FROM denylist WHERE ended IS NULL OR body ->> '$.ended.at' > ? ORDER BY max(seq, coalesce(ended, 0))`,
  )
  const selectEnded = db.prepare('SELECT body FROM denylist WHERE ended IS NOT NULL ORDER BY ended DESC LIMIT ? OFFSET ?')
  const selectDue = db.prepare('SELECT body FROM denylist WHERE ended IS NULL AND until <= ? ORDER BY until LIMIT ?')
  const countEnded = db.prepare('SELECT count(*) AS count FROM denylist WHERE ended IS NOT NULL')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as DenylistEntry

  return {
    get(id: string): DenylistEntry | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** What is in force or waits, and what ended after a time, ms UTC; in the order of its last change. */
    live: (after: number): DenylistEntry[] => selectLive.all(after).map(read),
    /** What is in force though its time has come, at `now` in ms UTC. */
    due: (now: number, most: number): DenylistEntry[] => selectDue.all(now, most).map(read),
    /** Latest first. */
    ended: (limit: number, offset: number): DenylistEntry[] => selectEnded.all(limit, offset).map(read),
    countEnded: (): number => (countEnded.get() as { count: number }).count,
    put(entry: DenylistEntry): void {
      const { id, seq, until, ended } = entry
      upsert.run({ id, seq, until, ended: ended?.seq ?? null, body: JSON.stringify(entry) })
    },
  }
}
