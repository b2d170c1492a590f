import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredLog } from './block.ts'
import { type Batch, type Checkpoint, fileCapacity, type LogFile, openLogFile } from './log-file.ts'

export type Logs = ReturnType<typeof openLogs>

/** Decoded blocks kept in memory, so that a query typed again does not unpack them again. */
const cachedBlocks = 512

/** All logs, over files of 4 million. `fresh`: the directory is new, so an empty folder is no loss. */
export function openLogs(dir: string, { fresh, crashed }: { fresh: boolean; crashed: boolean }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const names = readdirSync(dir)
    .filter(name => /^\d{4}\.db$/.test(name))
    .sort()
  const open = (name: string, mayCreate: boolean, unclean: boolean) => openLogFile(join(dir, name), { mayCreate, crashed: unclean })
  // only the newest file is written to
  const files: LogFile[] = names.map((name, i) => open(name, false, crashed && i === names.length - 1))
  if (files.length === 0) files.push(open('0001.db', fresh, false))
  const newest = () => files[files.length - 1]!
  const cache = new Map<string, StoredLog[]>()

  const read = (file: LogFile, firstSeq: number): StoredLog[] => {
    const key = `${file.path} ${firstSeq}`
    const logs = cache.get(key) ?? file.read(firstSeq)
    cache.delete(key)
    cache.set(key, logs)
    if (cache.size > cachedBlocks) cache.delete(cache.keys().next().value!)
    return logs
  }

  return {
    get lastSeq() {
      return files.reduce((most, file) => Math.max(most, file.lastSeq), 0)
    },
    get count() {
      return files.reduce((sum, file) => sum + file.count, 0)
    },
    append(batches: readonly Batch[]): void {
      if (newest().count >= fileCapacity) files.push(open(`${String(files.length + 1).padStart(4, '0')}.db`, true, false))
      newest().append(batches)
    },
    hasKey: (key: string): boolean => files.some(file => file.hasKey(key)),
    checkpoints: (fingerprint: string): Checkpoint[] => files.flatMap(file => file.checkpoints(fingerprint)),
    find(seq: number): StoredLog | undefined {
      for (let i = files.length - 1; i >= 0; i--) {
        const log = files[i]!.find(seq)
        if (log) return log
      }
      return undefined
    },
    /** Blocks of logs that may lie in a time range (ms UTC, both ends included), oldest commit first. Those committed later are not among them. */
    *blocks(from: number, to: number): Generator<StoredLog[]> {
      for (const file of [...files]) for (const span of file.spans(from, to)) yield read(file, span.first_seq)
    },
    /** Logs after `seq` in the order of their commit, at most those of one block; empty at the end. */
    after(seq: number): StoredLog[] {
      for (const file of files) {
        const logs = file.lastSeq > seq || file === newest() ? file.from(seq + 1) : []
        const later = logs.filter(log => log.seq > seq)
        if (later.length > 0) return later
      }
      return []
    },
    compact(upTo: number): boolean {
      const done = newest().compact(upTo)
      if (done) cache.clear()
      return done
    },
    check: (): string[] => files.flatMap(file => file.check().map(problem => `${file.path}: ${problem}`)),
    checkpoint(): void {
      for (const file of files) file.checkpoint()
    },
    close(): void {
      for (const file of files) file.close()
    },
  }
}
