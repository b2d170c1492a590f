import { defineMethod, type Hit, type Memory } from '../../lib/kinds.ts'
import { createWindow } from '../window.ts'

/** How many, how many different, how much or at most what, within a sliding window. A window of 0 takes each log by itself. */
export const threshold = defineMethod({
  name: 'threshold',
  aggregations: ['count', 'cardinality', 'sum', 'max'],
  start: (plan, saved) => (plan.window === 0 ? eachByItself(plan) : createWindow(plan, saved)),
})

function eachByItself({ aggregations }: Parameters<typeof threshold.start>[0]): Memory {
  const value = (hit: Hit, query: number): number => {
    const amounts = hit.queries.find(({ index }) => index === query)?.amounts
    if (!amounts) return 0
    const aggregation = aggregations[query]
    if (aggregation === 'count') return 1
    if (aggregation === 'cardinality') return new Set(amounts).size
    if (amounts.length === 0) return 0
    return aggregation === 'sum' ? amounts.reduce((sum, amount) => sum + amount, 0) : Math.max(...amounts)
  }
  return {
    add(hit) {
      const counts = aggregations.map((_, query) => (hit.queries.some(({ index }) => index === query) ? 1 : 0))
      const tally = { first: hit.time, last: hit.time, events: 1, counts }
      return [{ from: hit.time, time: hit.time, values: aggregations.map((_, query) => value(hit, query)), take: () => tally }]
    },
    take: () => {},
    next: () => undefined,
    forget: () => true,
    close: () => {},
    save: () => null,
  }
}
