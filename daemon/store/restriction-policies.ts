import type { RestrictionPolicy } from '../../shared/restriction-policy.ts'
import type { Database } from './sqlite.ts'

/** Who may edit what, by resource; what has no policy is not restricted. */
export function openRestrictionPolicies(db: Database) {
  const upsert = db.prepare('INSERT INTO restriction_policy VALUES (?, ?) ON CONFLICT (resource) DO UPDATE SET body = excluded.body')
  const select = db.prepare('SELECT body FROM restriction_policy WHERE resource = ?')
  const selectAll = db.prepare('SELECT body FROM restriction_policy ORDER BY resource')
  const remove = db.prepare('DELETE FROM restriction_policy WHERE resource = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as RestrictionPolicy
  return {
    get(resource: string): RestrictionPolicy | undefined {
      const row = select.get(resource)
      return row && read(row)
    },
    all: (): RestrictionPolicy[] => selectAll.all().map(read),
    put: (policy: RestrictionPolicy): void => void upsert.run(policy.id, JSON.stringify(policy)),
    remove: (resource: string): void => void remove.run(resource),
  }
}
