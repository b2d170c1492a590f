import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from '../lib/sync-folder.ts'
import { Unusable } from '../lib/unusable.ts'

/** Says that a store once existed here, so that a lost database is never taken for a fresh start. */
export interface Marker {
  store: string
  /** Nobody has closed it since it was opened. */
  running: boolean
  /** The files of logs that are wholly made. One that is gone is a loss; one that is not named yet was being made. */
  logs: string[]
  /** Files that retention has given up and that may still be there: whoever opens the store takes them away. Numbers are never used again. */
  dropped?: string[]
}

/** Stands in the marker's place while a restore puts files there: `from` the backup, what was there before goes to `aside`. */
export interface Restoring {
  restoring: { from: string; aside: string }
}

const isName = (name: string) => /^\d{4}\.db$/.test(name)
const path = (dir: string) => join(dir, 'store.json')

export function readMarker(dir: string): Marker | undefined {
  if (!existsSync(path(dir))) {
    if (existsSync(join(dir, 'signalbox.db')))
      throw new Unusable(
        'missing',
        `${path(dir)} is missing beside a database. Put it back, or put back a backup with \`signalbox restore\`.`,
      )
    return undefined
  }
  let marker: Partial<Marker & Restoring> | null
  try {
    marker = JSON.parse(readFileSync(path(dir), 'utf8')) as Partial<Marker & Restoring> | null
  } catch {
    // unreadable and nonsense are the same to the caller
    marker = null
  }
  const { store, running, logs, dropped = [], restoring } = marker ?? {}
  if (restoring)
    throw new Unusable(
      'missing',
      `A restore into ${dir} was cut off. Run \`signalbox restore ${restoring.from}\` again; what was there before lies in ${restoring.aside}.`,
    )
  if (typeof store === 'string' && /^[0-9a-f-]{36}$/.test(store) && Array.isArray(logs) && logs.every(isName) && dropped.every(isName))
    return { store, running: running === true, logs, ...(dropped.length > 0 && { dropped }) }
  throw new Unusable('damaged', `${path(dir)} is damaged. Put back a backup with \`signalbox restore\`.`)
}

export function writeMarker(dir: string, marker: Marker | Restoring): void {
  const temporary = `${path(dir)}.new`
  const file = openSync(temporary, 'w', 0o600)
  writeSync(file, `${JSON.stringify(marker)}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(temporary, path(dir))
  syncFolder(dir)
}
