import type { Actor, NewAuditEvent } from '../../shared/audit.ts'
import type { Feed } from '../../shared/indicator.ts'
import { system } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import { type Outbound, OutboundError } from '../lib/outbound.ts'
import type { Entry, Fetched } from './feed-files.ts'
import type { Feeds } from './feeds.ts'
import { fetchFile } from './fetch/file.ts'
import { fetchMisp } from './fetch/misp.ts'
import { type Answer, AskedToWait, type Fetch } from './fetch/source.ts'
import { fetchTaxii } from './fetch/taxii.ts'

const fetches: Record<NonNullable<Entry['refresh']>['via'], Fetch> = { file: fetchFile, taxii: fetchTaxii, misp: fetchMisp }

const hour = 3_600_000
const minute = 60_000
/** Refused before anybody outside was asked. */
const unasked = new Set(['no_refresh', 'bad_url', 'not_https', 'address_refused'])
/** Feeds that are fetched at one time. */
const atOnce = 3

export type Updates = ReturnType<typeof createUpdates>

interface Needs {
  feeds: Feeds
  outbound: Outbound
  now: () => number
  /** Put into the audit trail that something was asked outside. */
  record(actor: Actor, event: Pick<NewAuditEvent, 'action' | 'asset' | 'message'>): Promise<unknown>
  /** 0 to 1: feeds of many daemons must not ask a source in the same second. */
  random?: () => number
}

/** Keeps feeds up to date that a person switched on: each is asked for in its time, never twice at once, and less often while it fails. */
export function createUpdates({ feeds, outbound, now, record, random = Math.random }: Needs) {
  const running = new Map<string, Promise<Feed>>()
  const ending = new AbortController()

  const succeeded = ({ refresh }: Entry, state: Answer['state']): Fetched => ({
    ...{ checked_at: now(), failures: 0, next_at: now() + Math.round(refresh!.every_hours * hour * (0.9 + 0.1 * random())) },
    ...state,
  })
  const failed = ({ refresh, fetched }: Entry, error?: unknown): Fetched => {
    const failures = (fetched?.failures ?? 0) + 1
    const pause = Math.min(refresh!.every_hours * hour, 5 * minute * 2 ** Math.min(failures - 1, 12)) * (0.75 + 0.25 * random())
    const asked = error instanceof AskedToWait ? Math.min(error.ms, 24 * hour) : 0
    return { ...fetched, checked_at: fetched?.checked_at ?? null, failures, next_at: now() + Math.round(Math.max(pause, asked)) }
  }

  async function update(id: string, force: boolean): Promise<{ feed: Feed; news: string }> {
    const entry = feeds.entry(id)
    if (!entry.refresh)
      throw new Refusal(409, 'no_refresh', `The feed ${id} is not fetched from anywhere: load its entries, or add it with refresh.`)
    const asked = { entry, secret: feeds.secretOf(id), content: (await feeds.content(id))?.bytes, outbound, signal: ending.signal }
    let answer: Answer
    try {
      answer = await fetches[entry.refresh.via](asked)
    } catch (error) {
      // an archive in an answer may be a bad one, too
      if (!(error instanceof OutboundError || error instanceof Refusal)) throw error
      if (!ending.signal.aborted) await feeds.failed(id, error.message, failed(entry, error))
      throw error instanceof Refusal ? error : new Refusal(503, error.code, error.message)
    }
    if (!answer.bytes) return { feed: await feeds.unchanged(id, succeeded(entry, answer.state)), news: 'nothing new' }
    const feed = await feeds.load(id, answer.bytes, { force, fetched: { done: succeeded(entry, answer.state), failed: failed(entry) } })
    return { feed, news: `${feed.entries} entries` }
  }

  /** Whatever came of it, that something was asked outside stands in the audit trail. What a person has fetched is there as their change. */
  async function told(id: string, force: boolean, by: Actor | undefined): Promise<Feed> {
    const { name, url } = feeds.entry(id)
    const asset = { type: 'feed', id, name }
    const from = url === undefined ? '' : ` from ${new URL(url).host}`
    try {
      const { feed, news } = await update(id, force)
      if (!by) await record(system, { action: 'modified', asset, message: `fetched the feed “${name}”${from}: ${news}` })
      return feed
    } catch (error) {
      const isAsked = !(error instanceof Refusal && unasked.has(error.code)) && !ending.signal.aborted
      const message = `fetched the feed “${name}”${from} in vain: ${(error as Error).message}`
      if (isAsked) await record(by ?? system, { action: 'accessed', asset, message })
      throw error
    }
  }

  /**
   * Fetch a feed now, or wait for the fetch that is under way. Throws a Refusal that says why it failed; the feed says it too. `by` is who
   * asked for it: without, the daemon did so by itself.
   */
  function refresh(id: string, { force = false, by }: { force?: boolean; by?: Actor } = {}): Promise<Feed> {
    const before = running.get(id)
    if (before) return before
    const work = told(id, force, by).finally(() => running.delete(id))
    running.set(id, work)
    return work
  }

  // A clock that was set back must not leave a feed alone for years.
  const isDue = ({ enabled, refresh, fetched }: Entry) =>
    enabled && refresh !== undefined && ((fetched?.next_at ?? 0) <= now() || fetched!.next_at > now() + 25 * hour)

  return {
    refresh,
    /** Fetch every feed whose time has come; a failure stands in its feed. Answers how many there were. */
    async run(): Promise<number> {
      const due = feeds.entries().filter(isDue)
      const waiting = [...due]
      const next = async () => {
        for (let feed = waiting.shift(); feed; feed = waiting.shift())
          await refresh(feed.id).catch(error => {
            if (!(error instanceof Refusal)) throw error
          })
      }
      await Promise.all(Array.from({ length: atOnce }, next))
      return due.length
    },
    /** Give up what is under way. */
    async close(): Promise<void> {
      ending.abort()
      await Promise.allSettled(running.values())
    },
  }
}
