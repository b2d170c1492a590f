import type { Rule } from '../../shared/rule.ts'

const hour = 3_600_000

/** How far back a rule learns from the logs that were there before it, ms; 0: not at all. */
export function baselineOf({ options, isEnabled, isDeleted }: Rule): number {
  if (!isEnabled || isDeleted) return 0
  const { detectionMethod, newValueOptions: values, anomalyDetectionOptions: volume } = options
  if (detectionMethod === 'new_value' && values?.instantaneousBaseline && values.learningMethod === 'duration')
    return values.learningDuration * 24 * hour
  const isVolume = detectionMethod === 'anomaly_detection' || detectionMethod === 'anomaly_threshold'
  return isVolume && volume?.instantaneousBaseline ? volume.learningDuration * hour : 0
}
