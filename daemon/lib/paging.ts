import { z } from '@hono/zod-openapi'

/** `page[size]` (10, at most 100) and `page[number]` from 0, as rules and users are listed. */
export const numberPaging = {
  'page[size]': z.coerce.number().int().min(1).max(100).default(10),
  'page[number]': z.coerce.number().int().min(0).default(0),
}

export const pageOf = <T>(all: readonly T[], query: { 'page[size]': number; 'page[number]': number }): T[] =>
  all.slice(query['page[size]'] * query['page[number]'], query['page[size]'] * (query['page[number]'] + 1))
