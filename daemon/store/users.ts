import type { User } from '../../shared/user.ts'
import type { Database } from './sqlite.ts'

export function openUsers(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO user VALUES (?, ?, ?) ON CONFLICT (uuid) DO UPDATE SET handle = excluded.handle, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM user WHERE uuid = ?')
  const selectHandle = db.prepare('SELECT body FROM user WHERE handle = ?')
  const selectAll = db.prepare('SELECT body FROM user ORDER BY handle')
  const read = (row: unknown) => (row ? (JSON.parse((row as { body: string }).body) as User) : undefined)
  return {
    get: (uuid: string): User | undefined => read(select.get(uuid)),
    byHandle: (handle: string): User | undefined => read(selectHandle.get(handle)),
    all: (): User[] => selectAll.all().flatMap((row: unknown) => read(row) ?? []),
    put: (user: User): void => void upsert.run(user.uuid, user.handle, JSON.stringify(user)),
  }
}
