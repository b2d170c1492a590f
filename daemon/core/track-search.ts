import { rmSync } from 'node:fs'
import { evaluate, type Item } from '../engine/evaluate.ts'
import { createLogEngine, type LogEngine } from '../engine/log-engine.ts'
import { type Found, openListing, type Search } from '../engine/search.ts'
import type { Row } from '../engine/segments/segment.ts'
import { createPacer, type Pace } from '../engine/slices.ts'
import { Refusal } from '../lib/errors.ts'
import { type Kept, keep, readKept } from './kept-track.ts'

/** Records that are kept in the database and may change: signals, audit events. */
export interface Track<R> {
  /** Those that may lie in a time range, ms UTC, both ends included. */
  between(from: number, to: number): Iterable<Item<R>>
  /** Every one counts as changed from now on. */
  markAll(): void
  /** None that is there counts as changed. */
  markNone(): void
  /** Some, but no more than `most`, of those made or changed since they were answered last; none where there are no more. */
  changed(most: number): Item<R>[]
  /** The one at a place in the order of commit. */
  at(seq: number): R | undefined
}

interface Options {
  /** For the engine's files, which may be deleted at any time. */
  dir: string
  memoryBytes: number
  snapshot(): { secret: string; seq: number }
  /** Says whether anything was written since it said the same. */
  state(): string
  report(error: unknown): void
  /** Where an order by severity goes by the status: the rank of one. */
  rankOf?: (status: string) => number
}

/** How often a search that waits for the engine looks whether it has to end, ms. */
const look = 25
/** Records taken at a time. */
const batch = 256
/** Changes that are taken in when it closes: beyond that, it is sooner to read everything in at the next start. */
const mostAtClose = 10_000
/** The engine is made anew when so many more than half of its rows stand for what has changed since. */
const maxStale = 10_000

/**
 * Searches of records that change: by an engine once it has them all, else by looking at each, to the same answer. What has changed is brought
 * up to date before a search, and nothing gets a turn during one: the next answer shows every change.
 */
export function createTrackSearch<R>(track: Track<R>, { dir, memoryBytes, snapshot, state, report, rankOf }: Options) {
  let closed = false
  const kept = readKept(dir, state())
  // what changes from now on is taken in, whether the rest is there or is read in
  if (kept) track.markNone()
  let current = begin(Promise.resolve(), kept)

  function begin(before: Promise<unknown>, from?: Kept) {
    const lost = () => attempt.isComplete && startAgain(attempt)
    const engine = createLogEngine({ dir, report, memoryBytes, lost, ...(rankOf && { rankOf }) })
    const attempt: Attempt = { engine, isComplete: false, built: Promise.resolve() }
    attempt.built = before.then(() => fill(attempt, from))
    return attempt
  }

  async function fill(attempt: Attempt, from?: Kept): Promise<void> {
    const pace = createPacer()
    const { engine } = attempt
    try {
      // not before whoever made it has it
      await new Promise<void>(resolve => setImmediate(resolve))
      if (closed) return
      if (!from) rmSync(dir, { recursive: true, force: true })
      const found = await engine.open(from ? Number.MAX_SAFE_INTEGER : 0, from)
      if (from && (found.length < from.size || !found.every(({ id }) => from.has(id)))) return startAgain(attempt)
      if (!from) track.markAll()
      while (!closed && attempt === current && update(engine)) {
        await pace()
        if (engine.isBehind()) await engine.sealed()
      }
      attempt.isComplete = !closed
    } catch (error) {
      report(error)
      if (from) startAgain(attempt)
    }
  }

  /** Resolves when the engine has all records, or never will: that is sooner than to look at each of many. */
  async function ready(check: () => void): Promise<void> {
    const attempt = current
    let timer: NodeJS.Timeout | undefined
    let refused: unknown
    const ending = new Promise<void>(resolve => {
      timer = setInterval(() => {
        try {
          check()
        } catch (error) {
          refused = error
          resolve()
        }
      }, look)
    })
    await Promise.race([attempt.built, ending])
    clearInterval(timer)
    if (!refused) return
    if (!(refused instanceof Refusal)) throw refused
    const { rows } = attempt.engine.statistics()
    throw new Refusal(429, 'starting', `After the start everything is read in once, ${rows} so far. Ask again in a moment.`, {
      headers: { 'Retry-After': '2' },
    })
  }

  /** Take in some of what has changed; answers whether there was any. */
  function update(engine: LogEngine): boolean {
    const items = track.changed(batch)
    engine.replace(items.map(({ seq, doc }): Row => ({ ...doc, seq, stream: '' })))
    return items.length > 0
  }

  function startAgain(attempt: Attempt): void {
    if (attempt === current && !closed) current = begin(attempt.engine.close({ isKept: false }))
  }

  async function byEngine(attempt: Attempt, search: Search, pace: Pace): Promise<Found<number>> {
    const { engine } = attempt
    while (update(engine)) if (closed) break
    const { rows, alive } = engine.statistics()
    const found = await engine.search(search, snapshot(), pace)
    if (rows > 2 * alive + maxStale) startAgain(attempt)
    return found
  }

  /** What shows of a record in the answer: `rowOf` it where it was looked at, `at` its place where the engine found it. */
  async function find<Row>(
    search: Search,
    check: () => void,
    rowOf: (item: Item<R>) => Row,
    at: (seq: number) => Row | undefined,
  ): Promise<Found<Row>> {
    const pace = async () => check()
    if (!current.isComplete) await ready(check)
    const attempt = current
    if (attempt.isComplete && attempt.engine.canAnswer(search)) {
      try {
        const found = await byEngine(attempt, search, pace)
        return { ...found, rows: found.rows.flatMap(seq => at(seq) ?? []) }
      } catch (error) {
        if (error instanceof Refusal) throw error
        report(error)
        startAgain(attempt)
      }
    }
    const { from, to } = openListing(search, snapshot())
    function* items(): Generator<Item<Row>> {
      for (const item of track.between(from, to)) yield { ...item, row: rowOf(item) }
    }
    return evaluate(items, search, snapshot(), pace)
  }

  return {
    /** `check` throws where a search has to end. */
    search: (search: Search, check: () => void): Promise<Found<R>> => find(search, check, ({ row }) => row, track.at),
    /** The same with the place of each record in the order of commit instead of the record. */
    seqs: (search: Search, check: () => void): Promise<Found<number>> =>
      find(
        search,
        check,
        ({ seq }) => seq,
        seq => seq,
      ),
    /** Take in what has changed, in slices, before somebody has to wait for it. */
    async refresh(): Promise<void> {
      const pace = createPacer()
      const { engine, isComplete } = current
      while (isComplete && !closed && engine === current.engine && update(engine)) {
        await pace()
        if (engine.isBehind()) await engine.sealed()
      }
    },
    /** Those up to a place are no more. */
    forget(last: number): void {
      if (current.isComplete) current.engine.forget(0, last)
      else startAgain(current)
    },
    /** Resolves when the engine has all records, and answers whether it does. */
    async built(): Promise<boolean> {
      for (let last: Promise<void> | undefined; last !== current.built; ) await (last = current.built)
      return current.isComplete
    },
    async close(): Promise<void> {
      closed = true
      await current.built
      const { engine, isComplete } = current
      let left = mostAtClose / batch
      while (isComplete && left > 0 && update(engine)) left--
      const isKept = isComplete && left > 0
      const dead = await engine.close({ isKept, few: 1 })
      if (isKept) keep(dir, state(), dead)
    },
  }
}

interface Attempt {
  engine: LogEngine
  isComplete: boolean
  built: Promise<void>
}
