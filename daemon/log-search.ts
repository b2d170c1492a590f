import { join } from 'node:path'
import type { Log } from '../shared/log.ts'
import { QueryError } from '../shared/query/ast.ts'
import { evaluate, type Item } from './engine/evaluate.ts'
import { createLogEngine, type LogEngine, type LogEngineOptions } from './engine/log-engine.ts'
import { type Found, openListing, pageBytes, type Search } from './engine/search.ts'
import { createPacer, type Pace } from './engine/slices.ts'
import { Refusal } from './lib/errors.ts'
import type { StoredLog } from './store/block.ts'
import type { Store } from './store/store.ts'

/** An engine, whether it has every log yet, and the end of its making. */
interface Attempt {
  engine: LogEngine
  complete: boolean
  built: Promise<void>
}

export type LogSearch = ReturnType<typeof createLogSearch>

/**
 * Searches of logs: by the engine once it has all of them, else by looking at each, to the same answer. The engine is made anew from the
 * store at every start, and whenever it fails.
 */
export function createLogSearch(
  store: Store,
  report: (error: unknown) => void,
  options: Pick<LogEngineOptions, 'rows' | 'cacheBytes'> = {},
) {
  let closed = false
  /** Logs up to here were given up. */
  let gone = 0
  let current = begin()
  const withId = (log: StoredLog): Log => ({ ...log, id: store.idOf(log.seq) })

  function begin(): Attempt {
    const engine = createLogEngine({ dir: join(store.dir, 'segments'), report, ...options })
    const attempt: Attempt = { engine, complete: false, built: Promise.resolve() }
    attempt.built = build(attempt, store.logs.lastSeq)
    return attempt
  }

  /** Give it the logs up to `last`; later ones come by `add`. */
  async function build(attempt: Attempt, last: number): Promise<void> {
    const pace = createPacer()
    try {
      // not before whoever made it has it
      await new Promise<void>(resolve => setImmediate(resolve))
      for (const logs of store.logs.all()) {
        await pace()
        if (closed || attempt !== current) return
        attempt.engine.add(logs.filter(({ seq }) => seq > gone && seq <= last))
      }
      attempt.complete = true
    } catch (error) {
      report(error)
    }
  }

  function startAgain(failed: Attempt, error: unknown): void {
    report(error)
    if (failed !== current || closed) return
    void failed.engine.close()
    current = begin()
  }

  function* items(from: number, to: number): Generator<Item<Log>> {
    for (const logs of store.logs.blocks(from, to)) for (const log of logs) yield { row: withId(log), seq: log.seq, doc: log }
  }

  function straight(search: Search, snapshot: { secret: string; seq: number }, pace: Pace): Promise<Found<Log>> {
    // a listing that goes on has the range it began with
    const { from, to } = openListing(search, snapshot)
    return evaluate(() => items(from, to), search, snapshot, pace)
  }

  /** A page too large for one answer is left to `straight`, which ends it early. */
  async function bySegments(attempt: Attempt, search: Search, snapshot: { secret: string; seq: number }, pace: Pace): Promise<Found<Log>> {
    const found = await attempt.engine.search(search, snapshot, pace)
    const rows: Log[] = []
    let size = 0
    for (const seq of found.rows) {
      const log = store.logs.find(seq)
      if (!log) continue
      rows.push(withId(log))
      size += log.message.length + JSON.stringify(log.attributes).length
      if (size > pageBytes && rows.length < found.rows.length) return straight(search, snapshot, pace)
    }
    return { ...found, rows }
  }

  return {
    /** Logs that were just committed. Never throws: they are safe, whatever becomes of the engine. */
    add(logs: readonly StoredLog[]): void {
      const attempt = current
      try {
        attempt.engine.add(logs)
      } catch (error) {
        startAgain(attempt, error)
      }
    },
    /** `check` throws where a search has to end. */
    async search(search: Search, check?: () => void): Promise<Found<Log>> {
      const pace = createPacer(check)
      const snapshot = { secret: store.storeId, seq: store.seq }
      const attempt = current
      if (attempt.complete && attempt.engine.canAnswer(search)) {
        try {
          return await bySegments(attempt, search, snapshot, pace)
        } catch (error) {
          if (error instanceof Refusal || error instanceof QueryError) throw error
          startAgain(attempt, error)
        }
      }
      return straight(search, snapshot, pace)
    },
    /** The logs up to `last` were given up: they show in no answer any more. */
    forget(last: number): void {
      gone = Math.max(gone, last)
      current.engine.forget(0, gone)
    },
    /** Resolves when every full segment is sealed. */
    sealed: (): Promise<void> => current.engine.sealed(),
    /** Resolves when the engine has all logs, and answers whether it does. */
    async built(): Promise<boolean> {
      await current.built
      return current.complete
    },
    async close(): Promise<void> {
      closed = true
      await current.built
      await current.engine.close()
    },
  }
}
