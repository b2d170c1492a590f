import { lstat, mkdir, readdir, rm, statfs } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { isFull } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { makeBackup } from './make.ts'
import { readManifest, sizeOf } from './manifest.ts'

/** A backup that is being made or was made. Times are ms UTC. */
export interface Backup {
  id: string
  directory: string
  state: 'running' | 'done' | 'failed'
  made_at: number
  /** Copied so far, and about how many there will be. */
  bytes: number
  total_bytes: number
  /** Once it is done: everything up to this place in the one order is in it. */
  seq: number | null
  error: string | null
}

interface Needs {
  store: Store
  version: string
  now: () => number
  /** The one way to write: audit event and kept answer together; `work` is not called where the answer was kept. */
  write(ctx: WriteContext, event: Omit<NewAuditEvent, 'time' | 'actor'>, work: () => Backup): Backup
  report: (error: unknown) => void
  reached: (point: string) => void
}

const wrong = (message: string) =>
  new Refusal(400, 'invalid', `directory ${message}`, { problems: [{ field: 'data.attributes.directory', message }] })
const inTheWay = (path: string) => new Refusal(409, 'exists', `${path} is in the way: name a folder that is not there yet, or is empty`)

/** Backups of a store, one at a time, by default in DATA/backups. They go on while the store is written to. */
export function createBackups({ store, version, now, write, report, reached }: Needs) {
  const folder = join(store.dir, 'backups')
  const made = new Map<string, Backup>()
  let running: Promise<void> | undefined
  let closing = false

  async function make(backup: Backup): Promise<void> {
    try {
      await mkdir(dirname(backup.directory), { recursive: true, mode: 0o700 })
      const tell = (bytes: number) => void (backup.bytes = bytes)
      const { directory: target, made_at: time } = backup
      const manifest = await makeBackup({ store, version, time, target, tell, reached, isClosing: () => closing })
      Object.assign(backup, { state: 'done', seq: manifest.seq, bytes: sizeOf(manifest), total_bytes: sizeOf(manifest) })
    } catch (error) {
      Object.assign(backup, { state: 'failed', error: isFull(error) ? 'The disk is full.' : (error as Error).message })
      if (closing) return
      report(error)
      await rm(`${backup.directory}.part`, { recursive: true, force: true }).catch(report)
    }
  }

  /** Refuse what would write over something, or into the data that is being copied. */
  async function checked(given: string): Promise<void> {
    if (!isAbsolute(given) || given.includes('\0')) throw wrong('must be an absolute path')
    const directory = resolve(given)
    if (!relative(store.dir, directory).startsWith('..')) throw wrong('must not be in the data directory')
    const parent = await lstat(dirname(directory)).catch(() => undefined)
    if (!parent) throw wrong(`must be in a folder that is there: ${dirname(directory)} is not`)
    await refuseTaken(directory)
  }
  async function refuseTaken(directory: string): Promise<void> {
    if (await lstat(`${directory}.part`).catch(() => undefined)) throw inTheWay(`${directory}.part`)
    const found = await lstat(directory).catch(() => undefined)
    if (found && !(found.isDirectory() && (await readdir(directory)).length === 0)) throw inTheWay(directory)
  }

  return {
    /** Begin a backup and answer at once; ask `list` how it goes. `directory`: an absolute path. Throws a Refusal. */
    async begin(ctx: WriteContext, directory?: string): Promise<Backup> {
      const time = now()
      const id = idOf(time, new Set([...made.keys(), ...(await readdir(folder).catch(() => []))]))
      const target = directory === undefined ? join(folder, id) : resolve(directory)
      const total = store.bytes()
      let begun: Backup | undefined
      const event = { action: 'created', asset: { type: 'backup', id, name: target }, message: `began a backup into ${target}` } as const
      const checks = async () => {
        if (running) throw new Refusal(409, 'backup_running', 'A backup is being made: wait until it is done')
        if (directory !== undefined) await checked(directory)
        const { bavail, bsize } = await statfs(directory === undefined ? store.dir : dirname(target))
        if (bavail * bsize < total)
          throw new Refusal(507, 'storage_full', `A backup needs ${total} bytes; ${bavail * bsize} are free there`)
      }
      const problem = await checks().catch(error => error as Error)
      const answer = write(ctx, event, () => {
        if (problem) throw problem
        if (running) throw new Refusal(409, 'backup_running', 'A backup is being made: wait until it is done')
        begun = { id, directory: target, state: 'running', made_at: time, bytes: 0, total_bytes: total, seq: null, error: null }
        return begun
      })
      if (begun && !ctx.dryRun) {
        made.set(id, begun)
        running = sweep(folder)
          .then(() => make(begun!))
          .finally(() => (running = undefined))
      }
      return { ...answer }
    },
    /** Those of DATA/backups, and those of this run wherever they are; newest first. */
    async list(): Promise<Backup[]> {
      const all = new Map([...made].map(([id, backup]) => [id, { ...backup }]))
      for (const name of await readdir(folder).catch(() => [])) {
        if (all.has(name) || name.endsWith('.part')) continue
        const manifest = await readManifest(join(folder, name)).catch(() => undefined)
        if (!manifest) continue
        const bytes = sizeOf(manifest)
        const { made_at, seq } = manifest
        all.set(name, { id: name, directory: join(folder, name), state: 'done', made_at, bytes, total_bytes: bytes, seq, error: null })
      }
      return [...all.values()].sort((a, b) => b.made_at - a.made_at || (a.id < b.id ? 1 : -1))
    },
    /** Begin nothing more; true once nothing is copied any more, false when that takes longer than `patience` ms. */
    async close(patience: number): Promise<boolean> {
      closing = true
      if (!running) return true
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<false>(resolve => (timer = setTimeout(() => resolve(false), patience)))
      return Promise.race([running.then(() => true), late]).finally(() => clearTimeout(timer))
    },
  }
}
export type Backups = ReturnType<typeof createBackups>

/** What a kill has left of earlier ones. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith('.part')) await rm(join(folder, basename(name)), { recursive: true, force: true }).catch(() => {})
}

/** A name that sorts by time and that every file system takes. */
function idOf(time: number, taken: ReadonlySet<string>): string {
  const stem = new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}-${i}`
    if (!taken.has(id)) return id
  }
}
