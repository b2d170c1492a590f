import { get, isObject, type JsonObject } from '../../shared/json.ts'
import type { FeedProtocol, FeedRow, NewFeed } from '../feed-messages.ts'
import type { Protocol } from '../messages.ts'
import type { Daemon } from './daemon.ts'
import { toBundled, toFeedRow, toFeedRows, toIndicator, toObservables, toOpenFeed } from './feed-wire.ts'
import { fromBase64 } from './files.ts'
import { objects } from './read.ts'
import { type Body, Refused } from './send.ts'

export type Feeds = { [T in keyof FeedProtocol]: (asked: Protocol[T][0]) => Promise<Protocol[T][1]> }

const base = '/api/local/feeds'
/** What is fetched or read whole may take its time, but the browser ends a worker that waits for 30 s. */
const patience = 28_000

const nameOf = { basic: 'user', bearer: undefined, header: 'header' } as const

const authOf = ({ type, name }: NonNullable<NewFeed['auth']>): JsonObject => {
  const member = nameOf[type]
  return { type, ...(member && { [member]: name ?? '' }) }
}

const attributesOf = ({ knownGood, hours, via, auth, ...feed }: NewFeed): JsonObject => ({
  ...feed,
  ...(knownGood && { known_good: true }),
  ...(hours !== undefined && { refresh: { every_hours: hours, ...(via && { via }), ...(auth && { auth: authOf(auth) }) } }),
})

/** What the explorer asks about feeds. Every function throws `Refused` or `Unanswered`. */
export function createFeeds({ request }: Pick<Daemon, 'request'>): Feeds {
  const write = async (method: string, path: string, body?: Body, timeout?: number): Promise<FeedRow> => {
    const { data } = await request(method, path, body, crypto.randomUUID(), timeout)
    if (!isObject(data)) throw new Refused(0, 'The daemon’s answer is not a feed.')
    return toFeedRow(data)
  }
  const remove = (id: string) => request('DELETE', `${base}/${id}`, undefined, crypto.randomUUID())
  const keep = (id: string, secret: string | null) =>
    write('PUT', `${base}/${id}/secret`, { data: { type: 'secret', attributes: { secret } } })
  const fill = (id: string, content: string, force = false) =>
    write('PUT', `${base}/${id}/content${force ? '?force=true' : ''}`, fromBase64(content), patience)

  return {
    feeds: async () => ({ rows: toFeedRows((await request('GET', base))['data']) }),
    openFeeds: async () => ({ rows: objects((await request('GET', '/api/local/feed-catalogue'))['data']).map(toOpenFeed) }),
    enableOpenFeed: ({ id }) => write('POST', `/api/local/feed-catalogue/${id}/enable`),
    async addFeed({ feed, content, secret }) {
      const added = await write('POST', base, { data: { type: 'feed', attributes: attributesOf(feed) } })
      try {
        if (content !== undefined) return await fill(added.id, content)
        return secret === undefined ? added : await keep(added.id, secret)
      } catch (error) {
        // half a feed is of no use: what was typed is still there to be put right
        if (error instanceof Refused) await remove(added.id).catch(() => {})
        throw error
      }
    },
    setFeedSecret: ({ id, secret }) => keep(id, secret),
    async importBundle({ content, dryRun, force }) {
      const query = new URLSearchParams({ ...(dryRun && { dry_run: 'true' }), ...(force && { force: 'true' }) })
      const answer = await request('POST', `/api/local/feed-bundle?${query}`, fromBase64(content), crypto.randomUUID(), patience)
      return { feeds: objects(get(answer, 'data', 'attributes', 'feeds')).map(toBundled) }
    },
    fillFeed: ({ id, content, force }) => fill(id, content, force),
    switchFeed: ({ id, on }) => write('PATCH', `${base}/${id}`, { data: { type: 'feed', attributes: { enabled: on } } }),
    refreshFeed: ({ id, force }) => write('POST', `${base}/${id}/refresh${force ? '?force=true' : ''}`, undefined, patience),
    removeFeed: ({ id }) => remove(id),
    observables: async ({ values }) =>
      toObservables(await request('POST', '/api/local/observables', { data: { type: 'observables', attributes: { values } } })),
    indicator: async ({ value }) => toIndicator(await request('GET', `/api/local/indicator?value=${encodeURIComponent(value)}`)),
  }
}
