import { z } from '@hono/zod-openapi'
import { createRouter, jsonAnswer, requires, route } from '../lib/http.ts'
import { type Imported, readBundle, writeBundle } from './bundle.ts'
import type { Recording } from './feed-resource.ts'
import type { Feeds } from './feeds.ts'

export interface BundleNeeds extends Recording {
  feeds: Feeds
  now: () => number
}

const tags = ['Threat intelligence']
const Resource = z.object({
  type: z.literal('feed_bundle'),
  attributes: z.object({
    feeds: z.array(
      z.object({
        name: z.string(),
        result: z.enum(['added', 'updated', 'refused']),
        id: z.string().optional(),
        entries: z.number().optional(),
        reason: z.string().optional(),
      }),
    ),
  }),
})
const shown = ({ name, result, feed, reason }: Imported) => ({
  ...{ name, result },
  ...(feed && { id: feed.id, entries: feed.entries }),
  ...(reason !== undefined && { reason }),
})

/** Feeds for machines that are not on the net: one archive with a manifest. */
export const bundleRoutes = ({ feeds, kept, record, now }: BundleNeeds) =>
  createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/feed-bundle',
        summary: 'Get all feeds and their entries as one tar.gz',
        tags,
        middleware: [requires('reference_tables_read')],
        responses: {
          200: { description: 'The bundle', content: { 'application/gzip': { schema: z.string().openapi({ format: 'binary' }) } } },
        },
      }),
      async c => {
        const bundle = await writeBundle(feeds, now())
        return c.body(bundle as Uint8Array<ArrayBuffer>, 200, {
          'Content-Type': 'application/gzip',
          'Content-Disposition': 'attachment; filename="signalbox-feeds.tar.gz"',
        })
      },
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/feed-bundle',
        summary: 'Take the feeds of a bundle, a zip or a tar.gz with manifest.json in it',
        tags,
        middleware: [requires('reference_tables_write')],
        request: {
          query: z.object({ force: z.enum(['true', 'false']).optional(), dry_run: z.enum(['true', 'false']).optional() }),
          body: { required: true, content: { 'application/gzip': { schema: z.string().openapi({ format: 'binary' }) } } },
        },
        responses: { 200: jsonAnswer(z.object({ data: Resource }), 'What became of each feed') },
      }),
      async c => {
        const ctx = c.var.write
        const archive = new Uint8Array(await c.req.arrayBuffer())
        const force = c.req.valid('query').force === 'true'
        const before = await kept<ReturnType<typeof shown>[]>(ctx)
        let done = before
        if (!done) {
          const imported = (await readBundle(feeds, archive, { dryRun: ctx.dryRun ?? false, force })).map(shown)
          const taken = imported.filter(({ result }) => result !== 'refused')
          const message = `took ${taken.length} of ${imported.length} feeds of a bundle`
          done = await record(ctx, { action: 'modified', asset: { type: 'feed_bundle', id: 'feeds' }, message }, imported)
        }
        return c.json({ data: { type: 'feed_bundle' as const, attributes: { feeds: done } } }, 200)
      },
    )
