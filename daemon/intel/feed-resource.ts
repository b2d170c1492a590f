import { z } from '@hono/zod-openapi'
import { type Feed, intentions } from '../../shared/indicator.ts'
import type { WriteContext } from '../lib/actor.ts'

export interface Recording {
  /** The answer kept for the request's Idempotency-Key, if it was made before. */
  kept<T>(ctx: WriteContext): Promise<T | null>
  /** Put a change made outside the store into the audit trail, with the answer to keep. */
  record<T>(
    ctx: WriteContext,
    event: { action: 'created' | 'modified' | 'deleted'; asset: { type: string; id: string; name?: string }; message: string },
    result: T,
  ): Promise<T>
}

const FeedAttributes = z.looseObject({
  name: z.string(),
  format: z.string(),
  category: z.string(),
  intention: z.enum(intentions),
  enabled: z.boolean(),
  entries: z.number(),
  updated_at: z.number().nullable(),
})
export const FeedResource = z.object({ id: z.string(), type: z.literal('feed'), attributes: FeedAttributes }).openapi('Feed')
export const feedResource = ({ id, ...attributes }: Feed): z.input<typeof FeedResource> => ({ id, type: 'feed', attributes })

/** Feeds are files, not rows: the change is made, then recorded. Asked again in between, it is made again and comes to the same. */
export const createChange =
  ({ kept, record }: Recording) =>
  async (
    ctx: WriteContext,
    action: 'created' | 'modified' | 'deleted',
    make: (dryRun: boolean) => Promise<Feed>,
    message: (feed: Feed) => string,
  ): Promise<Feed> => {
    const before = await kept<Feed>(ctx)
    if (before) return before
    const feed = await make(ctx.dryRun ?? false)
    return record(ctx, { action, asset: { type: 'feed', id: feed.id, name: feed.name }, message: message(feed) }, feed)
  }
