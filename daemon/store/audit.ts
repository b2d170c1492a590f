import { createHash } from 'node:crypto'
import type { AuditEvent, NewAuditEvent } from '../../shared/audit.ts'
import type { Database } from './sqlite.ts'

/** Keys sorted at every level, no white space: the same event always gives the same bytes. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonical(item ?? null)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`
}

/** SHA-256, hex, of the previous hash, the place and the event: an event changed, moved or taken out breaks every hash after it. */
const link = (previous: string, seq: number, event: NewAuditEvent) =>
  createHash('sha256')
    .update(`${previous}\n${seq}\n${canonical(event)}`)
    .digest('hex')

interface Row {
  seq: number
  time: number
  hash: string
  event: string
}

/** The last of the events that were given up for their age, and how many there were: the chain goes on from its hash. */
export interface AuditCut {
  seq: number
  hash: string
  events: number
}

/** Append only: there is no way to change or take back an event. The oldest are given up, all up to one, whose hash is kept. */
export function openAudit(db: Database, nextSeq: () => number, idOf: (seq: number) => string) {
  const insert = db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?)')
  const last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const selectBetween = db.prepare('SELECT * FROM audit WHERE time BETWEEN ? AND ? ORDER BY seq')
  const selectAfter = db.prepare('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
  const selectAt = db.prepare('SELECT * FROM audit WHERE seq = ?')
  const oldest = db.prepare('SELECT time FROM audit ORDER BY seq LIMIT 1')
  const selectAll = db.prepare('SELECT * FROM audit ORDER BY seq')
  const selectCut = db.prepare("SELECT value FROM meta WHERE key = 'audit_cut'")
  const putCut = db.prepare("INSERT INTO meta VALUES ('audit_cut', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
  const firstSince = db.prepare('SELECT min(seq) AS seq FROM audit WHERE time >= ?')
  const nthLast = db.prepare('SELECT seq FROM audit ORDER BY seq DESC LIMIT 1 OFFSET ?')
  const upTo = db.prepare('SELECT seq, hash FROM audit WHERE seq < ? ORDER BY seq LIMIT 1 OFFSET ?')
  const countBefore = db.prepare('SELECT count(*) AS count FROM audit WHERE seq < ?')
  const lastBefore = db.prepare('SELECT seq, hash FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT 1')
  const remove = db.prepare('DELETE FROM audit WHERE seq <= ?')
  const cut = (): AuditCut | undefined => {
    const row = selectCut.get() as { value: string } | undefined
    return row && (JSON.parse(row.value) as AuditCut)
  }
  const read = ({ seq, hash, event }: Row): AuditEvent => ({ ...(JSON.parse(event) as NewAuditEvent), id: idOf(seq), seq, hash })
  const head = () => (last.get() as { seq: number; hash: string } | undefined) ?? { seq: 0, hash: '' }
  return {
    /** Call inside `store.write`, beside the change that the event tells of. */
    add(event: NewAuditEvent): void {
      const seq = nextSeq()
      const body = JSON.parse(JSON.stringify(event)) as NewAuditEvent
      insert.run(seq, event.time, link(head().hash, seq, body), JSON.stringify(body))
    },
    /** Events of a time range, ms UTC, both ends included, oldest first. */
    *between(from: number, to: number): Generator<AuditEvent> {
      for (const row of selectBetween.all(from, to) as unknown as Row[]) yield read(row)
    },
    /** The first events after a place, `most` at most. */
    after: (seq: number, most: number): AuditEvent[] => (selectAfter.all(seq, most) as unknown as Row[]).map(read),
    at(seq: number): AuditEvent | undefined {
      const row = selectAt.get(seq) as unknown as Row | undefined
      return row && read(row)
    },
    /** What was given up last; undefined where the trail goes back to its beginning. */
    cut,
    /** When the oldest event was, ms UTC; undefined where there is none. */
    oldest: (): number | undefined => (oldest.get() as { time: number } | undefined)?.time,
    /**
     * Give up events of before a time, ms UTC, `most` at most and never the latest `keep`; undefined where there are none. All up to one go,
     * so that an event whose clock was wrong keeps those behind it; not each single one that the latest leave no room for. Call inside
     * `store.write`.
     */
    giveUp(before: number, keep: number, most: number): AuditCut | undefined {
      const since = (firstSince.get(before) as { seq: number | null }).seq ?? Infinity
      const kept = (nthLast.get(keep - 1) as { seq: number } | undefined)?.seq
      if (kept === undefined) return undefined
      const end = Math.min(since, kept)
      if (kept < since && (countBefore.get(kept) as { count: number }).count < keep / 10) return undefined
      const last = (upTo.get(end, most - 1) ?? lastBefore.get(end)) as { seq: number; hash: string } | undefined
      if (!last) return undefined
      const { changes } = remove.run(last.seq)
      const next = { ...last, events: (cut()?.events ?? 0) + Number(changes) }
      putCut.run(JSON.stringify(next))
      return { ...last, events: Number(changes) }
    },
    /** Place and hash of the last event: kept elsewhere, it shows when the end was cut off. */
    head,
    /** The first event whose hash is not what it should be; undefined when the chain holds. */
    verify(): { seq: number } | undefined {
      let { seq: before, hash: previous } = cut() ?? { seq: 0, hash: '' }
      for (const row of selectAll.iterate() as Iterable<unknown> as Iterable<Row>) {
        if (link(previous, row.seq, JSON.parse(row.event)) !== row.hash || row.seq <= before) return { seq: row.seq }
        before = row.seq
        previous = row.hash
      }
      return undefined
    },
  }
}
