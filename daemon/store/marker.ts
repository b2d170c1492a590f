import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Unusable } from '../lib/unusable.ts'

/** Says that a store once existed here, so that a lost database is never taken for a fresh start. */
export interface Marker {
  store: string
  /** Nobody has closed it since it was opened. */
  running: boolean
  /** The files of logs that are wholly made. One that is gone is a loss; one that is not named yet was being made. */
  logs: string[]
}

const path = (dir: string) => join(dir, 'store.json')

export function readMarker(dir: string): Marker | undefined {
  if (!existsSync(path(dir))) {
    if (existsSync(join(dir, 'signalbox.db')))
      throw new Unusable(
        'missing',
        `${path(dir)} is missing beside a database. Put it back, or put back a good copy of the whole data directory.`,
      )
    return undefined
  }
  try {
    const { store, running, logs } = JSON.parse(readFileSync(path(dir), 'utf8')) as Marker
    if (/^[0-9a-f-]{36}$/.test(store) && logs.every(name => /^\d{4}\.db$/.test(name))) return { store, running: running === true, logs }
  } catch {
    // falls through: unreadable and nonsense are the same to the caller
  }
  throw new Unusable('damaged', `${path(dir)} is damaged. Put back a good copy of the whole data directory.`)
}

export function writeMarker(dir: string, marker: Marker): void {
  const temporary = `${path(dir)}.new`
  const file = openSync(temporary, 'w', 0o600)
  writeSync(file, `${JSON.stringify(marker)}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(temporary, path(dir))
}
