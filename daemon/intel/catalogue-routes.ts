import { z } from '@hono/zod-openapi'
import { intentions } from '../../shared/indicator.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, jsonAnswer, requires, route } from '../lib/http.ts'
import { type CatalogueFeed, catalogue } from './catalogue.ts'
import { createChange, FeedResource, feedResource } from './feed-resource.ts'
import type { FeedNeeds } from './feed-routes.ts'

const tags = ['Threat intelligence']
const Resource = z
  .object({
    id: z.string(),
    type: z.literal('catalogue_feed'),
    attributes: z.looseObject({
      name: z.string(),
      about: z.string(),
      url: z.string(),
      licence: z.string(),
      format: z.string(),
      category: z.string(),
      intention: z.enum(intentions),
      /** The feed that was made of it, if there is one. */
      feed_id: z.string().nullable(),
      enabled: z.boolean(),
    }),
  })
  .openapi('CatalogueFeed')

/** The open feeds that can be switched on. Nothing is fetched before. */
export const catalogueRoutes = ({ feeds, updates, ...recording }: FeedNeeds) => {
  const change = createChange(recording)
  const feedOf = ({ url }: CatalogueFeed) => feeds.list().find(feed => feed.url === url)
  const resource = (listed: CatalogueFeed): z.input<typeof Resource> => {
    const { id, ...attributes } = listed
    const feed = feedOf(listed)
    return { id, type: 'catalogue_feed', attributes: { ...attributes, feed_id: feed?.id ?? null, enabled: feed?.enabled ?? false } }
  }
  // The members that are the catalogue's own stay there.
  async function add({ id: _, about: __, ...feed }: CatalogueFeed, dryRun: boolean) {
    const added = await feeds.add(feed, { dryRun })
    // the first fetch is not waited for: it says in the feed what came of it
    if (!dryRun) void updates.refresh(added.id).catch(() => {})
    return added
  }

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/feed-catalogue',
        summary: 'List open feeds that can be switched on',
        tags,
        middleware: [requires('reference_tables_read')],
        responses: { 200: jsonAnswer(z.object({ data: z.array(Resource) }), 'The catalogue') },
      }),
      c => c.json({ data: catalogue.map(resource) }, 200),
    )
    .openapi(
      route({
        method: 'post',
        path: '/api/local/feed-catalogue/{id}/enable',
        summary: 'Switch on an open feed: it is added, fetched, and kept up to date',
        tags,
        middleware: [requires('reference_tables_write')],
        request: { params: z.object({ id: z.string().max(64) }) },
        responses: { 200: jsonAnswer(z.object({ data: FeedResource }), 'The feed, which is being fetched') },
      }),
      async c => {
        const { id } = c.req.valid('param')
        const listed = catalogue.find(feed => feed.id === id)
        if (!listed) throw new Refusal(404, 'not_found', `There is no feed ${id} in the catalogue`)
        const before = feedOf(listed)
        const feed = await change(
          c.var.write,
          before ? 'modified' : 'created',
          async dryRun => {
            if (!before) return add(listed, dryRun)
            return dryRun ? { ...before, enabled: true } : feeds.setEnabled(before.id, true)
          },
          ({ name }) => `switched the feed “${name}” on, from the catalogue`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
}
