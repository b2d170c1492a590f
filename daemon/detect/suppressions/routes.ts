import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Rule, RulePayload } from '../../../shared/rule.ts'
import type { Suppression, SuppressionPayload } from '../../../shared/suppression.ts'
import type { WriteContext } from '../../lib/actor.ts'
import { createRouter, type Env, emptyAnswer, jsonAnswer, jsonBody, requires, restrictionsOf, route } from '../../lib/http.ts'
import type { Restrictions } from '../../lib/restrictions.ts'
import type { Hidden } from '../../store/suppressions.ts'
import { compileRule } from '../compile.ts'
import { historyOf, historyPaging, versionHistory } from '../version-history.ts'
import { checkSuppression, compileSuppression } from './compile.ts'
import { ruleDoc } from './rule-doc.ts'
import {
  HiddenAnswer,
  hiddenAnswer,
  merged,
  payloadOf,
  SuppressionAttributes,
  SuppressionBody,
  SuppressionResource,
  suppressionAttributes,
  suppressionResource,
} from './wire.ts'

type Counted = Suppression & { hidden: Omit<Hidden, 'items'> }

interface Needs {
  suppressions(only: Restrictions): Promise<Counted[]>
  getSuppression(only: Restrictions, id: string): Promise<Counted>
  /** Newest first. */
  suppressionVersions(id: string): Promise<Suppression[]>
  hiddenBy(only: Restrictions, id: string): Promise<Hidden>
  createSuppression(ctx: WriteContext, payload: SuppressionPayload): Promise<Counted>
  updateSuppression(only: Restrictions, ctx: WriteContext, id: string, payload: SuppressionPayload, version?: number): Promise<Counted>
  deleteSuppression(ctx: WriteContext, id: string): Promise<null>
  getRule(id: string): Promise<Rule>
}

const tags = ['Suppressions']
const base = '/api/v2/security_monitoring/configuration/suppressions'
const params = z.object({ id: z.string().min(1).max(128) })
const read = { tags, middleware: [requires('security_monitoring_suppressions_read')] }
const write = { tags, middleware: [requires('security_monitoring_suppressions_write')] }
const one = { 200: jsonAnswer(z.object({ data: SuppressionResource }), 'The suppression as it is now') }
const many = { 200: jsonAnswer(z.object({ data: z.array(SuppressionResource) }), 'The suppressions about the rule') }
const sorts: Record<string, (a: Suppression, b: Suppression) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  start_date: (a, b) => (a.start_date ?? 0) - (b.start_date ?? 0),
  expiration_date: (a, b) => (a.expiration_date ?? Number.MAX_SAFE_INTEGER) - (b.expiration_date ?? Number.MAX_SAFE_INTEGER),
  update_date: (a, b) => a.updated - b.updated,
  creation_date: (a, b) => a.created - b.created,
  enabled: (a, b) => Number(a.enabled) - Number(b.enabled),
}
const ListQuery = z.object({
  query: z.string().max(512).optional(),
  sort: z.enum(Object.keys(sorts).flatMap(name => [name, `-${name}`])).optional(),
  'page[size]': z.coerce.number().int().min(-1).max(1000).default(-1).openapi({ description: '-1: all' }),
  'page[number]': z.coerce.number().int().min(0).default(0),
})

