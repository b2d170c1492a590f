import { type Aspect, type Triage, undoableFor } from '../../shared/triage.ts'
import type { Database } from './sqlite.ts'

/** What a change did to one signal (its place in the order of commit): aspects of its triage, what that was before, and the version since. */
export interface ChangeItem {
  signal: number
  version: number
  aspects: Aspect[]
  before: Triage
}

/** Items of changes too old to be undone that go with each new change. */
const cleared = 500

/** Changes of triage by people, for as long as they can be undone. Call inside `store.write`. */
export function openChanges(db: Database) {
  const insert = db.prepare('INSERT INTO change VALUES (?, ?)')
  const select = db.prepare('SELECT time FROM change WHERE id = ?')
  const putItem = db.prepare(
    'INSERT INTO change_item VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, aspects = excluded.aspects',
  )
  const selectItem = db.prepare('SELECT signal, version, aspects, before FROM change_item WHERE change_id = ? AND signal = ?')
  // as one text: a row each is ten times as slow, and there may be very many
  const selectSignals = db.prepare('SELECT json_group_array(signal) AS signals FROM change_item WHERE change_id = ?')
  const selectCount = db.prepare('SELECT count(*) AS count FROM change_item WHERE change_id = ?')
  const clearItems = db.prepare(
    `DELETE FROM change_item WHERE (change_id, signal) IN (
       SELECT change_id, signal FROM change_item JOIN change ON id = change_id WHERE change.time < ? LIMIT ${cleared})`,
  )
  const clear = db.prepare('DELETE FROM change WHERE time < ? AND NOT EXISTS (SELECT 1 FROM change_item WHERE change_id = change.id)')
  const item = (change: string, signal: number): ChangeItem | undefined => {
    const row = selectItem.get(change, signal) as unknown as
      | { signal: number; version: number; aspects: string; before: string }
      | undefined
    return row && { ...row, aspects: row.aspects.split(' ') as Aspect[], before: JSON.parse(row.before) as Triage }
  }
  return {
    /** Begin a change, ms UTC. */
    add(id: string, time: number): void {
      clearItems.run(time - undoableFor)
      clear.run(time - undoableFor)
      insert.run(id, time)
    },
    /** Whether there is such a change that can still be undone. */
    has: (id: string, now: number): boolean => ((select.get(id) as { time: number } | undefined)?.time ?? -Infinity) >= now - undoableFor,
    /** A signal that a change touches twice goes back to what it was before the first. */
    addItem(change: string, { signal, version, aspects, before }: ChangeItem): void {
      const all = new Set([...(item(change, signal)?.aspects ?? []), ...aspects])
      putItem.run(change, signal, version, [...all].join(' '), JSON.stringify(before))
    },
    item,
    /** The signals that a change touched. */
    signals: (change: string): number[] => JSON.parse((selectSignals.get(change) as { signals: string }).signals) as number[],
    /** How many those are. */
    count: (change: string): number => (selectCount.get(change) as { count: number }).count,
  }
}
