import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StoredLog } from './block.ts'
import { type Batch, type Checkpoint, fileCapacity, type LogFile, openLogFile } from './log-file.ts'

export type Logs = ReturnType<typeof openLogs>

/** Decoded blocks kept in memory, so that a query typed again does not unpack them again. */
const cachedBlocks = 512

/** Logs kept in memory that were asked for one by one, so that a page shown again is there. */
const cachedLogs = 2048

interface Options {
  /** Files that were wholly made: each must be there. */
  known: readonly string[]
  crashed: boolean
  /** There is one file more: its name has to be remembered before anything is written to it. */
  grown(names: string[]): void
}

/** All logs, over files of 4 million. */
export function openLogs(dir: string, { known, crashed, grown }: Options) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const names = [...known].sort()
  // only the newest file is written to
  const files: LogFile[] = names.map((name, i) =>
    openLogFile(join(dir, name), { mayCreate: false, crashed: crashed && i === names.length - 1 }),
  )
  const add = () => {
    const name = `${String(Number.parseInt(names[names.length - 1] ?? '0', 10) + 1).padStart(4, '0')}.db`
    files.push(openLogFile(join(dir, name), { mayCreate: true, crashed: false }))
    names.push(name)
  }
  if (files.length === 0) add()
  const newest = () => files[files.length - 1]!
  const cache = new Map<string, StoredLog[]>()
  const found = new Map<number, StoredLog>()
  let readers = 0

  const read = (file: LogFile, firstSeq: number): StoredLog[] => {
    const key = `${file.path} ${firstSeq}`
    const logs = cache.get(key) ?? file.read(firstSeq)
    cache.delete(key)
    cache.set(key, logs)
    if (cache.size > cachedBlocks) cache.delete(cache.keys().next().value!)
    return logs
  }

  return {
    get names() {
      return [...names]
    },
    get lastSeq() {
      return files.reduce((most, file) => Math.max(most, file.lastSeq), 0)
    },
    get count() {
      return files.reduce((sum, file) => sum + file.count, 0)
    },
    append(batches: readonly Batch[]): void {
      if (newest().count >= fileCapacity) {
        add()
        grown([...names])
      }
      newest().append(batches)
    },
    requestOf(key: string): string | undefined {
      for (const file of files) {
        const request = file.requestOf(key)
        if (request !== undefined) return request
      }
      return undefined
    },
    checkpoints: (fingerprint: string): Checkpoint[] => files.flatMap(file => file.checkpoints(fingerprint)),
    find(seq: number): StoredLog | undefined {
      let log = found.get(seq)
      for (let i = files.length - 1; i >= 0 && !log; i--) log = files[i]!.find(seq)
      if (!log) return undefined
      found.delete(seq)
      found.set(seq, log)
      if (found.size > cachedLogs) found.delete(found.keys().next().value!)
      return log
    },
    /** Every block, oldest commit first; none of them is kept in memory. */
    *all(): Generator<StoredLog[]> {
      readers++
      try {
        for (const file of [...files]) for (const span of file.spans(-Infinity, Infinity)) yield file.read(span.first_seq)
      } finally {
        readers--
      }
    },
    /** Blocks of logs that may lie in a time range (ms UTC, both ends included), oldest commit first. Those committed later are not among them. */
    *blocks(from: number, to: number): Generator<StoredLog[]> {
      readers++
      try {
        for (const file of [...files]) for (const span of file.spans(from, to)) yield read(file, span.first_seq)
      } finally {
        readers--
      }
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
    /** Not while anybody reads: the blocks they are about to ask for would be gone. */
    compact(upTo: number): boolean {
      if (readers > 0) return false
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
