import { z } from '@hono/zod-openapi'
import { type Binding, type RestrictionPolicy, relations } from '../../shared/restriction-policy.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, may, requires, route, writeQuery } from '../lib/http.ts'

interface Needs {
  restrictionPolicy(resource: string): Promise<RestrictionPolicy>
  putRestrictionPolicy(
    ctx: WriteContext,
    resource: string,
    bindings: Binding[],
    as: { isAdmin: boolean; allowsLockout: boolean },
  ): Promise<RestrictionPolicy>
  deleteRestrictionPolicy(ctx: WriteContext, resource: string, isAdmin: boolean): Promise<null>
}

const tags = ['Detection rules']
const path = '/api/v2/restriction_policy/{resource_id}'
const params = z.object({
  resource_id: z
    .string()
    .max(200)
    .regex(/^security-rule:./, 'must be security-rule:<id>: nothing else is restricted so')
    .openapi({ description: '`security-rule:<id>`' }),
})
const bindings = z
  .array(z.strictObject({ relation: z.enum(relations), principals: z.array(z.string().max(200)).min(1).max(100) }))
  .max(10)
  .refine(all => all.length === 0 || all.some(({ relation }) => relation === 'editor'), 'must say who is an editor')
const Policy = z
  .strictObject({ id: z.string(), type: z.literal('restriction_policy'), attributes: z.strictObject({ bindings }) })
  .openapi('RestrictionPolicy')
const answer = { 200: jsonAnswer(z.object({ data: Policy }), 'The policy as it is now; without bindings it restricts nobody') }
const resource = ({ id, bindings }: RestrictionPolicy) => ({ data: { id, type: 'restriction_policy' as const, attributes: { bindings } } })
const description =
  'Only editors change or delete the rule, import it anew, or suppress its signals; whoever else has the permission is refused (403). ' +
  'Principals are `role:<id>`, `user:<id>`, and `org:<id>` for everybody. `viewer` is kept for those who send it and hides nothing: ' +
  'whoever may read rules reads all of them. Who hands out access (`user_access_manage`) may always change the policy.'

/** Who may edit a rule, on Datadog's wire. */
export const restrictionRoutes = ({ restrictionPolicy, putRestrictionPolicy, deleteRestrictionPolicy }: Needs) =>
  createRouter()
    .openapi(
      route({
        tags,
        middleware: [requires('security_monitoring_rules_read')],
        method: 'get',
        path,
        summary: 'Get who may edit a rule',
        description,
        request: { params },
        responses: answer,
      }),
      async c => c.json(resource(await restrictionPolicy(c.req.valid('param').resource_id)), 200),
    )
    .openapi(
      route({
        tags,
        middleware: [requires('security_monitoring_rules_write')],
        method: 'post',
        path,
        summary: 'Say who may edit a rule',
        description,
        request: {
          params,
          query: writeQuery.extend({ allow_self_lockout: z.enum(['true', 'false']).default('false') }),
          ...jsonBody(z.strictObject({ data: Policy })),
        },
        responses: answer,
      }),
      async c => {
        const { resource_id: id } = c.req.valid('param')
        const { data } = c.req.valid('json')
        const message = `is ${data.id}, and the address says ${id}`
        if (data.id !== id) throw new Refusal(400, 'invalid_policy', `The id ${message}`, { problems: [{ field: 'data.id', message }] })
        const as = { isAdmin: may(c, 'user_access_manage'), allowsLockout: c.req.valid('query').allow_self_lockout === 'true' }
        return c.json(resource(await putRestrictionPolicy(c.var.write, id, data.attributes.bindings, as)), 200)
      },
    )
    .openapi(
      route({
        tags,
        middleware: [requires('security_monitoring_rules_write')],
        method: 'delete',
        path,
        summary: 'Let everybody edit a rule who may edit rules',
        request: { params },
        responses: { 204: emptyAnswer('Nobody is restricted any more') },
      }),
      async c => {
        await deleteRestrictionPolicy(c.var.write, c.req.valid('param').resource_id, may(c, 'user_access_manage'))
        return c.body(null, 204)
      },
    )
