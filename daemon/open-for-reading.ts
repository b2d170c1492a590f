import { existsSync, rmSync } from 'node:fs'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Database } from './store/sqlite.ts'

/**
 * Open a database that no daemon has and leave every file as it is to the byte. `close` also takes away the index of the write-ahead log that
 * reading makes beside it; the lock itself goes only with the process, since the binding keeps a connection for as long as its statements.
 */
export function openForReading(path: string): { db: Database; close(): void } {
  const index = `${path}-shm`
  const hadIndex = existsSync(index)
  const tidy = () => {
    if (!hadIndex) rmSync(index, { force: true })
  }
  try {
    const db = new DatabaseSync(path, { readOnly: true })
    return {
      db,
      close() {
        db.close()
        tidy()
      },
    }
  } catch (error) {
    tidy()
    throw error
  }
}
