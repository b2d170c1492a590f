import { z } from '@hono/zod-openapi'
import { type Rule, RulePayload } from '../../shared/rule.ts'

/** A rule on Datadog's wire: bare, camelCase, times in ms. `type` must be there, or the official client cannot tell what it is. */
export const RuleResource = RulePayload.extend({
  id: z.string(),
  version: z.number(),
  createdAt: z.number(),
  creationAuthorId: z.number(),
  updatedAt: z.number(),
  isDefault: z.boolean(),
  isDeleted: z.boolean(),
  isPartner: z.boolean(),
  isDeprecated: z.boolean(),
  x_local: z.looseObject({}),
}).openapi('Rule')

const readOnly = {
  id: true,
  version: true,
  createdAt: true,
  creationAuthorId: true,
  updatedAt: true,
  isDefault: true,
  isDeleted: true,
  isPartner: true,
  isDeprecated: true,
  x_local: true,
} as const

export const ruleResource = ({ seq: _, creationAuthor, updateAuthor, imported, ...rule }: Rule): z.output<typeof RuleResource> => ({
  ...rule,
  creationAuthorId: 0,
  isPartner: false,
  isDeprecated: false,
  x_local: { creationAuthor, updateAuthor, ...(imported && { imported: imported.from }) },
})

/** A change to a rule: any part of it. What was read with the rule and cannot change may be sent back, and is ignored but for `version`. */
export const RuleUpdate = z
  .looseObject({ version: z.number().int().min(1).optional() })
  .openapi('RuleUpdate', { description: 'Any members of a rule' })

/** What a change comes to, still to be checked. */
export function merged(before: Rule, update: z.output<typeof RuleUpdate>): unknown {
  const changes = Object.entries(update).filter(([key]) => !(key in readOnly))
  return { ...payloadOf(before), ...Object.fromEntries(changes) }
}

/** What people decide about a rule. */
export const payloadOf = (rule: Rule): RulePayload =>
  Object.fromEntries(Object.keys(RulePayload.shape).map(key => [key, rule[key as keyof RulePayload]])) as RulePayload
