import type { Json } from '../../shared/json.ts'
import type { Hit, Memory, Room } from '../lib/kinds.ts'
import { createWindow, type WindowPlan } from './window.ts'

/** Counts logs in a sliding window, or where that is 0 takes each by itself. */
export const createCounter = (plan: WindowPlan, room: Room, saved?: Json): Memory =>
  plan.window === 0 ? eachByItself(plan) : createWindow(plan, room, saved)

function eachByItself({ aggregations }: WindowPlan): Memory {
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
      const values = aggregations.map((_, query) => value(hit, query))
      return { hit, moments: [{ from: hit.time, time: hit.time, values, take: () => tally }] }
    },
    take: () => {},
    next: () => undefined,
    forget: () => true,
    close: () => {},
    save: () => null,
  }
}
