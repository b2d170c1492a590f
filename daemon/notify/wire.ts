import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../shared/json.ts'
import type { Channel } from '../../shared/notice.ts'
import type { NotificationRule, NotificationRulePayload } from '../../shared/notification.ts'
import type { ChannelSecrets } from './channel-secrets.ts'
import { kindOf, targetOf } from './targets.ts'

const Person = z.looseObject({ handle: z.string(), name: z.string() })
const Doubt = z.object({ field: z.string(), message: z.string() })
export const RuleResource = z
  .object({
    id: z.string(),
    type: z.literal('notification_rules'),
    attributes: z.looseObject({
      name: z.string(),
      enabled: z.boolean(),
      selectors: z.looseObject({ trigger_source: z.string() }),
      targets: z.array(z.string()),
      time_aggregation: z.number(),
      version: z.number(),
      created_at: z.number(),
      modified_at: z.number(),
      created_by: Person,
      modified_by: Person,
      x_local: z.object({ title: z.string(), message: z.string(), doubts: z.array(Doubt) }),
    }),
  })
  .openapi('NotificationRule')

/** The attributes are checked by `checkNotificationRule`, which names them as the caller wrote them. */
export const RuleBody = z.strictObject({
  data: z.strictObject({ id: z.string().optional(), type: z.literal('notification_rules'), attributes: z.looseObject({}) }),
})

/** A notification rule on Datadog's wire: times in ms UTC; what is ours stands under `x_local`. */
export const ruleResource = (rule: NotificationRule, doubts: z.output<typeof Doubt>[]): z.output<typeof RuleResource> => ({
  id: rule.id,
  type: 'notification_rules',
  attributes: {
    name: rule.name,
    enabled: rule.enabled,
    selectors: rule.selectors,
    targets: rule.targets,
    time_aggregation: rule.time_aggregation,
    ...(rule.routing && { routing: rule.routing }),
    version: rule.version,
    created_at: rule.created,
    modified_at: rule.updated,
    created_by: rule.creator,
    modified_by: rule.updater,
    x_local: { ...rule.x_local, doubts },
  },
})

const readOnly = ['version', 'created_at', 'modified_at', 'created_by', 'modified_by']

/** What people decide about a rule. */
const payloadOf = ({
  name,
  enabled,
  selectors,
  targets,
  time_aggregation,
  routing,
  x_local,
}: NotificationRule): NotificationRulePayload => ({
  ...{ name, enabled, selectors, targets, time_aggregation, x_local },
  ...(routing && { routing }),
})
/** What a change comes to, still to be checked. What was read with it and cannot change may be sent back, and is ignored. */
export function merged(before: NotificationRule, update: JsonObject): unknown {
  const { x_local, ...rest } = sentBack(update)
  return { ...payloadOf(before), ...rest, ...(x_local !== undefined && { x_local: { ...before.x_local, ...(x_local as object) } }) }
}
/** The same of a whole rule. */
export function sentBack(attributes: JsonObject): JsonObject {
  const kept = Object.fromEntries(Object.entries(attributes).filter(([key]) => !readOnly.includes(key)))
  const own = kept['x_local']
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return kept
  const { doubts: _, ...said } = own
  return { ...kept, x_local: said }
}

const Options = z.record(z.string().max(60), z.string().max(2000))
export const ChannelResource = z
  .object({
    id: z.string(),
    type: z.literal('channel'),
    attributes: z.looseObject({
      kind: z.string(),
      name: z.string(),
      target: z.string(),
      enabled: z.boolean(),
      options: Options,
      secrets: z.record(z.string(), z.literal('***').nullable()),
      version: z.number(),
    }),
  })
  .openapi('NotificationChannel')

export const ChannelFields = {
  name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,79}$/i, 'must be one word of letters, digits, _ . and -'),
  enabled: z.boolean(),
  /** A port may be a number. */
  options: z.record(
    z.string().max(60),
    z.preprocess(value => (typeof value === 'number' ? String(value) : value), z.string().max(2000)),
  ),
  /** Null forgets one; one that is not named stays. */
  secrets: z.record(z.string().max(60), z.string().min(1).max(4096).nullable()),
}

/** A channel as people see it: of its secrets only whether they are there. */
export const channelResource = (channel: Channel, secrets: ChannelSecrets): z.output<typeof ChannelResource> => ({
  id: channel.id,
  type: 'channel',
  attributes: {
    kind: channel.kind,
    name: channel.name,
    target: targetOf(channel),
    enabled: channel.enabled,
    options: channel.options,
    secrets: Object.fromEntries(
      (kindOf(channel.kind)?.fields ?? []).flatMap(({ name, secret }) =>
        secret ? [[name, secrets.has(channel, name) ? '***' : null]] : [],
      ),
    ),
    version: channel.version,
    created_at: channel.created,
    modified_at: channel.updated,
    created_by: channel.creator,
    modified_by: channel.updater,
  },
})
