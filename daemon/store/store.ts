import { join } from 'node:path'
import { openAudit } from './audit.ts'
import { openDetection } from './detection.ts'
import { openKeys } from './keys.ts'
import { openLogs } from './logs.ts'
import { readMarker, writeMarker } from './marker.ts'
import { openRules } from './rules.ts'
import { migrations } from './schema.ts'
import { openSignals } from './signals.ts'
import { openDatabase, transaction } from './sqlite.ts'
import { openUsers } from './users.ts'
import { openWrites } from './writes.ts'

export type Store = ReturnType<typeof openStore>

/**
 * Open the data directory's databases, or create them in a new one. Throws `Unusable` and leaves everything untouched when it cannot be
 * sure that nothing was lost. There is one store a directory and one writer a store.
 */
export function openStore(dir: string) {
  const marker = readMarker(dir)
  // a marker without files of logs was left by a kill while the store was being made
  const fresh = marker === undefined || marker.logs.length === 0
  const crashed = !fresh && marker.running
  const storeId = marker?.store ?? crypto.randomUUID()
  const mark = (running: boolean, names: string[]) => writeMarker(dir, { store: storeId, running, logs: names })
  if (fresh) mark(true, [])
  const db = openDatabase(join(dir, 'signalbox.db'), migrations, { mayCreate: fresh, crashed })
  const logs = openLogs(join(dir, 'logs'), { known: marker?.logs ?? [], crashed, grown: names => mark(true, names) })
  mark(true, logs.names)

  const getMeta = db.prepare('SELECT value FROM meta WHERE key = ?')
  const setMeta = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
  const meta = {
    number: (key: string): number => Number((getMeta.get(key) as { value: string } | undefined)?.value ?? 0),
    set: (key: string, value: number) => void setMeta.run(key, String(value)),
  }
  let seq = Math.max(meta.number('seq'), logs.lastSeq)

  /** The next place in the one order of everything. Inside `write` it is committed with the change; logs carry it themselves. */
  const nextSeq = () => ++seq
  const idOf = (at: number) => `${storeId.slice(0, 8)}${at.toString(16).padStart(12, '0')}`

  return {
    dir,
    storeId,
    logs,
    nextSeq,
    get seq() {
      return seq
    },
    /** The wire's opaque id of what stands at a place in the order. */
    /** Take back places handed out for logs that were then not committed. */
    rewind: (to: number): void => void (seq = to),
    idOf,
    /** The place an id stands for, or undefined when it is not one of this store's. */
    seqOf: (id: string): number | undefined =>
      /^[0-9a-f]{20}$/.test(id) && id.startsWith(storeId.slice(0, 8)) ? Number.parseInt(id.slice(8), 16) : undefined,
    signals: openSignals(db),
    audit: openAudit(db, nextSeq, idOf),
    rules: openRules(db),
    users: openUsers(db),
    keys: openKeys(db),
    detection: openDetection(db, meta),
    writes: openWrites(db),
    meta,
    /** One transaction: the change, its audit event, its timeline, or nothing of it. */
    write<T>(work: () => T): T {
      const before = seq
      try {
        return transaction(db, () => {
          const result = work()
          if (seq !== before) meta.set('seq', seq)
          return result
        })
      } catch (error) {
        seq = Math.max(before, logs.lastSeq)
        throw error
      }
    },
    check: (): string[] => [
      ...(db.prepare('PRAGMA quick_check(5)').all() as { quick_check: string }[]).map(row => row.quick_check).filter(line => line !== 'ok'),
      ...logs.check(),
    ],
    close(): void {
      // everything into the databases first, then the word that it is there, and only then are the logs of writes taken away
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      logs.checkpoint()
      mark(false, logs.names)
      db.close()
      logs.close()
    },
  }
}
