import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { z } from 'zod'
import type { Feed } from '../../shared/indicator.ts'
import { writeTar } from '../lib/archive/tar.ts'
import { readArchive } from '../lib/archive.ts'
import { problemsOf, Refusal } from '../lib/errors.ts'
import { NewFeed } from './feed-files.ts'
import type { Feeds } from './feeds.ts'

const manifestName = 'manifest.json'
const maxFeeds = 1000
const limits = { files: maxFeeds + 1, fileBytes: 256 * 2 ** 20, totalBytes: 512 * 2 ** 20 }

/** manifest.json of a bundle: feeds as a person would add them, with the file that holds each one's entries. */
const Manifest = z.object({
  version: z.literal(1),
  /** Feeds that had no entries when it was made. */
  left_out: z.array(z.string()).optional(),
  feeds: z
    .array(
      NewFeed.omit({ refresh: true })
        .extend({ file: z.string().min(1).max(200), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
        .loose(),
    )
    .max(maxFeeds),
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Every feed that has entries as one tar.gz, for a machine that is not on the net; the manifest names those without. Nothing secret is in it, nor how a feed is fetched. */
export async function writeBundle(feeds: Feeds, now: number): Promise<Uint8Array> {
  const files: { name: string; bytes: Uint8Array }[] = []
  const listed: z.input<typeof Manifest>['feeds'] = []
  const leftOut: string[] = []
  for (const { id, name, format, category, intention, url, licence, known_good, expire_days, columns } of feeds.entries()) {
    const content = await feeds.content(id)
    if (!content) {
      leftOut.push(name)
      continue
    }
    const file = `feeds/${id}`
    files.push({ name: file, bytes: content.bytes })
    listed.push({ name, format, category, intention, url, licence, known_good, expire_days, columns, file, sha256: sha256(content.bytes) })
  }
  const manifest = Buffer.from(
    JSON.stringify({ version: 1, made_at: new Date(now).toISOString(), feeds: listed, left_out: leftOut }, null, 2),
  )
  return promisify(gzip)(writeTar([{ name: manifestName, bytes: manifest }, ...files], now))
}

/** What became of one feed of a bundle. */
export interface Imported {
  name: string
  result: 'added' | 'updated' | 'refused'
  feed?: Feed
  reason?: string
}

/**
 * Take every feed of a bundle: one that is here by its name gets new entries, another is added. One that is refused leaves the others alone.
 * `dryRun` says what would become of them, as far as it is known without the feeds that it would add.
 */
export async function readBundle(feeds: Feeds, archive: Uint8Array, { dryRun = false, force = false } = {}): Promise<Imported[]> {
  const files = new Map<string, Uint8Array>()
  for await (const { name, bytes } of readArchive(archive, { limits })) files.set(name, bytes)
  const { feeds: listed } = manifestOf(files)
  const done: Imported[] = []
  for (const { file, sha256: sum, ...feed } of listed) {
    const { name } = feed
    const refused = (reason: string) => done.push({ name, result: 'refused', reason })
    const bytes = files.get(file)
    if (!bytes) refused(`${file} is not in the bundle`)
    else if (sha256(bytes) !== sum) refused(`${file} is not what the manifest says: its checksum is another`)
    else
      try {
        done.push(await take(feeds, NewFeed.parse(pick(feed)), bytes, dryRun, force))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        refused(error.message)
      }
  }
  return done
}

// Members of the manifest that are a feed's own.
const pick = (feed: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(NewFeed.shape).flatMap(key => (feed[key] === undefined ? [] : [[key, feed[key]]])))

async function take(feeds: Feeds, feed: z.output<typeof NewFeed>, bytes: Uint8Array, dryRun: boolean, force: boolean): Promise<Imported> {
  const before = feeds.entries().find(({ name }) => name.toLowerCase() === feed.name.toLowerCase())
  if (before) return { name: feed.name, result: 'updated', feed: await feeds.load(before.id, bytes, { dryRun, force }) }
  const added = await feeds.add(feed, { dryRun })
  if (dryRun) return { name: feed.name, result: 'added', feed: added }
  try {
    return { name: feed.name, result: 'added', feed: await feeds.load(added.id, bytes) }
  } catch (error) {
    // a feed that could not be filled would stand in the way of the next try
    await feeds.remove(added.id)
    throw error
  }
}

function manifestOf(files: ReadonlyMap<string, Uint8Array>): z.output<typeof Manifest> {
  const refuse = (message: string, problems: Refusal['problems'] = []) => new Refusal(400, 'bad_bundle', message, { problems })
  const bytes = files.get(manifestName)
  if (!bytes || bytes.length > 2 ** 20) throw refuse(`The bundle has no ${manifestName} that says which feeds are in it`)
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(bytes).toString())
  } catch (error) {
    throw refuse(`${manifestName} is not JSON: ${(error as Error).message}`)
  }
  const checked = Manifest.safeParse(value)
  if (checked.success) return checked.data
  const problems = problemsOf(checked.error.issues, [manifestName])
  throw refuse(`${problems[0]!.field}: ${problems[0]!.message}`, problems)
}
