import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import type { JsonObject } from '../../shared/json.ts'
import { toField } from '../../shared/query/match.ts'
import type { Restriction } from '../lib/restrictions.ts'
import { canCount } from './facets/facet.ts'
import { seqsWith, type Tally, tallyValues, valuesBetween } from './holders.ts'
import { createLeafCache } from './leaf-cache.ts'
import { toPlan } from './plan.ts'
import { type FoundSeqs, run } from './run.ts'
import { openListing, pathsOf, queryOf, restrictionQuery, type Search } from './search.ts'
import { amended, amendedParts, joinAmendments, moveAmendments } from './segments/amended.ts'
import { type Bits, countBits } from './segments/bits.ts'
import { openFolder, openSegment } from './segments/folder.ts'
import { createMemory, usualMemory } from './segments/memory.ts'
import { type Merger, merge } from './segments/merge.ts'
import { joinDead, mergeable } from './segments/mergeable.ts'
import { DamagedFile } from './segments/paged-file.ts'
import { createPaths, type PathLimits } from './segments/paths.ts'
import { seal } from './segments/seal.ts'
import { partsOf, pathOf, type SealedSegment } from './segments/sealed-segment.ts'
import {
  type ActiveSegment,
  type Amendments,
  attributeWalk,
  bury,
  buryFew,
  countBetween,
  createSegment,
  type Row,
  rowsOf,
  type Segment,
  segmentRows,
} from './segments/segment.ts'
import type { ValuesLog } from './segments/values-log.ts'
import { warm } from './segments/warm.ts'
import { createPacer, type Pace } from './slices.ts'
import { createTurns } from './turns.ts'
import { createUnderWay } from './under-way.ts'

export interface LogEngineOptions {
  /** For files made of the logs, which may be deleted at any time: that costs reading the logs again. */
  dir: string
  report: (error: unknown) => void
  /** Rows in a full segment, at most 65,536. */
  rows?: number
  limits?: Partial<PathLimits>
  /** What it may take of memory, roughly, beside the segments that are being filled. */
  memoryBytes?: number
  /** Called when a segment turned out to be damaged: its logs are lacking. */
  lost?: () => void
  /** Where an order by severity goes by the status: the rank of one. */
  rankOf?: (status: string) => number
  /** Puts segments together; in another thread, perhaps. */
  merger?: Merger
}

/** Segments that are filled at one time; whatever comes beyond shares one more. */
const maxActive = 32
/** Text in an active segment, in characters, after which it is sealed. */
const maxText = 2 ** 23
/** Logs of one segment lie closer together than this, ms, so that their times take four bytes. */
const era = 2 ** 32
/** Segments are sealed when they have this part of a full one's rows, so that a start has little to read again; so many are merged into one. */
const share = 8

export type LogEngine = ReturnType<typeof createLogEngine>

