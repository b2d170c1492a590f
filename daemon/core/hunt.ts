import type { IndicatorType, Match, NameType } from '../../shared/indicator.ts'
import { get, isObject, type Json, type JsonObject } from '../../shared/json.ts'
import { findNames } from '../../shared/names.ts'
import type { LogEngine } from '../engine/log-engine.ts'
import { createPacer } from '../engine/slices.ts'
import { system } from '../lib/actor.ts'
import type { StoredLog } from '../store/block.ts'
import type { Hunt, HuntedFeed, LateRow } from '../store/log-intel.ts'
import type { Store } from '../store/store.ts'
import { keyOfMatch, knownMatches, logsAt } from './late-intel.ts'

/** A feed as hunts see it: `stamp` tells one content from another, `names` are the kinds of names that it knows beside addresses. */
export type HuntFeed = HuntedFeed & { names: NameType[] }

/** What a hunt asks of whoever has the feeds: what do those of these names say of each value? */
export interface Question {
  feeds: string[]
  values: [type: IndicatorType, value: string][]
}
/** By the place of the value; the others match nothing. */
export type Answer = [place: number, matches: Match[]][]

/** Places in the order that are looked at together where columns say which logs matter, and logs where each has to be read, with their texts. */
const byColumn = 65_536
const byLog = 4096
const maxText = 16 * 2 ** 20
/** Logs whose findings are committed together: each commit costs an fsync. */
const perCommit = 512
/** Values that are asked for at a time, and answers that are remembered. */
const perQuestion = 2000
const remembered = 200_000
/** Names looked up of one log, and matches it gets, as at its arrival. */
const most = 1000
const addresses = '@network.ip.list'

interface Needs {
  store: Store
  now: () => number
  /** The engine, where it has every log. */
  engine(): LogEngine | undefined
  /** Findings that are on disk. */
  found(rows: readonly LateRow[]): void
  report: (error: unknown) => void
}

/**
 * Looks through stored logs for what feeds have come to say since, in slices, and keeps what it finds beside the logs. It has its own position:
 * killed anywhere, it goes on from there. It asks, and whoever has the feeds answers, so that it goes no faster than they can.
 */
