import type { Bucket, Compute } from '../../../shared/aggregate.ts'
import type { SignalTally } from '../../../shared/attacker.ts'
import { riskPoints, severities } from '../../../shared/severity.ts'
import type { Found, Search } from '../../engine/search.ts'

export type Run = (search: Search) => Promise<Found<unknown>>
export interface Span {
  from: number
  to: number
}

/** Values that are told apart. */
const mostNamed = 20_000
const day = 86_400_000
/** No signal goes on for longer than this, ms: one that was active within a day was made within two. */
const longest = day

export const counted: Compute = { aggregation: 'count', type: 'total' }
export const seenAt: Compute[] = [
  { aggregation: 'min', type: 'total', metric: '@first_seen' },
  { aggregation: 'max', type: 'total', metric: '@last_seen' },
]
export const noTally = (): SignalTally => ({ total: 0, severities: {}, first_seen: null, last_seen: null })

export const earlier = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b))
export const later = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b))

/** Two tallies of signals that have none in common. */
export function joinTallies(a: SignalTally, b: SignalTally): SignalTally {
  const all = severities.flatMap(name => {
    const count = (a.severities[name] ?? 0) + (b.severities[name] ?? 0)
    return count > 0 ? [[name, count] as const] : []
  })
  return {
    total: a.total + b.total,
    severities: Object.fromEntries(all),
    first_seen: earlier(a.first_seen, b.first_seen),
    last_seen: later(a.last_seen, b.last_seen),
  }
}

/** A query within another: what either of them joins by OR stays its own. */
export const both = (query: string, and: string): string => (query.trim() === '' ? and : `(${query}) ${and}`)

/**
 * How many signals made in a time name each value at a path, with `ends` also from when to when; `cut` where there are more values than can be
 * told apart.
 */
export async function tallySignals(
  run: Run,
  path: string,
  query: string,
  { from, to }: Span,
  ends: boolean,
): Promise<{ tallies: Map<string, SignalTally>; cut: boolean }> {
  const tallies = new Map<string, SignalTally>()
  let isCut = false
  async function add(query: string, compute: Compute[], put: (tally: SignalTally, computes: Bucket['computes']) => void): Promise<void> {
    const group_by = [{ facet: path, limit: mostNamed + 1, sort: { order: 'desc', measure: { aggregation: 'count' } } as const }]
    const about = { track: 'signals', query, from, to, limit: 0, sort: '-timestamp' } as const
    const { buckets, cut } = (await run({ ...about, aggregate: { compute, group_by } })).aggregated!
    isCut ||= cut.length > 0 || buckets.length > mostNamed
    for (const { by, computes } of buckets) {
      const value = String(by[path])
      const tally = tallies.get(value) ?? noTally()
      put(tally, computes)
      tallies.set(value, tally)
    }
  }
  // counts alone need no look at each signal, so that the times are a question of their own
  for (const severity of severities)
    await add(both(query, `status:${severity}`), [counted], (tally, { c0 }) => {
      tally.total += Number(c0)
      tally.severities[severity] = Number(c0)
    })
  if (ends) await add(query, seenAt, (tally, { c0, c1 }) => void Object.assign(tally, spanOf(c0, c1)))
  return { tallies, cut: isCut }
}
const spanOf = (first: unknown, last: unknown) => ({
  first_seen: typeof first === 'number' ? first : null,
  last_seen: typeof last === 'number' ? last : null,
})

/** The signals that were active within the last 24 hours, but for those that turned out to be no attacks, and when they may have been made. */
export const lately = (now: number): { query: string; span: Span } => ({
  query: `@last_seen:>=${now - day} -@workflow.triage.archiveReason:(false_positive OR testing_or_maintenance OR true_positive_benign)`,
  span: { from: now - day - longest, to: now },
})

export const pointsOf = ({ severities: counts }: SignalTally): number =>
  severities.reduce((sum, name) => sum + (riskPoints[name] ?? 0) * (counts[name] ?? 0), 0)
