import { z } from 'zod'
import { otherRuleTypes, ownRuleTypes, triggerSources } from './notice.ts'
import { maxQueryLength } from './query/limits.ts'
import { severities } from './severity.ts'

export const ruleTypes = [...ownRuleTypes, ...otherRuleTypes] as const
/** `unknown` is of findings alone. */
export const selectorSeverities = [...severities, 'unknown'] as const

const oneLine = /^\P{Cc}*$/u

export const Selectors = z.strictObject({
  trigger_source: z.enum(triggerSources),
  /** None: all of them; the same of severities. */
  rule_types: z.array(z.enum(ruleTypes)).max(ruleTypes.length).default([]),
  severities: z.array(z.enum(selectorSeverities)).max(selectorSeverities.length).default([]),
  query: z.string().max(maxQueryLength).default(''),
})

/** What a person writes: Datadog's attributes, and a template of ours under `x_local`. One it does not know is refused, never dropped. */
export const NotificationRulePayload = z.strictObject({
  name: z.string().min(1).max(256).regex(oneLine, 'must be one line'),
  enabled: z.boolean().default(true),
  selectors: Selectors,
  targets: z.array(z.string().max(320)).min(1, 'must name somebody to tell').max(50),
  /** Seconds from the first signal on in which all are told of at once; 0: each by itself. */
  time_aggregation: z.int().min(0).max(86_400).default(0),
  routing: z.looseObject({ mode: z.literal('manual') }).optional(),
  x_local: z
    .strictObject({
      title: z.string().max(1000).regex(oneLine, 'must be one line').default(''),
      message: z.string().max(16_384).default(''),
    })
    .default({ title: '', message: '' }),
})
export type NotificationRulePayload = z.output<typeof NotificationRulePayload>

/** A stored notification rule. `created` and `updated` are ms UTC. */
export interface NotificationRule extends NotificationRulePayload {
  id: string
  version: number
  created: number
  updated: number
  creator: { handle: string; name: string }
  updater: { handle: string; name: string }
}