export function createHunt({ store, now, engine, found, report }: Needs) {
  let closed = false
  let current: AsyncGenerator<Question, void, Answer> | undefined
  let busy: Promise<unknown> = Promise.resolve()
  const { logIntel } = store

  /** Go on to the next question; null at the end. */
  function next(answer: Answer): Promise<Question | null> {
    const step = (async () => {
      const { value, done } = closed || !current ? { value: undefined, done: true } : await current.next(answer)
      if (!done && value) return value
      current = undefined
      return null
    })()
    busy = step.catch(() => {})
    return step
  }

  /** Take up the hunt that is not done yet, or begin one for the feeds whose content no hunt has finished with. */
  function begin(feeds: readonly HuntFeed[], again: readonly string[]): { hunt: Hunt; due: HuntFeed[] } | undefined {
    const hunted = logIntel.hunted()
    const isOff = (id: string) => again.includes(id) || !feeds.some(feed => feed.id === id)
    const due = feeds.filter(({ id, stamp }) => isOff(id) || hunted.get(id) !== stamp)
    const dueOf = ({ id, stamp }: HuntedFeed) => due.find(feed => feed.id === id && feed.stamp === stamp)
    const running = logIntel.hunts().filter(({ state }) => state === 'running')
    const resumed = running.find(hunt => hunt.feeds.every(feed => dueOf(feed) && !again.includes(feed.id)))
    const before = store.logs.firstSeq
    const hunt: Hunt | undefined =
      resumed ??
      (due.length === 0
        ? undefined
        : {
            ...{ generation: 0, time: now(), feeds: due.map(({ id, name, stamp }) => ({ id, name, stamp })) },
            ...{ position: (before ?? 1) - 1, until: store.logs.lastSeq, hits: 0, left_out: 0, state: 'running' },
          })
    store.write(() => {
      for (const id of hunted.keys()) if (isOff(id)) logIntel.dropHunted(id)
      for (const old of running) if (old !== resumed) logIntel.putHunt({ ...old, state: 'replaced' })
      if (!hunt || resumed) return
      hunt.generation = store.nextSeq()
      logIntel.putHunt(hunt)
    })
    return hunt && { hunt, due: hunt.feeds.flatMap(feed => dueOf(feed) ?? []) }
  }

  async function* run(hunt: Hunt, feeds: readonly HuntFeed[]): AsyncGenerator<Question, void, Answer> {
    const names = new Set(feeds.flatMap(feed => feed.names))
    const idOf = new Map(feeds.map(({ id, name }) => [name, id]))
    const pace = createPacer()
    const answers = new Map<string, readonly Match[]>()
    const keyOf = (type: IndicatorType, value: string) => `${type} ${value}`

    /** Learn what feeds say of values. */
    async function* ask(values: Iterable<[IndicatorType, string]>): AsyncGenerator<Question, void, Answer> {
      if (answers.size > remembered) answers.clear()
      const unknown = [...values].filter(([type, value]) => !answers.has(keyOf(type, value)))
      for (let from = 0; from < unknown.length; from += perQuestion) {
        const page = unknown.slice(from, from + perQuestion)
        for (const [type, value] of page) answers.set(keyOf(type, value), none)
        for (const [place, matches] of yield { feeds: [...idOf.keys()], values: page }) answers.set(keyOf(...page[place]!), matches)
      }
    }

    /** What is new of a log, by feed. */
    function rowsOf(
      log: StoredLog,
      values: readonly [IndicatorType, string][],
      before?: readonly LateRow[],
    ): Omit<LateRow, 'at' | 'time'>[] {
      if (values.every(([type, value]) => (answers.get(keyOf(type, value)) ?? none).length === 0)) return []
      const known = knownMatches(log.attributes)
      for (const { results } of before ?? logIntel.of(log.seq)) for (const match of results) known.add(keyOfMatch(match))
      const rows = new Map<string, Omit<LateRow, 'at' | 'time'>>()
      for (const [type, value] of values)
        for (const match of answers.get(keyOf(type, value)) ?? none) {
          const feed = idOf.get(match.source.name)
          if (feed === undefined || known.has(keyOfMatch(match)) || known.size >= most) continue
          known.add(keyOfMatch(match))
          const row = rows.get(feed) ?? { seq: log.seq, feed, generation: hunt.generation, values: [], results: [] }
          rows.set(feed, row)
          row.results.push(match)
          if (!row.values.includes(value)) row.values.push(value)
        }
      return [...rows.values()]
    }

    /** Findings and position commit together; the findings take a place in the order of everything. */
    function commit(rows: readonly Omit<LateRow, 'at' | 'time'>[], position: number): void {
      const kept = rows.slice(0, Math.max(0, logIntel.room))
      const logsOf = (some: readonly { seq: number }[]) => new Set(some.map(({ seq }) => seq)).size
      const after = {
        ...hunt,
        position,
        hits: hunt.hits + logsOf(rows),
        left_out: hunt.left_out + logsOf(rows.slice(kept.length)),
      }
      let stored: LateRow[] = []
      store.write(() => {
        const place = kept.length > 0 ? { at: store.nextSeq(), time: now() } : { at: 0, time: 0 }
        stored = kept.map(row => ({ ...row, ...place }))
        logIntel.put(stored)
        logIntel.putHunt(after)
      })
      Object.assign(hunt, after)
      logIntel.committed(stored)
      if (stored.length > 0) found(stored)
    }

    /** The addresses of some logs stand in a column: only those that matter are read. */
    async function* throughColumns(columns: LogEngine): AsyncGenerator<Question, void, Answer> {
      const [first, last] = [hunt.position + 1, Math.min(hunt.position + byColumn, hunt.until)]
      const values = await columns.values(addresses, first, last)
      yield* ask([...values].map(value => ['ip', value]))
      const matched = new Map([...values].filter(value => answers.get(keyOf('ip', value))!.length > 0).map(value => [value, true]))
      const seqs = matched.size === 0 ? [] : await columns.seqsWith(addresses, matched, first, last)
      let rows: Omit<LateRow, 'at' | 'time'>[] = []
      for (const [i, log, before] of logsAt(store, seqs)) {
        await pace()
        if (closed) return
        if (log) rows.push(...rowsOf(log, addressesOf(log), before))
        if ((i + 1) % perCommit !== 0 || rows.length === 0) continue
        commit(rows, seqs[i]!)
        rows = []
      }
      commit(rows, last)
    }

    /** A name may stand anywhere: each log is read. */
    async function* throughLogs(): AsyncGenerator<Question, void, Answer> {
      const looked: { log: StoredLog; values: [IndicatorType, string][] }[] = []
      let position = hunt.position
      for (let size = 0; position < hunt.until && looked.length < byLog && size < maxText; ) {
        const block = store.logs.from(position + 1)
        position = Math.min(block?.last ?? hunt.until, hunt.until)
        for (const log of block?.logs ?? []) {
          if (log.seq > hunt.until) break
          await pace()
          if (closed) return
          const values = [...addressesOf(log), ...namesOf(log, names)]
          size += log.message.length
          if (values.length > 0) looked.push({ log, values })
        }
      }
      yield* ask(looked.flatMap(({ values }) => values))
      let rows: Omit<LateRow, 'at' | 'time'>[] = []
      for (const { log, values } of looked) {
        await pace()
        if (closed) return
        rows.push(...rowsOf(log, values))
        if (rows.length < perCommit) continue
        commit(rows, log.seq)
        rows = []
      }
      commit(rows, position)
    }

    while (hunt.position < hunt.until) {
      await pace()
      if (closed) return
      const columns = names.size === 0 ? engine() : undefined
      if (!columns) yield* throughLogs()
      else
        try {
          yield* throughColumns(columns)
        } catch (error) {
          // what is lacking in the engine now is in the store
          if (closed) return
          report(error)
          yield* throughLogs()
        }
    }
    store.write(() => {
      for (const { id, stamp } of hunt.feeds) logIntel.setHunted(id, stamp)
      logIntel.putHunt({ ...hunt, state: 'done' })
      if (hunt.hits > 0) store.audit.add(eventOf(hunt, now()))
    })
  }

  return {
    /** Bring stored logs up to date with the feeds that are on. `again`: those that were off or had another content since the last call. */
    async begin(feeds: readonly HuntFeed[], again: readonly string[]): Promise<Question | null> {
      await busy
      if (closed) return null
      await current?.return()
      const begun = begin(feeds, again)
      current = begun && run(begun.hunt, begun.due)
      return next([])
    },
    goOn: next,
    async close(): Promise<void> {
      closed = true
      await busy
    },
  }
}

