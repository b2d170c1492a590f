import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Piece } from '../../shared/query/ast.ts'
import { toField } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { print } from '../../shared/query/print.ts'
import { type Found, type Search, shownValues } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, type Env, jsonAnswer, route } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import { Path } from './aggregate-body.ts'
import { checkTrack, type Finders, trackNeeds, tracks } from './find.ts'
import { checkQuery } from './query.ts'

const Asked = z.object({
  track: z.enum(tracks).default('logs'),
  query: z.string().default(''),
  from: z.string().max(64).default('0'),
  to: z.string().max(64).default('now'),
  prefix: z.string().max(512).default(''),
})
const PathsQuery = Asked.extend({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) })
const ValuesQuery = Asked.extend({ limit: z.coerce.number().int().min(1).max(shownValues).default(20) })
const Meta = z.object({ took_ms: z.number(), cut: z.boolean().openapi({ description: 'There are more than are listed' }) })
const FacetPath = z
  .object({
    path: z.string(),
    type: z.enum(['string', 'number', 'boolean', 'mixed']),
    cardinality: z.number().openapi({ description: 'Distinct values; 10,000 stands for that many or more' }),
    count: z.number().openapi({ description: 'How many have a value here' }),
  })
  .openapi('FacetPath')

interface Needs {
  find: Finders
  now: () => number
}

/** What can be asked about: paths, and the values at one, for facet lists and completion. */
export const facetRoutes = ({ find, now }: Needs) => {
  const toSearch = ({ track, query, from, to }: z.output<typeof Asked>): Search => ({
    track,
    query: checkQuery(query, 'query'),
    ...readRange(from, to, now(), { from: 0, to: 'now' }, { from: 'from', to: 'to' }),
    limit: 0,
    sort: '-timestamp',
  })
  const run = (c: Context<Env>, search: Search): Promise<Found<unknown>> => find[search.track as keyof Finders](c, search)

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/facets',
        summary: 'List the paths that have values',
        tags: ['Explorer'],
        'x-needs': trackNeeds,
        request: { query: PathsQuery },
        responses: { 200: jsonAnswer(z.object({ data: z.array(FacetPath), meta: Meta }), 'Paths, the most common first') },
      }),
      async c => {
        const asked = c.req.valid('query')
        checkTrack(c, asked.track)
        const started = performance.now()
        const { paths } = await run(c, { ...toSearch(asked), paths: { prefix: asked.prefix, limit: asked.limit } })
        return c.json({ data: paths!.paths, meta: { took_ms: Math.round(performance.now() - started), cut: paths!.cut } }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/local/facets/{path}/values',
        summary: 'List the values at a path',
        tags: ['Explorer'],
        'x-needs': trackNeeds,
        request: { params: z.object({ path: Path }), query: ValuesQuery },
        responses: {
          200: jsonAnswer(
            z.object({ data: z.array(z.object({ value: z.string(), count: z.number() })), meta: Meta }),
            'Values that begin with `prefix`, the most frequent first, with how many that the query finds have each; none where nobody knows the path',
          ),
        },
      }),
      async c => {
        const { path } = c.req.valid('param')
        const { prefix, limit, ...asked } = c.req.valid('query')
        checkTrack(c, asked.track)
        checkFacet(path)
        const started = performance.now()
        const search = toSearch({ ...asked, prefix })
        const { values, cut } =
          prefix === ''
            ? allValues(await run(c, { ...search, facets: [path] }), path, limit)
            : foundValues(await run(c, completing(search, path, prefix, limit)), path, limit)
        return c.json({ data: values, meta: { took_ms: Math.round(performance.now() - started), cut } }, 200)
      },
    )
}

/** Texts have words, not values to choose from. */
function checkFacet(path: string): void {
  const { scope } = toField(path)
  if (path === '@' || scope === 'message' || scope === 'any')
    throw new Refusal(400, 'invalid', 'path: is no facet', { problems: [{ field: 'path', message: 'is no facet' }] })
}

function allValues({ facets, cut }: Found<unknown>, path: string, limit: number) {
  const values = facets[path] ?? []
  return { values: values.slice(0, limit), cut: cut.includes(path) || values.length > limit }
}

function foundValues({ aggregated }: Found<unknown>, path: string, limit: number) {
  const { buckets, cut } = aggregated!
  const values = buckets.map(({ by, computes }) => ({ value: String(by[path]), count: Number(computes['c0']) }))
  return { values: values.slice(0, limit), cut: cut.length > 0 || values.length > limit }
}

/** Only what has a value that begins so is looked at, and of its values only those. */
function completing(search: Search, path: string, prefix: string, limit: number): Search {
  const at = [0, 0] as const
  const begins = { kind: 'term', field: toField(path), pieces: [{ literal: prefix }, '*'] as Piece[], quoted: false, at } as const
  return {
    ...search,
    query: checkQuery(print({ kind: 'and', items: [parse(search.query), begins], at }), 'query'),
    aggregate: {
      compute: [{ aggregation: 'count', type: 'total' }],
      group_by: [{ facet: path, prefix, limit: limit + 1, sort: { order: 'desc', measure: { aggregation: 'count' } } }],
    },
  }
}
