import { z } from '@hono/zod-openapi'
import { maxQueryLength } from '../../shared/query/limits.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, jsonBody, route } from '../lib/http.ts'
import { base, type CaseNeeds, read, seenBy, write } from './needs.ts'
import { type CaseField, caseFields, caseOrders } from './search.ts'
import { CaseParam, CaseResource, caseAnswer, caseResource, NewCaseBody, newCaseOf } from './wire.ts'

const Filter = z.string().max(maxQueryLength)
const fieldOf = (name: string, field: string): CaseField => {
  const found = caseFields.find(known => known === name)
  if (found) return found
  throw new Refusal(400, 'invalid', `${field}: there is no ${name} to count by`, {
    problems: [{ field, message: `is none of ${caseFields.join(', ')}` }],
  })
}
const listAnswer = z.object({
  data: z.array(CaseResource),
  meta: z.looseObject({ page: z.object({ current: z.number(), size: z.number(), total: z.number() }) }),
})

/** Cases on Datadog's wire: what there is, and new ones. */
export const caseRoutes = (needs: CaseNeeds) => {
  const { searchCases, countCases, getCase, createCase, checkQuery } = needs
  return createRouter()
    .openapi(
      route({
        ...read,
        method: 'get',
        path: base,
        summary: 'Search cases',
        request: {
          query: z.object({
            filter: Filter.default('').openapi({ description: 'Words of title and description, and `status:open priority:P1 assignee:…`' }),
            'page[size]': z.coerce.number().int().min(1).max(100).default(10),
            'page[number]': z.coerce.number().int().min(1).default(1).openapi({ description: 'The first is 1' }),
            'sort[field]': z.enum(caseOrders).default('created_at'),
            'sort[asc]': z.enum(['true', 'false']).default('false'),
          }),
        },
        responses: { 200: jsonAnswer(listAnswer, 'A page of cases') },
      }),
      async c => {
        const { filter, 'page[size]': size, 'page[number]': page, 'sort[field]': sort, 'sort[asc]': ascending } = c.req.valid('query')
        const asked = { filter: checkQuery(filter, 'filter'), sort, ascending: ascending === 'true', page, size }
        const { cases, total } = await searchCases(seenBy(c), asked)
        return c.json(
          { data: cases.map(caseResource), meta: { page: { current: page, size: cases.length, total }, total_cases: total } },
          200,
        )
      },
    )
    .openapi(
      route({
        ...write,
        method: 'post',
        path: base,
        summary: 'Create a case',
        request: jsonBody(NewCaseBody),
        responses: { 201: jsonAnswer(caseAnswer, 'The case') },
      }),
      async c => {
        const { file } = await createCase(seenBy(c), c.var.write, newCaseOf(c.req.valid('json')))
        return c.json({ data: caseResource(file) }, 201)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/count`,
        summary: 'Count cases by their fields',
        request: {
          query: z.object({
            query_filter: Filter.default(''),
            group_bys: z.string().max(256).default('status'),
            limit: z.coerce.number().int().min(1).max(100).default(10),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('count'),
                attributes: z.object({
                  groups: z.array(
                    z.object({ group: z.string(), group_values: z.array(z.object({ value: z.string(), count: z.number() })) }),
                  ),
                }),
              }),
            }),
            'How many there are of each value',
          ),
        },
      }),
      async c => {
        const { query_filter: filter, group_bys: names, limit } = c.req.valid('query')
        const groups = names.split(',').map(name => fieldOf(name.trim(), 'group_bys'))
        const { each } = await countCases(checkQuery(filter, 'query_filter'), groups, limit)
        const attributes = {
          groups: groups.map((group, i) => ({
            group,
            group_values: each[i]!.map(({ values: [value = ''], count }) => ({ value, count })),
          })),
        }
        return c.json({ data: { id: 'count', type: 'count' as const, attributes } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'post',
        'x-read': true,
        path: `${base}/aggregate`,
        summary: 'Count cases by combinations of their fields',
        request: jsonBody(
          z.object({
            data: z.strictObject({
              type: z.literal('aggregate').optional(),
              attributes: z.strictObject({
                query_filter: Filter.default(''),
                group_by: z.strictObject({
                  groups: z.array(z.string()).min(1).max(5),
                  limit: z.number().int().min(1).max(1000),
                }),
              }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                id: z.string(),
                type: z.literal('aggregate'),
                attributes: z.object({ total: z.number(), groups: z.array(z.object({ group: z.string(), value: z.array(z.number()) })) }),
              }),
            }),
            'How many there are of each combination, its values joined by commas',
          ),
        },
      }),
      async c => {
        const { query_filter: filter, group_by: by } = c.req.valid('json').data.attributes
        const names = by.groups.map((name, i) => fieldOf(name, `data.attributes.group_by.groups.${i}`))
        const { total, groups } = await countCases(checkQuery(filter, 'data.attributes.query_filter'), names, by.limit)
        const attributes = { total, groups: groups.map(({ values, count }) => ({ group: values.join(','), value: [count] })) }
        return c.json({ data: { id: 'aggregate', type: 'aggregate' as const, attributes } }, 200)
      },
    )
    .openapi(
      route({
        ...read,
        method: 'get',
        path: `${base}/{id}`,
        summary: 'Get a case by its id or key',
        request: { params: CaseParam },
        responses: { 200: jsonAnswer(caseAnswer, 'The case') },
      }),
      async c => c.json({ data: caseResource(await getCase(seenBy(c), c.req.valid('param').id)) }, 200),
    )
}