/** Suppressions in Datadog's form, and what they hid. */
export const suppressionRoutes = (needs: Needs) => {
  const { suppressions, getSuppression, suppressionVersions, hiddenBy, createSuppression, updateSuppression, deleteSuppression, getRule } =
    needs
  const about = async (c: Context<Env>, rule: Parameters<typeof ruleDoc>[0]) => {
    const doc = ruleDoc(rule)
    return (await suppressions(restrictionsOf(c))).filter(one => compileSuppression(one).concerns(doc)).map(suppressionResource)
  }
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'List suppressions',
        request: { query: ListQuery },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(SuppressionResource),
              meta: z.object({ page: z.object({ totalCount: z.number(), pageSize: z.number(), pageNumber: z.number() }) }),
            }),
            'The suppressions',
          ),
        },
      }),
      async c => {
        const { query = '', sort, 'page[size]': size, 'page[number]': number } = c.req.valid('query')
        const words = query.toLowerCase()
        const found = (await suppressions(restrictionsOf(c))).filter(({ name, description, tags }) =>
          [name, description, ...tags].some(text => text.toLowerCase().includes(words)),
        )
        if (sort) {
          const compare = sorts[sort.replace('-', '')]!
          found.sort((a, b) => (sort.startsWith('-') ? compare(b, a) : compare(a, b)))
        }
        const page = size < 1 ? found : found.slice(size * number, size * (number + 1))
        return c.json(
          { data: page.map(suppressionResource), meta: { page: { totalCount: found.length, pageSize: size, pageNumber: number } } },
          200,
        )
      },
    )
    .openapi(
      route({ ...write, method: 'post', path: base, summary: 'Create a suppression', request: jsonBody(SuppressionBody), responses: one }),
      async c => {
        const payload = checkSuppression(c.req.valid('json').data.attributes)
        return c.json({ data: suppressionResource(await createSuppression(c.var.write, payload)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        'x-read': true,
        path: `${base}/validation`,
        summary: 'Validate a suppression',
        request: jsonBody(SuppressionBody),
        responses: { 204: emptyAnswer('The suppression is good') },
      }),
      c => {
        checkSuppression(c.req.valid('json').data.attributes)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'post',
        'x-read': true,
        path: `${base}/rules`,
        summary: 'List the suppressions that a rule would have',
        request: jsonBody(RulePayload),
        responses: many,
      }),
      async c => {
        const rule = c.req.valid('json')
        compileRule(rule)
        return c.json({ data: await about(c, rule) }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/rules/{id}`,
        summary: 'List the suppressions of a rule',
        request: { params },
        responses: many,
      }),
      async c => c.json({ data: await about(c, await getRule(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({ ...read, method: 'get', path: `${base}/{id}`, summary: 'Get a suppression', request: { params }, responses: one }),
      async c => c.json({ data: suppressionResource(await getSuppression(restrictionsOf(c), c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        ...write,
        method: 'patch',
        path: `${base}/{id}`,
        summary: 'Change a suppression',
        request: { params, ...jsonBody(SuppressionBody) },
        responses: one,
      }),
      async c => {
        const { id } = c.req.valid('param')
        const update = c.req.valid('json').data.attributes as Parameters<typeof merged>[1]
        const payload = checkSuppression(merged(await getSuppression(restrictionsOf(c), id), update))
        const version = typeof update['version'] === 'number' ? update['version'] : undefined
        return c.json({ data: suppressionResource(await updateSuppression(restrictionsOf(c), c.var.write, id, payload, version)) }, 200)
      },
    )
    .openapi(
      route({
        ...write,
        method: 'delete',
        path: `${base}/{id}`,
        summary: 'Delete a suppression',
        request: { params },
        responses: { 204: emptyAnswer('Deleted') },
      }),
      async c => {
        await deleteSuppression(c.var.write, c.req.valid('param').id)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}/version_history`,
        summary: 'List the versions of a suppression',
        request: { params, query: historyPaging },
        responses: {
          200: jsonAnswer(
            versionHistory('suppression_version_history', 'suppression', SuppressionAttributes),
            'The versions, newest first',
          ),
        },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const all = (await suppressionVersions(id)).map(one => ({
          version: one.version,
          payload: payloadOf(one),
          resource: suppressionAttributes(one),
        }))
        const { count, versions } = historyOf(all, c.req.valid('query'))
        const data = Object.fromEntries(versions.map(({ version, changes, resource }) => [version, { changes, suppression: resource }]))
        return c.json({ data: { id, type: 'suppression_version_history' as const, attributes: { count, data } } }, 200)
      },
    )
    .openapi(
      route({
        tags,
        // what it answers are signals and logs
        middleware: [...read.middleware, requires('security_monitoring_signals_read'), requires('logs_read_data')],
        method: 'get',
        path: '/api/local/suppressions/{id}/hidden',
        summary: 'List what a suppression hid',
        request: { params },
        responses: { 200: jsonAnswer(HiddenAnswer, 'How much it hid, and the latest samples') },
      }),
      async c => c.json(hiddenAnswer(await hiddenBy(restrictionsOf(c), c.req.valid('param').id)), 200),
    )
}
