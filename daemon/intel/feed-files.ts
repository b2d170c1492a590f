import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Low } from 'lowdb'
import { JSONFile } from 'lowdb/node'
import { z } from 'zod'
import { intentions } from '../../shared/indicator.ts'
import { syncFolder } from '../lib/sync-folder.ts'
import { feedFormats } from './feed-formats/index.ts'

/** An http(s) address without a password in it: it is shown, and stands in every match. */
const Url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(url => !new URL(url).username && !new URL(url).password, 'must not hold a user or password')

const facts = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  format: z.enum(feedFormats.map(format => format.name)),
  category: z.string().regex(/^\w{1,50}$/, 'must be one word, such as scanner or tor'),
  intention: z.enum(intentions),
  url: Url.optional(),
  licence: z.string().max(200).optional(),
}

/** What a person says of a new feed. */
export const NewFeed = z.strictObject(facts)

/** A feed in feeds.json. Members that a person added are kept. */
const Entry = z.looseObject({
  ...facts,
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be lower-case letters, digits and hyphens'),
  enabled: z.boolean().default(true),
  error: z.object({ message: z.string(), since: z.number() }).optional(),
})
export type Entry = z.output<typeof Entry>

const List = z.object({
  feeds: z.array(Entry).refine(feeds => new Set(feeds.map(feed => feed.id)).size === feeds.length, 'two feeds have the same id'),
})

/** The feed list and the last good text of each feed, in one folder that only the user can read. */
export async function openFeedFiles(dir: string) {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, 'feeds.json')
  // not JSONFilePreset: it keeps everything in memory where NODE_ENV is test
  const list = new Low<{ feeds: Entry[] }>(new JSONFile(file), { feeds: [] })
  list.data = await checkedList(list, file)
  const textOf = (id: string) => join(dir, `${id}.txt`)

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

    /** A feed's text and when it was written, ms UTC; undefined where there is none. */
    async readText(id: string): Promise<{ text: string; time: number } | undefined> {
      try {
        const [text, { mtimeMs }] = await Promise.all([readFile(textOf(id), 'utf8'), stat(textOf(id))])
        return { text, time: Math.round(mtimeMs) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },

    /** Replace a feed's text. The file's own time is the time of the update, so that both change in one rename. */
    async writeText(id: string, text: string, time: number): Promise<void> {
      const temporary = join(dir, `.${id}.txt.tmp`)
      try {
        const handle = await open(temporary, 'w', 0o600)
        try {
          await handle.writeFile(text)
          await handle.utimes(time / 1000, time / 1000)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(temporary, textOf(id))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      syncFolder(dir)
    },

    removeText: (id: string) => rm(textOf(id), { force: true }),
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
