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

/** Append only: there is no way to change or take back an event. */
export function openAudit(db: Database, nextSeq: () => number, idOf: (seq: number) => string) {
  const insert = db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?)')
  const last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1')
  const selectBetween = db.prepare('SELECT * FROM audit WHERE time BETWEEN ? AND ? ORDER BY seq')
  const selectAfter = db.prepare('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
  const selectAt = db.prepare('SELECT * FROM audit WHERE seq = ?')
  const selectAll = db.prepare('SELECT * FROM audit ORDER BY seq')
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
    /** Place and hash of the last event: kept elsewhere, it shows when the end was cut off. */
    head,
    /** The first event whose hash is not what it should be; undefined when the chain holds. */
    verify(): { seq: number } | undefined {
      let previous = ''
      for (const row of selectAll.iterate() as Iterable<unknown> as Iterable<Row>) {
        if (link(previous, row.seq, JSON.parse(row.event)) !== row.hash) return { seq: row.seq }
        previous = row.hash
      }
      return undefined
    },
  }
}
