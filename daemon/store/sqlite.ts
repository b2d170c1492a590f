import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { Unusable } from '../lib/unusable.ts'

/** "SBOX": marks our files, so that no other database is ever taken for ours. */
export const applicationId = 0x53424f58

export type Database = InstanceType<typeof DatabaseSync>

/** One step of the schema. The list only grows: `user_version` is how many steps a file has seen. */
export type Migration = string

const walMagic = new Set([0x377f0682, 0x377f0683])

/**
 * Open or create one of our databases and bring its schema up to date, each step in its own transaction. WAL, `synchronous=FULL`, and an
 * exclusive lock that the system drops with the process: a second daemon is refused with `Unusable('locked')`, a killed one leaves no lock.
 * `mayCreate` false: a missing or empty file is an error. `crashed`: the last run did not end well, so a write-ahead log must be there.
 */
export function openDatabase(
  path: string,
  migrations: readonly Migration[],
  { mayCreate, crashed }: { mayCreate: boolean; crashed: boolean },
): Database {
  const size = existsSync(path) ? statSync(path).size : -1
  if (size <= 0 && !mayCreate)
    throw new Unusable(
      'missing',
      `${path} is ${size < 0 ? 'missing' : 'empty'}, but this store once held data. Put it back, or put back a backup with \`signalbox restore\`.`,
    )
  let db: Database
  try {
    if (size > 0) checkHeader(path, migrations.length)
    if (size > 0 && crashed) checkWal(`${path}-wal`)
    db = new DatabaseSync(path)
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 200')
    if (size <= 0) db.exec(`PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${applicationId}`)
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    migrate(db, path, migrations)
    // takes the lock now, and leaves a write-ahead log that the next start can rely on
    db.exec(`BEGIN IMMEDIATE; PRAGMA application_id = ${applicationId}; COMMIT`)
  } catch (error) {
    throw explain(error, path)
  }
  return db
}

/** Refuse what is not ours before SQLite sees it: to open and close a database is to write to it when it has a write-ahead log. */
function checkHeader(path: string, known: number): void {
  const header = Buffer.alloc(100)
  const file = openSync(path, 'r')
  readSync(file, header, 0, 100, 0)
  closeSync(file)
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw new Error('file is not a database')
  if (header.readUInt32BE(68) !== applicationId)
    throw new Unusable('foreign', `${path} is a database, but not one of Signalbox's. Name another data directory with --data.`)
  refuseNewer(path, header.readUInt32BE(60), known)
}

/** A write-ahead log that is gone or garbage is ignored by SQLite in silence, and with it every acknowledged write that lived only there. */
export function checkWal(path: string): void {
  const size = existsSync(path) ? statSync(path).size : 0
  const header = Buffer.alloc(4)
  if (size >= 32) {
    const file = openSync(path, 'r')
    readSync(file, header, 0, 4, 0)
    closeSync(file)
  }
  if (!walMagic.has(header.readUInt32BE()))
    throw new Unusable(
      'wal',
      `${path} is missing or damaged after an unclean stop: the last acknowledged writes lived there. Put it back, put back a backup with \`signalbox restore\`, or accept the loss with \`signalbox doctor --accept-loss\`.`,
    )
}

function refuseNewer(path: string, version: number, known: number): void {
  if (version > known)
    throw new Unusable(
      'newer',
      `${path} was written by a newer Signalbox (schema ${version}, this one knows ${known}). Update Signalbox; the file was not touched.`,
    )
}

function migrate(db: Database, path: string, migrations: readonly Migration[]): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  // the header on disk may be older than what the write-ahead log says
  refuseNewer(path, version, migrations.length)
  for (let step = version; step < migrations.length; step++)
    transaction(db, () => db.exec(`${migrations[step]}; PRAGMA user_version = ${step + 1}`))
}

function explain(error: unknown, path: string): Error {
  if (error instanceof Unusable) return error
  const message = (error as Error).message
  if (isLocked(error)) return new Unusable('locked', `Another daemon has ${path}.`)
  if (/not a database|malformed|corrupt/i.test(message))
    return new Unusable(
      'damaged',
      `${path} is damaged (${message}). Run \`signalbox doctor\`, or put back a backup with \`signalbox restore\`; the file was not touched.`,
    )
  if (/unable to open|readonly|permission|access|EACCES|EPERM/i.test(message))
    return new Unusable('unreadable', `${path} cannot be opened (${message}). Check its owner and mode.`)
  return error as Error
}

/** Whether a failure means that another process has the database. */
export const isLocked = (error: unknown): boolean => /locked|busy/i.test((error as Error).message)

/** What SQLite finds wrong with a database, up to five lines; none where it is whole. */
export const faultsIn = (db: Database): string[] =>
  (db.prepare('PRAGMA quick_check(5)').all() as { quick_check: string }[]).map(row => row.quick_check).filter(line => line !== 'ok')

/** What a database takes on disk, with its write-ahead log. */
export const bytesOf = (path: string): number =>
  [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0)

/** Run `work` in one transaction: all of it, or none. */
export function transaction<T>(db: Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has rolled back by itself after some failures, such as a full disk
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Whether a failure means that nothing more can be written. `ulimit` shows as an I/O error, not as a full disk. */
export const isFull = (error: unknown): boolean =>
  error instanceof Error && /database or disk is full|disk I\/O error|SQLITE_FULL|ENOSPC/i.test(error.message)
