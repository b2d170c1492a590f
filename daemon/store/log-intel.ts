import type { Match } from '../../shared/indicator.ts'
import type { Database } from './sqlite.ts'

/** What a feed says of a stored log that it did not say when the log came. `values` are as the log has them. */
export interface Late {
  values: string[]
  results: Match[]
}

/** One hunt's finding in one log for one feed. `at` is its own place in the order of everything, `time` (ms UTC) when it was found. */
export interface LateRow extends Late {
  /** Of the log. */
  seq: number
  feed: string
  generation: number
  at: number
  time: number
}

/** A look through stored logs for what feeds have come to say. `generation` is the place in the order at which it began. */
export interface Hunt {
  generation: number
  /** When it began, ms UTC. */
  time: number
  feeds: HuntedFeed[]
  /** It has looked at the logs up to here, of those up to `until`. */
  position: number
  until: number
  /** Logs in which something was found, and how many of them there was no room for. */
  hits: number
  left_out: number
  state: 'running' | 'done' | 'replaced'
}
/** `stamp` tells one content of a feed from another. */
export interface HuntedFeed {
  id: string
  name: string
  stamp: string
}

/** Findings that are kept, over all logs; they are held in memory by the engine. */
const mostRows = 1_000_000
/** Hunts that are remembered. */
const mostHunts = 100

interface Stored extends Omit<LateRow, 'values' | 'results'> {
  json: string
}
const read = ({ json, ...row }: Stored): LateRow => ({ ...row, ...(JSON.parse(json) as Late) })

/** What came to be known of logs after they were stored, and how far each hunt has come. Logs themselves never change. */
export function openLogIntel(db: Database) {
  const insert = db.prepare('INSERT OR IGNORE INTO log_intel VALUES (:seq, :feed, :generation, :at, :time, :json)')
  const selectOf = db.prepare('SELECT * FROM log_intel WHERE seq BETWEEN ? AND ? ORDER BY seq, generation, feed')
  const selectPage = db.prepare('SELECT * FROM log_intel WHERE (seq, feed, generation) > (?, ?, ?) ORDER BY seq, feed, generation LIMIT ?')
  const selectNext = db.prepare('SELECT min(at) AS at FROM log_intel WHERE at > ?')
  const selectAt = db.prepare('SELECT * FROM log_intel WHERE at = ? ORDER BY seq, feed')
  const deleteSome = db.prepare(
    'DELETE FROM log_intel WHERE (seq, feed, generation) IN (SELECT seq, feed, generation FROM log_intel WHERE seq < ? LIMIT ?)',
  )
  const counted = db.prepare('SELECT count(*) AS count, coalesce(max(at), 0) AS last FROM log_intel').get() as {
    count: number
    last: number
  }
  let { count, last } = counted

  const upsertHunt = db.prepare(
    `INSERT INTO hunt VALUES (:generation, :time, :feeds, :position, :until, :hits, :left_out, :state)
     ON CONFLICT DO UPDATE SET position = excluded.position, hits = excluded.hits, left_out = excluded.left_out, state = excluded.state`,
  )
  const selectHunts = db.prepare('SELECT * FROM hunt ORDER BY generation DESC')
  const trimHunts = db.prepare(
    `DELETE FROM hunt WHERE generation NOT IN (SELECT generation FROM hunt ORDER BY generation DESC LIMIT ${mostHunts})`,
  )
  const selectHunted = db.prepare('SELECT feed, stamp FROM hunted')
  const upsertHunted = db.prepare('INSERT INTO hunted VALUES (?, ?) ON CONFLICT DO UPDATE SET stamp = excluded.stamp')
  const deleteHunted = db.prepare('DELETE FROM hunted WHERE feed = ?')

  const between = (first: number, end: number): LateRow[] =>
    count === 0 ? [] : (selectOf.all(first, end) as unknown as Stored[]).map(read)

  return {
    get count() {
      return count
    },
    /** Room for further findings. */
    get room() {
      return mostRows - count
    },
    /** The latest place of a finding in the order of everything. */
    get last() {
      return last
    },
    of: (seq: number): LateRow[] => between(seq, seq),
    /** Findings in the logs of a range of seq, both ends included, by seq. */
    between,
    /** All findings by seq, in pages: those after one, the first ones without it. */
    after(row: LateRow | undefined, most: number): LateRow[] {
      const { seq, feed, generation } = row ?? { seq: -1, feed: '', generation: 0 }
      return (selectPage.all(seq, feed, generation, most) as unknown as Stored[]).map(read)
    },
    /** The first place after another at which something was found. */
    next(at: number): number | undefined {
      return last <= at ? undefined : ((selectNext.get(at) as { at: number | null }).at ?? undefined)
    },
    /** What was found at a place, by seq. */
    at: (at: number): LateRow[] => (selectAt.all(at) as unknown as Stored[]).map(read),
    /** Call inside `store.write`. */
    put(rows: readonly LateRow[]): void {
      for (const { values, results, ...row } of rows) insert.run({ ...row, json: JSON.stringify({ values, results }) })
    },
    /** What `put` has stored is committed. */
    committed(rows: readonly LateRow[]): void {
      count += rows.length
      for (const { at } of rows) last = Math.max(last, at)
    },
    /** Forget some findings in logs before a seq, which retention has given up; false once there are none. */
    forgetSome(before: number, most: number): boolean {
      if (count === 0) return false
      const { changes } = deleteSome.run(before, most)
      count -= Number(changes)
      return Number(changes) > 0
    },
    /** The latest first. */
    hunts: (): Hunt[] =>
      (selectHunts.all() as unknown as (Omit<Hunt, 'feeds'> & { feeds: string })[]).map(hunt => ({
        ...hunt,
        feeds: JSON.parse(hunt.feeds) as HuntedFeed[],
      })),
    putHunt(hunt: Hunt): void {
      upsertHunt.run({ ...hunt, feeds: JSON.stringify(hunt.feeds) })
      trimHunts.run()
    },
    /** The content of each feed that all stored logs were matched with. */
    hunted: (): Map<string, string> =>
      new Map((selectHunted.all() as { feed: string; stamp: string }[]).map(({ feed, stamp }) => [feed, stamp])),
    setHunted: (feed: string, stamp: string): void => void upsertHunted.run(feed, stamp),
    dropHunted: (feed: string): void => void deleteHunted.run(feed),
  }
}
