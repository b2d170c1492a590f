import type { Role } from '../../shared/user.ts'
import { builtInRoles } from '../lib/default-roles.ts'
import type { Database } from './sqlite.ts'

/** The default roles, and those that people made. */
export function openRoles(db: Database) {
  const upsert = db.prepare('INSERT INTO role VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body')
  const remove = db.prepare('DELETE FROM role WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM role ORDER BY name')
  const all = (): Role[] => [...builtInRoles, ...selectAll.all().map((row: unknown) => JSON.parse((row as { body: string }).body) as Role)]
  return {
    all,
    get: (id: string): Role | undefined => all().find(role => role.id === id),
    put: (role: Role): void => void upsert.run(role.id, role.name, JSON.stringify(role)),
    remove: (id: string): void => void remove.run(id),
  }
}
