import type { Bucket, Compute } from '../../shared/aggregate.ts'
import { severities } from '../../shared/severity.ts'
import type { Found, Search } from '../engine/search.ts'
import { type DueTimes, dueAfter } from './due.ts'

/** Groups of each kind. */
const mostGroups = 100

const facets = { severity: 'status', rule: '@workflow.rule.id', assignee: '@workflow.triage.assignee.handle' } as const
export type Dimension = keyof typeof facets

const acknowledged = '@workflow.triage.time_to_acknowledge:*'
const archived = '@workflow.triage.state:archived'

/** What is counted of the signals that a query finds. */
const counted = {
  acknowledged,
  resolved: archived,
  false_positives: `${archived} @workflow.triage.archiveReason:false_positive`,
} as const

/** Times in ms from when a signal was made; null where there is none. */
export interface TriageStatistics {
  /** The severity, the rule's id, or the handle of the assignee; '' for all and for nobody. */
  group: string
  /** What a rule is called. */
  name?: string
  signals: number
  acknowledged: number
  resolved: number
  false_positives: number
  false_positive_rate: number | null
  overdue: number
  time_to_acknowledge: { median: number | null; p90: number | null }
  time_to_resolve: { median: number | null; p90: number | null }
}

interface Asked {
  /** Of when signals were made, ms UTC, both ends included. */
  from: number
  to: number
  now: number
  due: DueTimes
}

const measure = (aggregation: Compute['aggregation'], metric?: string): Compute => ({
  aggregation,
  type: 'total',
  ...(metric !== undefined && { metric: `@workflow.triage.${metric}` }),
})
const measures = [
  measure('count'),
  ...(['time_to_acknowledge', 'time_to_resolve'] as const).flatMap(metric => [measure('median', metric), measure('pc90', metric)]),
]

/** How quickly signals are taken up and archived, and how many of them were for nothing. `run` searches signals for whoever asks. */
export function createStatistics(run: (search: Search) => Promise<Found<unknown>>) {
  async function grouped(
    asked: Pick<Asked, 'from' | 'to'>,
    query: string,
    by: Dimension | undefined,
    compute: Compute[],
  ): Promise<Map<string, Bucket>> {
    if (asked.to < asked.from) return new Map()
    const facet = by && facets[by]
    const group = facet && {
      facet,
      limit: mostGroups,
      missing: '',
      sort: { order: 'desc' as const, measure: { aggregation: 'count' as const } },
    }
    const about = { track: 'signals', query, from: asked.from, to: asked.to, limit: 0, sort: '-timestamp' } as const
    const { aggregated } = await run({ ...about, aggregate: { compute, group_by: group ? [group] : [] } })
    return new Map(aggregated!.buckets.map(bucket => [facet ? String(bucket.by[facet]) : '', bucket]))
  }
  async function countBy(asked: Pick<Asked, 'from' | 'to'>, query: string, by: Dimension | undefined): Promise<Map<string, number>> {
    const found = await grouped(asked, query, by, [measure('count')])
    return new Map([...found].map(([group, { computes }]) => [group, Number(computes['c0'] ?? 0)]))
  }

  /** Late are those that nobody took up in time, and those that are not archived in time; which is both counts once. */
  async function overdueBy({ from, to, now, due }: Asked, by: Dimension | undefined): Promise<Map<string, number>> {
    const late = new Map<string, number>()
    for (const severity of severities) {
      const [acknowledge, resolve] = [dueAfter(due[severity].acknowledge), dueAfter(due[severity].resolve)]
      const parts = [
        { rest: `-${acknowledged}`, after: acknowledge, sign: 1 },
        { rest: `-${archived}`, after: resolve, sign: 1 },
        { rest: `-${acknowledged} -${archived}`, after: Math.max(acknowledge, resolve), sign: -1 },
      ]
      for (const { rest, after, sign } of parts) {
        if (after === Infinity) continue
        const range = { from, to: Math.min(to, now - after) }
        for (const [group, count] of await countBy(range, `status:${severity} ${rest}`, by))
          late.set(group, (late.get(group) ?? 0) + sign * count)
      }
    }
    return late
  }

  return async (asked: Asked, by?: Dimension): Promise<TriageStatistics[]> => {
    const all = await grouped(asked, '', by, measures)
    const counts = Object.fromEntries(
      await Promise.all(Object.entries(counted).map(async ([name, query]) => [name, await countBy(asked, query, by)] as const)),
    ) as Record<keyof typeof counted, Map<string, number>>
    const overdue = await overdueBy(asked, by)
    return [...all].map(([group, { computes }]) => {
      const number = (at: number) => (typeof computes[`c${at}`] === 'number' ? (computes[`c${at}`] as number) : null)
      const resolved = counts.resolved.get(group) ?? 0
      const false_positives = counts.false_positives.get(group) ?? 0
      return {
        group,
        signals: number(0) ?? 0,
        acknowledged: counts.acknowledged.get(group) ?? 0,
        resolved,
        false_positives,
        false_positive_rate: resolved === 0 ? null : false_positives / resolved,
        overdue: overdue.get(group) ?? 0,
        time_to_acknowledge: { median: number(1), p90: number(2) },
        time_to_resolve: { median: number(3), p90: number(4) },
      }
    })
  }
}