/** Answers queries on logs from columns. Everything in it comes from the logs. It is opened once, and then takes what it lacks. */
export function createLogEngine({
  dir,
  report,
  rows: fullRows = segmentRows,
  limits,
  memoryBytes = usualMemory,
  lost = () => {},
  rankOf,
  merger = { merge, close: async () => {} },
}: LogEngineOptions) {
  const smallRows = Math.ceil(fullRows / share)
  let budget = memoryBytes
  const paths = createPaths(limits, () => (budget * 3) / 8)
  const memory = createMemory(() => budget / 2)
  const cache = createLeafCache(() => budget / 8)
  const tables = { paths, cache, memory, rankOf }
  const active = new Map<string, ActiveSegment>()
  const segments = new Map<number, Segment>()
  const sealed = new Map<number, SealedSegment>()
  const full: { segment: ActiveSegment; group: string }[] = []
  let values: ValuesLog | undefined
  let working: Promise<void> | undefined
  /** Files to be closed, and taken away, once no search can be reading them. */
  const leaving: SealedSegment[] = []
  const searches = createUnderWay()
  let nextId = 1
  let closed = false

  function leave(segment: SealedSegment | undefined): void {
    if (segment) leaving.push(segment)
    if (!searches.isQuiet()) return
    for (const { file } of leaving.splice(0)) {
      file.close()
      rmSync(file.path, { force: true })
    }
  }

  /** Resolves when nobody searches. */
  const quiet = async (): Promise<void> => {
    while (!(await searches.quiet()));
  }

  const whileOpen =
    (pace: Pace): Pace =>
    () => {
      if (closed) throw new Error('The engine is closed')
      return pace()
    }

  function segmentFor({ stream, timestamp }: Row): ActiveSegment {
    const place = `${Math.floor(timestamp / era)} ${stream}`
    const group = active.has(place) || active.size < maxActive ? place : ''
    const known = active.get(group)
    if (known && known.rows < smallRows && known.message.size < maxText) return known
    if (known) {
      full.push({ segment: known, group })
      working ??= work()
    }
    const made = createSegment(nextId++, paths)
    active.set(group, made)
    segments.set(made.id, made)
    return made
  }

  /** Seal what is full and merge what is small, until there is nothing of either. */
  async function work(): Promise<void> {
    // never in the turn of an append
    await new Promise<void>(resolve => setImmediate(resolve))
    const pace = whileOpen(createTurns(searches.quiet))
    try {
      for (;;) {
        const next = full[0]
        const small = next ? [] : mergeable([...sealed.values()], fullRows, share)
        if (next) {
          await sealOne(next, pace)
          full.shift()
        } else if (small.length > 0) await mergeSome(small, pace)
        else break
      }
    } catch (error) {
      // what is not sealed goes on as it is, in memory
      if (!closed) full.shift()
      if (error instanceof DamagedFile) dropDamaged(error)
      else if (!closed) report(error)
    }
    working = undefined
  }

  async function sealOne({ segment, group }: { segment: ActiveSegment; group: string }, pace: Pace): Promise<void> {
    // while more waits for the same, it is merged soon
    const isIndexed = full.length === 1
    await seal(segment, { group, path: pathOf(dir, segment.id), isIndexed }, paths, values!, pace)
    const made = openSegment(dir, segment.id, tables)
    const now = segments.get(segment.id)
    if (!now) return leave(made)
    enter(made, now.dead, now.amendments)
  }

  async function mergeSome(small: SealedSegment[], pace: Pace): Promise<void> {
    const id = nextId++
    const groups = new Set(small.map(({ summary }) => summary.group))
    await merger.merge({ dir, ids: small.map(one => one.id), id, group: groups.size === 1 ? small[0]!.summary.group : '' }, pace)
    const made = openSegment(dir, id, tables)
    const now = small.flatMap(one => sealed.get(one.id) ?? [])
    if (now.length < small.length) return leave(made)
    let first = 0
    const parts = now.map(({ amendments, rows }) => ({ amendments, first: (first += rows) - rows }))
    enter(made, joinDead(now), moveAmendments(parts))
    for (const one of small) drop(one.id)
  }

  function enter(made: SealedSegment, dead?: Segment['dead'], amendments?: Amendments): void {
    const segment = amendments ? amended(made, amendments, paths, memory) : made
    segment.dead = dead
    segments.set(segment.id, segment)
    sealed.set(segment.id, segment)
  }

  /** Give rows of a segment further values. Whoever reads it now goes on with what it was. */
  function amend(segment: Segment, changes: ReadonlyMap<number, JsonObject>): void {
    const values: { row: number; column: number; value: string | number | boolean }[] = []
    let row = 0
    const walk = attributeWalk(paths, (column, value) => values.push({ row, column, value }))
    for (const found of rowsOf(segment, new Set(changes.keys()))) {
      row = found.row
      walk(changes.get(found.seq)!)
    }
    if (values.length === 0) return
    const { id, key, dead } = segment
    const amendments = joinAmendments(segment.amendments, values, paths)
    const parts = amendedParts(id)
    cache.forget(key)
    memory.leave(parts.first, parts.end)
    const isSealed = sealed.get(id)
    if (isSealed) enter((isSealed.base ?? isSealed) as SealedSegment, dead, amendments)
    else segments.set(id, Object.assign(amended(segment.base ?? segment, amendments, paths, memory), { dead }))
  }

  /** Take rows of a range of seq out of the segments that may have some; one that has none left goes. */
  function buryAll(buryIn: (segment: Segment) => boolean, first: number, last: number): void {
    for (const [id, segment] of [...segments])
      if (segment.minSeq <= last && segment.maxSeq >= first && guarded(() => buryIn(segment)) === false) drop(id)
  }

  function drop(id: number): void {
    const { first, end } = partsOf(id)
    const key = segments.get(id)?.key ?? id
    segments.delete(id)
    for (const kept of new Set([id, key])) cache.forget(kept)
    memory.leave(first, end)
    leave(sealed.get(id))
    sealed.delete(id)
    for (const [group, segment] of active) if (segment.id === id) active.delete(group)
  }

  return {
    /**
     * Take over what one before this one has left of logs up to `lastSeq`, without what it said was dead. Answers a row of each segment, which
     * should be a log that is there.
     */
    async open(lastSeq: number, dead?: ReadonlyMap<number, Bits | undefined>): Promise<{ id: number; seq: number; timestamp: number }[]> {
      const found = await openFolder(dir, tables, lastSeq, createPacer())
      values = found.values
      for (const segment of found.sealed) enter(segment, dead?.get(segment.id))
      nextId = found.sealed.reduce((most, { id }) => Math.max(most, id), 0) + 1
      return found.sealed.map(({ id, summary }) => ({ id, ...summary.last }))
    },
    /** It may take more or less memory from now on, bytes. */
    setMemory(bytes: number): void {
      budget = bytes
    },
    /** Take in logs that are committed, each once. */
    add(logs: readonly Row[]): void {
      for (const log of logs) segmentFor(log).add(log)
    },
    /** Take in what was made or has changed: each stands for what had its seq before. */
    replace(rows: readonly Row[]): void {
      const seqs = new Set(rows.map(({ seq }) => seq))
      buryAll(segment => buryFew(segment, seqs), Math.min(...seqs), Math.max(...seqs))
      this.add(rows)
    },
    /** Give logs further values of attributes, by seq, beside those that they have; what it has not is passed over. */
    amend(changes: ReadonlyMap<number, JsonObject>): void {
      let [first, last] = [Infinity, -Infinity]
      for (const seq of changes.keys()) [first, last] = [Math.min(first, seq), Math.max(last, seq)]
      for (const segment of [...segments.values()])
        if (segment.minSeq <= last && segment.maxSeq >= first) guarded(() => amend(segment, changes))
    },
    /** The distinct texts that logs of a range of seq, both ends included, have as an attribute. */
    values: (path: string, first: number, last: number): Promise<Set<string>> =>
      reading(pace => valuesBetween([...segments.values()], path, first, last, paths, pace)),
    /** The logs of a range of seq that have one of these texts as an attribute, by rising seq. */
    seqsWith: (path: string, wanted: ReadonlyMap<string, unknown>, first: number, last: number): Promise<number[]> =>
      reading(pace => seqsWith([...segments.values()], path, wanted, first, last, paths, pace)),
    /** The texts, or those that are wanted, that logs of a time range (ms UTC, both ends included) have as an attribute, and how often. */
    tally: (
      path: string,
      from: number,
      to: number,
      pace: Pace,
      only: Restriction = null,
      wanted?: ReadonlySet<string>,
    ): Promise<Map<string, Tally>> =>
      reading(pace => {
        const plan = only && toPlan(restrictionQuery(only), tables)
        const seenIn = plan ? (segment: Segment) => plan.find(segment, segment.rows, undefined, pace) : undefined
        return tallyValues([...segments.values()], path, from, to, paths, pace, { wanted, seenIn })
      }, pace),
    /** How many logs of a range of seq, both ends included, it has. */
    count(first: number, last: number): number {
      let count = 0
      for (const segment of segments.values()) count += guarded(() => countBetween(segment, first, last)) ?? 0
      return count
    },
    /** Whether more waits to be sealed than should. */
    isBehind: (): boolean => full.length > share,
    /** Whether it can answer all that is asked. */
    canAnswer: (search: Search): boolean => pathsOf(search).every(path => canCount(toField(path))),
    /** What `evaluate` answers on the logs taken in, rows by their seq. Later ones do not show. */
    async search(search: Search, snapshot: { secret: string; seq: number }, pace = createPacer()): Promise<FoundSeqs> {
      const listing = openListing(search, snapshot)
      const query = queryOf(search)
      const pinned = [...segments.values()].map(segment => ({ segment, rows: segment.rows }))
      return reading(pace => run(pinned, query, search, listing, tables, pace), pace)
    },
    /** Take the logs of a range of seq, both ends included, out of all answers. */
    forget(first: number, last: number): void {
      for (const [id, { minSeq, maxSeq }] of [...segments]) if (minSeq >= first && maxSeq <= last) drop(id)
      buryAll(segment => bury(segment, seq => seq >= first && seq <= last), first, last)
    },
    /** Leave a segment: its logs are lacking from now on. */
    drop,
    /** Do beforehand what the first searches after a start would wait for, while nobody searches. */
    async warm(): Promise<void> {
      const pace = whileOpen(createPacer())
      const isThere = (segment: SealedSegment) => sealed.get(segment.id) === segment
      try {
        await warm([...sealed.values()], paths.shared, isThere, { checked: 2 * budget, kept: (budget * 3) / 8 }, () => pace().then(quiet))
      } catch (error) {
        if (error instanceof DamagedFile) dropDamaged(error)
        else if (!closed) report(error)
      }
    },
    /** Resolves when there is nothing to seal or to merge. */
    sealed: async (): Promise<void> => working,
    statistics: () => ({
      segments: segments.size,
      sealed: sealed.size,
      rows: [...segments.values()].reduce((sum, { rows }) => sum + rows, 0),
      /** Rows that show in answers. */
      alive: [...segments.values()].reduce((sum, { rows, dead }) => sum + rows - (dead ? countBits(dead, 0, dead.length) : 0), 0),
    }),
    /**
     * `isKept`: what it has made is for the next one to be opened, save what is `few` in number and soon read again. Answers which rows of what is
     * kept are dead, by segment.
     */
    async close({ isKept, few = smallRows / share }: { isKept: boolean; few?: number }): Promise<Map<number, Bits | undefined>> {
      closed = true
      await merger.close()
      await working
      // files are read until then
      await quiet()
      const rest = isKept ? await sealRest(few) : []
      const dead = new Map([...sealed.values(), ...rest].map(({ id, dead }) => [id, dead]))
      for (const { file } of [...sealed.values(), ...leaving.splice(0)]) file.close()
      values?.close()
      segments.clear()
      sealed.clear()
      if (!isKept) rmSync(dir, { recursive: true, force: true })
      return dead
    },
  }

  /** While `read` runs, no file is closed. */
  async function reading<T>(read: (pace: Pace) => Promise<T>, pace: Pace = createPacer()): Promise<T> {
    searches.begin()
    try {
      return await read(whileOpen(pace))
    } catch (error) {
      if (error instanceof DamagedFile) dropDamaged(error)
      throw error
    } finally {
      searches.end()
      leave(undefined)
    }
  }

  /** What `read` answers; undefined where a segment turned out to be damaged. */
  function guarded<T>(read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error
      dropDamaged(error)
      return undefined
    }
  }

  /** So that the next start has little to read again. */
  async function sealRest(few: number): Promise<Segment[]> {
    const done: Segment[] = []
    const pace = async () => {}
    try {
      const rest = [...full.map(({ segment, group }) => [group, segment] as const), ...active]
      for (const [group, segment] of rest) {
        if (segment.rows < few) continue
        await seal(segment, { group, path: pathOf(dir, segment.id), isIndexed: false }, paths, values!, pace)
        done.push(segments.get(segment.id) ?? segment)
      }
    } catch (error) {
      report(error)
    }
    return done
  }

  function dropDamaged(error: DamagedFile): void {
    report(error)
    drop(Number.parseInt(basename(error.path), 10))
    lost()
  }
}
