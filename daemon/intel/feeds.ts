import type { z } from 'zod'
import { nameTypes as allNames, type Feed, type IndicatorType, type Match, type NameType } from '../../shared/indicator.ts'
import { type Address, printAddress, readAddress, scopeOf } from '../../shared/ip.ts'
import { hostOf, type Observable } from '../../shared/observable.ts'
import { printSpan } from '../../shared/span.ts'
import { downgrade } from '../../shared/verdict.ts'
import { Refusal } from '../lib/errors.ts'
import { type Entry, type FeedFiles, type Fetched, type NewFeed, openFeedFiles } from './feed-files.ts'
import { feedFormats } from './feed-formats/index.ts'
import { refuseFeed } from './feed-formats/text.ts'
import { altered, checked } from './feed-options.ts'
import { type FeedTable, openTable } from './feed-table.ts'
import { openPlaces, type Places } from './mmdb/places.ts'
import { type FeedJob, type ReadFeed, readFeed } from './read-feed.ts'
import { byIntention, matchable } from './said.ts'
import { createSpanReads } from './span-reads.ts'
import type { Words } from './word-table.ts'

export type Feeds = ReturnType<typeof createFeeds>

const day = 24 * 3_600_000
/** Answers that are kept, and how long: logs name the same addresses again and again, and entries expire. */
const remembered = { answers: 10_000, ms: 60_000 }

interface Loaded {
  table: FeedTable
  places?: Places
  /** When its content was last seen at its source, ms UTC. */
  time: number
}
interface Answering extends Loaded {
  feed: Entry
}

interface Needs {
  dir: string
  now: () => number
  /** Reads feeds in another thread; else it is done here. */
  read?: ReadFeed
  /** Hears that other entries answer now. */
  changed?: () => void
}

/**
 * The threat feeds: their list, their contents on disk, and the tables that answer. `open` comes first. A feed that cannot be updated goes on
 * answering with its last good entries and says why. `now` is in ms UTC.
 */
