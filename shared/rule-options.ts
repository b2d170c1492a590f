import { z } from 'zod'
import { severities } from './severity.ts'

/** Legal windows in seconds. */
export const windows = [0, 60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400] as const
const Seconds = z.literal([...windows])
const Days = (most: number) => z.int().min(1).max(most)
const Fields = z.array(z.string().min(1).max(512)).max(5).default([])

export const detectionMethods = [
  'threshold',
  'new_value',
  'anomaly_detection',
  'anomaly_threshold',
  'impossible_travel',
  'hardcoded',
  'third_party',
  'sequence_detection',
  // Datadog has it in its pages alone: no name on the wire is published
  'content_anomaly',
] as const

/** Durations in days. `learningThreshold`: logs of a group after which its values are new. */
export const NewValueOptions = z.strictObject({
  forgetAfter: Days(30).default(28),
  learningMethod: z.enum(['duration', 'threshold']).default('duration'),
  learningDuration: z.int().min(0).max(30).default(7),
  learningThreshold: z.literal([0, 1]).default(0),
  instantaneousBaseline: z.boolean().default(false),
})

/** `bucketDuration` in seconds, `learningDuration` in hours. `learningPeriodBaseline`: events a bucket that are too many while it learns. */
export const AnomalyDetectionOptions = z.strictObject({
  bucketDuration: z.literal([300, 600, 900, 1800, 3600, 10800]).default(300),
  learningDuration: z.literal([1, 6, 12, 24, 48, 168, 336]).default(24),
  detectionTolerance: z.literal([1, 2, 3, 4, 5]).default(2),
  learningPeriodBaseline: z.number().min(0).optional(),
  instantaneousBaseline: z.boolean().default(false),
})

/** The duration is in days. */
export const ImpossibleTravelOptions = z.strictObject({
  baselineUserLocations: z.boolean().default(false),
  baselineUserLocationsDuration: Days(30).default(1),
})

/** Durations in days, the similarity in percent. */
export const ContentAnomalyOptions = z.strictObject({
  learningDuration: Days(10).default(7),
  forgetAfter: Days(10).default(7),
  similarityPercentageThreshold: z.int().min(35).max(100).default(70),
  nbSimilarItemsThreshold: z.int().min(1).max(20).default(1),
})

const name = z.string().min(1).max(64)
export const SequenceDetectionOptions = z.strictObject({
  steps: z
    .array(z.strictObject({ name, condition: z.string().min(1).max(1024), evaluationWindow: Seconds.default(0) }))
    .min(2)
    .max(10),
  stepTransitions: z.array(z.strictObject({ parent: name, child: name, evaluationWindow: Seconds })).max(9),
})

export const ThirdPartyRuleOptions = z.strictObject({
  defaultStatus: z.enum(severities).default('info'),
  defaultNotifications: z.array(z.string().max(256)).max(50).default([]),
  /** The first that a log matches counts, and opens a signal for each new value of its fields. */
  rootQueries: z
    .array(z.strictObject({ query: z.string().max(8192), groupByFields: Fields }))
    .min(1)
    .max(10),
  /** With variables as in a message. */
  signalTitleTemplate: z.string().max(1024).optional(),
})

export const RuleOptions = z.strictObject({
  detectionMethod: z.enum(detectionMethods).default('threshold'),
  evaluationWindow: Seconds.default(300),
  keepAlive: Seconds.default(3600),
  maxSignalDuration: Seconds.default(86400),
  decreaseCriticalityBasedOnEnv: z.boolean().default(false),
  newValueOptions: NewValueOptions.optional(),
  anomalyDetectionOptions: AnomalyDetectionOptions.optional(),
  impossibleTravelOptions: ImpossibleTravelOptions.optional(),
  contentAnomalyOptions: ContentAnomalyOptions.optional(),
  sequenceDetectionOptions: SequenceDetectionOptions.optional(),
  thirdPartyRuleOptions: ThirdPartyRuleOptions.optional(),
})
export type RuleOptions = z.output<typeof RuleOptions>
