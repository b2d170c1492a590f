import { defineMethod } from '../../lib/kinds.ts'
import { createCounter } from '../counter.ts'

/** How many, how many different, how much or at most what, within a sliding window. A window of 0 takes each log by itself. */
export const threshold = defineMethod({
  name: 'threshold',
  aggregations: ['count', 'cardinality', 'sum', 'max'],
  prepare: plan => (room, saved) => createCounter(plan, room, saved),
})
