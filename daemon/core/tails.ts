import type { Log } from '../../shared/log.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { createPacer } from '../engine/slices.ts'
import { logResource } from '../explore/wire.ts'
import { Refusal } from '../lib/errors.ts'
import type { StoredLog } from '../store/block.ts'

/** What one live tail has to tell: `frame` is the JSON of a `TailEvent` with `count` logs, '' where there are none. */
export interface TailPush {
  id: number
  frame: string
  count: number
  skipped: number
}

interface Tail {
  id: number
  keep: (log: StoredLog) => boolean
  /** JSON of the logs to send next. */
  rows: string[]
  size: number
  skipped: number
}

/** Tails at one time, and logs that wait to be looked at for them. */
const mostTails = 16
const mostWaiting = 10_000
/** Logs and characters that one tail sends at a time, and how often, ms. */
const mostRows = 100
const mostText = 1024 * 1024
const every = 200

export type Tails = ReturnType<typeof createTails>

/** Shows logs to live tails as they are committed. Never in the turn of the commit: what cannot be looked at or sent in time is skipped and counted. */
export function createTails(withId: (log: StoredLog) => Log, push: (push: TailPush) => void) {
  const tails = new Map<number, Tail>()
  let waiting: StoredLog[] = []
  let looking = false
  let timer: NodeJS.Timeout | undefined

  function offer(tail: Tail, log: StoredLog): void {
    if (!tail.keep(log)) return
    const text = tail.rows.length < mostRows && tail.size < mostText ? JSON.stringify(logResource(withId(log))) : ''
    if (text === '' || (tail.size + text.length > mostText && tail.rows.length > 0)) tail.skipped++
    else {
      tail.rows.push(text)
      tail.size += text.length
    }
  }

  async function look(): Promise<void> {
    looking = true
    const pace = createPacer()
    await new Promise<void>(resolve => setImmediate(resolve))
    while (waiting.length > 0) {
      const logs = waiting
      waiting = []
      for (const log of logs) {
        await pace()
        for (const tail of tails.values()) offer(tail, log)
      }
    }
    looking = false
    timer ??= setTimeout(flush, every)
  }

  function flush(): void {
    timer = undefined
    for (const tail of tails.values()) {
      const { id, rows, skipped } = tail
      if (rows.length === 0 && skipped === 0) continue
      const frame = rows.length > 0 ? `{"type":"logs","data":[${rows.join(',')}]}` : ''
      push({ id, frame, count: rows.length, skipped })
      Object.assign(tail, { rows: [], size: 0, skipped: 0 })
    }
  }

  return {
    /** `id` is the caller's own; the query can be read. Only logs that `maySee` holds of are told. */
    open(id: number, query: string, maySee: (log: StoredLog) => boolean): void {
      if (tails.size >= mostTails)
        throw new Refusal(429, 'too_many_tails', `No more than ${mostTails} live tails run at once`, { headers: { 'Retry-After': '10' } })
      const finds = toPredicate(parse(query))
      tails.set(id, { id, keep: log => finds(log) && maySee(log), rows: [], size: 0, skipped: 0 })
    },
    close(id: number): void {
      tails.delete(id)
      if (tails.size === 0) waiting = []
    },
    /** Logs that were just committed. Never throws. */
    add(logs: readonly StoredLog[]): void {
      if (tails.size === 0) return
      const room = mostWaiting - waiting.length
      for (const tail of tails.values()) tail.skipped += Math.max(0, logs.length - room)
      waiting.push(...logs.slice(0, Math.max(0, room)))
      if (!looking) void look()
    },
    end(): void {
      tails.clear()
      waiting = []
      clearTimeout(timer)
    },
  }
}
