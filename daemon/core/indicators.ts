import type { IndicatorType, Match } from '../../shared/indicator.ts'
import type { Ioc, IocFacts, IocListing, IocState, IocTriage } from '../../shared/ioc.ts'
import { readAddress } from '../../shared/ip.ts'
import { get, isObject, type Json } from '../../shared/json.ts'
import type { Doc, Log } from '../../shared/log.ts'
import { readObservable } from '../../shared/observable.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import type { Severity } from '../../shared/severity.ts'
import { inSpan, readSpan } from '../../shared/span.ts'
import type { Tally } from '../engine/holders.ts'
import { ofFields } from '../engine/own-fields.ts'
import type { Found, Search } from '../engine/search.ts'
import { createPacer, type Pace } from '../engine/slices.ts'
import { asTypeOf, scoreOf } from '../intel/ioc/score.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { LateReader } from './late-intel.ts'
import { maySeeSignal } from './may-see.ts'
import type { TallyLogs } from './tally-logs.ts'
import type { Audit, Write } from './writes.ts'

const window = 30 * 86_400_000
/** Indicators that are listed; of more, those with the most logs. */
const most = 5000
/** Logs that are read between two looks at the clock, those of one block together. */
const together = 500
/** How long a list is good for whoever turns its pages, ms. */
const kept = 5000
const matched = '@threat_intel.indicators_matched'
/** Where an address stands as such. */
const fields = ['@network.client.ip', '@network.destination.ip']

interface Needs {
  store: Store
  reader: LateReader
  tallyLogs: TallyLogs
  write: Write
  audit: Audit
  now: () => number
}

/** How long a list may take. `check` throws where it has to end; once it is `enough`, what there is is listed, as cut. */
interface Patience {
  check: () => void
  enough: () => boolean
}

/** Where the logs of an indicator are from: the most frequent values of each. */
export interface IocContext {
  hosts: string[]
  services: string[]
  sources: string[]
  users: string[]
}

export async function contextOf(search: (search: Search) => Promise<Found<Log>>, { indicator, logs }: IocFacts): Promise<IocContext> {
  const facets = ['host', 'service', 'source', '@usr.name']
  const text = indicator.replace(/["\\]/g, '\\$&')
  const about = {
    track: 'logs',
    query: `${matched}:"${text}"`,
    from: logs.first,
    to: logs.last,
    limit: 0,
    sort: '-timestamp',
    facets,
  } as const
  const found = await search({ ...about, facets: [...facets] })
  const valuesOf = (path: string) => found.facets[path]!.map(({ value }) => value)
  return { hosts: valuesOf('host'), services: valuesOf('service'), sources: valuesOf('source'), users: valuesOf('@usr.name') }
}

export type Indicators = ReturnType<typeof createIndicators>

/** The indicators that logs of the last 30 days matched, with what is known of them: made of the logs and signals themselves. */
export function createIndicators({ store, reader, tallyLogs, write, audit, now }: Needs) {
  const lists = new Map<string, { seq: number; until: number; iocs: Ioc[]; cut: boolean }>()

  async function signalsOf(only: Restrictions, from: number, to: number, pace: Pace): Promise<Map<string, IocFacts['signals']>> {
    const found = new Map<string, IocFacts['signals']>()
    for (const signal of store.signals.between(from, to)) {
      await pace()
      if (!maySeeSignal(only, signal)) continue
      const { detection } = signal
      for (const value of new Set(listOf(get(detection.attributes, 'threat_intel', 'indicators_matched')))) {
        const known = found.get(String(value)) ?? { count: 0, severities: {} }
        found.set(String(value), known)
        known.count++
        known.severities[detection.severity as Severity] = (known.severities[detection.severity as Severity] ?? 0) + 1
      }
    }
    return found
  }

  async function make(only: Restrictions, ocsf: boolean, { check, enough }: Patience): Promise<{ iocs: Ioc[]; cut: boolean }> {
    const pace = createPacer(check)
    const to = now()
    const from = to - window
    let tallies = await tallyLogs(only, { path: matched, from, to }, pace, enough)
    if (ocsf) {
      const normalised = new Map<string, Tally>()
      for (const path of fields)
        for (const [value, tally] of await tallyLogs(only, { path, from, to }, pace, enough))
          if (tallies.has(value)) normalised.set(value, tally)
      tallies = normalised
    }
    const signals = await signalsOf(only, from, to, pace)
    const triages = store.iocTriage.latest()
    const all = [...tallies].sort(([, a], [, b]) => b.count - a.count)
    const factsOf = (indicator: string, { count, first, last, seq }: Tally): Ioc | undefined => {
      const type = typeOf(indicator)
      if (!type) return undefined
      const facts: IocFacts = {
        ...{ indicator, type, logs: { count, first, last }, matches: matchesOf(reader.find(seq)?.attributes ?? {}, indicator) },
        ...{ signals: signals.get(indicator) ?? { count: 0, severities: {} }, triage: triages.get(indicator) ?? null },
      }
      return { ...facts, score: scoreOf(facts) }
    }
    const iocs: Ioc[] = []
    const isLate = enough()
    let read = 0
    while (read < Math.min(all.length, most) && (read === 0 || !enough())) {
      const some = all.slice(read, Math.min(most, read + together))
      read += some.length
      for (const [indicator, tally] of some.sort(([, a], [, b]) => a.seq - b.seq)) {
        await pace()
        const ioc = factsOf(indicator, tally)
        if (ioc) iocs.push(ioc)
      }
    }
    return { iocs, cut: isLate || read < all.length }
  }

  async function listed(only: Restrictions, ocsf: boolean, patience: Patience) {
    const time = performance.now()
    for (const [key, { until }] of lists) if (until <= time) lists.delete(key)
    const key = JSON.stringify([only, ocsf])
    const known = lists.get(key)
    if (known && known.seq === store.seq) return known
    const { seq } = store
    const list = { ...(await make(only, ocsf, patience)), seq, until: performance.now() + kept }
    lists.set(key, list)
    return list
  }

  return {
    /** A page of indicators, how many there are, and whether some were left out. */
    async list(only: Restrictions, asked: IocListing, patience: Patience): Promise<{ iocs: Ioc[]; count: number; cut: boolean }> {
      const { iocs, cut } = await listed(only, asked.ocsf, patience)
      const keep = toPredicate(ofFields(parse(asked.query)))
      const found = iocs.filter(
        ioc =>
          keep(docOf(ioc)) &&
          (asked.state === undefined || (ioc.triage?.state ?? 'not_reviewed') === asked.state) &&
          (asked.workedBy === undefined || ioc.triage?.by === asked.workedBy),
      )
      const sign = asked.order === 'asc' ? 1 : -1
      const keyOf = keys[asked.column]
      found.sort((a, b) => sign * compare(keyOf(a), keyOf(b)) || compare(a.indicator, b.indicator))
      return { iocs: found.slice(asked.offset, asked.offset + asked.limit), count: found.length, cut }
    },
    async get(only: Restrictions, indicator: string, ocsf: boolean, patience: Patience): Promise<Ioc> {
      const found = (await listed(only, ocsf, patience)).iocs.find(ioc => ioc.indicator === indicator)
      if (!found) throw new Refusal(404, 'not_found', `No log of the last 30 days matched ${indicator.slice(0, 200)}`)
      return found
    },
    history: (indicator: string, limit: number, offset: number): IocTriage[] => store.iocTriage.of(indicator, limit, offset),
    setState(ctx: WriteContext, indicator: string, state: IocState): IocTriage {
      return write(ctx, () => {
        const triage = { state, by: ctx.actor.handle, time: now() }
        const before = store.iocTriage.of(indicator)[0]?.state ?? 'not_reviewed'
        store.iocTriage.add(indicator, store.nextSeq(), triage)
        const asset = { type: 'indicator', id: indicator }
        const message = `marked the indicator ${indicator} as ${state.replace('_', ' ')}`
        audit(ctx, { action: 'modified', asset, message, before: { triage_state: before }, after: { triage_state: state } })
        return { result: triage }
      })
    },
  }
}

const listOf = (value: Json | undefined): Json[] => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])
const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)

