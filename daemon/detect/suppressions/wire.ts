import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../../shared/json.ts'
import { type Suppression, SuppressionPayload } from '../../../shared/suppression.ts'
import type { Hidden } from '../../store/suppressions.ts'

const Person = z.looseObject({ handle: z.string(), name: z.string() })
export const SuppressionAttributes = z
  .looseObject({
    name: z.string(),
    enabled: z.boolean(),
    description: z.string(),
    rule_query: z.string(),
    suppression_query: z.string().optional(),
    data_exclusion_query: z.string().optional(),
    start_date: z.number().optional(),
    expiration_date: z.number().optional(),
    tags: z.array(z.string()),
    version: z.number(),
    creation_date: z.number(),
    update_date: z.number(),
    creator: Person,
    updater: Person,
    editable: z.boolean(),
    reason: z.string(),
  })
  .openapi('SuppressionAttributes')
export const SuppressionResource = z
  .object({
    id: z.string(),
    type: z.literal('suppressions'),
    attributes: SuppressionAttributes.extend({
      x_local: z.object({ hidden: z.object({ signals: z.number(), logs: z.number(), last: z.number().nullable() }) }),
    }),
  })
  .openapi('Suppression')

/** The attributes are checked by `checkSuppression`, which names them as the caller wrote them. */
export const SuppressionBody = z.strictObject({
  data: z.strictObject({ id: z.string().optional(), type: z.literal('suppressions').optional(), attributes: z.looseObject({}) }),
})

/** A suppression on Datadog's wire: times in ms UTC, queries and dates that are not there left out. */
export const suppressionAttributes = (one: Suppression): z.output<typeof SuppressionAttributes> => ({
  name: one.name,
  enabled: one.enabled,
  description: one.description,
  rule_query: one.rule_query,
  ...(one.suppression_query !== '' && { suppression_query: one.suppression_query }),
  ...(one.data_exclusion_query !== '' && { data_exclusion_query: one.data_exclusion_query }),
  ...(one.start_date !== null && { start_date: one.start_date }),
  ...(one.expiration_date !== null && { expiration_date: one.expiration_date }),
  tags: one.tags,
  version: one.version,
  creation_date: one.created,
  update_date: one.updated,
  creator: one.creator,
  updater: one.updater,
  editable: true,
  reason: one.reason,
})

export const suppressionResource = (one: Suppression & { hidden: Omit<Hidden, 'items'> }): z.output<typeof SuppressionResource> => ({
  id: one.id,
  type: 'suppressions',
  attributes: { ...suppressionAttributes(one), x_local: { hidden: countsOf(one.hidden) } },
})

/** How much was hidden; `last` is the event time of the last of it, ms UTC. */
export const countsOf = ({ signals, logs, last }: Omit<Hidden, 'items'>) => ({ signals, logs, last: signals + logs === 0 ? null : last })

/** What people decide about a suppression. */
export const payloadOf = (one: Suppression): SuppressionPayload & JsonObject =>
  Object.fromEntries(Object.keys(SuppressionPayload.shape).map(key => [key, one[key as keyof SuppressionPayload]])) as SuppressionPayload &
    JsonObject

const readOnly = ['version', 'creation_date', 'update_date', 'creator', 'updater', 'editable', 'x_local']

/** What a change comes to, still to be checked. What was read with it and cannot change may be sent back, and is ignored. */
export const merged = (before: Suppression, update: JsonObject): unknown => ({
  ...payloadOf(before),
  ...Object.fromEntries(Object.entries(update).filter(([key]) => !readOnly.includes(key))),
})

const Item = z.object({ id: z.string(), type: z.enum(['signal', 'log']), attributes: z.looseObject({}) })
export const HiddenAnswer = z.object({
  data: z.array(Item),
  meta: z.object({ signals: z.number(), logs: z.number(), last: z.number().nullable() }),
})

/** What was hidden: the latest samples of signals and of logs, in the order in which they were hidden, and counts of all. */
export const hiddenAnswer = (hidden: Hidden): z.output<typeof HiddenAnswer> => ({
  data: hidden.items.map(({ kind, id, body }) => ({ id, type: kind, attributes: body })),
  meta: countsOf(hidden),
})
