import { z } from 'zod'
import { RuleOptions } from './rule-options.ts'
import { RuleTest } from './rule-test.ts'
import { severities } from './severity.ts'

export const aggregations = ['count', 'cardinality', 'sum', 'max', 'new_value', 'geo_data', 'event_count', 'none'] as const
export type Aggregation = (typeof aggregations)[number]
const Fields = (most: number) => z.array(z.string().min(1).max(512)).max(most)

export const RuleQuery = z.strictObject({
  query: z.string().max(8192).default(''),
  name: z.string().max(64).default(''),
  aggregation: z.enum(aggregations).default('count'),
  groupByFields: Fields(5).default([]),
  distinctFields: Fields(5).default([]),
  metric: z.string().max(512).optional(),
  metrics: z.array(z.string().max(512)).max(10).default([]),
  dataSource: z.enum(['logs']).optional(),
  hasOptionalGroupByFields: z.boolean().optional(),
  /** Of a signal correlation alone: the rule whose signals count, and what they must share. */
  ruleId: z.string().min(1).max(128).optional(),
  defaultRuleId: z.string().max(128).optional(),
  correlatedByFields: Fields(3).optional(),
  correlatedQueryIndex: z.int().min(0).max(9).optional(),
})

/** How long a rule may block or flag, s; 0 is for good, as on Datadog's wire. */
const BlockSeconds = z
  .int()
  .min(0)
  .max(10 * 365 * 86_400)
const known = new Set(['block_ip', 'block_user', 'flag_ip'])
/**
 * What is done by itself when a case holds: its addresses or users are blocked, or its addresses flagged. Others are kept, for whoever reads them
 * elsewhere.
 */
const CaseAction = z.union([
  z.strictObject({
    type: z.enum(['block_ip', 'block_user']),
    options: z.looseObject({ duration: BlockSeconds.default(3600) }).prefault({}),
  }),
  z.strictObject({
    type: z.literal('flag_ip'),
    options: z.looseObject({ duration: BlockSeconds.default(86_400), flaggedIPType: z.enum(['SUSPICIOUS', 'FLAGGED']) }),
  }),
  z.looseObject({ type: z.string().refine(type => !known.has(type), 'has options that cannot be read') }),
])
export type CaseAction = z.output<typeof CaseAction>

export const RuleCase = z.strictObject({
  name: z.string().max(256).default(''),
  status: z.enum(severities),
  /** Over the names of the queries: `failures > 5 && success > 0`. Empty: always, once anything matched. */
  condition: z.string().max(1024).default(''),
  notifications: z.array(z.string().max(256)).max(50).default([]),
  actions: z.array(CaseAction).max(20).optional(),
})

export type RuleCase = z.output<typeof RuleCase>

/** A severity for the alerts of a third party that a query finds. */
export const ThirdPartyCase = z.strictObject({
  name: z.string().max(256).default(''),
  query: z.string().max(8192).default(''),
  status: z.enum(severities),
  notifications: z.array(z.string().max(256)).max(50).default([]),
})

/** What a person writes: Datadog's form, camelCase, no envelope. An attribute it does not know is refused, never dropped. */
export const RulePayload = z.strictObject({
  name: z.string().min(1).max(512),
  isEnabled: z.boolean().default(true),
  message: z.string().max(65536).default(''),
  /** At least one, but for a third-party rule, which has root queries and cases of its own. */
  queries: z.array(RuleQuery).max(10),
  cases: z.array(RuleCase).max(10),
  thirdPartyCases: z.array(ThirdPartyCase).max(10).optional(),
  options: RuleOptions.default(() => RuleOptions.parse({})),
  tags: z.array(z.string().max(200)).max(100).default([]),
  filters: z
    .array(z.strictObject({ action: z.enum(['require', 'suppress']), query: z.string().max(8192) }))
    .max(20)
    .default([]),
  type: z.enum(['log_detection', 'application_security', 'signal_correlation']).default('log_detection'),
  hasExtendedTitle: z.boolean().default(true),
  /** Ours: logs that show what the rule is for, and what it leaves alone. */
  tests: z.array(RuleTest).max(50).default([]),
})
export type RulePayload = z.output<typeof RulePayload>

/** What a signal of a rule can be, in the order in which it is asked; a third-party rule has cases of another kind, and one for what is in none. */
export function casesOf({ cases, thirdPartyCases = [], options }: Pick<RulePayload, 'cases' | 'thirdPartyCases' | 'options'>): RuleCase[] {
  const thirdParty = options.thirdPartyRuleOptions
  if (options.detectionMethod !== 'third_party' || !thirdParty) return cases
  const { defaultStatus: status, defaultNotifications: notifications } = thirdParty
  return [...thirdPartyCases.map(({ query, ...one }) => ({ ...one, condition: query })), { name: '', status, condition: '', notifications }]
}

export const typeLabels: Record<RulePayload['type'], string> = {
  log_detection: 'Log Detection',
  application_security: 'Application Security',
  signal_correlation: 'Signal Correlation',
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
  /** Where it was imported from, and a digest of the payload as the import had it: another one tells that a person has changed it since. */
  imported?: { from: 'sigma'; digest: string }
}

/** The file form of a default rule: the payload with its own test logs, and an id that never changes. */
export const RuleFile = RulePayload.extend({ id: z.string().min(1), tests: z.array(RuleTest).min(1) })
export type RuleFile = z.output<typeof RuleFile>
