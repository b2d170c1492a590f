import { join } from 'node:path'
import type { JsonObject } from '../../shared/json.ts'
import type { Log } from '../../shared/log.ts'
import { QueryError } from '../../shared/query/ast.ts'
import { evaluate, type Item } from '../engine/evaluate.ts'
import { createLogEngine, type LogEngine, type LogEngineOptions } from '../engine/log-engine.ts'
import { type Found, openListing, pageBytes, type Search } from '../engine/search.ts'
import { DamagedFile } from '../engine/segments/paged-file.ts'
import { createPacer, type Pace } from '../engine/slices.ts'
import { createUnderWay } from '../engine/under-way.ts'
import { Refusal } from '../lib/errors.ts'
import type { StoredLog } from '../store/block.ts'
import type { LateRow } from '../store/log-intel.ts'
import type { Store } from '../store/store.ts'
import { createLateReader, groupBySeq, lateAttributes } from './late-intel.ts'

/** An engine, and how far its making has come. */
interface Attempt {
  engine: LogEngine
  /** It has what was there when it was opened: logs may be added. */
  isOpen: boolean
  /** It has every log. */
  isComplete: boolean
  /** How often a part of it was lost. */
  losses: number
  /** Logs that came before it was open. */
  early: StoredLog[]
  opened: Promise<void>
  built: Promise<void>
}

/** Logs that the engine takes in faster than a person looks up, while it is made. */
const fewLogs = 2 ** 16

/** Late findings that are handed to the engine at a time. */
const latePage = 1024

/** Longest wait before the engine is made once more, ms. */
const mostWait = 60_000

/** What a search of a person goes through: all rows, a word, what counts many rows, and what counts few. */
const firstQueries = ['', 'error', '-error', 'error failed', '-"not found"']
/** What somebody who comes to the explorer sees. */
const firstLook: Search = {
  track: 'logs',
  query: '',
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  limit: 50,
  sort: '-timestamp',
  facets: ['source', 'service', 'status', 'host'],
  histogram: { buckets: 60 },
}

export type LogSearch = ReturnType<typeof createLogSearch>

/**
 * Searches of logs: by the engine once it has all of them, else by looking at each, to the same answer. The engine keeps what it has made in
 * files; what they lack, or what was damaged, is made anew from the store.
 */
