import type { NewLog } from '../shared/log.ts'
import type { Checkpoint } from './store/log-file.ts'
import { isFull } from './store/sqlite.ts'
import type { Store } from './store/store.ts'
import { storageFull } from './writes.ts'

/** What the sender of a batch says beside the logs themselves. */
export interface AppendOptions {
  /** Makes a repetition of the batch known, whoever sends it again. */
  key?: string
  checkpoint?: Checkpoint
}

export interface Appended {
  count: number
  /** The batch was there already: nothing was added. */
  duplicate: boolean
}

interface Waiting extends AppendOptions {
  logs: NewLog[]
  resolve(done: Appended): void
  reject(error: unknown): void
}

/**
 * Group commit: whatever has arrived when the writer gets to it shares one transaction and one fsync. Resolves once the logs are on disk.
 * Payloads are JSON lines in UTF-8.
 */
export function createAppend(store: Store, appended: () => void) {
  let waiting: Waiting[] = []

  function commit(): void {
    const batch = waiting
    waiting = []
    const before = store.seq
    try {
      const keys = new Set<string>()
      const isNew = (item: Waiting) => {
        const key = keyOf(item)
        if (key === undefined) return true
        if (keys.has(key) || store.logs.hasKey(key)) return false
        keys.add(key)
        return true
      }
      const fresh = batch.filter(isNew)
      store.logs.append(
        fresh.map(item => ({
          logs: item.logs.map(log => ({ ...log, seq: store.nextSeq() })),
          key: keyOf(item),
          checkpoint: item.checkpoint,
        })),
      )
      for (const item of batch) item.resolve({ count: fresh.includes(item) ? item.logs.length : 0, duplicate: !fresh.includes(item) })
      if (fresh.length > 0) appended()
    } catch (error) {
      store.rewind(before)
      for (const { reject } of batch) reject(isFull(error) ? storageFull() : error)
    }
  }

  return (payload: Uint8Array, options: AppendOptions): Promise<Appended> =>
    new Promise((resolve, reject) => {
      const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString()
      const logs = text === '' ? [] : text.split('\n').map(line => JSON.parse(line) as NewLog)
      if (waiting.length === 0) setImmediate(commit)
      waiting.push({ ...options, logs, resolve, reject })
    })
}

const keyOf = ({ key, checkpoint: at }: AppendOptions) => key ?? (at && `${at.fingerprint}:${at.offset}:${at.hash}`)
