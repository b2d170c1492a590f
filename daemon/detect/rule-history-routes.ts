import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../shared/json.ts'
import type { Rule, RulePayload } from '../../shared/rule.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, requires, route } from '../lib/http.ts'
import { checkRule } from './check.ts'
import { historyOf, historyPaging, versionHistory } from './version-history.ts'
import { payloadOf, RuleResource, ruleResource } from './wire.ts'

interface Needs {
  /** Newest first. */
  ruleVersions(id: string): Promise<Rule[]>
  restoreRule(ctx: WriteContext, id: string, version: number, payload: RulePayload): Promise<Rule>
}

const tags = ['Detection rules']
const base = '/api/v2/security_monitoring/rules'
const id = z.string().min(1).max(128)

/** Every version of a rule, and the way back to one. */
export const ruleHistoryRoutes = ({ ruleVersions, restoreRule }: Needs) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: `${base}/{id}/version_history`,
        summary: 'List the versions of a rule',
        tags,
        middleware: [requires('security_monitoring_rules_read')],
        request: { params: z.object({ id }), query: historyPaging },
        responses: {
          200: jsonAnswer(versionHistory('GetRuleVersionHistoryResponse', 'rule', RuleResource), 'The versions, newest first'),
        },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const all = (await ruleVersions(id)).map(rule => ({
          version: rule.version,
          payload: payloadOf(rule) as unknown as JsonObject,
          resource: ruleResource(rule),
        }))
        const { count, versions } = historyOf(all, c.req.valid('query'))
        const data = Object.fromEntries(versions.map(({ version, changes, resource }) => [version, { changes, rule: resource }]))
        return c.json({ data: { id, type: 'GetRuleVersionHistoryResponse' as const, attributes: { count, data } } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: `${base}/{id}/restore/{version}`,
        summary: 'Restore a version of a rule',
        tags,
        middleware: [requires('security_monitoring_rules_write')],
        request: { params: z.object({ id, version: z.coerce.number().int().min(1) }) },
        responses: { 200: jsonAnswer(RuleResource, 'The rule, as it was then under a new version') },
      }),
      async c => {
        const { id, version } = c.req.valid('param')
        const before = (await ruleVersions(id)).find(rule => rule.version === version)
        if (!before) throw new Refusal(404, 'not_found', `The rule ${id} has no version ${version}`)
        // what was good once may not be any more
        const payload = checkRule(payloadOf(before))
        return c.json(ruleResource(await restoreRule(c.var.write, id, version, payload)), 200)
      },
    )
