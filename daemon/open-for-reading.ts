import { existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import { type Database, isLocked } from './store/sqlite.ts'

/**
 * Open a database that no daemon has and leave every file as it is to the byte. `close` also takes away the empty write-ahead log and its
 * index that reading makes where there is none; the lock itself goes only with the process, since the binding keeps a connection for as long
 * as its statements.
 */
export function openForReading(path: string): { db: Database; close(): void } {
  const made = [`${path}-wal`, `${path}-shm`].filter(file => !existsSync(file))
  const tidy = (ending: string) => {
    if (made.includes(path + ending)) rmSync(path + ending, { force: true })
  }
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    return {
      db,
      close() {
        // while our lock is held: once it is gone, the log may be that of a daemon that has just started
        if (isReading(db)) tidy('-wal')
        db.close()
        tidy('-shm')
      },
    }
  } catch (error) {
    tidy('-shm')
    throw error
  }
}

/** Whether the database could be locked by us, be it damaged or not: then no daemon has it. */
function isReading(db: Database): boolean {
  try {
    db.exec('PRAGMA schema_version')
    return true
  } catch (error) {
    return !isLocked(error)
  }
}