const keys: Record<IocListing['column'], (ioc: Ioc) => string | number> = {
  score: ({ score }) => score.score,
  first_seen_ts_epoch: ({ logs }) => logs.first,
  last_seen_ts_epoch: ({ logs }) => logs.last,
  indicator: ({ indicator }) => indicator,
  indicator_type: ({ type }) => type,
  signal_count: ({ signals }) => signals.count,
  log_count: ({ logs }) => logs.count,
  category: ({ matches }) => matches[0]?.category ?? '',
  as_type: asTypeOf,
}

function typeOf(indicator: string): IndicatorType | undefined {
  return readAddress(indicator) ? 'ip' : readObservable(indicator)?.type
}

/** What a log's results say of one value of it. */
function matchesOf(attributes: Doc['attributes'], value: string): Match[] {
  const address = readAddress(value)
  return listOf(get(attributes, 'threat_intel', 'results')).flatMap(result => {
    const indicator = isObject(result) ? get(result, 'indicator') : undefined
    const source = isObject(result) ? get(result, 'source', 'name') : undefined
    if (typeof indicator !== 'string' || typeof source !== 'string') return []
    const span = address && readSpan(indicator)
    const isAbout = span ? inSpan(span, address) : !address && (value === indicator || value.endsWith(`.${indicator}`))
    return isAbout ? [result as unknown as Match] : []
  })
}

/** An indicator as queries see it: `score:>50`, `category:tor`, or a part of its text. */
function docOf(ioc: Ioc): Doc {
  const { indicator, type, score, logs, signals, matches, triage } = ioc
  return {
    timestamp: logs.last,
    message: indicator,
    tags: [],
    attributes: {
      ...{ indicator, indicator_type: type, score: score.score, as_type: asTypeOf(ioc), triage_state: triage?.state ?? 'not_reviewed' },
      ...{ log_matches: logs.count, signal_matches: signals.count },
      category: matches.map(({ category }) => category),
      intention: matches.map(({ intention }) => intention),
      source: matches.map(({ source }) => source.name),
    },
  }
}
