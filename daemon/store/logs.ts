import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DamagedBlock, StoredLog, TextOf } from './block.ts'
import { createFresh } from './fresh.ts'
import { type Batch, type Checkpoint, fileCapacity, type LogFile, openLogFile, type Used } from './log-file.ts'
import type { LogFileFacts } from './retention.ts'

export type Logs = ReturnType<typeof openLogs>

/** Text of decoded blocks kept in memory, so that a query typed again does not unpack them again. */
const cachedText = 64 * 1024 * 1024
const keptText = 16 * 1024 * 1024

/** One file, and how many are in the middle of reading it. */
interface Entry {
  name: string
  file: LogFile
  readers: number
  /** Called when nobody reads it any more; there once it was given up. */
  free?: () => void
}

interface Options {
  /** Files that were wholly made: each must be there. */
  known: readonly string[]
  crashed: boolean
  /** There is one file more or less: the names have to be remembered before anything is written to it, and before anything is taken away. */
  changed(names: string[]): void
  damaged: (error: DamagedBlock) => void
}

/** All logs, over files of 4 million. */
export function openLogs(dir: string, { known, crashed, changed, damaged }: Options) {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const names = [...known].sort()
  // only the newest file is written to
  let files: Entry[] = names.map((name, i) => ({
    name,
    file: openLogFile(join(dir, name), { mayCreate: false, crashed: crashed && i === names.length - 1, damaged }),
    readers: 0,
  }))
  const givenUp = new Set<Entry>()
  const namesOf = () => files.map(({ name }) => name)
  const newest = () => files[files.length - 1]!.file
  const add = () => {
    const name = `${String(Number.parseInt(files[files.length - 1]?.name ?? '0', 10) + 1).padStart(4, '0')}.db`
    files.push({ name, file: openLogFile(join(dir, name), { mayCreate: true, crashed: false, damaged }), readers: 0 })
  }
  /** Whether the newest file is one that the next start knows of: nothing may be written to any other. */
  let remembered = true
  /** Go on in a new file. */
  const begin = () => {
    const before = newest()
    if (remembered) add()
    remembered = false
    changed(namesOf())
    remembered = true
    // what is never written to again should not need its log of writes
    before.checkpoint()
  }
  if (files.length === 0) add()
  const cache = new Map<string, { logs: StoredLog[]; size: number }>()
  let cached = 0

  const read = (file: LogFile, firstSeq: number): StoredLog[] => {
    const key = `${file.path} ${firstSeq}`
    const known = cache.get(key)
    const block = known ?? file.read(firstSeq)
    if (!known) cached += block.size
    cache.delete(key)
    cache.set(key, block)
    for (const [oldest, { size }] of cache) {
      if (cached <= cachedText) break
      cache.delete(oldest)
      cached -= size
    }
    return block.logs
  }

  const fresh = createFresh()

  /** Single logs kept in memory: a page that is asked for again mostly shows the same ones. */
  const found = new Map<number, { log: StoredLog; size: number }>()
  let kept = 0
  function keep(seq: number, log: StoredLog): void {
    const size = JSON.stringify(log).length
    found.set(seq, { log, size })
    kept += size
    for (const [oldest, { size: less }] of found) {
      if (kept <= keptText) break
      found.delete(oldest)
      kept -= less
    }
  }

  /** Keep the files that there are from being taken away; answers them, and what ends that. */
  function pin(): { entries: readonly Entry[]; release: () => void } {
    const entries = files
    for (const entry of entries) entry.readers++
    let held = true
    const release = () => {
      if (!held) return
      held = false
      for (const entry of entries) if (--entry.readers === 0) entry.free?.()
    }
    return { entries, release }
  }

  return {
    get names() {
      return namesOf()
    },
    /** Of the oldest log that is kept; undefined where there is none. */
    get firstSeq(): number | undefined {
      return files.map(({ file }) => file.firstSeq()).find(first => first !== undefined)
    },
    get lastSeq() {
      return files.reduce((most, { file }) => Math.max(most, file.lastSeq), 0)
    },
    get count() {
      return files.reduce((sum, { file }) => sum + file.count, 0)
    },
    append(batches: readonly Batch[], textOf?: TextOf): void {
      if (newest().count >= fileCapacity || !remembered) begin()
      const before = this.lastSeq
      newest().append(batches, textOf)
      fresh.add(
        before,
        batches.flatMap(({ logs }) => logs),
      )
    },
    begin,
    pin,
    /** What retention goes by, oldest first. `judged`: the place that detection has reached. */
    facts: (judged: number): LogFileFacts[] =>
      files.map(({ name, file }) => ({
        name,
        count: file.count,
        bytes: file.bytes(),
        first: file.firstArrival(),
        last: file === newest() ? undefined : file.lastArrival(),
        judged: file.lastSeq <= judged,
      })),
    /** What all files take on disk. */
    bytes: (): number => files.reduce((sum, { file }) => sum + file.bytes(), 0),
    /** Give a file up: gone at once for whoever comes, and from the disk when the last who reads it has ended. Never the newest. */
    drop(name: string): Promise<void> {
      const entry = files.find(entry => entry.name === name)
      if (!entry || entry.file === newest()) return Promise.resolve()
      const before = files
      files = files.filter(other => other !== entry)
      try {
        changed(namesOf())
      } catch (error) {
        files = before
        throw error
      }
      givenUp.add(entry)
      cache.clear()
      found.clear()
      cached = 0
      kept = 0
      const freed = new Promise<void>(resolve => {
        entry.free = resolve
        if (entry.readers === 0) resolve()
      })
      return freed.then(() => {
        // the store was closed meanwhile: whoever opens it next takes the file away
        if (!givenUp.delete(entry)) return
        return entry.file.remove()
      })
    },
    /** The batch that used a key; undefined where none did. */
    usedBy(key: string): Used | undefined {
      for (const { file } of files) {
        const used = file.usedBy(key)
        if (used) return used
      }
      return undefined
    },
    checkpoints: (fingerprint: string): Checkpoint[] => files.flatMap(({ file }) => file.checkpoints(fingerprint)),
    find(seq: number): StoredLog | undefined {
      const known = found.get(seq)?.log
      let log = known
      for (let i = files.length - 1; i >= 0 && !log; i--) log = files[i]!.file.find(seq)
      if (log && !known) keep(seq, log)
      return log
    },
    /**
     * Every block that is wanted, oldest commit first, of those that may have logs in a time range (ms UTC, both ends included); for each that is
     * not, nothing. None of them is kept in memory.
     */
    *all(
      isWanted: (span: { first_seq: number; last_seq: number; count: number }) => boolean,
      from = -Infinity,
      to = Infinity,
    ): Generator<StoredLog[]> {
      const { entries, release } = pin()
      try {
        for (const { file } of entries) for (const span of file.spans(from, to)) yield isWanted(span) ? file.read(span.first_seq).logs : []
      } finally {
        release()
      }
    },
    /** Blocks of logs that may lie in a time range (ms UTC, both ends included), oldest commit first. Those committed later are not among them. */
    *blocks(from: number, to: number): Generator<StoredLog[]> {
      const { entries, release } = pin()
      try {
        for (const { file } of entries) for (const span of file.spans(from, to)) yield read(file, span.first_seq)
      } finally {
        release()
      }
    },
    /** Logs after `seq` in the order of their commit, at most those of one block, and how far they reach; undefined at the end. */
    after(seq: number): { logs: StoredLog[]; last: number } | undefined {
      const known = fresh.after(seq)
      if (known) return known
      return this.from(seq + 1)
    },
    /** The logs of the first block that reaches a place, from there on, and how far they reach; undefined where there is none. */
    from(seq: number): { logs: StoredLog[]; last: number } | undefined {
      for (const { file } of files) {
        const block = file.lastSeq >= seq ? file.from(seq) : undefined
        if (block) return { logs: block.logs.filter(log => log.seq >= seq), last: block.last }
      }
      return undefined
    },
    /** Not while anybody reads: the blocks they are about to ask for would be gone. */
    compact(upTo: number): boolean {
      if (files[files.length - 1]!.readers > 0) return false
      const done = newest().compact(upTo)
      if (done) {
        cache.clear()
        cached = 0
      }
      return done
    },
    check: (): string[] => files.flatMap(({ file }) => file.check().map(problem => `${file.path}: ${problem}`)),
    checkpoint(): void {
      for (const { file } of files) file.checkpoint()
    },
    close(): void {
      for (const { file } of [...files, ...givenUp]) file.close()
      givenUp.clear()
    },
  }
}
