import type { Bouncer } from '../../shared/bouncer.ts'
import type { Database } from './sqlite.ts'

/** `sending`: it may be there because of us; `ours`: it is; `theirs`: it was there before, so that it is not ours to take away. */
export type PushedState = 'sending' | 'ours' | 'theirs'

export interface StoredBouncer extends Bouncer {
  /** SHA-256 of its key, hex. */
  hash: string
}

/** Who enforces the denylist, and when which part of it reached them. */
export function openBouncers(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO bouncer VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM bouncer WHERE id = ?')
  const selectAll = db.prepare('SELECT body FROM bouncer ORDER BY name')
  const insertDelivery = db.prepare('INSERT OR IGNORE INTO delivery VALUES (?, ?, ?, ?)')
  const firstDelivery = db.prepare('SELECT at FROM delivery WHERE bouncer = ? AND address = ? AND place >= ? ORDER BY place LIMIT 1')
  const selectPushed = db.prepare('SELECT value, state FROM pushed WHERE bouncer = ?')
  const putPushed = db.prepare('INSERT INTO pushed VALUES (?, ?, ?) ON CONFLICT (bouncer, value) DO UPDATE SET state = excluded.state')
  const dropPushed = db.prepare('DELETE FROM pushed WHERE bouncer = ? AND value = ?')
  const selectState = db.prepare('SELECT state FROM pushed WHERE bouncer = ? AND value = ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as StoredBouncer
  return {
    get(id: string): StoredBouncer | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** By name. */
    all: (): StoredBouncer[] => selectAll.all().map(read),
    put: (bouncer: StoredBouncer): void => void upsert.run(bouncer.id, bouncer.name, JSON.stringify(bouncer)),
    /** It knows everything up to a place since `at`, ms UTC. */
    delivered: (bouncer: string, address: string, place: number, at: number): void => void insertDelivery.run(bouncer, address, place, at),
    /** When it first knew of what stands at a place; undefined where it does not yet. */
    deliveredAt: (bouncer: string, address: string, place: number): number | undefined =>
      (firstDelivery.get(bouncer, address, place) as { at: number } | undefined)?.at,
    /** What an enforcer that is told holds of the denylist. */
    pushed: (bouncer: string): Map<string, PushedState> =>
      new Map((selectPushed.all(bouncer) as { value: string; state: PushedState }[]).map(({ value, state }) => [value, state])),
    pushedState: (bouncer: string, value: string): PushedState | undefined =>
      (selectState.get(bouncer, value) as { state: PushedState } | undefined)?.state,
    /** Undefined: it holds that no more. */
    setPushed(bouncer: string, value: string, state: PushedState | undefined): void {
      if (state) putPushed.run(bouncer, value, state)
      else dropPushed.run(bouncer, value)
    },
  }
}
