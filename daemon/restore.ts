import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { copyFile, lstat, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkFiles, format, type Manifest, readManifest, sizeOf } from './backup/manifest.ts'
import type { Restore } from './cli/restore.ts'
import { prepareDataDir } from './data-dir.ts'
import { syncFolder } from './lib/sync-folder.ts'
import { Unusable } from './lib/unusable.ts'
import { openForReading } from './open-for-reading.ts'
import { migrations as logMigrations } from './store/log-file.ts'
import { writeMarker } from './store/marker.ts'
import { migrations } from './store/schema.ts'
import { isLocked } from './store/sqlite.ts'

/** What a store is made of. Backups, keys and the reserve stay where they are. */
const isOfStore = (name: string) =>
  /^signalbox\.db/.test(name) || ['logs', 'segments', 'feeds', 'settings.json', 'views.json', 'services.json'].includes(name)
const staged = 'restore.new'

/**
 * Check everything, copy it beside what is there, and only then change places. From the first file that is moved until the last, which is the
 * marker, the directory is one that a start refuses, naming this command: done again, it begins anew. Nothing is ever deleted. The directory
 * itself stays, since it may be where a disk is mounted.
 */
export const restoreBackup =
  (now: () => number): Restore =>
  async (from, dir, me, tell) => {
    const manifest = await readManifest(from)
    refuseNewer(from, manifest)
    const bytes = sizeOf(manifest)
    let checked = 0
    await checkFiles(from, manifest, part => {
      checked += part
      tell(() => `Checked ${Math.floor((checked / bytes) * 100)} %`)
    })
    prepareDataDir(dir, me)
    refuseLocked(dir)
    const stage = join(dir, staged)
    rmSync(stage, { recursive: true, force: true })
    const { bavail, bsize } = statfsSync(dir)
    if (bavail * bsize < bytes)
      throw new Error(`The backup needs ${bytes} bytes; ${bavail * bsize} are free in ${dir}. Nothing was changed.`)
    try {
      await copyAll(from, stage, manifest, tell)
    } catch (error) {
      rmSync(stage, { recursive: true, force: true })
      throw new Error(`The backup could not be copied: ${(error as Error).message}. Nothing was changed.`)
    }
    refuseLocked(dir)
    const aside = putInPlace(dir, stage, from, now())
    const has_keys = existsSync(join(dir, 'keys.json'))
    return { directory: dir, aside, made_at: manifest.made_at, seq: manifest.seq, files: manifest.files.length, bytes, has_keys }
  }

function refuseNewer(from: string, { format: found, version, schema }: Manifest): void {
  if (found > format || schema.store > migrations.length || schema.logs > logMigrations.length)
    throw new Unusable('newer', `${from} was made by a newer Signalbox (${version}). Update Signalbox; nothing was changed.`)
}

/** A daemon has the store's lock, whatever daemon.json says. Whether the database is any good is of no interest here. */
function refuseLocked(dir: string): void {
  const path = join(dir, 'signalbox.db')
  if (!existsSync(path)) return
  try {
    const { db, close } = openForReading(path)
    try {
      db.exec('PRAGMA schema_version')
    } finally {
      close()
    }
  } catch (error) {
    if (isLocked(error)) throw new Unusable('locked', `A daemon has ${path}. Stop it first. Nothing was changed.`)
  }
}

async function copyAll(from: string, stage: string, manifest: Manifest, tell: (text: () => string) => void): Promise<void> {
  for (const folder of ['', 'logs', 'feeds']) await mkdir(join(stage, folder), { mode: 0o700 })
  for (const [i, { name, bytes }] of manifest.files.entries()) {
    tell(() => `Copied ${i} of ${manifest.files.length} files`)
    await copyFile(join(from, name), join(stage, name))
    const file = await open(join(stage, name), 'r+')
    await file.chmod(0o600)
    await file.sync().finally(() => file.close())
    if ((await lstat(join(stage, name))).size !== bytes) throw new Error(`${name} changed meanwhile`)
  }
  for (const folder of ['logs', 'feeds', '']) syncFolder(join(stage, folder))
}

/** Answers where what was there lies now; null where there was nothing. */
function putInPlace(dir: string, stage: string, from: string, time: number): string | null {
  const before = readdirSync(dir).filter(isOfStore)
  const marker = join(dir, 'store.json')
  const hadMarker = existsSync(marker)
  const aside = freeName(join(dir, `before-restore-${new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')}`))
  // an empty folder for feeds is made with every data directory
  const isNew = !hadMarker && before.every(name => name === 'feeds' && readdirSync(join(dir, name)).length === 0)
  mkdirSync(aside, { mode: 0o700 })
  if (hadMarker) copyFileSync(marker, join(aside, 'store.json'))
  syncFolder(aside)
  writeMarker(dir, { restoring: { from, aside } })
  for (const name of before) renameSync(join(dir, name), join(aside, name))
  for (const name of readdirSync(stage).filter(name => name !== 'store.json')) renameSync(join(stage, name), join(dir, name))
  syncFolder(aside)
  syncFolder(dir)
  renameSync(join(stage, 'store.json'), marker)
  syncFolder(dirname(marker))
  rmSync(stage, { recursive: true, force: true })
  if (!isNew) return aside
  rmSync(aside, { recursive: true, force: true })
  return null
}

function freeName(path: string): string {
  for (let i = 1; ; i++) {
    const name = i === 1 ? path : `${path}-${i}`
    if (!existsSync(name)) return name
  }
}
