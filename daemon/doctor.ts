import { accessSync, constants, existsSync, readFileSync, renameSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from './cli/doctor.ts'
import { Unusable } from './lib/unusable.ts'
import { openForReading } from './open-for-reading.ts'
import { openAudit } from './store/audit.ts'
import { type BlockRow, decodeBlock } from './store/block.ts'
import { migrations as logMigrations } from './store/log-file.ts'
import { type Marker, readMarker, writeMarker } from './store/marker.ts'
import { migrations } from './store/schema.ts'
import { applicationId, checkWal, type Database, faultsIn, isLocked } from './store/sqlite.ts'

type Tell = (text: () => string) => void
const good = (what: string): Finding => ({ level: 'good', what })
const note = (what: string): Finding => ({ level: 'note', what })
const problem = (what: string, todo: string): Finding => ({ level: 'problem', what, todo })
const restore = 'Put back a backup with `signalbox restore`: it keeps what is there now aside.'

/**
 * Look at a data directory that no daemon has: mode, room, marker, databases to the last block. Everything is opened for reading, and every
 * file stays as it is to the byte.
 */
export function* examine(dir: string, me: number | undefined, tell: Tell): Generator<Finding> {
  if (!existsSync(dir)) return yield note(`${dir} is not there yet: the first start makes it`)
  yield* examineFolder(dir, me)
  let marker: Marker | undefined
  try {
    marker = readMarker(dir)
  } catch (error) {
    yield toFinding(error)
  }
  const fresh = marker ? marker.logs.length === 0 : !existsSync(join(dir, 'signalbox.db'))
  if (fresh) return yield note(`${dir} holds no store yet: the first start makes it`)
  if (marker) yield marker.running ? note('the last run was not ended: its write-ahead log is needed') : good('the last run ended well')
  const crashed = marker?.running === true
  yield* lookAtDatabase(join(dir, 'signalbox.db'), { known: migrations.length, crashed }, lookAtAudit)
  const names = [...(marker?.logs ?? [])].sort()
  for (const [i, name] of names.entries())
    yield* lookAtDatabase(join(dir, 'logs', name), { known: logMigrations.length, crashed: crashed && i === names.length - 1 }, db =>
      lookAtBlocks(db, name, tell),
    )
  yield* lookAtFeeds(join(dir, 'feeds', 'feeds.json'))
}

/** Go on without a write-ahead log that is lost: it is put aside if there is something of it, and the unclean stop is forgotten. */
export function acceptLoss(dir: string): Finding {
  const marker = readMarker(dir)
  const paths = lostWals(dir, marker)
  if (!marker || paths.length === 0)
    throw new Error('Nothing was changed: no write-ahead log is missing. What `signalbox doctor` finds besides needs something else.')
  for (const path of paths) if (existsSync(path)) renameSync(path, `${path}.lost`)
  writeMarker(dir, { ...marker, running: false })
  return note(`the last writes before the unclean stop are given up: ${paths.join(', ')}`)
}

/** Write-ahead logs that a start would ask for and not find. */
function lostWals(dir: string, marker: Marker | undefined): string[] {
  if (!marker?.running || marker.logs.length === 0) return []
  // only the newest file of logs is written to
  return [join(dir, 'signalbox.db'), join(dir, 'logs', [...marker.logs].sort().at(-1)!)]
    .filter(path => existsSync(path) && statSync(path).size > 0)
    .map(path => `${path}-wal`)
    .filter(path => {
      try {
        checkWal(path)
        return false
      } catch (error) {
        if (error instanceof Unusable && error.reason === 'wal') return true
        throw error
      }
    })
}

/** Below this share of the disk there is little room; below so many bytes nothing can be written for long. */
const littleRoom = 0.05
const noRoom = 256 * 1024 ** 2

/** Look at what holds whether a daemon runs there or not: owner, mode, room. `me`: our user id. */
export function* examineFolder(dir: string, me: number | undefined): Generator<Finding> {
  const { mode, uid } = statSync(dir)
  if (me !== undefined && uid !== me)
    yield problem(`${dir} belongs to another user`, 'Run this as its owner, or name another directory with --data.')
  else if (me !== undefined && mode & 0o077) yield problem(`${dir} is open to other users`, `Run \`chmod 700 ${dir}\`.`)
  else yield good(`${dir} is yours alone`)
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    yield problem(`${dir} cannot be read and written`, `Run \`chmod 700 ${dir}\`, and see that its file system is not mounted read-only.`)
  }
  const keys = join(dir, 'keys.json')
  if (me !== undefined && existsSync(keys) && statSync(keys).mode & 0o077)
    yield problem(`${keys} can be read by others`, `Run \`chmod 600 ${keys}\`, and revoke its keys if others use this machine.`)
  const { bavail, blocks, bsize } = statfsSync(dir)
  const free = bavail * bsize
  const room = `${free < 1024 ** 3 ? `${Math.floor(free / 1024 ** 2)} MB` : `${(free / 1024 ** 3).toFixed(1)} GB`} of disk are free`
  if (free < noRoom) yield problem(room, 'Make room: writes are refused once the disk is full.')
  else yield free < littleRoom * blocks * bsize ? note(`only ${room}`) : good(room)
}

