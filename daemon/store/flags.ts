import type { AttackerState, Flag } from '../../shared/attacker.ts'
import type { Database } from './sqlite.ts'

/** Addresses that rules have flagged, one entry for each state of one. */
export function openFlags(db: Database) {
  const upsert = db.prepare('INSERT OR REPLACE INTO flag VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT body FROM flag WHERE address = ? AND state = ?')
  const selectLive = db.prepare('SELECT body FROM flag WHERE until IS NULL OR until > ?')
  const forget = db.prepare('DELETE FROM flag WHERE until <= ?')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as Flag

  return {
    get(address: string, state: AttackerState): Flag | undefined {
      const row = select.get(address, state)
      return row && read(row)
    },
    /** Those whose time has not come, at `now` in ms UTC. */
    live: (now: number): Flag[] => selectLive.all(now).map(read),
    put: (flag: Flag): void => void upsert.run(flag.address, flag.state, flag.until, JSON.stringify(flag)),
    /** Give up those whose time has come. */
    forget: (now: number): void => void forget.run(now),
  }
}
