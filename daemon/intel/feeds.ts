import type { z } from 'zod'
import { type Feed, intentions, type Match } from '../../shared/indicator.ts'
import { type Address, readAddress, type Scope, scopeOf } from '../../shared/ip.ts'
import { printSpan } from '../../shared/span.ts'
import { problemsOf, Refusal } from '../lib/errors.ts'
import { type Entry, type FeedFiles, NewFeed, openFeedFiles } from './feed-files.ts'
import { feedFormats } from './feed-formats/index.ts'
import { refuseFeed } from './feed-formats/text.ts'
import { type FeedTable, readFeed } from './feed-table.ts'

export type Feeds = ReturnType<typeof createFeeds>

// A list that names private addresses is wrong about this network. Documentation addresses may match, so that demos and tests work.
const matchable = new Set<Scope>(['public', 'documentation'])

/**
 * The threat feeds: their list, their texts on disk, and the tables that answer. `open` comes first. A feed that cannot be updated goes on
 * answering with its last good entries and says why. `now` is in ms UTC.
 */
export function createFeeds({ dir, now }: { dir: string; now: () => number }) {
  let files: FeedFiles
  /** Loaded feeds by id; `time` is when their text was written. */
  const loaded = new Map<string, { table: FeedTable; time: number }>()
  let answering: { feed: Entry; table: FeedTable }[] = []
  let last: Promise<unknown> = Promise.resolve()

  // Changes take turns; look-ups never wait for one.
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = last.then(change)
    last = turn.catch(() => {})
    return turn
  }

  // The swap that look-ups see: one assignment.
  function swap(): void {
    answering = files.list().flatMap(feed => {
      const table = feed.enabled ? loaded.get(feed.id)?.table : undefined
      return table ? [{ feed, table }] : []
    })
  }

  function entryOf(id: string): Entry {
    const entry = files.list().find(feed => feed.id === id)
    if (!entry) throw new Refusal(404, 'feed_not_found', `There is no feed ${id}.`)
    return entry
  }

  async function change(id: string, part: Partial<Pick<Entry, 'enabled' | 'error'>>): Promise<Feed> {
    const changed = { ...entryOf(id), ...part }
    await files.setList(files.list().map(feed => (feed.id === id ? changed : feed)))
    swap()
    return shown(changed)
  }

  function shown({ id, name, format, category, intention, url, licence, enabled, error }: Entry): Feed {
    const { table, time } = loaded.get(id) ?? {}
    return {
      ...{ id, name, format, category, intention, enabled },
      ...(url !== undefined && { url }),
      ...(licence !== undefined && { licence }),
      entries: table?.ranges.size ?? 0,
      updated_at: time ?? null,
      ...(table?.skipped && { skipped: table.skipped }),
      ...(error && { error }),
    }
  }

  // The feed is stale since the first update that failed, not since the latest.
  const fail = (id: string, message: string) => change(id, { error: { message, since: entryOf(id).error?.since ?? now() } })

  async function update(id: string, text: string, force: boolean, dryRun: boolean): Promise<Feed> {
    const { format } = entryOf(id)
    const table = await readFeed(formatOf(format), text)
    const before = loaded.get(id)?.table.ranges.size ?? 0
    if (table.ranges.size * 2 < before && !force)
      throw refuseFeed('feed_shrunk', `The feed has shrunk from ${before} to ${table.ranges.size} entries, by more than half.`)
    const time = now()
    if (dryRun) return { ...shown(entryOf(id)), entries: table.ranges.size, updated_at: time }
    await files.writeText(id, text, time)
    loaded.set(id, { table, time })
    swap()
    return entryOf(id).error ? change(id, { error: undefined }) : shown(entryOf(id))
  }

  async function restore(feed: Entry): Promise<Entry> {
    try {
      const found = await files.readText(feed.id)
      if (!found) return feed
      loaded.set(feed.id, { table: await readFeed(formatOf(feed.format), found.text), time: found.time })
      // killed between the text and the list: the text is newer than the failure
      return feed.error && found.time > feed.error.since ? { ...feed, error: undefined } : feed
    } catch (error) {
      return {
        ...feed,
        error: { message: `What is on disk cannot be used: ${(error as Error).message}`, since: feed.error?.since ?? now() },
      }
    }
  }

  return {
    /** Load the list and every feed from disk. A damaged feed shows an error; a damaged list throws an Error that says where. */
    async open(): Promise<void> {
      files = await openFeedFiles(dir)
      const feeds: Entry[] = []
      for (const feed of files.list()) feeds.push(await restore(feed))
      if (feeds.some((feed, i) => feed.error !== files.list()[i]!.error)) await files.setList(feeds)
      swap()
    },

    list: (): Feed[] => files.list().map(shown),

    /** A new feed without entries. A bad member or a name that is taken is a Refusal that names it. With `dryRun` here and below: checked and answered, but not done. */
    add: (given: z.input<typeof NewFeed>, { dryRun = false } = {}): Promise<Feed> =>
      inTurn(async () => {
        const feed: Entry = { id: '', ...checked(given), enabled: true }
        // matches name their feed: two of one name could not be told apart
        const same = files.list().find(({ name }) => name.toLowerCase() === feed.name.toLowerCase())
        if (same)
          throw new Refusal(
            409,
            'feed_exists',
            `There is a feed “${same.name}” already: ${same.id}. Replace its entries, or name this one otherwise.`,
            {
              problems: [{ field: 'name', message: `is that of the feed ${same.id}` }],
            },
          )
        feed.id = freeId(feed.name, files.list())
        if (dryRun) return shown(feed)
        // the text of a feed that was removed by hand from the list
        await files.removeText(feed.id)
        await files.setList([...files.list(), feed])
        return shown(feed)
      }),

    /**
     * Replace a feed's entries. A Refusal where the text is bad, or has less than half the entries of before and `force` is not set; then, and
     * when the disk fails, the old entries go on answering and the feed shows the error.
     */
    load: (id: string, text: string, { force = false, dryRun = false } = {}): Promise<Feed> =>
      inTurn(async () => {
        entryOf(id)
        try {
          return await update(id, text, force, dryRun)
        } catch (error) {
          if (!dryRun) await fail(id, (error as Error).message).catch(() => {}) // a full disk must not hide the first cause
          throw error
        }
      }),

    setEnabled: (id: string, enabled: boolean): Promise<Feed> => inTurn(() => change(id, { enabled })),

    remove: (id: string): Promise<void> =>
      inTurn(async () => {
        entryOf(id)
        await files.setList(files.list().filter(feed => feed.id !== id))
        loaded.delete(id)
        swap()
        await files.removeText(id)
      }),

    /** What every enabled feed says of an address, worst intention first; nothing for a private or reserved one, or what is no address. */
    match(given: string | Address): Match[] {
      const address = typeof given === 'string' ? readAddress(given) : given
      if (!address) return []
      const found: Match[] = []
      for (const { feed, table } of answering) for (const range of table.ranges.find(address)) found.push(matchOf(feed, table, range))
      if (found.length === 0 || !matchable.has(scopeOf(address))) return []
      return found.sort((a, b) => intentions.indexOf(a.intention) - intentions.indexOf(b.intention))
    },
  }
}

const formatOf = (name: string) => feedFormats.find(format => format.name === name)!

function matchOf({ name, url, category, intention }: Entry, { ranges, words }: FeedTable, range: number): Match {
  const said = words[ranges.valueOf(range)]!
  return {
    indicator: printSpan(ranges.spanOf(range)),
    type: 'IP',
    category: said.category ?? category,
    ...(said.subcategory !== undefined && { subcategory: said.subcategory }),
    intention: said.intention ?? intention,
    source: url === undefined ? { name } : { name, url },
    ...(said.additional_data && { additional_data: said.additional_data }),
  }
}

function checked(given: unknown): z.output<typeof NewFeed> {
  const result = NewFeed.safeParse(given)
  if (result.success) return result.data
  const problems = problemsOf(result.error.issues)
  throw new Refusal(400, 'bad_feed', `${problems[0]!.field || 'feed'}: ${problems[0]!.message}`, { problems })
}

function freeId(name: string, feeds: readonly Entry[]): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '')
  const taken = new Set(feeds.map(feed => feed.id))
  const base = slug || 'feed'
  let id = base
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`
  return id
}