const none: readonly Match[] = []

function eventOf({ generation, feeds, hits, left_out }: Hunt, time: number) {
  const names = feeds.map(({ name }) => `“${name}”`).join(', ')
  return {
    ...({ time, actor: system, action: 'modified', asset: { type: 'log_intel', id: String(generation) }, evt_name: 'Logs' } as const),
    message: `found late matches of ${names} in ${hits} stored logs${left_out > 0 ? `, of which ${left_out} had no room` : ''}`,
  }
}

function addressesOf({ attributes }: StoredLog): [IndicatorType, string][] {
  const list = get(attributes, 'network', 'ip', 'list')
  return (Array.isArray(list) ? list : []).flatMap(value => (typeof value === 'string' ? [['ip', value] as [IndicatorType, string]] : []))
}

/** The names in a log as it was sent: not in what was added to it. */
function namesOf({ message, tags, host, attributes }: StoredLog, wanted: ReadonlySet<NameType>): [IndicatorType, string][] {
  const names = new Map<string, NameType>()
  const onText = (text: string) => {
    if (names.size < most) findNames(text, (type, name) => void (wanted.has(type) && names.set(name, type)))
  }
  const walk = (value: Json): void => {
    if (typeof value === 'string') onText(value)
    else if (Array.isArray(value)) for (const item of value) walk(item)
    else if (isObject(value)) for (const key of Object.keys(value)) walk(value[key]!)
  }
  onText(message)
  tags.forEach(onText)
  if (host !== undefined) onText(host)
  walk(withoutAdded(attributes))
  return [...names].map(([name, type]) => [type, name])
}

function withoutAdded(attributes: JsonObject): JsonObject {
  const { threat_intel: _, ...own } = attributes
  const client = get(own, 'network', 'client')
  if (!isObject(own['network']!) || !isObject(client)) return own
  const { geoip: __, ...rest } = client
  return { ...own, network: { ...own['network'], client: rest } }
}
