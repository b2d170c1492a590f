import type { JsonObject } from '../../shared/json.ts'
import type { Suppression } from '../../shared/suppression.ts'
import type { Database } from './sqlite.ts'

/** Samples that are kept of each kind, by owner: the latest. */
export const mostItems = 20

/** A signal or a log that was kept from people. */
export interface HiddenItem {
  kind: 'signal' | 'log'
  id: string
  body: JsonObject
}

/** What an owner has hidden: how many signals and logs, the event time of the last (ms UTC), and samples in the order in which they were last hidden. */
export interface Hidden {
  owner: string
  signals: number
  logs: number
  last: number
  items: HiddenItem[]
}

/** Suppressions with every version that they ever had, and what they hid. A deleted one stays, marked, for what it hid. */
export function openSuppressions(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO suppression VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, body = excluded.body',
  )
  const insertVersion = db.prepare('INSERT INTO suppression_version VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT body FROM suppression WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM suppression')
  const selectVersions = db.prepare('SELECT body FROM suppression_version WHERE id = ? ORDER BY version DESC')
  const add = db.prepare(
    'INSERT INTO hidden VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET signals = signals + excluded.signals, logs = logs + excluded.logs, last = max(last, excluded.last)',
  )
  const selectHidden = db.prepare('SELECT owner, signals, logs, last FROM hidden WHERE owner = ?')
  const lastPlace = db.prepare('SELECT coalesce(max(place), 0) AS place FROM hidden_item WHERE owner = ? AND kind = ?')
  const putItem = db.prepare('INSERT OR REPLACE INTO hidden_item VALUES (?, ?, ?, ?, ?)')
  const prune = db.prepare(
    `DELETE FROM hidden_item WHERE owner = :owner AND kind = :kind AND place <= coalesce(
       (SELECT place FROM hidden_item WHERE owner = :owner AND kind = :kind ORDER BY place DESC LIMIT 1 OFFSET ${mostItems}), -1)`,
  )
  const selectItems = db.prepare('SELECT kind, id, body FROM hidden_item WHERE owner = ? ORDER BY kind DESC, place')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as Suppression

  return {
    get(id: string): Suppression | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** In the order in which they were made. */
    all: (): Suppression[] =>
      selectAll
        .all()
        .map(read)
        .sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1)),
    /** Newest first. */
    versions: (id: string): Suppression[] => selectVersions.all(id).map(read),
    put(suppression: Suppression): void {
      const body = JSON.stringify(suppression)
      upsert.run(suppression.id, suppression.seq, suppression.version, body)
      insertVersion.run(suppression.id, suppression.version, suppression.seq, body)
    },
    /** Call inside `store.write`, with the position that detection has reached by then. */
    addHidden({ owner, signals, logs, last, items }: Hidden): void {
      add.run(owner, signals, logs, last)
      for (const { kind, id, body } of items) {
        const { place } = lastPlace.get(owner, kind) as { place: number }
        putItem.run(owner, kind, id, place + 1, JSON.stringify(body))
        prune.run({ owner, kind })
      }
    },
    hidden(owner: string): Hidden {
      const counts = selectHidden.get(owner) as unknown as Omit<Hidden, 'items'> | undefined
      const rows = counts ? (selectItems.all(owner) as { kind: HiddenItem['kind']; id: string; body: string }[]) : []
      const items = rows.map(({ kind, id, body }) => ({ kind, id, body: JSON.parse(body) as JsonObject }))
      return { ...(counts ?? { owner, signals: 0, logs: 0, last: 0 }), items }
    },
    /** The same without samples. */
    counts(owner: string): Omit<Hidden, 'items'> {
      return (selectHidden.get(owner) as unknown as Omit<Hidden, 'items'> | undefined) ?? { owner, signals: 0, logs: 0, last: 0 }
    },
  }
}
