import type { NotificationRule } from '../../shared/notification.ts'
import type { Database } from './sqlite.ts'

export function openNotificationRules(db: Database) {
  const upsert = db.prepare('INSERT INTO notification_rule VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
  const select = db.prepare('SELECT body FROM notification_rule WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM notification_rule')
  const remove = db.prepare('DELETE FROM notification_rule WHERE id = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as NotificationRule
  return {
    get(id: string): NotificationRule | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** In the order in which they were made. */
    all: (): NotificationRule[] =>
      selectAll
        .all()
        .map(read)
        .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)),
    put: (rule: NotificationRule): void => void upsert.run(rule.id, JSON.stringify(rule)),
    remove: (id: string): void => void remove.run(id),
  }
}
