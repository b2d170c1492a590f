import { mkdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { z } from 'zod'
import { intentions } from '../../shared/indicator.ts'
import type { Columns as ColumnMap } from '../lib/kinds.ts'
import { openSecretFile, replaceFile } from '../lib/secret-file.ts'
import { syncFolder } from '../lib/sync-folder.ts'
import { feedFormats } from './feed-formats/index.ts'

/** An http(s) address without a password in it: it is shown, and stands in every match. */
const Url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(url => !new URL(url).username && !new URL(url).password, 'must not hold a user or password')

const Word = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not hold control characters')
const Columns = z
  .record(z.string().regex(/^\w{1,50}$/, 'must be one word'), z.union([z.string().min(1).max(200), z.number().int().min(1).max(1000)]))
  .refine(columns => Object.keys(columns).length <= 30, 'must be 30 columns at most')
  .refine((columns): columns is ColumnMap => Object.hasOwn(columns, 'value'), 'must say which column holds the value')

/** How a feed is kept up to date; its url is where. */
const Refresh = z.strictObject({
  via: z.enum(['file', 'taxii', 'misp']).default('file'),
  every_hours: z.number().min(0.25).max(24).default(24),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('basic'), user: Word }),
      z.strictObject({ type: z.literal('bearer') }),
      z.strictObject({
        type: z.literal('header'),
        header: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header'),
      }),
    ])
    .optional(),
})
export type Refresh = z.output<typeof Refresh>

const facts = {
  name: Word,
  format: z.enum(feedFormats.map(format => format.name)),
  category: z.string().regex(/^\w{1,50}$/, 'must be one word, such as scanner or tor'),
  intention: z.enum(intentions),
  url: Url.optional(),
  licence: z.string().max(200).optional(),
  known_good: z.boolean().optional(),
  expire_days: z.number().min(1).max(3650).optional(),
  columns: Columns.optional(),
  refresh: Refresh.optional(),
}

/** What a person says of a new feed. */
export const NewFeed = z.strictObject(facts)

/** Where fetching has come to. Times are ms UTC. */
const Fetched = z.looseObject({
  /** When the source was last asked with success. */
  checked_at: z.number().nullable(),
  next_at: z.number(),
  failures: z.number(),
  etag: z.string().optional(),
  last_modified: z.string().optional(),
  /** By collection, what was added last. */
  position: z.record(z.string(), z.string()).optional(),
})
export type Fetched = z.output<typeof Fetched>

/** A feed in feeds.json. Members that a person added are kept. */
const Entry = z.looseObject({
  ...facts,
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and hyphens'),
  enabled: z.boolean().default(true),
  error: z.object({ message: z.string(), code: z.string().optional(), since: z.number() }).optional(),
  fetched: Fetched.optional(),
})
export type Entry = z.output<typeof Entry>

const List = z.object({
  feeds: z.array(Entry).refine(feeds => new Set(feeds.map(feed => feed.id)).size === feeds.length, 'two feeds have the same id'),
})

/** The feed list and the last good content of each feed, in one folder that only the user can read. */
export async function openFeedFiles(dir: string) {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, 'feeds.json')
  // not JSONFilePreset: it keeps everything in memory where NODE_ENV is test
  const list = new Low<{ feeds: Entry[] }>(new JSONFile(file), { feeds: [] })
  list.data = await checkedList(list, file)
  const contentOf = (id: string) => join(dir, `${id}.txt`)
  const earlierOf = (id: string) => join(dir, `${id}.earlier.jsonl`)
  const secrets = await openSecretFile(join(dir, 'secrets.json'))

  const replace = (name: string, bytes: Uint8Array, time: number) => replaceFile(join(dir, name), bytes, time)

  return {
    list: (): readonly Entry[] => list.data.feeds,

    /** Write the list, and only then take it over. */
    async setList(feeds: Entry[]): Promise<void> {
      const before = list.data
      list.data = { feeds }
      try {
        await list.write()
      } catch (error) {
        list.data = before
        throw error
      }
    },

    /** A feed's content and when it was written, ms UTC; undefined where there is none. */
    async readContent(id: string): Promise<{ bytes: Uint8Array; time: number } | undefined> {
      try {
        const [bytes, { mtimeMs }] = await Promise.all([readFile(contentOf(id)), stat(contentOf(id))])
        return { bytes, time: Math.round(mtimeMs) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },

    /** Entries that outlived their absence, one JSON a line. */
    async readEarlier(id: string): Promise<Uint8Array | undefined> {
      return readFile(earlierOf(id)).catch(() => undefined)
    },

    /**
     * Replace a feed's content. The file's own time is the time of the update, so that both change in one rename. What is kept from before is
     * written first: a kill in between leaves entries that are in both, which count once.
     */
    async writeContent(id: string, bytes: Uint8Array, time: number, earlier?: Uint8Array): Promise<void> {
      if (earlier) await replace(`${id}.earlier.jsonl`, earlier, time)
      await replace(`${id}.txt`, bytes, time)
      syncFolder(dir)
    },

    /** The content was seen again at its source. */
    touch: (id: string, time: number) => utimes(contentOf(id), time / 1000, time / 1000),

    async removeContent(id: string): Promise<void> {
      await rm(contentOf(id), { force: true })
      await rm(earlierOf(id), { force: true })
    },

    /** What a feed's requests are signed with; undefined where nothing is kept. */
    secretOf: secrets.get,
    setSecret: (id: string, secret: string | undefined): Promise<void> => secrets.set({ [id]: secret }),
  }
}
export type FeedFiles = Awaited<ReturnType<typeof openFeedFiles>>

async function checkedList(list: Low<{ feeds: Entry[] }>, file: string) {
  try {
    await list.read()
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
  const checked = List.safeParse(list.data)
  if (checked.success) return checked.data
  const { path, message } = checked.error.issues[0]!
  throw new Error(`${file}: ${path.join('.') || 'the list'} is wrong: ${message}`)
}
