import type { Delivery, DeliveryState, Notice } from '../../shared/notice.ts'
import type { Database } from './sqlite.ts'

/** How long what was sent can be looked at, and what could not be sent can be sent again, ms. */
const keptFor: Record<Exclude<DeliveryState, 'waiting'>, number> = { sent: 7 * 24 * 3_600_000, dead: 90 * 24 * 3_600_000 }
/** What is taken away in one transaction. */
const expiredAtOnce = 500

/** A delivery without what it tells. Times are ms UTC. */
export interface OutboxRow {
  id: string
  seq: number
  notice: string
  target: string
  state: DeliveryState
  created: number
  due: number
  tries: number
  last_try: number | null
  error: string | null
}

/** Notices, and who has yet to be told each. Everything here is called inside of a write, so that nobody is told of what was not stored. */
export function openOutbox(db: Database) {
  const insertNotice = db.prepare('INSERT INTO notice VALUES (?, ?, ?, ?)')
  const updateNotice = db.prepare('UPDATE notice SET body = ? WHERE id = ?')
  const selectNotice = db.prepare('SELECT body FROM notice WHERE id = ?')
  const selectOpen = db.prepare('SELECT id, body FROM notice WHERE rule = ? AND due > ? ORDER BY due DESC LIMIT 1')
  const insert = db.prepare("INSERT INTO outbox VALUES (:id, :seq, :notice, :target, 'waiting', :created, :due, 0, NULL, NULL)")
  const select = db.prepare('SELECT * FROM outbox WHERE id = ?')
  const selectTargets = db.prepare("SELECT target, min(due) AS due FROM outbox WHERE state = 'waiting' GROUP BY target")
  const selectDue = db.prepare("SELECT * FROM outbox WHERE state = 'waiting' AND target = ? AND due <= ? ORDER BY due, seq LIMIT 1")
  const update = db.prepare(
    'UPDATE outbox SET state = :state, due = :due, tries = :tries, last_try = :last_try, error = :error WHERE id = :id',
  )
  const selectPage = db.prepare('SELECT * FROM outbox WHERE state = ? AND seq < ? ORDER BY seq DESC LIMIT ?')
  const count = db.prepare('SELECT state, count(*) AS count FROM outbox GROUP BY state')
  const remove = db.prepare('DELETE FROM outbox WHERE id = ?')
  const selectExpired = db.prepare('SELECT id, notice FROM outbox WHERE state = ? AND created < ? LIMIT ?')
  const dropNotice = db.prepare('DELETE FROM notice WHERE id = :id AND NOT EXISTS (SELECT 1 FROM outbox WHERE notice = :id)')
  const noticeOf = (row: unknown) => JSON.parse((row as { body: string }).body) as Notice

  return {
    add(id: string, rule: string, due: number, notice: Notice, deliveries: Pick<OutboxRow, 'id' | 'seq' | 'target'>[]): void {
      insertNotice.run(id, rule, due, JSON.stringify(notice))
      for (const one of deliveries) insert.run({ ...one, notice: id, created: notice.time, due })
    },
    /** The notice of a rule that still takes in signals. */
    open(rule: string, now: number): { id: string; notice: Notice } | undefined {
      const row = selectOpen.get(rule, now) as { id: string } | undefined
      return row && { id: row.id, notice: noticeOf(row) }
    },
    change: (id: string, notice: Notice): void => void updateNotice.run(JSON.stringify(notice), id),
    notice: (id: string): Notice => noticeOf(selectNotice.get(id)),
    get: (id: string): OutboxRow | undefined => select.get(id) as unknown as OutboxRow | undefined,
    /** The first delivery that is due for each target but some. */
    due(now: number, but: readonly string[]): (Delivery & { tries: number })[] {
      const targets = (selectTargets.all() as { target: string; due: number }[]).filter(({ target }) => !but.includes(target))
      return targets.flatMap(({ target, due }) => {
        const row = due <= now ? (selectDue.get(target, now) as unknown as OutboxRow) : undefined
        return row ? [{ ...noticeOf(selectNotice.get(row.notice)), id: row.id, target, tries: row.tries }] : []
      })
    },
    put: ({ id, state, due, tries, last_try, error }: OutboxRow): void => void update.run({ id, state, due, tries, last_try, error }),
    /** The latest first. */
    page: (state: DeliveryState, before: number, limit: number): OutboxRow[] =>
      selectPage.all(state, before, limit) as unknown as OutboxRow[],
    counts(): Record<DeliveryState, number> {
      const counts = { waiting: 0, sent: 0, dead: 0 }
      for (const { state, count: found } of count.all() as { state: DeliveryState; count: number }[]) counts[state] = found
      return counts
    },
    remove({ id, notice }: Pick<OutboxRow, 'id' | 'notice'>): void {
      remove.run(id)
      dropNotice.run({ id: notice })
    },
    /** Forget some of what is over for long. */
    expire(now: number): void {
      for (const [state, ms] of Object.entries(keptFor))
        for (const row of selectExpired.all(state, now - ms, expiredAtOnce) as unknown as Pick<OutboxRow, 'id' | 'notice'>[])
          this.remove(row)
    },
  }
}
