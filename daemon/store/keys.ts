import type { Key } from '../../shared/user.ts'
import type { Database } from './sqlite.ts'

/** A key with the SHA-256 of its secret, hex: all that is ever stored of it. */
export type StoredKey = Key & { hash: string }

export function openKeys(db: Database) {
  const upsert = db.prepare('INSERT INTO key VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const selectAll = db.prepare('SELECT hash, body FROM key')
  return {
    all: (): StoredKey[] =>
      (selectAll.all() as { hash: string; body: string }[]).map(({ hash, body }) => ({ ...(JSON.parse(body) as Key), hash })),
    put: ({ hash, ...key }: StoredKey): void => void upsert.run(key.id, key.kind, hash, JSON.stringify(key)),
  }
}