export function createLogSearch(
  store: Store,
  report: (error: unknown) => void,
  options: Pick<LogEngineOptions, 'rows' | 'memoryBytes' | 'merger'> = {},
) {
  const dir = join(store.dir, 'segments', 'logs')
  let closed = false
  let { memoryBytes } = options
  /** How often an engine had to be given up. */
  let failures = 0
  let goOn = () => {}
  const searches = createUnderWay()
  /** Logs up to here were given up. */
  let gone = (store.logs.firstSeq ?? store.seq + 1) - 1
  let current = begin(Promise.resolve())
  const withId = (log: StoredLog): Log => ({ ...log, id: store.idOf(log.seq) })
  const reader = createLateReader(store)

  function begin(before: Promise<unknown>): Attempt {
    const engine = createLogEngine({
      dir,
      report,
      lost: () => mend(attempt),
      ...options,
      ...(memoryBytes !== undefined && { memoryBytes }),
    })
    const attempt: Attempt = {
      engine,
      isOpen: false,
      isComplete: false,
      losses: 0,
      early: [],
      opened: Promise.resolve(),
      built: Promise.resolve(),
    }
    attempt.opened = openIt(attempt, before)
    attempt.built = attempt.opened.then(() => fill(attempt)).catch(error => startAgain(attempt, error))
    return attempt
  }

  async function openIt(attempt: Attempt, before: Promise<unknown>): Promise<void> {
    await before
    // not before whoever made it has it
    await new Promise<void>(resolve => setImmediate(resolve))
    if (closed) return
    for (const { id, seq, timestamp } of await attempt.engine.open(store.logs.lastSeq)) {
      // the files are of a store that went another way
      if (seq > gone && store.logs.find(seq)?.timestamp !== timestamp) attempt.engine.drop(id)
    }
    attempt.engine.forget(0, gone)
    attempt.isOpen = true
    attempt.engine.add(attempt.early.splice(0).filter(({ seq }) => seq > gone))
  }

  /** Give it the logs that it lacks, of those that are there now; later ones come by `add`. */
  async function fill(attempt: Attempt): Promise<void> {
    const { engine, losses } = attempt
    if (!attempt.isOpen) return
    const pace = createPacer()
    const last = store.logs.lastSeq
    const isLacking = (span: { first_seq: number; last_seq: number; count: number }) =>
      span.last_seq > gone && engine.count(span.first_seq, span.last_seq) < span.count
    for (const logs of store.logs.all(isLacking)) {
      await pace()
      if (engine.isBehind()) await engine.sealed()
      if (closed || attempt !== current) return
      engine.add(logs.filter(({ seq }) => seq > gone && seq <= last && engine.count(seq, seq) === 0))
    }
    // logs stand as they came, in the store and in the engine's files: what was found in them late is told anew
    for (let rows = store.logIntel.after(undefined, latePage); rows.length > 0; rows = store.logIntel.after(rows.at(-1), latePage)) {
      await pace()
      if (closed || attempt !== current) return
      engine.amend(changesOf(rows))
    }
    attempt.isComplete = attempt.losses === losses
    void warm(attempt)
  }

  /** So that the first search of a person finds files, code and caches warm. */
  async function warm(attempt: Attempt): Promise<void> {
    await attempt.engine.warm()
    if (closed || attempt !== current || !attempt.isComplete) return
    for (const query of firstQueries)
      await bySegments(attempt, { ...firstLook, query }, { secret: store.storeId, seq: store.seq }, createPacer()).catch(() => {})
  }

  /** Where the engine will be there in a moment, that is sooner than to look at each log. */
  async function soon({ engine, opened, built }: Attempt): Promise<void> {
    // what fails again and again is not waited for
    if (failures > 1) return
    await opened.catch(() => {})
    if (store.logs.count - engine.statistics().rows < fewLogs) await built
  }

  /** A part of it was damaged: what is lacking is read again, from the beginning, since whoever fills it now may be past that place. */
  function mend(attempt: Attempt): void {
    attempt.losses++
    attempt.isComplete = false
    attempt.built = attempt.built.then(() => fill(attempt)).catch(error => startAgain(attempt, error))
  }

  function startAgain(failed: Attempt, error: unknown): void {
    if (failed !== current || closed) return
    report(error)
    const wait = failures++ === 0 ? 0 : Math.min(2 ** failures * 500, mostWait)
    const closing = failed.engine.close({ isKept: false }).catch(report)
    current = begin(wait === 0 ? closing : closing.then(() => pause(wait)))
  }

  /** Ends early when nobody needs it any more. */
  const pause = (ms: number) =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      goOn = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  function* items(from: number, to: number): Generator<Item<Log>> {
    for (const logs of store.logs.blocks(from, to)) for (const log of reader.block(logs)) yield { row: withId(log), seq: log.seq, doc: log }
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
      await pace()
      const log = reader.find(seq)
      if (!log) continue
      rows.push(withId(log))
      size += log.message.length + JSON.stringify(log.attributes).length
      if (size > pageBytes && rows.length < found.rows.length) return straight(search, snapshot, pace)
    }
    return { ...found, rows }
  }

  async function find(search: Search, check?: () => void): Promise<Found<Log>> {
    if (!current.isComplete) await soon(current)
    const pace = createPacer(check)
    const snapshot = { secret: store.storeId, seq: store.seq }
    const attempt = current
    if (attempt.isComplete && attempt.engine.canAnswer(search)) {
      try {
        return await bySegments(attempt, search, snapshot, pace)
      } catch (error) {
        if (error instanceof Refusal || error instanceof QueryError) throw error
        // it mends that by itself
        if (!(error instanceof DamagedFile)) startAgain(attempt, error)
      }
    }
    return straight(search, snapshot, pace)
  }

  return {
    /** Logs that were just committed. Never throws: they are safe, whatever becomes of the engine. */
    add(logs: readonly StoredLog[]): void {
      const attempt = current
      if (!attempt.isOpen) return void attempt.early.push(...logs)
      try {
        attempt.engine.add(logs)
      } catch (error) {
        startAgain(attempt, error)
      }
    },
    /** Something was found in logs that are there. Never throws. */
    amend(rows: readonly LateRow[]): void {
      const attempt = current
      if (!attempt.isOpen) return
      try {
        attempt.engine.amend(changesOf(rows))
      } catch (error) {
        startAgain(attempt, error)
      }
    },
    /** The engine, where it has every log. */
    get engine(): LogEngine | undefined {
      return current.isComplete ? current.engine : undefined
    },
    /** `check` throws a refusal where a search has to end. */
    async search(search: Search, check?: () => void): Promise<Found<Log>> {
      searches.begin()
      try {
        return await find(search, check)
      } finally {
        searches.end()
      }
    },
    /** Resolves when nobody searches, at the latest after so many ms; answers whether that is so. */
    quiet: searches.quiet,
    /** The logs up to `last` were given up: they show in no answer any more. */
    forget(last: number): void {
      gone = Math.max(gone, last)
      if (current.isOpen) current.engine.forget(0, gone)
    },
    /** Resolves when there is nothing to seal or to merge. */
    sealed: (): Promise<void> => current.engine.sealed(),
    /** Resolves when the engine has all logs, and answers whether it does. */
    async built(): Promise<boolean> {
      for (let last: Promise<void> | undefined; last !== current.built; ) await (last = current.built)
      return current.isComplete
    },
    /** Memory that the engine may take, roughly, bytes. */
    setMemory(bytes: number): void {
      memoryBytes = bytes
      current.engine.setMemory(bytes)
    },
    /** Logs that the engine has, of all that there are. */
    progress: () => ({ complete: current.isComplete, logs: current.engine.statistics().rows, of: store.logs.count }),
    async close(): Promise<void> {
      closed = true
      goOn()
      await current.built
      await current.engine.close({ isKept: true })
    },
  }
}

/** What findings add to each log. */
function changesOf(rows: readonly LateRow[]): Map<number, JsonObject> {
  return new Map([...groupBySeq(rows)].map(([seq, late]) => [seq, lateAttributes(late)]))
}
