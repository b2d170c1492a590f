import { copyFile, mkdir, open, readdir, rename, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../lib/sync-folder.ts'
import { migrations as logMigrations } from '../store/log-file.ts'
import { writeMarker } from '../store/marker.ts'
import { migrations } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { fileName, format, hashFile, type Manifest, manifestPath } from './manifest.ts'

export interface Making {
  store: Store
  version: string
  /** ms UTC */
  time: number
  /** Where the backup is to be: not there yet, or empty. It appears whole, by one rename of `${target}.part`. */
  target: string
  /** Hears how many bytes are copied. */
  tell: (bytes: number) => void
  /** Hears of each point at which a kill must do no harm. */
  reached: (point: string) => void
  /** Whether to give up before the next file. */
  isClosing: () => boolean
}

/**
 * Copy the data directory while it is written to. `signalbox.db` goes first and the logs after it: the copy is a daemon that was killed when
 * the first copy ended and had taken in some logs that it had not judged yet. Detection goes on from there and finds the same. Keys stay where
 * they are.
 */
export async function makeBackup({ store, version, time, target, tell, reached, isClosing }: Making): Promise<Manifest> {
  const part = `${target}.part`
  const { seq } = store
  let copied = 0
  let names: string[] = []
  const step = async (name: string, copy: (to: string, tell: (bytes: number) => void) => Promise<void>) => {
    if (isClosing()) throw new Error('The daemon was stopped before the backup was done.')
    await copy(join(part, name), bytes => tell(copied + bytes))
    copied += (await stat(join(part, name))).size
    tell(copied)
    names.push(name)
  }
  for (const folder of ['', 'logs', 'feeds']) await mkdir(join(part, folder), { mode: 0o700 })
  reached('backup: begun')
  await step('signalbox.db', store.copyDatabase)
  reached('backup: signalbox.db')
  const { entries, release } = store.logs.pin()
  try {
    for (const { name, file } of entries) {
      await step(`logs/${name}`, file.copy)
      reached('backup: logs')
    }
  } finally {
    release()
  }
  writeMarker(part, { store: store.storeId, running: false, logs: entries.map(({ name }) => name) })
  names = ['store.json', ...names, ...(await copySmall(store.dir, part))]
  const files: Manifest['files'] = []
  for (const name of names) {
    if (isClosing()) throw new Error('The daemon was stopped before the backup was done.')
    await sync(join(part, name))
    files.push({ name, bytes: (await stat(join(part, name))).size, sha256: await hashFile(join(part, name)) })
  }
  reached('backup: hashed')
  const schema = { store: migrations.length, logs: logMigrations.length }
  const manifest: Manifest = { format, version, schema, store: store.storeId, made_at: time, seq, files }
  await writeFile(manifestPath(part), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  await sync(manifestPath(part))
  for (const folder of ['logs', 'feeds', '']) syncFolder(join(part, folder))
  reached('backup: complete')
  // not every system puts a folder in an empty one's place
  await rmdir(target).catch(() => {})
  await rename(part, target)
  syncFolder(join(target, '..'))
  reached('backup: in place')
  return manifest
}

/** What a person may edit by hand. */
const documents = ['settings.json', 'views.json', 'services.json', 'pivots.json']

/** Feeds and settings: each is replaced by a rename, so that a copy is always whole. One that goes meanwhile is left out. */
async function copySmall(dir: string, part: string): Promise<string[]> {
  const feeds = await readdir(join(dir, 'feeds')).catch(() => [])
  const copied: string[] = []
  for (const name of [...documents, ...feeds.sort().map(name => `feeds/${name}`)].filter(name => fileName.test(name)))
    try {
      await copyFile(join(dir, name), join(part, name))
      copied.push(name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  return copied
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.sync().finally(() => file.close())
}