export function createFeeds({ dir, now, read = readFeed, changed = () => {} }: Needs) {
  let files: FeedFiles
  /** Loaded feeds by id. */
  const loaded = new Map<string, Loaded>()
  let threats: Answering[] = []
  let good: Answering[] = []
  let located: Places[] = []
  let nameTypes: ReadonlySet<NameType> = new Set()
  let last: Promise<unknown> = Promise.resolve()
  const answers = new Map<string, { matches: Match[] }>()
  let answersSince = 0

  // Changes take turns; look-ups never wait for one.
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = last.then(change)
    last = turn.catch(() => {})
    return turn
  }

  // The swap that look-ups see.
  function swap(): void {
    const answering = files.list().flatMap(feed => {
      const found = feed.enabled ? loaded.get(feed.id) : undefined
      return found ? [{ ...found, feed }] : []
    })
    good = answering.filter(({ feed }) => isGood(feed))
    threats = answering.filter(({ feed }) => !isGood(feed))
    located = answering.flatMap(({ places }) => places ?? [])
    nameTypes = new Set(threats.flatMap(({ table }) => allNames.filter(table.names.has)))
    answers.clear()
    changed()
  }

  function entryOf(id: string): Entry {
    const entry = files.list().find(feed => feed.id === id)
    if (!entry) throw new Refusal(404, 'feed_not_found', `There is no feed ${id}.`)
    return entry
  }

  async function change(id: string, part: Partial<Pick<Entry, 'enabled' | 'error' | 'fetched'>>): Promise<Feed> {
    const next = { ...entryOf(id), ...part }
    await files.setList(files.list().map(feed => (feed.id === id ? next : feed)))
    swap()
    return shown(next)
  }

  function shown(entry: Entry): Feed {
    const { id, name, format, category, intention, url, licence, enabled, error, refresh, fetched, expire_days } = entry
    const { table, time } = loaded.get(id) ?? {}
    return {
      ...{ id, name, format, category, intention, enabled },
      ...(url !== undefined && { url }),
      ...(licence !== undefined && { licence }),
      ...(isGood(entry) && { known_good: true }),
      ...(expire_days !== undefined && { expire_days }),
      entries: table?.size ?? 0,
      updated_at: time ?? null,
      ...(refresh && {
        refresh: {
          ...{ via: refresh.via, every_hours: refresh.every_hours },
          ...(refresh.auth && { auth: { ...refresh.auth, secret: files.secretOf(id) === undefined ? null : ('***' as const) } }),
          checked_at: fetched?.checked_at ?? null,
          next_at: enabled ? (fetched?.next_at ?? null) : null,
          failures: fetched?.failures ?? 0,
        },
      }),
      ...(table?.skipped && { skipped: table.skipped }),
      ...(error && { error }),
    }
  }

  // The feed is stale since the first update that failed, not since the latest.
  const fail = (id: string, message: string, fetched?: Fetched, code?: string) =>
    change(id, {
      error: { message, ...(code !== undefined && { code }), since: entryOf(id).error?.since ?? now() },
      ...(fetched && { fetched }),
    })

  const jobOf = (feed: Entry, bytes: Uint8Array, keep?: Omit<NonNullable<FeedJob['keep']>, 'seenAfter'>): FeedJob => ({
    ...{ format: feed.format, bytes, columns: feed.columns },
    ...(feed.expire_days !== undefined && { keep: { seenAfter: now() - feed.expire_days * day, ...keep } }),
  })

  async function update(id: string, bytes: Uint8Array, force: boolean, dryRun: boolean, fetched?: Fetched): Promise<Feed> {
    const feed = entryOf(id)
    const before = feed.expire_days === undefined ? undefined : await files.readContent(id)
    const earlier = feed.expire_days === undefined ? undefined : await files.readEarlier(id)
    const done = await read(jobOf(feed, bytes, { before, earlier }))
    const table = openTable(done.table)
    const had = loaded.get(id)?.table.fresh ?? 0
    if (table.fresh * 2 < had && !force)
      throw refuseFeed('feed_shrunk', `The feed has shrunk from ${had} to ${table.fresh} entries, by more than half.`)
    const time = now()
    if (dryRun) return { ...shown(feed), entries: table.size, updated_at: time }
    await files.writeContent(id, bytes, time, done.earlier)
    loaded.set(id, { table, time, ...placesOf(table) })
    swap()
    return entryOf(id).error || fetched ? change(id, { error: undefined, ...(fetched && { fetched }) }) : shown(feed)
  }

  async function restore(feed: Entry): Promise<Entry> {
    try {
      const found = await files.readContent(feed.id)
      if (!found) return feed
      const earlier = feed.expire_days === undefined ? undefined : await files.readEarlier(feed.id)
      const table = openTable((await read(jobOf(feed, found.bytes, { earlier }))).table)
      loaded.set(feed.id, { table, time: found.time, ...placesOf(table) })
      // killed between the content and the list: the content is newer than the failure
      return feed.error && found.time > feed.error.since ? { ...feed, error: undefined } : feed
    } catch (error) {
      return {
        ...feed,
        error: { message: `What is on disk cannot be used: ${(error as Error).message}`, since: feed.error?.since ?? now() },
      }
    }
  }

  function matchOf({ feed, time }: Answering, type: IndicatorType, indicator: string, said: Words): Match[] {
    const counts = countsOf(said, feed.expire_days, time, now())
    if (!counts) return []
    const { name, url, category, intention } = feed
    return [
      {
        indicator,
        type: type.toUpperCase() as Match['type'],
        category: said.category ?? category,
        ...(said.subcategory !== undefined && { subcategory: said.subcategory }),
        intention: said.intention ?? intention,
        ...(counts.score !== undefined && { score: counts.score }),
        source: url === undefined ? { name } : { name, url },
        ...(said.additional_data && { additional_data: said.additional_data }),
      },
    ]
  }
  // Every match of an address in these feeds.
  const ofAddress = (feeds: readonly Answering[], address: Address): Match[] => {
    let found: Match[] | undefined
    for (const feed of feeds)
      for (const range of feed.table.ranges.find(address)) {
        const { ranges, wordsOf } = feed.table
        found = (found ?? []).concat(matchOf(feed, 'ip', printSpan(ranges.spanOf(range)), wordsOf(ranges.valueOf(range))))
      }
    return found ?? none
  }
  // Every match of a name; a domain matches those that it lies below, too.
  const ofName = (feeds: readonly Answering[], type: NameType, name: string): Match[] => {
    let found: Match[] | undefined
    for (const feed of feeds) {
      const { names, wordsOf } = feed.table
      if (!names.has(type)) continue
      for (let from = 0; from >= 0; from = type === 'domain' ? name.indexOf('.', from) + 1 || -1 : -1) {
        const entry = names.find(type, name, from)
        if (entry < 0) continue
        const said = wordsOf(names.valueOf(entry))
        if (from === 0 || !said.exact) found = (found ?? []).concat(matchOf(feed, type, names.nameOf(entry), said))
      }
    }
    return found ?? none
  }
  const sourcesOf = (matches: readonly Match[]) => [...new Set(matches.map(({ source }) => source.name))]
  const spans = createSpanReads<Answering>({
    threats: () => threats,
    good: () => good,
    matchOf: (feed, indicator, said) => matchOf(feed, 'ip', indicator, said),
    sourcesOf,
  })

  function goodOf(observable: Observable | Address): string[] {
    if ('words' in observable) return sourcesOf(ofAddress(good, observable))
    if (observable.type === 'ip') return good.flatMap(({ feed, table }) => (table.ranges.meets(observable.span) ? [feed.name] : []))
    const own = ofName(good, observable.type, observable.name)
    // what lies on a host that is known to be good
    const host = observable.type === 'url' ? hostOf(observable) : undefined
    const address = host?.type === 'ip' ? { family: host.span.family, words: host.span.from } : undefined
    const about = address ? ofAddress(good, address) : host?.type === 'domain' ? ofName(good, 'domain', host.name) : none
    return sourcesOf([...own, ...about])
  }
  const finished = (found: Match[], observable: Observable | Address): Match[] =>
    found.length === 0 ? none : downgrade(found, good.length === 0 ? [] : goodOf(observable)).sort(byIntention)

  function answered(key: string, answer: () => Match[]): Match[] {
    const time = now()
    if (Math.abs(time - answersSince) > remembered.ms) {
      answers.clear()
      answersSince = time
    }
    let kept = answers.get(key)
    if (!kept) {
      kept = { matches: answer() }
      if (answers.size >= remembered.answers) answers.clear()
      answers.set(key, kept)
    }
    return kept.matches
  }

  function matchAddress(address: Address): Match[] {
    const found = ofAddress(threats, address)
    return found.length === 0 || !matchable.has(scopeOf(address)) ? none : finished(found, address)
  }

  /** Matches name their feed: two of one name could not be told apart. */
  function refuseTaken({ id: own, name }: Pick<Entry, 'id' | 'name'>): void {
    const same = files.list().find(feed => feed.id !== own && feed.name.toLowerCase() === name.toLowerCase())
    if (!same) return
    const problems = [{ field: 'name', message: `is that of the feed ${same.id}` }]
    const what = `There is a feed “${same.name}” already: ${same.id}. Replace its entries, or name this one otherwise.`
    throw new Refusal(409, 'feed_exists', what, { problems })
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
    add: (given: z.input<typeof NewFeed>, { dryRun = false, under = '' } = {}): Promise<Feed> =>
      inTurn(async () => {
        const feed: Entry = { id: '', ...checked(given, under), enabled: true }
        refuseTaken(feed)
        feed.id = freeId(feed.name, files.list())
        if (feed.refresh) feed.fetched = { checked_at: null, next_at: now(), failures: 0 }
        if (dryRun) return shown(feed)
        // the content of a feed that was removed by hand from the list
        await files.removeContent(feed.id)
        await files.setSecret(feed.id, undefined)
        await files.setList([...files.list(), feed])
        return shown(feed)
      }),

    /**
     * Replace a feed's entries. A Refusal where the content is bad, or has less than half the entries of before and `force` is not set; then,
     * and when the disk fails, the old entries go on answering and the feed shows the error. `fetched` says where fetching has come to, then or
     * with the failure.
     */
    load: (
      id: string,
      content: Uint8Array | string,
      { force = false, dryRun = false, fetched }: { force?: boolean; dryRun?: boolean; fetched?: { done: Fetched; failed: Fetched } } = {},
    ): Promise<Feed> =>
      inTurn(async () => {
        entryOf(id)
        try {
          return await update(id, typeof content === 'string' ? Buffer.from(content) : content, force, dryRun, fetched?.done)
        } catch (error) {
          const code = error instanceof Refusal ? error.code : undefined
          if (!dryRun) await fail(id, (error as Error).message, fetched?.failed, code).catch(() => {}) // a full disk must not hide the first cause
          throw error
        }
      }),

    /** The source has nothing new: what is there was seen again. */
    unchanged: (id: string, fetched: Fetched): Promise<Feed> =>
      inTurn(async () => {
        const found = loaded.get(id)
        if (found) {
          await files.touch(id, now())
          loaded.set(id, { ...found, time: now() })
        }
        return change(id, { error: undefined, fetched })
      }),

    /** The source could not be asked. */
    failed: (id: string, message: string, fetched: Fetched): Promise<Feed> => inTurn(() => fail(id, message, fetched)),

    setEnabled: (id: string, enabled: boolean): Promise<Feed> => inTurn(() => change(id, { enabled })),

    /**
     * Change options of a feed: `enabled` and whatever a new feed may say; null takes an option away. Its entries are read again where they
     * mean something else now, and a Refusal of them leaves all as it was. Where it is to be fetched from elsewhere or signed otherwise, the
     * secret is forgotten: whoever may change the address must not have it sent there.
     */
    alter: (id: string, given: Record<string, unknown>, { dryRun = false, under = '' } = {}): Promise<Feed> =>
      inTurn(async () => {
        const { feed, isReadAnew, isElsewhere } = altered(entryOf(id), given, now(), under)
        refuseTaken(feed)
        const content = isReadAnew ? await files.readContent(id) : undefined
        const job = content && jobOf(feed, content.bytes, { earlier: await files.readEarlier(id) })
        const table = job && openTable((await read(job)).table)
        if (dryRun) return { ...shown(feed), ...(table && { entries: table.size }) }
        if (isElsewhere) await files.setSecret(id, undefined)
        await files.setList(files.list().map(known => (known.id === id ? feed : known)))
        if (table) loaded.set(id, { table, time: content!.time, ...placesOf(table) })
        swap()
        return shown(feed)
      }),

    /** Keep what a feed's requests are signed with; it is never shown again. */
    setSecret: (id: string, secret: string | null): Promise<Feed> =>
      inTurn(async () => {
        const feed = entryOf(id)
        if (!feed.refresh?.auth)
          throw new Refusal(400, 'no_auth', `The feed ${id} signs its requests with nothing: it has no refresh.auth.`)
        await files.setSecret(id, secret ?? undefined)
        return shown(feed)
      }),

    remove: (id: string): Promise<void> =>
      inTurn(async () => {
        entryOf(id)
        await files.setList(files.list().filter(feed => feed.id !== id))
        loaded.delete(id)
        swap()
        await files.removeContent(id)
        await files.setSecret(id, undefined)
      }),

    /** A feed as it stands in the list, with its content and its secret: what fetching and export need. */
    entry: entryOf,
    entries: (): readonly Entry[] => files.list(),
    content: (id: string) => files.readContent(id),
    secretOf: (id: string) => files.secretOf(id),

    /** What every enabled feed says of an address, worst intention first; nothing for a private or reserved one, or what is no address. The answer is shared. */
    match(given: string | Address): readonly Match[] {
      if (typeof given !== 'string') return matchAddress(given)
      return answered(given, () => {
        const address = readAddress(given)
        return address ? matchAddress(address) : none
      })
    },

    /** The same of a domain, a URL or a hash in its normal form. */
    matchName: (type: NameType, name: string): readonly Match[] =>
      nameTypes.has(type) ? answered(`${type} ${name}`, () => finished(ofName(threats, type, name), { type, name })) : none,

    /** The kinds of names that any enabled feed knows: the others need not be looked for. */
    nameTypes: (): ReadonlySet<NameType> => nameTypes,

    /** The feeds that say something of logs: what tells the content of each from another, and which kinds of names it knows. */
    hunted: (): { id: string; name: string; stamp: string; names: NameType[] }[] =>
      threats.map(({ feed: { id, name }, table }) => ({ id, name, stamp: table.stamp, names: allNames.filter(table.names.has) })),

    /** Names of the lists that know an address, one of a range, or a name in its normal form, to be good. */
    knownGood: (observable: Observable | Address): string[] => goodOf(observable),

    ...spans,

    /** What databases among the feeds say of where an address is, the first that knows first. */
    placesOf: (address: Address) => located.map(places => places(printAddress(address))),
  }
}

const none: Match[] = []
const isGood = ({ known_good, format }: Entry) => known_good ?? feedFormats.find(({ name }) => name === format)?.knownGood ?? false
const placesOf = ({ places }: FeedTable) => (places ? { places: openPlaces(places) } : {})

/** Whether an entry counts now, and for how much: its score, less what has decayed on the way to its expiry. */
function countsOf(
  { from, until, seen, score }: Words,
  expireDays: number | undefined,
  time: number,
  now: number,
): { score?: number } | undefined {
  if ((from !== undefined && now < from) || (until !== undefined && now >= until)) return undefined
  if (expireDays === undefined) return score === undefined ? {} : { score }
  const age = Math.max(0, now - (seen ?? time))
  const left = 1 - age / (expireDays * day)
  return left <= 0 ? undefined : { score: Math.round((score ?? 100) * left) }
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
