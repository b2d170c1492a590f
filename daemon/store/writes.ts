import type { Database } from './sqlite.ts'

/** How long the answer to a write is kept for those who ask again with its Idempotency-Key, ms. */
export const keptFor = 7 * 24 * 3_600_000

/** Answers of writes that carried an Idempotency-Key, kept in the same transaction as the change itself. */
export function openWrites(db: Database) {
  const select = db.prepare('SELECT request, result FROM idempotency WHERE user = ? AND key = ?')
  const insert = db.prepare('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)')
  const expire = db.prepare('DELETE FROM idempotency WHERE time < ?')
  return {
    get: (user: string, key: string) => select.get(user, key) as { request: string; result: string } | undefined,
    put(user: string, key: string, request: string, result: string, time: number): void {
      expire.run(time - keptFor)
      insert.run(user, key, request, result, time)
    },
  }
}
