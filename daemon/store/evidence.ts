import type { Evidence } from '../../shared/evidence.ts'
import type { Database } from './sqlite.ts'

/** As it is stored. */
export type StoredEvidence = Omit<Evidence, 'logs'> & {
  /** Where its logs begin in the one order, and how many there are; 0 and 0 while they are pending. */
  first_seq: number
  count: number
}

/** Lines that people selected on pages, whole. The text is kept in bytes: what its SHA-256 was made of. */
export function openEvidence(db: Database) {
  const insert = db.prepare('INSERT INTO evidence VALUES (:seq, :id, :state, :body, :text)')
  const update = db.prepare('UPDATE evidence SET state = :state, body = :body WHERE id = :id')
  const select = db.prepare('SELECT body FROM evidence WHERE id = ?')
  const selectText = db.prepare('SELECT text FROM evidence WHERE id = ?')
  const selectPending = db.prepare("SELECT body FROM evidence WHERE state = 'pending' ORDER BY seq")
  const selectBefore = db.prepare('SELECT seq, body FROM evidence WHERE seq < ? ORDER BY seq DESC LIMIT 1')
  const read = (row: unknown) => JSON.parse((row as { body: string }).body) as StoredEvidence
  return {
    add: (evidence: StoredEvidence, seq: number, text: string): void =>
      void insert.run({ seq, id: evidence.id, state: evidence.state, body: JSON.stringify(evidence), text: Buffer.from(text) }),
    update: (evidence: StoredEvidence): void => void update.run({ id: evidence.id, state: evidence.state, body: JSON.stringify(evidence) }),
    get(id: string): StoredEvidence | undefined {
      const row = select.get(id)
      return row && read(row)
    },
    text(id: string): string {
      const { text } = selectText.get(id) as { text: Uint8Array }
      return Buffer.from(text).toString()
    },
    /** Whose logs are not stored yet, oldest first. */
    pending: (): StoredEvidence[] => selectPending.all().map(read),
    /** The latest that was kept before a place in the one order. */
    before(seq: number): { seq: number; evidence: StoredEvidence } | undefined {
      const row = selectBefore.get(seq) as { seq: number } | undefined
      return row && { seq: row.seq, evidence: read(row) }
    },
  }
}
