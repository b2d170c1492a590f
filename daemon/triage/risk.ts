import type { Bucket, Compute } from '../../shared/aggregate.ts'
import { riskPoints, type Severity, severities } from '../../shared/severity.ts'
import type { Found, Search } from '../engine/search.ts'

/** From how much on a score is how bad. */
const bands: [from: number, severity: Severity][] = [
  [100, 'critical'],
  [50, 'high'],
  [25, 'medium'],
  [10, 'low'],
]
/** Entities that are told apart. */
const mostEntities = 10_000
const entities = '@entities'

export const severityOf = (score: number): Severity => bands.find(([from]) => score >= from)?.[1] ?? 'info'

/** Somebody or something that signals name. Times are ms UTC. */
export interface Risk {
  /** As signals name it: `@usr.name:root`. */
  entity: string
  score: number
  /** What the score has grown by since as long a time before. */
  evolution: number
  signals: number
  first: number
  last: number
}

interface Span {
  from: number
  to: number
}
const counted: Compute = { aggregation: 'count', type: 'total' }
const seen: Compute[] = [
  { aggregation: 'min', type: 'total', metric: '@first_seen' },
  { aggregation: 'max', type: 'total', metric: '@last_seen' },
]

/** How much of a risk each entity is, by the signals made in a time. `run` searches signals for whoever asks. */
export function createRisks(run: (search: Search) => Promise<Found<unknown>>) {
  async function grouped(query: string, { from, to }: Span, compute: Compute[]): Promise<{ buckets: Bucket[]; cut: boolean }> {
    const group = { facet: entities, limit: mostEntities, sort: { order: 'desc' as const, measure: { aggregation: 'count' as const } } }
    const about = { track: 'signals', query, from, to, limit: 0, sort: '-timestamp' } as const
    const { buckets, cut } = (await run({ ...about, aggregate: { compute, group_by: [group] } })).aggregated!
    return { buckets, cut: cut.length > 0 || buckets.length >= mostEntities }
  }
  async function scores(query: string, span: Span): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const severity of severities) {
      const each = riskPoints[severity]
      if (each === undefined) continue
      const { buckets } = await grouped(`${query} status:${severity}`, span, [counted])
      for (const { by, computes } of buckets) {
        const entity = String(by[entities])
        found.set(entity, (found.get(entity) ?? 0) + each * Number(computes['c0']))
      }
    }
    return found
  }

  /** All that are named by signals of that time which `query` finds; `cut` where there are more than can be told apart. */
  return async (query: string, span: Span): Promise<{ risks: Risk[]; cut: boolean }> => {
    const { buckets, cut } = await grouped(query, span, [counted, ...seen])
    const now = await scores(query, span)
    const before = await scores(query, { from: span.from - (span.to - span.from), to: span.from - 1 })
    const risks = buckets.map(({ by, computes: { c0, c1, c2 } }) => {
      const entity = String(by[entities])
      const score = now.get(entity) ?? 0
      return { entity, score, evolution: score - (before.get(entity) ?? 0), signals: Number(c0), first: Number(c1), last: Number(c2) }
    })
    return { risks, cut }
  }
}
