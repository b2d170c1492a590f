import type { IocTriage } from '../../shared/ioc.ts'
import type { Database } from './sqlite.ts'

/** Who has looked at which indicator, and when. */
export function openIocTriage(db: Database) {
  const insert = db.prepare('INSERT INTO ioc_triage VALUES (?, ?, ?)')
  const selectOf = db.prepare('SELECT body FROM ioc_triage WHERE indicator = ? ORDER BY seq DESC LIMIT ? OFFSET ?')
  const selectLatest = db.prepare('SELECT indicator, body, max(seq) FROM ioc_triage GROUP BY indicator')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as IocTriage
  return {
    add: (indicator: string, seq: number, triage: IocTriage): void => void insert.run(indicator, seq, JSON.stringify(triage)),
    /** The latest first. */
    of: (indicator: string, most = 1, offset = 0): IocTriage[] => selectOf.all(indicator, most, offset).map(read),
    /** The last word on each indicator. */
    latest: (): Map<string, IocTriage> => new Map(selectLatest.all().map(row => [(row as { indicator: string }).indicator, read(row)])),
  }
}
