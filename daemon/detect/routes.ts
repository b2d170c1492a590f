import { z } from '@hono/zod-openapi'
import { casesOf, type Rule, RulePayload } from '../../shared/rule.ts'
import { rank } from '../../shared/severity.ts'
import type { WriteContext } from '../lib/actor.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { numberPaging, pageOf } from '../lib/paging.ts'
import { checkRule } from './check.ts'
import { compileRule } from './compile.ts'
import { merged, RuleResource, RuleUpdate, ruleResource } from './wire.ts'

interface Needs {
  rules(): Promise<Rule[]>
  getRule(id: string): Promise<Rule>
  createRule(ctx: WriteContext, payload: RulePayload): Promise<Rule>
  updateRule(ctx: WriteContext, id: string, payload: RulePayload, version?: number): Promise<Rule>
  deleteRule(ctx: WriteContext, id: string): Promise<null>
}

const tags = ['Detection rules']
const base = '/api/v2/security_monitoring/rules'
const param = z.object({ id: z.string().min(1).max(128) })
const read = { tags, middleware: [requires('security_monitoring_rules_read')] }
const write = { tags, middleware: [requires('security_monitoring_rules_write')] }
const rule = { 200: jsonAnswer(RuleResource, 'The rule as it is now') }

const highest = (rule: Rule) => Math.max(...casesOf(rule).map(({ status }) => rank(status)))
const source = (rule: Rule) => rule.tags.find(tag => tag.startsWith('source:')) ?? ''
const sorts = {
  name: (a: Rule, b: Rule) => a.name.localeCompare(b.name),
  creation_date: (a: Rule, b: Rule) => a.createdAt - b.createdAt,
  update_date: (a: Rule, b: Rule) => a.updatedAt - b.updatedAt,
  enabled: (a: Rule, b: Rule) => Number(a.isEnabled) - Number(b.isEnabled),
  type: (a: Rule, b: Rule) => a.type.localeCompare(b.type),
  highest_severity: (a: Rule, b: Rule) => highest(a) - highest(b),
  source: (a: Rule, b: Rule) => source(a).localeCompare(source(b)),
}
const sortNames = Object.keys(sorts) as (keyof typeof sorts)[]
const Sort = z.enum(sortNames.flatMap(name => [name, `-${name}` as const]))

/** Detection rules in Datadog's form. */
export const detectRoutes = ({ rules, getRule, createRule, updateRule, deleteRule }: Needs) =>
  createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List rules',
        request: { query: z.object({ ...numberPaging, query: z.string().max(512).optional(), sort: Sort.optional() }) },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(RuleResource),
              meta: z.object({ page: z.object({ total_count: z.number(), total_filtered_count: z.number() }) }),
            }),
            'The rules',
          ),
        },
      }),
      async c => {
        const query = c.req.valid('query')
        const all = await rules()
        const wanted = all.filter(
          ({ name, tags }) => !query.query || [name, ...tags].some(text => text.toLowerCase().includes(query.query!.toLowerCase())),
        )
        if (query.sort) {
          const compare = sorts[query.sort.replace('-', '') as keyof typeof sorts]
          wanted.sort((a, b) => (query.sort!.startsWith('-') ? compare(b, a) : compare(a, b)))
        }
        return c.json(
          {
            data: pageOf(wanted, query).map(ruleResource),
            meta: { page: { total_count: all.length, total_filtered_count: wanted.length } },
          },
          200,
        )
      },
    )
    .openapi(
      route({ ...write, method: 'post', path: base, summary: 'Create a rule', request: jsonBody(RulePayload), responses: rule }),
      async c => {
        const payload = c.req.valid('json')
        compileRule(payload)
        return c.json(ruleResource(await createRule(c.var.write, payload)), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        'x-read': true,
        path: `${base}/validation`,
        summary: 'Validate a rule',
        request: jsonBody(RulePayload),
        responses: { 204: emptyAnswer('The rule is good') },
      }),
      c => {
        compileRule(c.req.valid('json'))
        return c.body(null, 204)
      },
    )
    .openapi(
      route({ ...read, method: 'get', path: `${base}/{id}`, summary: 'Get a rule', request: { params: param }, responses: rule }),
      async c => c.json(ruleResource(await getRule(c.req.valid('param').id)), 200),
    )
    .openapi(
      route({
        ...write,
        method: 'put',
        path: `${base}/{id}`,
        summary: 'Change a rule',
        request: { params: param, ...jsonBody(RuleUpdate) },
        responses: rule,
      }),
      async c => {
        const { id } = c.req.valid('param')
        const update = c.req.valid('json')
        const payload = checkRule(merged(await getRule(id), update))
        return c.json(ruleResource(await updateRule(c.var.write, id, payload, update.version)), 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Delete a rule',
        request: { params: param },
        responses: { 204: emptyAnswer('Deleted') },
      }),
      async c => {
        await deleteRule(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
