import { z } from '@hono/zod-openapi'
import { intentions } from '../../shared/indicator.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import { createChange, FeedResource, feedResource, type Recording } from './feed-resource.ts'
import type { Feeds } from './feeds.ts'
import { unpacked } from './fetch/file.ts'
import type { Updates } from './updates.ts'

export interface FeedNeeds extends Recording {
  feeds: Feeds
  updates: Updates
}

const tags = ['Threat intelligence']
const one = { 200: jsonAnswer(z.object({ data: FeedResource }), 'The feed as it is now') }
const id = z.object({ id: z.string().max(64) })
const write = [requires('reference_tables_write')]
/** Where in a request the options of a feed stand. */
const under = 'data.attributes.'

/** The feeds: their list, their entries, and where they come from. */
export const feedRoutes = ({ feeds, updates, ...recording }: FeedNeeds) => {
  const change = createChange(recording)
  const known = (feedId: string) => {
    const feed = feeds.list().find(feed => feed.id === feedId)
    if (!feed) throw new Refusal(404, 'not_found', `There is no feed ${feedId}`)
    return feed
  }

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/feeds',
        summary: 'List feeds',
        tags,
        middleware: [requires('reference_tables_read')],
        responses: { 200: jsonAnswer(z.object({ data: z.array(FeedResource) }), 'The feeds') },
      }),
      c => c.json({ data: feeds.list().map(feedResource) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/feeds',
        summary: 'Add a feed',
        tags,
        middleware: write,
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('feed').optional(),
              attributes: z.looseObject({ name: z.string(), format: z.string(), category: z.string(), intention: z.enum(intentions) }),
            }),
          }),
        ),
        responses: { 201: jsonAnswer(z.object({ data: FeedResource }), 'Added, still without entries') },
      }),
      async c => {
        const given = c.req.valid('json').data.attributes as Parameters<Feeds['add']>[0]
        const feed = await change(
          c.var.write,
          'created',
          dryRun => feeds.add(given, { dryRun, under }),
          ({ name }) => `added the feed “${name}”`,
        )
        return c.json({ data: feedResource(feed) }, 201)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/api/local/feeds/{id}/content',
        summary: 'Replace the entries of a feed',
        tags,
        middleware: write,
        request: {
          params: id,
          query: z.object({ force: z.enum(['true', 'false']).optional(), dry_run: z.enum(['true', 'false']).optional() }),
          body: {
            required: true,
            content: {
              'text/plain': { schema: z.string() },
              'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
            },
          },
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const bytes = await unpacked(new Uint8Array(await c.req.arrayBuffer()))
        const force = c.req.valid('query').force === 'true'
        const feed = await change(
          c.var.write,
          'modified',
          dryRun => feeds.load(before.id, bytes, { force, dryRun }),
          ({ name, entries }) => `loaded ${entries} entries into the feed “${name}”, before ${before.entries}`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
    .openapi(
      route({
        method: 'patch',
        path: '/api/local/feeds/{id}',
        summary: 'Switch a feed on or off, or change its options; null takes one away',
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type: z.literal('feed').optional(),
                id: z.string().optional(),
                attributes: z
                  .looseObject({ enabled: z.boolean().optional() })
                  .refine(given => Object.keys(given).length > 0, 'must say what to change'),
              }),
            }),
          ),
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const { attributes } = c.req.valid('json').data
        const { enabled, ...options } = attributes
        const what = Object.keys(options)
        const feed = await change(
          c.var.write,
          'modified',
          dryRun => feeds.alter(before.id, attributes, { dryRun, under }),
          ({ name }) =>
            `${what.length === 0 ? `switched the feed “${name}” ${enabled ? 'on' : 'off'}` : `changed ${what.join(', ')} of the feed “${name}”`}`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
    .openapi(
      route({
        method: 'delete',
        path: '/api/local/feeds/{id}',
        summary: 'Remove a feed',
        tags,
        middleware: write,
        request: { params: id },
        responses: { 204: emptyAnswer('Removed') },
      }),
      async c => {
        const remove = async (dryRun: boolean) => {
          const feed = known(c.req.valid('param').id)
          if (!dryRun) await feeds.remove(feed.id)
          return feed
        }
        await change(c.var.write, 'deleted', remove, ({ name }) => `removed the feed “${name}”`)
        return c.body(null, 204)
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/feeds/{id}/refresh',
        summary: 'Fetch a feed now',
        tags,
        middleware: write,
        request: {
          params: id,
          query: z.object({ force: z.enum(['true', 'false']).optional(), dry_run: z.enum(['true', 'false']).optional() }),
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const force = c.req.valid('query').force === 'true'
        const feed = await change(
          c.var.write,
          'modified',
          async dryRun => (dryRun ? before : updates.refresh(before.id, { force, by: c.var.write.actor })),
          ({ name, entries }) => `fetched the feed “${name}”: ${entries} entries, before ${before.entries}`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
    .openapi(
      route({
        method: 'put',
        path: '/api/local/feeds/{id}/secret',
        summary: 'Keep what the requests of a feed are signed with; null forgets it',
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type: z.literal('secret'),
                attributes: z.strictObject({
                  secret: z
                    .string()
                    .min(1)
                    .max(4096)
                    .regex(/^[\x20-\x7e]+$/, 'must be visible ASCII characters')
                    .nullable(),
                }),
              }),
            }),
          ),
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const { secret } = c.req.valid('json').data.attributes
        const feed = await change(
          c.var.write,
          'modified',
          async dryRun => (dryRun ? before : feeds.setSecret(before.id, secret)),
          ({ name }) => `${secret === null ? 'removed' : 'changed'} the secret of the feed “${name}”`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
}
