import { z } from '@hono/zod-openapi'
import { maxCell, mostRowsAtOnce, NewTable, type Table, TableFeed, type TableRow, TableSchema } from '../../../shared/reference-table.ts'
import type { WriteContext } from '../../lib/actor.ts'
import { Refusal } from '../../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../../lib/http.ts'
import { FeedResource, feedResource } from '../feed-resource.ts'
import type { Feeds } from '../feeds.ts'
import { feedOf, type TableFeeds } from './table-feeds.ts'

export interface TableNeeds {
  feeds: Feeds
  tableFeeds: TableFeeds
  tables(): Promise<Table[]>
  table(id: string): Promise<Table>
  createTable(ctx: WriteContext, given: NewTable): Promise<Table>
  updateTable(ctx: WriteContext, id: string, given: Partial<Omit<NewTable, 'table_name'>>): Promise<Table>
  deleteTable(ctx: WriteContext, id: string): Promise<Table>
  upsertRows(ctx: WriteContext, id: string, rows: TableRow[]): Promise<Table>
  deleteRows(ctx: WriteContext, id: string, ids: string[]): Promise<Table>
  tableRows(id: string, ids: string[]): Promise<TableRow[]>
  listRows(id: string, after: string, most: number): Promise<TableRow[]>
  /** The answer kept for the request's Idempotency-Key, if it was made before. */
  kept<T>(ctx: WriteContext): Promise<T | null>
  setTableFeed(ctx: WriteContext, id: string, feed: (TableFeed & { id: string }) | null): Promise<Table>
}

const tags = ['Reference tables']
const read = [requires('reference_tables_read')]
const write = [requires('reference_tables_write')]
const id = z.object({ id: z.string().max(64) })
const RowId = z.string().min(1).max(maxCell)

const TableResource = z
  .object({
    id: z.string(),
    type: z.literal('reference_table'),
    attributes: z.looseObject({ table_name: z.string(), row_count: z.number() }),
  })
  .openapi('ReferenceTable')
const RowResource = z
  .object({
    id: z.string(),
    type: z.literal('row'),
    attributes: z.object({ values: z.record(z.string(), z.union([z.string(), z.number()])) }),
  })
  .openapi('ReferenceTableRow')

const tableResource = ({ id, rows, updated_at, feed, ...attributes }: Table): z.input<typeof TableResource> => ({
  id,
  type: 'reference_table',
  attributes: {
    ...attributes,
    ...{ row_count: rows, source: 'LOCAL_FILE', status: 'DONE', updated_at: new Date(updated_at).toISOString() },
    ...(feed && { feed_id: feed.id }),
  },
})
const rowResource = ({ id, values }: TableRow): z.input<typeof RowResource> => ({ id, type: 'row', attributes: { values } })
const Sort = z.enum(['updated_at', 'table_name', 'status', '-updated_at', '-table_name', '-status']).default('-updated_at')

function sorted(tables: Table[], sort: z.output<typeof Sort>): Table[] {
  const sign = sort.startsWith('-') ? -1 : 1
  const by = sort.replace('-', '')
  const compare = (a: Table, b: Table) =>
    by === 'table_name' ? (a.table_name < b.table_name ? -1 : 1) : by === 'updated_at' ? a.updated_at - b.updated_at : 0
  return [...tables].sort((a, b) => sign * compare(a, b) || (a.table_name < b.table_name ? -1 : 1))
}

