import { z } from 'zod'
import { RuleTest } from './rule-test.ts'
import { severities } from './severity.ts'

/** Legal windows in seconds. */
export const windows = [0, 60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400] as const
const Seconds = z.literal([...windows])

export const aggregations = ['count', 'cardinality', 'sum', 'max', 'new_value', 'geo_data', 'event_count', 'none'] as const
export type Aggregation = (typeof aggregations)[number]
export const detectionMethods = [
  'threshold',
  'new_value',
  'anomaly_detection',
  'anomaly_threshold',
  'impossible_travel',
  'hardcoded',
  'third_party',
  'sequence_detection',
] as const

export const RuleQuery = z.strictObject({
  query: z.string().max(8192),
  name: z.string().max(64).default(''),
  aggregation: z.enum(aggregations).default('count'),
  groupByFields: z.array(z.string().min(1).max(512)).max(5).default([]),
  distinctFields: z.array(z.string().min(1).max(512)).max(5).default([]),
  metric: z.string().max(512).optional(),
  metrics: z.array(z.string().max(512)).max(10).default([]),
  dataSource: z.enum(['logs']).optional(),
  hasOptionalGroupByFields: z.boolean().optional(),
})

export const RuleCase = z.strictObject({
  name: z.string().max(256).default(''),
  status: z.enum(severities),
  /** Over the names of the queries: `failures > 5 && success > 0`. Empty: always, once anything matched. */
  condition: z.string().max(1024).default(''),
  notifications: z.array(z.string().max(256)).max(50).default([]),
  actions: z
    .array(z.looseObject({ type: z.string() }))
    .max(20)
    .optional(),
})

export const RuleOptions = z.strictObject({
  detectionMethod: z.enum(detectionMethods).default('threshold'),
  evaluationWindow: Seconds.default(300),
  keepAlive: Seconds.default(3600),
  maxSignalDuration: Seconds.default(86400),
  decreaseCriticalityBasedOnEnv: z.boolean().default(false),
})

/** What a person writes: Datadog's form, camelCase, no envelope. An attribute it does not know is refused, never dropped. */
export const RulePayload = z.strictObject({
  name: z.string().min(1).max(512),
  isEnabled: z.boolean().default(true),
  message: z.string().max(65536).default(''),
  queries: z.array(RuleQuery).min(1).max(10),
  cases: z.array(RuleCase).min(1).max(10),
  options: RuleOptions.default(() => RuleOptions.parse({})),
  tags: z.array(z.string().max(200)).max(100).default([]),
  filters: z
    .array(z.strictObject({ action: z.enum(['require', 'suppress']), query: z.string().max(8192) }))
    .max(20)
    .default([]),
  type: z.enum(['log_detection', 'application_security']).default('log_detection'),
  hasExtendedTitle: z.boolean().default(true),
  /** Ours: logs that show what the rule is for, and what it leaves alone. */
  tests: z.array(RuleTest).max(50).default([]),
})
export type RulePayload = z.output<typeof RulePayload>

export const typeLabels: Record<RulePayload['type'], string> = {
  log_detection: 'Log Detection',
  application_security: 'Application Security',
}

/** A stored rule. `seq` is its place in the sequence that detection is a function of; times are ms UTC. */
export interface Rule extends RulePayload {
  id: string
  version: number
  seq: number
  createdAt: number
  updatedAt: number
  creationAuthor: string
  updateAuthor: string
  isDefault: boolean
  isDeleted: boolean
}

/** The file form of a default rule: the payload with its own test logs, and an id that never changes. */
export const RuleFile = RulePayload.extend({ id: z.string().min(1), tests: z.array(RuleTest).min(1) })
export type RuleFile = z.output<typeof RuleFile>
