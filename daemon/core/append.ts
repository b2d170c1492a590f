import type { NewLog } from '../../shared/log.ts'
import type { StoredLog } from '../store/block.ts'
import type { Checkpoint } from '../store/log-file.ts'
import { isFull } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { keyReused, storageFull } from './writes.ts'

/** What the sender of a batch says beside the logs themselves. */
export interface AppendOptions {
  /** Makes a repetition of the batch known, whoever sends it again; `request` is a hash that tells it from another batch with the same key. */
  key?: { key: string; request: string }
  checkpoint?: Checkpoint
}

export interface Appended {
  count: number
  /** The batch was there already: nothing was added. */
  duplicate: boolean
}

interface Waiting extends AppendOptions {
  logs: NewLog[]
  /** The JSON of each log. */
  lines: string[]
  resolve(done: Appended): void
  reject(error: unknown): void
}

/**
 * Group commit: whatever has arrived when the writer gets to it shares one transaction and one fsync. Resolves once the logs are on disk.
 * Payloads are JSON lines in UTF-8, all of one stream. `appended` is told of them in the same turn and must not throw.
 */
export function createAppend(store: Store, appended: (logs: StoredLog[]) => void) {
  let waiting: Waiting[] = []

  function commit(): void {
    const batch = waiting
    waiting = []
    const before = store.seq
    try {
      // what was freed for small changes is not for logs
      if (store.reserve.isSpent()) {
        void store.reserve.make()
        throw storageFull()
      }
      const { fresh, reused } = sift(store, batch)
      const texts = new Map<StoredLog, string>()
      const place = (log: NewLog, line: string): StoredLog => {
        const stored = { ...log, seq: store.nextSeq() }
        // what comes last is what counts
        texts.set(stored, `${line.slice(0, -1)},"seq":${stored.seq}}`)
        return stored
      }
      const batches = byStream(fresh).map(item => ({
        logs: item.logs.map((log, i) => place(log, item.lines[i]!)),
        key: keyOf(item),
        checkpoint: item.checkpoint,
      }))
      store.logs.append(batches, log => texts.get(log)!)
      for (const item of batch) {
        if (reused.has(item)) item.reject(keyReused())
        else item.resolve({ count: fresh.has(item) ? item.logs.length : 0, duplicate: !fresh.has(item) })
      }
      if (fresh.size > 0) appended(batches.flatMap(({ logs }) => logs))
    } catch (error) {
      store.rewind(before)
      for (const { reject } of batch) reject(isFull(error) ? storageFull() : error)
    }
  }

  return (payload: Uint8Array, options: AppendOptions): Promise<Appended> =>
    new Promise((resolve, reject) => {
      const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()
      const lines = text === '' ? [] : text.split('\n')
      const logs = lines.map(line => JSON.parse(line) as NewLog)
      if (waiting.length === 0) setImmediate(commit)
      waiting.push({ ...options, logs, lines, resolve, reject })
    })
}

/** Which batches are new, and which come with the key of another batch. The others are there already. */
function sift(store: Store, batch: readonly Waiting[]): { fresh: Set<Waiting>; reused: Set<Waiting> } {
  const seen = new Map<string, string>()
  const fresh = new Set<Waiting>()
  const reused = new Set<Waiting>()
  for (const item of batch) {
    const key = keyOf(item)
    const request = key && (seen.get(key.key) ?? store.logs.usedBy(key.key)?.request)
    if (key) seen.set(key.key, request ?? key.request)
    if (request === undefined) fresh.add(item)
    else if (request !== key?.request) reused.add(item)
  }
  return { fresh, reused }
}

/** The blocks of a stream must not enclose those of another, or whoever reads them in the order of seq passes some by. */
const byStream = (items: Iterable<Waiting>): Waiting[] => {
  const stream = ({ logs }: Waiting) => logs[0]?.stream ?? ''
  return [...items].sort((a, b) => (stream(a) < stream(b) ? -1 : stream(a) > stream(b) ? 1 : 0))
}

const keyOf = ({ key, checkpoint: at }: AppendOptions) => key ?? (at && { key: `${at.fingerprint}:${at.offset}:${at.hash}`, request: '' })
