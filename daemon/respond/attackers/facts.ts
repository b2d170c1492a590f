import type { LogTally, SignalTally } from '../../../shared/attacker.ts'
import { severities } from '../../../shared/severity.ts'
import { type Run, type Span, seenAt } from './signals.ts'

export type Counts = { value: string; count: number }[]

/** What signals and logs of a time say of some addresses, or of some users. The most frequent values come first. */
export interface Facts {
  signals: SignalTally
  rules: Counts
  logs: LogTally
  services: Counts
  hosts: Counts
  users: Counts
  addresses: Counts
  paths: Counts
  user_agents: Counts
  /** How what they tried ended: `success`, `failure`. */
  outcomes: Counts
  /** Over the range, oldest first; empty where it was not asked for. */
  histogram: { time: number; signals: number; logs: number }[]
}

/** Where signals and logs name them. */
export interface Named {
  signals: string
  logs: string
}
export const byAddress: Named = { signals: '@network.client.ip', logs: '@network.ip.list' }

export interface FactsAsked extends Span {
  named: Named
  /** Signals are narrowed further by it. */
  query: string
  /** Values of each kind. */
  most: number
  buckets?: number
  /** Whether to say when the first and the last log was: whoever has tallied them knows. */
  ends: boolean
}

const logPaths = {
  services: 'service',
  hosts: 'host',
  users: '@usr.name',
  addresses: '@network.client.ip',
  paths: '@http.url_details.path',
  user_agents: '@http.useragent',
  outcomes: '@evt.outcome',
} as const
const rule = '@workflow.rule.name'

/** Look some values up in what `signals` and `logs` search. */
export async function factsOf(
  { signals, logs }: { signals: Run; logs: Run },
  values: readonly string[],
  asked: FactsAsked,
): Promise<Facts> {
  const { named, query, most, buckets, ends, from, to } = asked
  const about = { from, to, limit: 0, sort: '-timestamp', ...(buckets !== undefined && { histogram: { buckets } }) } as const
  const ofSignals = await signals({
    ...about,
    ...{ track: 'signals', query, among: { path: named.signals, values }, facets: ['status', rule] },
    aggregate: { compute: seenAt, group_by: [] },
  })
  const ofLogs = { ...about, track: 'logs', query: '', among: { path: named.logs, values } }
  const found = await logs({ ...ofLogs, facets: Object.values(logPaths), limit: ends ? 1 : 0 })
  const first = ends && found.total > 1 ? await logs({ ...ofLogs, limit: 1, sort: 'timestamp' }) : found
  const { c0, c1 } = ofSignals.aggregated!.buckets[0]?.computes ?? {}
  const counts = new Map(ofSignals.facets['status']!.map(({ value, count }) => [value, count]))
  const topOf = (facet: Counts | undefined) => (facet ?? []).slice(0, most)
  return {
    signals: {
      total: ofSignals.total,
      severities: Object.fromEntries(severities.flatMap(name => (counts.has(name) ? [[name, counts.get(name)!]] : []))),
      first_seen: typeof c0 === 'number' ? c0 : null,
      last_seen: typeof c1 === 'number' ? c1 : null,
    },
    rules: topOf(ofSignals.facets[rule]),
    logs: { count: found.total, first_seen: timeOf(first.rows[0]), last_seen: timeOf(found.rows[0]) },
    ...(Object.fromEntries(Object.entries(logPaths).map(([name, path]) => [name, topOf(found.facets[path])])) as Record<
      keyof typeof logPaths,
      Counts
    >),
    histogram: found.histogram.map(({ time, count }, i) => ({ time, signals: ofSignals.histogram[i]?.count ?? 0, logs: count })),
  }
}

const timeOf = (row: unknown): number | null => (row as { timestamp: number } | undefined)?.timestamp ?? null
