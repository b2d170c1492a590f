import type { Rule } from '../../shared/rule.ts'
import type { Database } from './sqlite.ts'

/** Rules and every version that they ever had. A deleted rule stays, marked, so that its signals keep their rule. */
export function openRules(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO rule VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, body = excluded.body',
  )
  const insertVersion = db.prepare('INSERT INTO rule_version VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT body FROM rule WHERE id = ?')
  const selectVersions = db.prepare('SELECT body FROM rule_version WHERE id = ? ORDER BY version DESC')
  const selectVersion = db.prepare('SELECT body FROM rule_version WHERE id = ? AND version = ?')
  const selectAll = db.prepare('SELECT body FROM rule ORDER BY seq')
  // one that was stored before rules had tests has none
  const read = (row: unknown): Rule => ({ tests: [], ...(JSON.parse((row as { body: string }).body) as Omit<Rule, 'tests'>) })
  return {
    get(id: string): Rule | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** Newest first. */
    versions: (id: string): Rule[] => selectVersions.all(id).map(read),
    version(id: string, version: number): Rule | undefined {
      const row = selectVersion.get(id, version)
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
