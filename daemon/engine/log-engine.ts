import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { toField } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { canCount } from './facet.ts'
import { createLeafCache } from './leaf-cache.ts'
import { createPaths, type PathLimits, pathLimits } from './paths.ts'
import { type FoundSeqs, run } from './run.ts'
import { seal } from './seal.ts'
import { openListing, pathsOf, type Search } from './search.ts'
import { type ActiveSegment, bury, createSegment, type Row, type Segment, segmentRows } from './segment.ts'
import { createPacer } from './slices.ts'
import type { TextFile } from './text-file.ts'

export interface LogEngineOptions {
  /** For files made of the logs, which may be deleted whenever nobody has them open. Whatever is there is deleted. */
  dir: string
  report: (error: unknown) => void
  /** Rows in a full segment, at most 65,536. */
  rows?: number
  limits?: PathLimits
  /** For what is kept of queries. */
  cacheBytes?: number
}

/** Segments that are filled at one time; whatever comes beyond shares one more. */
const maxActive = 32
/** Text in an active segment, in characters, after which it is full. */
const maxText = 2 ** 26
/** Logs of one segment lie closer together than this, ms, so that their times take four bytes. */
const era = 2 ** 32

export type LogEngine = ReturnType<typeof createLogEngine>

/** Answers queries on logs from columns. Everything in it comes from the logs; it forgets all when it is closed. */
export function createLogEngine({
  dir,
  report,
  rows: fullRows = segmentRows,
  limits = pathLimits,
  cacheBytes = 64 * 2 ** 20,
}: LogEngineOptions) {
  const own = randomUUID().slice(0, 8)
  clear(dir, report)
  const paths = createPaths(limits)
  const cache = createLeafCache(cacheBytes)
  const active = new Map<string, ActiveSegment>()
  const segments = new Map<number, Segment>()
  const files = new Map<number, TextFile>()
  const full: ActiveSegment[] = []
  let sealing: Promise<void> | undefined
  /** Files to be closed once no search can be reading them. */
  const leaving: TextFile[] = []
  let searching = 0
  let nextId = 1
  let closed = false

  function leave(file: TextFile | undefined): void {
    if (file) leaving.push(file)
    if (searching === 0) for (const one of leaving.splice(0)) one.close()
  }

  function segmentFor({ stream, timestamp }: Row): ActiveSegment {
    const place = `${Math.floor(timestamp / era)} ${stream}`
    const key = active.has(place) || active.size < maxActive ? place : ''
    const known = active.get(key)
    if (known && known.rows < fullRows && known.message.size < maxText) return known
    if (known) {
      full.push(known)
      sealing ??= sealAll()
    }
    const made = createSegment(nextId++, paths)
    active.set(key, made)
    segments.set(made.id, made)
    return made
  }

  async function sealAll(): Promise<void> {
    // never in the turn of an append
    await new Promise<void>(resolve => setImmediate(resolve))
    const calm = createPacer()
    const pace = () => {
      if (closed) throw new Error('The engine is closed')
      return calm()
    }
    for (let next = full.shift(); next && !closed; next = full.shift()) {
      try {
        mkdirSync(dir, { recursive: true, mode: 0o700 })
        const { segment, file } = await seal(next, join(dir, `${own}-${next.id}.text`), pace)
        if (closed || !segments.has(next.id)) file.close()
        else {
          if (next.dead) segment.dead = next.dead
          segments.set(next.id, segment)
          files.set(next.id, file)
        }
      } catch (error) {
        // it goes on as it is, in memory
        if (!closed) report(error)
      }
    }
    sealing = undefined
  }

  function drop(id: number): void {
    segments.delete(id)
    cache.forget(id)
    leave(files.get(id))
    files.delete(id)
    for (const [key, segment] of active) if (segment.id === id) active.delete(key)
  }

  return {
    /** Take in logs that are committed, each once. */
    add(logs: readonly Row[]): void {
      for (const log of logs) segmentFor(log).add(log)
    },
    /** Whether it can answer all that is asked. */
    canAnswer: (search: Search): boolean => pathsOf(search).every(path => canCount(toField(path))),
    /** What `evaluate` answers on the logs taken in, rows by their seq. Later ones do not show. */
    async search(search: Search, snapshot: { secret: string; seq: number }, pace = createPacer()): Promise<FoundSeqs> {
      const listing = openListing(search, snapshot)
      const query = parse(search.query)
      const pinned = [...segments.values()].map(segment => ({ segment, rows: segment.rows }))
      searching++
      try {
        return await run(pinned, query, search, listing, { paths, cache }, pace)
      } finally {
        searching--
        leave(undefined)
      }
    },
    /** Take the logs of a range of seq, both ends included, out of all answers. */
    forget(first: number, last: number): void {
      for (const [id, segment] of [...segments])
        if (segment.minSeq <= last && segment.maxSeq >= first && !bury(segment, first, last)) drop(id)
    },
    /** Resolves when every full segment is sealed. */
    sealed: async (): Promise<void> => sealing,
    statistics: () => ({
      segments: segments.size,
      sealed: files.size,
      rows: [...segments.values()].reduce((sum, { rows }) => sum + rows, 0),
      bytes: [...segments.values()].reduce((sum, segment) => sum + segment.bytes(), cache.bytes),
    }),
    async close(): Promise<void> {
      closed = true
      await sealing
      for (const file of files.values()) leave(file)
      files.clear()
      segments.clear()
    },
  }
}

/** What an engine before this one has left is of no use. */
function clear(dir: string, report: (error: unknown) => void): void {
  try {
    rmSync(dir, { recursive: true, force: true })
  } catch (error) {
    report(error)
  }
}