/** Reference tables on Datadog's wire. Rows are sent as such: there is no upload of files. */
export const tableRoutes = (needs: TableNeeds) => {
  const { feeds } = needs
  const changed = async (ctx: WriteContext, id: string) => {
    if (!ctx.dryRun) await needs.tableFeeds.refresh(id)
  }
  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/reference-tables/tables',
        summary: 'List reference tables',
        tags,
        middleware: read,
        request: {
          query: z.object({
            'page[limit]': z.coerce.number().int().min(1).max(100).default(15),
            'page[offset]': z.coerce.number().int().min(0).default(0),
            sort: Sort,
            'filter[status]': z.string().optional(),
            'filter[table_name][exact]': z.string().optional(),
            'filter[table_name][contains]': z.string().optional(),
          }),
        },
        responses: { 200: jsonAnswer(z.object({ data: z.array(TableResource) }), 'The tables') },
      }),
      async c => {
        const query = c.req.valid('query')
        const [status, exact, part] = [query['filter[status]'], query['filter[table_name][exact]'], query['filter[table_name][contains]']]
        const found = (await needs.tables()).filter(
          ({ table_name: name }) =>
            (status ?? 'DONE') === 'DONE' && (exact === undefined || name === exact) && (part === undefined || name.includes(part)),
        )
        const page = sorted(found, query.sort).slice(query['page[offset]'], query['page[offset]'] + query['page[limit]'])
        return c.json({ data: page.map(tableResource) }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/reference-tables/tables',
        summary: 'Create a reference table; its rows come by the rows of the table, not by an upload',
        tags,
        middleware: write,
        request: jsonBody(
          z.object({
            data: z.object({
              type: z.literal('reference_table'),
              attributes: NewTable.extend({
                source: z.literal('LOCAL_FILE'),
                file_metadata: z
                  .unknown()
                  .refine(value => value === undefined, 'is not taken: send rows instead')
                  .optional(),
              }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: TableResource }), 'Created, without rows') },
      }),
      async c => {
        const { table_name, description, tags, schema } = c.req.valid('json').data.attributes
        return c.json({ data: tableResource(await needs.createTable(c.var.write, { table_name, description, tags, schema })) }, 201)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/reference-tables/tables/{id}',
        summary: 'Get a reference table',
        tags,
        middleware: read,
        request: { params: id },
        responses: { 200: jsonAnswer(z.object({ data: TableResource }), 'The table') },
      }),
      async c => c.json({ data: tableResource(await needs.table(c.req.valid('param').id)) }, 200),
    )
    .openapi(
      route({
        method: 'patch',
        path: '/api/v2/reference-tables/tables/{id}',
        summary: 'Change what a reference table is called for, or add fields',
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.object({
              data: z.object({
                type: z.literal('reference_table'),
                attributes: z
                  .object({
                    description: z.string().max(1000).optional(),
                    tags: z.array(z.string().max(200)).max(50).optional(),
                    schema: TableSchema.optional(),
                  })
                  .optional(),
              }),
            }),
          ),
        },
        responses: { 200: emptyAnswer('Changed') },
      }),
      async c => {
        const { description, tags, schema } = c.req.valid('json').data.attributes ?? {}
        const given = { ...(description !== undefined && { description }), ...(tags && { tags }), ...(schema && { schema }) }
        await needs.updateTable(c.var.write, c.req.valid('param').id, given)
        return c.body(null, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/v2/reference-tables/tables/{id}',
        summary: 'Delete a reference table with its rows, and the feed that is made of it',
        tags,
        middleware: write,
        request: { params: id },
        responses: { 200: emptyAnswer('Deleted') },
      }),
      async c => {
        const { feed } = await needs.deleteTable(c.var.write, c.req.valid('param').id)
        if (feed && !c.var.write.dryRun) await removeFeed(feeds, feed.id)
        return c.body(null, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/reference-tables/tables/{id}/rows',
        summary: 'Get rows of a reference table by their primary keys',
        tags,
        middleware: read,
        request: { params: id, query: z.object({ row_id: z.union([RowId, z.array(RowId).max(mostRowsAtOnce)]) }) },
        responses: { 200: jsonAnswer(z.object({ data: z.array(RowResource) }), 'Those of the rows that there are') },
      }),
      async c => {
        const ids = c.req.queries('row_id') ?? []
        return c.json({ data: (await needs.tableRows(c.req.valid('param').id, ids)).map(rowResource) }, 200)
      },
    )
    .openapi(
      route({
        method: 'get',
        path: '/api/v2/reference-tables/tables/{id}/rows/list',
        summary: 'List the rows of a reference table',
        tags,
        middleware: read,
        request: {
          params: id,
          query: z.object({
            'page[limit]': z.coerce.number().int().min(1).max(1000).default(100),
            'page[continuation_token]': z.string().max(8000).optional(),
          }),
        },
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.array(RowResource),
              links: z.looseObject({ self: z.string(), first: z.string() }),
              meta: z.looseObject({}),
            }),
            'A page of rows, by rising primary key',
          ),
        },
      }),
      async c => {
        const { 'page[limit]': limit, 'page[continuation_token]': token } = c.req.valid('query')
        const { id } = c.req.valid('param')
        const rows = await needs.listRows(id, token === undefined ? '' : readToken(token), limit + 1)
        const data = rows.slice(0, limit)
        const next = rows.length > limit ? Buffer.from(data.at(-1)!.id).toString('base64url') : undefined
        const link = (at?: string) =>
          `${c.req.path}?page[limit]=${limit}${at === undefined ? '' : `&page[continuation_token]=${encodeURIComponent(at)}`}`
        return c.json(
          {
            data: data.map(rowResource),
            links: { self: link(token), first: link(), ...(next !== undefined && { next: link(next) }) },
            meta: { page: { ...(next !== undefined && { next_continuation_token: next }) } },
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/v2/reference-tables/tables/{id}/rows',
        summary: `Create or replace rows, ${mostRowsAtOnce} at most`,
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.object({
              data: z
                .array(
                  z.object({
                    id: RowId,
                    type: z.literal('row'),
                    attributes: z.object({ values: z.record(z.string(), z.union([z.string(), z.number()])) }).default({ values: {} }),
                  }),
                )
                .min(1)
                .max(mostRowsAtOnce),
            }),
          ),
        },
        responses: { 200: emptyAnswer('Done') },
      }),
      async c => {
        const rows = c.req.valid('json').data.map(({ id, attributes }) => ({ id, values: attributes.values }))
        await needs.upsertRows(c.var.write, c.req.valid('param').id, rows)
        await changed(c.var.write, c.req.valid('param').id)
        return c.body(null, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/v2/reference-tables/tables/{id}/rows',
        summary: `Delete rows, ${mostRowsAtOnce} at most`,
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.object({
              data: z
                .array(z.object({ id: RowId, type: z.literal('row') }))
                .min(1)
                .max(mostRowsAtOnce),
            }),
          ),
        },
        responses: { 200: emptyAnswer('Deleted') },
      }),
      async c => {
        const ids = c.req.valid('json').data.map(({ id }) => id)
        await needs.deleteRows(c.var.write, c.req.valid('param').id, ids)
        await changed(c.var.write, c.req.valid('param').id)
        return c.body(null, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/v2/reference-tables/queries/batch-rows',
        summary: 'Look rows of a reference table up',
        tags,
        middleware: read,
        request: jsonBody(
          z.object({
            data: z.object({
              type: z.literal('reference-tables-batch-rows-query'),
              attributes: z.object({ table_id: z.string().max(64), row_ids: z.array(RowId).max(mostRowsAtOnce) }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({ data: z.looseObject({ id: z.string(), type: z.string() }), included: z.array(RowResource) }),
            'Which of the rows there are, and the rows',
          ),
        },
      }),
      async c => {
        const { table_id, row_ids } = c.req.valid('json').data.attributes
        const rows = await needs.tableRows(table_id, row_ids)
        const data = { id: table_id, type: 'reference-tables-batch-rows-query' as const }
        return c.json(
          {
            data: { ...data, relationships: { rows: { data: rows.map(({ id }) => ({ id, type: 'row' as const })) } } },
            included: rows.map(rowResource),
          },
          200,
        )
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/api/local/reference-tables/{id}/feed',
        summary: 'Make the rows of a reference table a feed: each names an indicator, the other columns say more of it',
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(z.strictObject({ data: z.strictObject({ type: z.literal('feed').optional(), attributes: TableFeed }) })),
        },
        responses: { 200: jsonAnswer(z.object({ data: FeedResource }), 'The feed as it is now') },
      }),
      async c => {
        const { id: tableId } = c.req.valid('param')
        const { dryRun = false } = c.var.write
        const given = c.req.valid('json').data.attributes
        const before = await needs.table(tableId)
        // feeds are files, not rows: they were changed before it was recorded
        const made = (await needs.kept<Table>(c.var.write))?.feed
        const there = made && feeds.list().find(({ id }) => id === made.id)
        if (there) return c.json({ data: feedResource(there) }, 200)
        if (before.feed && !dryRun) await removeFeed(feeds, before.feed.id)
        const feed = await feeds.add(feedOf(before, given), { dryRun })
        try {
          await needs.setTableFeed(c.var.write, tableId, { ...given, id: feed.id })
        } catch (error) {
          if (!dryRun) await removeFeed(feeds, feed.id)
          throw error
        }
        await changed(c.var.write, tableId)
        return c.json({ data: feedResource(feeds.list().find(({ id }) => id === feed.id) ?? feed) }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/local/reference-tables/{id}/feed',
        summary: 'The rows of a reference table are no feed any more',
        tags,
        middleware: write,
        request: { params: id },
        responses: { 204: emptyAnswer('Removed') },
      }),
      async c => {
        const { feed } = await needs.table(c.req.valid('param').id)
        await needs.setTableFeed(c.var.write, c.req.valid('param').id, null)
        if (feed && !c.var.write.dryRun) await removeFeed(feeds, feed.id)
        return c.body(null, 204)
      },
    )
}

/** It may have been removed by itself. */
async function removeFeed(feeds: Feeds, id: string): Promise<void> {
  if (feeds.list().some(feed => feed.id === id)) await feeds.remove(id)
}

function readToken(token: string): string {
  if (/^[\w-]+$/.test(token)) return Buffer.from(token, 'base64url').toString()
  throw new Refusal(400, 'invalid', 'page[continuation_token]: is none of ours', {
    problems: [{ field: 'page[continuation_token]', message: 'is none of ours' }],
  })
}
