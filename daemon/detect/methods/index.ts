import type { Method } from '../../lib/kinds.ts'
import { anomalyDetection } from './anomaly-detection.ts'
import { anomalyThreshold } from './anomaly-threshold.ts'
import { contentAnomaly } from './content-anomaly.ts'
import { impossibleTravel } from './impossible-travel.ts'
import { newValue } from './new-value.ts'
import { sequenceDetection } from './sequence-detection.ts'
import { thirdParty } from './third-party.ts'
import { threshold } from './threshold.ts'

/** Detection methods that are evaluated: all of the wire's names but `hardcoded`. */
export const methods: Method[] = [
  threshold,
  newValue,
  anomalyDetection,
  anomalyThreshold,
  impossibleTravel,
  sequenceDetection,
  thirdParty,
  contentAnomaly,
]