/** `more` is asked only of a database that is whole. */
function* lookAtDatabase(
  path: string,
  { known, crashed }: { known: number; crashed: boolean },
  more: (db: Database) => Iterable<Finding>,
): Generator<Finding> {
  const size = existsSync(path) ? statSync(path).size : -1
  if (size <= 0)
    return yield problem(`${path} is ${size < 0 ? 'missing' : 'empty'}`, 'Put it back, or put back a backup with `signalbox restore`.')
  let close = () => {}
  try {
    if (crashed) checkWal(`${path}-wal`)
    const file = openForReading(path)
    close = file.close
    const damage = damageOf(file.db, path, known)
    yield damage ?? good(`${path} is whole`)
    if (!damage) yield* more(file.db)
  } catch (error) {
    yield toFinding(error, path)
  } finally {
    close()
  }
}

function damageOf(db: Database, path: string, known: number): Finding | undefined {
  const { application_id: id } = db.prepare('PRAGMA application_id').get() as { application_id: number }
  if (id !== applicationId) return problem(`${path} is a database, but not one of Signalbox's`, 'Name another data directory with --data.')
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version > known)
    return problem(`${path} was written by a newer Signalbox (schema ${version}, this one knows ${known})`, 'Update Signalbox.')
  const faults = faultsIn(db)
  return faults.length === 0 ? undefined : problem(`${path} is damaged: ${faults.join('; ')}`, restore)
}

function* lookAtAudit(db: Database): Generator<Finding> {
  if (!hasTable(db, 'audit')) return
  const broken = openAudit(db, () => 0, String).verify()
  yield broken ? problem(`the audit trail was changed at event ${broken.seq}`, restore) : good('the audit trail is intact')
}

function* lookAtBlocks(db: Database, name: string, tell: Tell): Generator<Finding> {
  if (!hasTable(db, 'block')) return
  let blocks = 0
  let first: string | undefined
  let damaged = 0
  for (const row of db.prepare('SELECT * FROM block').iterate() as Iterable<unknown> as Iterable<BlockRow>) {
    blocks++
    tell(() => `logs/${name}: ${blocks} blocks`)
    try {
      decodeBlock(row)
    } catch (error) {
      damaged++
      first ??= (error as Error).message
    }
  }
  yield first === undefined
    ? good(`all ${blocks} blocks of logs/${name} have their checksum`)
    : problem(`${damaged} of ${blocks} blocks of logs/${name} are damaged: ${first}`, restore)
}

const hasTable = (db: Database, name: string): boolean =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(name) !== undefined

function* lookAtFeeds(path: string): Generator<Finding> {
  if (!existsSync(path)) return
  try {
    JSON.parse(readFileSync(path, 'utf8'))
    yield good(`${path} can be read`)
  } catch (error) {
    yield problem(`${path} cannot be read: ${(error as Error).message}`, 'Mend it; it is yours to edit.')
  }
}

function toFinding(error: unknown, path = ''): Finding {
  const { message } = error as Error
  if (error instanceof Unusable) {
    const [what = message, ...todo] = message.split(/(?<=\.) (?=[A-Z])|: (?=the last)/)
    return problem(what.replace(/\.$/, ''), todo.join(' ') || restore)
  }
  if (isLocked(error)) return problem(`another process has ${path}`, 'Stop it, or ask its daemon: set SIGNALBOX_URL.')
  if (/unable to open|permission|EACCES/i.test(message)) return problem(`${path} cannot be opened: ${message}`, 'Check its owner and mode.')
  return problem(`${path} is damaged: ${message}`, restore)
}
