import { z } from '@hono/zod-openapi'
import type { Found, Search } from '../engine/search.ts'
import { createRouter, jsonAnswer, requires, restrictionsOf, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import { createWaiting } from '../lib/waiting.ts'
import type { DueTimes } from './due.ts'
import { createStatistics } from './statistics.ts'

interface Needs {
  searchSignals(only: Restrictions, search: Search, ms: number, signal: AbortSignal): Promise<Found<unknown>>
  /** How long a search may take, ms. */
  patience(): number
  due(): DueTimes
  now: () => number
}

const Times = z.object({ median: z.number().nullable(), p90: z.number().nullable() })
const Statistics = z.object({
  group: z
    .string()
    .openapi({ description: 'The severity, the id of the rule, or the handle of the assignee; empty for all and for nobody' }),
  name: z.string().optional().openapi({ description: 'What a rule is called' }),
  signals: z.number(),
  acknowledged: z.number(),
  resolved: z.number().openapi({ description: 'Those that are archived now' }),
  false_positives: z.number(),
  false_positive_rate: z.number().nullable().openapi({ description: 'Archived as false_positive, of all that are archived' }),
  overdue: z.number().openapi({
    description: 'Neither moved, assigned nor snoozed by the due time of the severity (triage.due in the settings), or not archived by it',
  }),
  time_to_acknowledge: Times.openapi({
    description:
      'ms from when a signal was made until somebody first moved it out of open, assigned it or snoozed it; of those where that happened',
  }),
  time_to_resolve: Times.openapi({ description: 'ms from when a signal was made until it was archived; of those that are archived now' }),
})
const list = z.array(Statistics)

/** Measures of triage, as far as whoever asks may see the signals. */
export const triageStatisticsRoutes = ({ searchSignals, patience, due, now }: Needs) => {
  const waiting = createWaiting()
  return createRouter().openapi(
    route({
      method: 'get',
      path: '/api/local/triage/statistics',
      summary: 'Get how quickly signals are triaged',
      tags: ['Signals'],
      middleware: [requires('security_monitoring_signals_read')] as const,
      request: { query: z.object({ from: z.string().max(64).default('now-30d'), to: z.string().max(64).default('now') }) },
      responses: {
        200: jsonAnswer(
          z.object({
            data: z.object({
              id: z.literal('current'),
              type: z.literal('triage_statistics'),
              attributes: z.object({
                from: z.number(),
                to: z.number(),
                all: Statistics,
                by_severity: list,
                by_rule: list,
                by_assignee: list,
              }),
            }),
          }),
          'Of the signals made in that time, in all and by the 100 largest groups of each kind',
        ),
      },
    }),
    async c => {
      const query = c.req.valid('query')
      const range = readRange(query.from, query.to, now(), { from: 0, to: 'now' }, { from: 'from', to: 'to' })
      const only = restrictionsOf(c)
      const attributes = await waiting(c.req.raw.signal, undefined, async signal => {
        const run = (search: Search) => searchSignals(only, search, patience(), signal)
        const statistics = createStatistics(run)
        const asked = { ...range, now: now(), due: due() }
        const [all] = await statistics(asked)
        const by_rule = await statistics(asked, 'rule')
        const names = await namesOf(run, range)
        return {
          ...range,
          all: all!,
          by_severity: await statistics(asked, 'severity'),
          by_rule: by_rule.map(one => ({ ...one, name: names.get(one.group) ?? one.group })),
          by_assignee: await statistics(asked, 'assignee'),
        }
      })
      return c.json({ data: { id: 'current' as const, type: 'triage_statistics' as const, attributes } }, 200)
    },
  )
}

/** What rules are called, by their ids: most of their signals know. */
async function namesOf(
  run: (search: Search) => Promise<Found<unknown>>,
  range: { from: number; to: number },
): Promise<Map<string, string>> {
  const [id, name] = ['@workflow.rule.id', '@workflow.rule.name']
  const sort = { order: 'desc' as const, measure: { aggregation: 'count' as const } }
  const group_by = [
    { facet: id, limit: 100, sort },
    { facet: name, limit: 1, sort },
  ]
  const compute = [{ aggregation: 'count' as const, type: 'total' as const }]
  const { aggregated } = await run({
    track: 'signals',
    query: '',
    ...range,
    limit: 0,
    sort: '-timestamp',
    aggregate: { compute, group_by },
  })
  return new Map(aggregated!.buckets.map(({ by }) => [String(by[id]), String(by[name])]))
}
