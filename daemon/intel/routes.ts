import { z } from '@hono/zod-openapi'
import { type Feed, intentions, type Match } from '../../shared/indicator.ts'
import { normaliseAddress, readAddress, scopeOf } from '../../shared/ip.ts'
import type { Signal } from '../../shared/signal.ts'
import { isMarked, verdicts, worstOf } from '../../shared/verdict.ts'
import type { Pivot } from '../engine/pivot.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { createRouter, emptyAnswer, jsonAnswer, jsonBody, requires, route } from '../lib/http.ts'
import type { Feeds } from './feeds.ts'
import type { Place } from './geo.ts'

interface Needs {
  feeds: Feeds
  locate(address: string): Place
  pivot(address: string): Promise<{ logs: Pivot; signals: { open: number; total: number; latest: Signal[] } }>
  inOpenSignals(addresses: string[]): Promise<string[]>
  signalResource(signal: Signal): Record<string, unknown>
  /** The answer kept for the request's Idempotency-Key, if it was made before. */
  kept(ctx: WriteContext): Promise<Feed | null>
  /** Put a change made outside the store into the audit trail, with the answer to keep. */
  record(
    ctx: WriteContext,
    event: { action: 'created' | 'modified' | 'deleted'; asset: { type: string; id: string; name?: string }; message: string },
    result: Feed,
  ): Promise<Feed>
  now: () => number
}

/** A feed is out of date two days after its last entries: lists worth having change daily. */
const staleAfter = 2 * 24 * 3_600_000

const tags = ['Threat intelligence']
const Count = z.object({ value: z.string(), count: z.number() })
const MatchResource = z.looseObject({
  indicator: z.string(),
  type: z.string(),
  category: z.string(),
  intention: z.enum(intentions),
  source: z.looseObject({ name: z.string() }),
  age_ms: z.number(),
  stale: z.boolean(),
})
const IpResource = z.object({
  data: z.object({
    type: z.literal('ip'),
    id: z.string(),
    attributes: z.object({
      address: z.string(),
      version: z.union([z.literal(4), z.literal(6)]),
      scope: z.string(),
      geo: z.object({ country_code: z.string(), country: z.string() }).optional(),
      asn: z.object({ number: z.number(), organization: z.string() }).optional(),
      verdict: z.enum(verdicts).nullable(),
      matches: z.array(MatchResource),
      signals: z.object({ open: z.number(), total: z.number(), latest: z.array(z.looseObject({})) }),
      logs: z.object({
        count: z.number(),
        first_seen: z.number().nullable(),
        last_seen: z.number().nullable(),
        services: z.array(Count),
        users: z.array(Count),
        histogram: z.array(z.object({ time: z.number(), count: z.number() })),
      }),
    }),
  }),
})

const FeedAttributes = z.looseObject({
  name: z.string(),
  format: z.string(),
  category: z.string(),
  intention: z.enum(intentions),
  enabled: z.boolean(),
  entries: z.number(),
  updated_at: z.number().nullable(),
})
const FeedResource = z.object({ id: z.string(), type: z.literal('feed'), attributes: FeedAttributes }).openapi('Feed')
const feedResource = ({ id, ...attributes }: Feed): z.input<typeof FeedResource> => ({ id, type: 'feed', attributes })
const one = { 200: jsonAnswer(z.object({ data: FeedResource }), 'The feed as it is now') }
const id = z.object({ id: z.string().max(64) })
const write = [requires('reference_tables_write')]

