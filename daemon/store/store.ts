import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openAudit } from './audit.ts'
import type { DamagedBlock } from './block.ts'
import { openBouncers } from './bouncers.ts'
import { openCases } from './cases.ts'
import { openChanges } from './changes.ts'
import { openChannels } from './channels.ts'
import { copyDatabase } from './copy.ts'
import { openDenylist } from './denylist.ts'
import { openDetection } from './detection.ts'
import { openEvidence } from './evidence.ts'
import { openFlags } from './flags.ts'
import { openIncidents } from './incidents.ts'
import { openIocTriage } from './ioc-triage.ts'
import { openJobs } from './jobs.ts'
import { openKeys } from './keys.ts'
import { openLogIntel } from './log-intel.ts'
import { openLogs } from './logs.ts'
import { readMarker, writeMarker } from './marker.ts'
import { openNotes } from './notes.ts'
import { openNotificationRules } from './notification-rules.ts'
import { openOutbox } from './outbox.ts'
import { openPasslist } from './passlist.ts'
import { openReferenceTables } from './reference-tables.ts'
import { openReserve } from './reserve.ts'
import { openRestrictionPolicies } from './restriction-policies.ts'
import { openRoles } from './roles.ts'
import { openRules } from './rules.ts'
import { migrations } from './schema.ts'
import { openSignals } from './signals.ts'
import { bytesOf, faultsIn, isFull, openDatabase, transaction } from './sqlite.ts'
import { openSuppressions } from './suppressions.ts'
import { openUsers } from './users.ts'
import { openWorkflows } from './workflows.ts'
import { openWrites } from './writes.ts'

export type Store = ReturnType<typeof openStore>

/**
 * Open the data directory's databases, or create them in a new one. Throws `Unusable` and leaves everything untouched when it cannot be
 * sure that nothing was lost. There is one store a directory and one writer a store.
 */
export function openStore(dir: string, damaged: (error: DamagedBlock) => void = () => {}) {
  const marker = readMarker(dir)
  // a marker without files of logs was left by a kill while the store was being made
  const fresh = marker === undefined || marker.logs.length === 0
  const crashed = !fresh && marker.running
  const storeId = marker?.store ?? crypto.randomUUID()
  const reserve = openReserve(dir)
  /** To take away and to change a little must be possible on a full disk. */
  const withRoom = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (!isFull(error) || !reserve.giveUp()) throw error
      return work()
    }
  }
  let dropped = (marker?.dropped ?? []).filter(name => !marker?.logs.includes(name))
  const mark = (running: boolean, names: string[]) =>
    withRoom(() => writeMarker(dir, { store: storeId, running, logs: names, ...(dropped.length > 0 && { dropped }) }))
  // what a kill in the middle of retention has left
  for (const name of dropped) for (const end of ['', '-wal', '-shm']) rmSync(join(dir, 'logs', name + end), { force: true })
  dropped = []
  if (fresh) mark(true, [])
  const db = openDatabase(join(dir, 'signalbox.db'), migrations, { mayCreate: fresh, crashed })
  const logs = openLogs(join(dir, 'logs'), { known: marker?.logs ?? [], crashed, changed: names => mark(true, names), damaged })
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
    reserve,
    nextSeq,
    get seq() {
      return seq
    },
    /** Take back places handed out for logs that were then not committed. */
    rewind: (to: number): void => void (seq = to),
    /** The wire's opaque id of what stands at a place in the order. */
    idOf,
    /** The place an id stands for, or undefined when it is not one of this store's. */
    seqOf: (id: string): number | undefined =>
      /^[0-9a-f]{20}$/.test(id) && id.startsWith(storeId.slice(0, 8)) ? Number.parseInt(id.slice(8), 16) : undefined,
    signals: openSignals(db),
    changes: openChanges(db),
    notes: openNotes(db),
    jobs: openJobs(db),
    incidents: openIncidents(db),
    cases: openCases(db),
    evidence: openEvidence(db),
    audit: openAudit(db, nextSeq, idOf),
    rules: openRules(db),
    restrictionPolicies: openRestrictionPolicies(db),
    suppressions: openSuppressions(db),
    users: openUsers(db),
    roles: openRoles(db),
    keys: openKeys(db),
    logIntel: openLogIntel(db),
    iocTriage: openIocTriage(db),
    referenceTables: openReferenceTables(db),
    denylist: openDenylist(db),
    passlist: openPasslist(db),
    flags: openFlags(db),
    bouncers: openBouncers(db),
    notificationRules: openNotificationRules(db),
    channels: openChannels(db),
    outbox: openOutbox(db),
    detection: openDetection(db, meta),
    workflows: openWorkflows(db),
    writes: openWrites(db),
    meta,
    /** One transaction: the change, its audit event, its timeline, or nothing of it. `spare` false: not worth the reserve of a full disk. */
    write<T>(work: () => T, { spare = true } = {}): T {
      const before = seq
      const room = spare ? withRoom : (work: () => T) => work()
      try {
        return room(() => {
          seq = Math.max(before, logs.lastSeq)
          return transaction(db, () => {
            const result = work()
            if (seq !== before) meta.set('seq', seq)
            return result
          })
        })
      } catch (error) {
        seq = Math.max(before, logs.lastSeq)
        throw error
      }
    },
    /**
     * Give a file of logs up, with an audit event in `work`. Killed before the marker says so, it is as if nothing had been; killed after it,
     * the next start takes the file away. Resolves when its disk is free.
     */
    async dropLogs(name: string, work: () => void, reached: (point: string) => void): Promise<void> {
      this.write(() => {
        work()
        // the logs may be the last to say how far the order has come
        meta.set('seq', seq)
      })
      reached('retention: recorded')
      dropped = [...dropped, name]
      let freed: Promise<void>
      try {
        freed = logs.drop(name)
      } catch (error) {
        dropped = dropped.filter(other => other !== name)
        throw error
      }
      reached('retention: marked')
      await freed
      dropped = dropped.filter(other => other !== name)
      reached('retention: unlinked')
    },
    /** What the databases take on disk. */
    bytes: (): number => bytesOf(join(dir, 'signalbox.db')) + logs.bytes(),
    /** Copy `signalbox.db` as it is when the copy ends. `tell` hears the bytes copied so far. */
    copyDatabase: (to: string, tell: (bytes: number) => void): Promise<void> => copyDatabase(db, to, tell),
    check: (): string[] => [...faultsIn(db), ...logs.check()],
    /** `copying`: a copy of a database goes on, which its connection must outlive; it ends with the thread. */
    close({ copying = false } = {}): void {
      // everything into the databases first, then the word that it is there, and only then are the logs of writes taken away
      // not TRUNCATE: a log of writes that is empty, found after a kill, looks like one that was lost
      db.exec('PRAGMA wal_checkpoint(FULL)')
      logs.checkpoint()
      mark(false, logs.names)
      if (copying) return
      db.close()
      logs.close()
    },
  }
}
