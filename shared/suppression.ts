import { z } from 'zod'
import { maxQueryLength } from './query/limits.ts'

const Query = z.string().max(maxQueryLength)
/** Event time, ms UTC. */
const Time = z.int().min(0).max(8.64e15).nullable().default(null)

/** What a person writes: Datadog's attributes, and a reason of ours. One it does not know is refused, never dropped. */
export const SuppressionPayload = z.strictObject({
  name: z.string().min(1).max(512),
  enabled: z.boolean().default(true),
  description: z.string().max(8192).default(''),
  /** Why it is right to look away. */
  reason: z.string().max(4096).default(''),
  /** The rules that it is about: `source:sshd severity:low`, `ruleId:…`, or `*` for all. */
  rule_query: Query.min(1),
  /** Signals that it hides. */
  suppression_query: Query.default(''),
  /** Logs that those rules never see. */
  data_exclusion_query: Query.default(''),
  /** It is in force for logs from here on and before its end; null: without one. */
  start_date: Time,
  expiration_date: Time,
  tags: z.array(z.string().max(200)).max(100).default([]),
})
export type SuppressionPayload = z.output<typeof SuppressionPayload>

/** A stored suppression. `seq` is its place in the sequence that detection is a function of; `created` and `updated` are ms UTC. */
export interface Suppression extends SuppressionPayload {
  id: string
  version: number
  seq: number
  created: number
  updated: number
  creator: { handle: string; name: string }
  updater: { handle: string; name: string }
  isDeleted: boolean
}
