import type { NewLog } from '../shared/log.ts'
import type { Appended, AppendOptions } from './core/append.ts'
import { createPacer, myTurn } from './engine/slices.ts'
import { Refusal } from './lib/errors.ts'

/** Bytes that may wait for the disk before senders are asked to slow down. */
const maxWaiting = 64 * 1024 * 1024
const overloaded = () =>
  new Refusal(429, 'overloaded', 'Logs come faster than they can be stored. Nothing of this batch was taken: send it again.', {
    headers: { 'Retry-After': '1' },
  })

type Finish = (log: NewLog) => NewLog

interface Parts {
  /** Undefined while something that it takes is not read yet. */
  enrich(log: NewLog): NewLog | undefined
  /** Resolves once it is. */
  ready(): Promise<unknown>
  append(payload: Uint8Array, options: AppendOptions): Promise<Appended>
}

/**
 * A log comes in: intake has read it, it is enriched, made durable, and then acknowledged. Detection takes it from the store, and cannot hold
 * this up. When more waits for the disk than is good, senders are asked to come back.
 */
export function createIngest({ enrich, ready, append }: Parts) {
  let waiting = 0
  const late = async (log: NewLog): Promise<NewLog> => {
    await ready()
    return enrich(log)!
  }
  const running = new Set<Promise<Appended>>()
  const take = async (logs: Iterable<NewLog>, options: AppendOptions, finish: Finish): Promise<Appended> => {
    if (waiting > maxWaiting) throw overloaded()
    // reading the batch has taken its part of this one
    await myTurn()
    const pace = createPacer()
    const lines: string[] = []
    for (const log of logs) {
      // other requests get their turn
      await pace()
      lines.push(JSON.stringify(finish(enrich(log) ?? (await late(log)))))
    }
    const payload = new TextEncoder().encode(lines.join('\n'))
    // the payload is handed over to the worker, and is empty here afterwards
    const size = payload.length
    waiting += size
    try {
      return await append(payload, options)
    } finally {
      waiting -= size
    }
  }
  return {
    /** `finish` adds what is known of each log from elsewhere, where enrichment must not look for addresses and names. */
    ingest(logs: Iterable<NewLog>, options: AppendOptions = {}, finish: Finish = log => log): Promise<Appended> {
      const taken = take(logs, options, finish)
      running.add(taken)
      const end = () => void running.delete(taken)
      taken.then(end, end)
      return taken
    },
    /** What a log would say once it is enriched; nothing is stored. */
    enriched: async (log: NewLog): Promise<NewLog> => enrich(log) ?? late(log),
    /** Resolves when all that is coming in now is stored or refused. */
    settled: (): Promise<unknown> => Promise.allSettled([...running]),
  }
}
