import type { BlockKind, DenylistEntry } from '../../shared/denylist.ts'
import type { Database } from './sqlite.ts'

/** What a case of a rule wants blocked because of a signal. `duration` is ms, null for good. */
export interface BlockWish {
  id: string
  signal_id: string
  rule: { id: string; name: string }
  kind: BlockKind
  value: string
  duration: number | null
}

/** Of what has ended: whose value holds a text, of one kind or of all. */
interface WhichEnded {
  text: string
  kind: BlockKind | undefined
}
const given = ({ text, kind }: WhichEnded) => ({ ...(text !== '' && { text }), ...(kind && { kind }) })

/** What is and was blocked, and rules' wishes to block that nobody has looked at yet. */
export function openDenylist(db: Database) {
  const upsert = db.prepare(
    'INSERT INTO denylist VALUES (:id, :seq, :value, :until, :ended, :body) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, until = excluded.until, ended = excluded.ended, body = excluded.body',
  )
  const select = db.prepare('SELECT body FROM denylist WHERE id = ?')
  const selectLive = db.prepare(
    `SELECT body FROM denylist WHERE ended IS NULL OR body ->> '$.ended.at' > ? ORDER BY max(seq, coalesce(ended, 0))`,
  )
  const selectDue = db.prepare('SELECT body FROM denylist WHERE ended IS NULL AND until <= ? ORDER BY until LIMIT ?')
  const selectFirstEnd = db.prepare('SELECT min(until) AS until FROM denylist WHERE ended IS NULL AND until IS NOT NULL')
  const selectValue = db.prepare('SELECT body FROM denylist WHERE value = ?')
  const addWish = db.prepare("INSERT OR IGNORE INTO block_wish VALUES (?, ?, 'open', ?)")
  const selectWish = db.prepare("SELECT body FROM block_wish WHERE id = ? AND state = 'open'")
  const selectWishes = db.prepare("SELECT body FROM block_wish WHERE state = 'open' ORDER BY seq LIMIT ?")
  const settleWish = db.prepare("UPDATE block_wish SET state = 'done', body = json_set(body, '$.outcome', ?) WHERE id = ?")
  // nothing is looked into that is not asked for: there may be hundreds of thousands
  const endedOf = ({ text, kind }: WhichEnded, what: string, more: string) =>
    db.prepare(
      `SELECT ${what} FROM denylist WHERE ended IS NOT NULL${text && ' AND instr(lower(value), lower(:text)) > 0'}${kind ? " AND body ->> '$.kind' = :kind" : ''}${more}`,
    )
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as DenylistEntry

  return {
    get(id: string): DenylistEntry | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    /** What is in force or waits, and what ended after a time, ms UTC; in the order of its last change. */
    live: (after: number): DenylistEntry[] => selectLive.all(after).map(read),
    /** What is in force though its time has come, at `now` in ms UTC. */
    due: (now: number, most: number): DenylistEntry[] => selectDue.all(now, most).map(read),
    /** When the first of what is in force or waits ends, ms UTC; null where nothing does. */
    firstEnd: (): number | null => (selectFirstEnd.get() as { until: number | null }).until,
    /** All that there ever were about a value. */
    of: (value: string): DenylistEntry[] => selectValue.all(value).map(read),
    /** Those that ended before a place, the latest first. */
    ended({ before, ...which }: WhichEnded & { before: number | undefined }, limit: number, offset: number): DenylistEntry[] {
      const rows = endedOf(which, 'body', ' AND ended < :before ORDER BY ended DESC LIMIT :limit OFFSET :offset')
      return rows.all({ ...given(which), before: before ?? Number.MAX_SAFE_INTEGER, limit, offset }).map(read)
    },
    countEnded: (which: WhichEnded): number => (endedOf(which, 'count(*) AS count', '').get(given(which)) as { count: number }).count,
    put(entry: DenylistEntry): void {
      const { id, seq, value, until, ended } = entry
      upsert.run({ id, seq, value, until, ended: ended?.seq ?? null, body: JSON.stringify(entry) })
    },
    /** A rule wants something blocked; of one signal only once. */
    wish: (wish: BlockWish, seq: number): void => void addWish.run(wish.id, seq, JSON.stringify(wish)),
    /** Wishes that nobody has looked at yet, the oldest first. */
    wishes: (most: number): BlockWish[] => selectWishes.all(most).map(row => JSON.parse((row as { body: string }).body) as BlockWish),
    openWish(id: string): BlockWish | undefined {
      const row = selectWish.get(id) as { body: string } | undefined
      return row && (JSON.parse(row.body) as BlockWish)
    },
    settle: (id: string, outcome: string): void => void settleWish.run(outcome, id),
  }
}
