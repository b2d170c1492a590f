import { defineMethod } from '../../lib/kinds.ts'
import { volumeMemory, volumeWindow } from '../volume.ts'

/** More of something than is usual for a group, and as much as a case's condition asks for: `a > 100` holds for more than 100 that are unusual. */
export const anomalyThreshold = defineMethod({
  name: 'anomaly_threshold',
  aggregations: ['count', 'cardinality', 'sum'],
  single: true,
  window: volumeWindow,
  prepare: plan => volumeMemory(plan, amount => ({ values: [amount] })),
})
