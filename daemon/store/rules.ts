import type { Rule } from '../../shared/rule.ts'
import type { Database } from './sqlite.ts'

/** Rules and every version that they ever had. A deleted rule stays, marked, so that its signals keep their rule. */
export function openRules(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO rule VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, body = excluded.body',
  )
  const insertVersion = db.prepare('INSERT INTO rule_version VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT body FROM rule WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM rule ORDER BY seq')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as Rule
  return {
    get(id: string): Rule | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    all: (): Rule[] => selectAll.all().map(read),
    put(rule: Rule): void {
      const body = JSON.stringify(rule)
      upsert.run(rule.id, rule.seq, rule.version, body)
      insertVersion.run(rule.id, rule.version, rule.seq, body)
    },
  }
}
