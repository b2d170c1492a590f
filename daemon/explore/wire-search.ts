import { z } from '@hono/zod-openapi'
import type { Found, Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import { jsonAnswer, jsonBody } from '../lib/http.ts'
import { readRange } from '../lib/range.ts'
import { checkQuery } from './query.ts'

/** The two ways Datadog's wire lists signals, logs and audit events: GET with `filter[query]`, POST …/search with a body. Both become one request. */
const Time = z.union([z.string(), z.number()])
const Sort = z.enum(['timestamp', '-timestamp'])
const Limit = z.coerce.number().int().min(1).max(1000)

export const ListQuery = z.object({
  'filter[query]': z.string().optional(),
  'filter[from]': z.string().optional(),
  'filter[to]': z.string().optional(),
  'filter[indexes]': z.string().optional(),
  'filter[index]': z.string().optional(),
  'filter[storage_tier]': z.string().optional(),
  sort: Sort.optional(),
  'page[cursor]': z.string().max(4096).optional(),
  'page[limit]': Limit.optional(),
})
export const Filter = z.strictObject({
  query: z.string().optional(),
  from: Time.optional(),
  to: Time.optional(),
  indexes: z.array(z.string()).optional(),
  storage_tier: z.string().optional(),
})
const SearchBody = z.strictObject({
  filter: Filter.optional(),
  page: z.strictObject({ cursor: z.string().max(4096).optional(), limit: Limit.optional() }).optional(),
  sort: Sort.optional(),
  options: z.looseObject({}).optional(),
})
export const searchBody = jsonBody(SearchBody, false)

interface Asked {
  query?: string | undefined
  from?: string | number | undefined
  to?: string | number | undefined
  cursor?: string | undefined
  limit?: number | undefined
  sort?: 'timestamp' | '-timestamp' | undefined
}
export const askedByGet = (query: z.output<typeof ListQuery>): Asked => ({
  query: query['filter[query]'],
  from: query['filter[from]'],
  to: query['filter[to]'],
  cursor: query['page[cursor]'],
  limit: query['page[limit]'],
  sort: query.sort,
})
export const askedByPost = (body: z.output<typeof SearchBody>): Asked => ({ ...body.filter, ...body.page, sort: body.sort })

/** A search from what was asked; `names` are the fields as the caller wrote them. The client cuts milliseconds off, so the last second counts whole. */
export function toSearch(track: string, asked: Asked, now: number, byGet: boolean): Search {
  const names = byGet
    ? { query: 'filter[query]', from: 'filter[from]', to: 'filter[to]' }
    : { query: 'filter.query', from: 'filter.from', to: 'filter.to' }
  const range = readRange(asked.from, asked.to, now, { from: track === 'logs' ? 'now-15m' : 0, to: 'now' }, names)
  return {
    track,
    query: checkQuery(asked.query ?? '*', names.query),
    from: range.from,
    to: range.to % 1000 === 0 ? range.to + 999 : range.to,
    limit: asked.limit ?? 10,
    sort: asked.sort ?? '-timestamp',
    ...(asked.cursor !== undefined && { cursor: asked.cursor }),
  }
}

export const listAnswer = <S extends z.ZodType>(resource: S, description: string) => ({
  200: jsonAnswer(
    z.object({
      data: z.array(resource),
      meta: z.looseObject({ page: z.object({ after: z.string() }).optional() }).optional(),
      links: z.object({ next: z.string() }).optional(),
    }),
    description,
  ),
})

/** `started` by `performance.now()`. */
export const metaOf = (started: number, status: 'done' | 'timeout' = 'done') => ({
  elapsed: Math.round(performance.now() - started),
  request_id: crypto.randomUUID(),
  status,
})

/** `meta.page.after` only where there is more: the official client takes an empty one for a cursor. */
export function listed<Row, Resource>(found: Found<Row>, resource: (row: Row) => Resource, url: string, started: number) {
  const next = new URL(url)
  if (found.after !== undefined) next.searchParams.set('page[cursor]', found.after)
  return {
    data: found.rows.map(resource),
    meta: { ...metaOf(started), ...(found.after !== undefined && { page: { after: found.after } }) },
    ...(found.after !== undefined && { links: { next: next.href } }),
  }
}

/** The wire of logs answers a search that took too long with `data` and says so; the others refuse it. */
export async function orTimeout<Answer, Data>(answer: Promise<Answer>, data: Data, started: number) {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Refusal && error.code === 'deadline') return { data, meta: metaOf(started, 'timeout') }
    throw error
  }
}