/** Addresses and the feeds that know them. */
export const intelRoutes = ({ feeds, locate, pivot, inOpenSignals, signalResource, kept, record, now }: Needs) => {
  /** Feeds are files, not rows: the change is made, then recorded. Asked again in between, it is made again and comes to the same. */
  const change = async (
    ctx: WriteContext,
    action: 'created' | 'modified' | 'deleted',
    make: (dryRun: boolean) => Promise<Feed>,
    message: (feed: Feed) => string,
  ): Promise<Feed> => {
    const before = await kept(ctx)
    if (before) return before
    const feed = await make(ctx.dryRun ?? false)
    return record(ctx, { action, asset: { type: 'feed', id: feed.id, name: feed.name }, message: message(feed) }, feed)
  }
  const withAge = (match: Match) => {
    const updated = feeds.list().find(feed => feed.name === match.source.name)?.updated_at ?? now()
    return { ...match, age_ms: Math.max(0, now() - updated), stale: now() - updated > staleAfter }
  }
  const known = (feedId: string) => {
    const feed = feeds.list().find(feed => feed.id === feedId)
    if (!feed) throw new Refusal(404, 'not_found', `There is no feed ${feedId}`)
    return feed
  }

  return createRouter()
    .openapi(
      route({
        method: 'get',
        path: '/api/local/ip/{ip}',
        summary: 'Look up an address',
        tags,
        middleware: [requires('logs_read_data'), requires('security_monitoring_signals_read')],
        request: { params: z.object({ ip: z.string().max(64) }) },
        responses: { 200: jsonAnswer(IpResource, 'All that is known of an address') },
      }),
      async c => {
        const address = readIp(c.req.valid('param').ip, 'ip')
        const { logs, signals } = await pivot(address)
        const place = locate(address)
        const read = readAddress(address)!
        const matches = feeds.match(address)
        const attributes = {
          address,
          version: read.family,
          scope: scopeOf(read),
          ...(place.country && { geo: { country_code: place.country.iso_code, country: place.country.name } }),
          ...(place.as && { asn: { number: place.as.number, organization: place.as.name } }),
          verdict: worstOf(matches),
          matches: matches.map(withAge),
          signals: { ...signals, latest: signals.latest.map(signalResource) },
          logs,
        }
        return c.json({ data: { type: 'ip' as const, id: address, attributes } }, 200)
      },
    )
    .openapi(
      route({
        method: 'post',
        'x-read': true,
        path: '/api/local/ip/marks',
        summary: 'Mark addresses: which of them stand in a feed or an open signal',
        tags,
        middleware: [requires('security_monitoring_signals_read')],
        request: jsonBody(
          z.strictObject({
            data: z.strictObject({
              type: z.literal('marks'),
              attributes: z.strictObject({ addresses: z.array(z.string().max(64)).max(1000) }),
            }),
          }),
        ),
        responses: {
          200: jsonAnswer(
            z.object({
              data: z.object({
                type: z.literal('marks'),
                attributes: z.object({ kinds: z.record(z.string(), z.enum(['signal', 'match', 'unknown'])) }),
              }),
            }),
            'The worst that is known of each; what is unknown is left out',
          ),
        },
      }),
      async c => {
        const { addresses } = c.req.valid('json').data.attributes
        const kinds: Record<string, 'signal' | 'match'> = Object.create(null)
        for (const address of addresses) if (isMarked(worstOf(feeds.match(address)))) kinds[address] = 'match'
        for (const address of await inOpenSignals(addresses)) kinds[address] = 'signal'
        return c.json({ data: { type: 'marks' as const, attributes: { kinds } } }, 200)
      },
    )
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
          dryRun => feeds.add(given, { dryRun }),
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
          body: { required: true, content: { 'text/plain': { schema: z.string() } } },
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const text = await c.req.text()
        const force = c.req.valid('query').force === 'true'
        const feed = await change(
          c.var.write,
          'modified',
          dryRun => feeds.load(before.id, text, { force, dryRun }),
          ({ name, entries }) => `loaded ${entries} entries into the feed “${name}”, before ${before.entries}`,
        )
        return c.json({ data: feedResource(feed) }, 200)
      },
    )
    .openapi(
      route({
        method: 'patch',
        path: '/api/local/feeds/{id}',
        summary: 'Switch a feed on or off',
        tags,
        middleware: write,
        request: {
          params: id,
          ...jsonBody(
            z.strictObject({
              data: z.strictObject({
                type: z.literal('feed').optional(),
                id: z.string().optional(),
                attributes: z.strictObject({ enabled: z.boolean() }),
              }),
            }),
          ),
        },
        responses: one,
      }),
      async c => {
        const before = known(c.req.valid('param').id)
        const { enabled } = c.req.valid('json').data.attributes
        const feed = await change(
          c.var.write,
          'modified',
          async dryRun => (dryRun ? { ...before, enabled } : feeds.setEnabled(before.id, enabled)),
          ({ name }) => `switched the feed “${name}” ${enabled ? 'on' : 'off'}`,
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
}

function readIp(text: string, field: string): string {
  const address = normaliseAddress(text)
  if (address === undefined)
    throw new Refusal(400, 'not_an_address', `“${text.slice(0, 64)}” is not an IP address`, {
      problems: [{ field, message: 'is not an IP address' }],
    })
  return address
}
