import { defineMethod } from '../../lib/kinds.ts'
import { volumeMemory, volumeWindow } from '../volume.ts'

/** More of something than is usual for a group. Conditions see 1 where it is, so that `a > 0.995` and an empty one both hold. */
export const anomalyDetection = defineMethod({
  name: 'anomaly_detection',
  aggregations: ['count', 'cardinality', 'sum'],
  single: true,
  window: volumeWindow,
  prepare: plan => volumeMemory(plan, amount => ({ values: [amount], asked: [1] })),
})
