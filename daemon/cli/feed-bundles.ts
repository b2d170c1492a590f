import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeTar } from '../lib/archive/tar.ts'
import { readArchive } from '../lib/archive.ts'
import { defineCommand } from './command.ts'
import { during } from './progress.ts'
import { exitCodes } from './surroundings.ts'
import { count, table } from './table.ts'
import { clean } from './text.ts'

/** What the daemon puts into a bundle it may hold. */
const unlimited = { files: 10_000, fileBytes: 2 ** 31, totalBytes: 2 ** 32 }

/** `signalbox feeds export FILE`. */
export const feedsExport = defineCommand({
  name: 'feeds export',
  usage: 'FILE',
  does: 'Write all feeds and their entries into one tar.gz, for a machine that is not on the net',
  takes: [1, 1],
  async run({ args: [file = ''], io, connect, show, say, tell }) {
    const bytes = await during(io, 'Writing', connect().bytes('/api/local/feed-bundle'))
    await writeFile(file, bytes, { mode: 0o600 })
    const left_out = await leftOutOf(bytes)
    show({ data: { file, bytes: bytes.length, left_out } }, () => '')
    if (left_out.length > 0) say(`Left out, for they were never fetched or loaded: ${left_out.map(clean).join(', ')}`)
    tell(`Wrote ${count(bytes.length)} bytes. Take them in with: signalbox feeds import ${file}`)
  },
})

/** The names of feeds that a bundle of the daemon's says it has no entries of. */
async function leftOutOf(bundle: Uint8Array): Promise<string[]> {
  for await (const { bytes } of readArchive(bundle, { limits: unlimited, wanted: name => name === 'manifest.json' })) {
    const { left_out } = JSON.parse(Buffer.from(bytes).toString()) as { left_out?: string[] }
    return left_out ?? []
  }
  return []
}

interface BundleAnswer {
  data: { attributes: { feeds: { name: string; result: string; id?: string; entries?: number; reason?: string }[] } }
}

/** `signalbox feeds import FILE`. */
export const feedsImport = defineCommand({
  name: 'feeds import',
  usage: 'FILE|FOLDER [--force] [--dry-run]',
  does: 'Take the feeds of a bundle: a zip, a tar.gz or a folder with manifest.json in it',
  takes: [1, 1],
  flags: {
    force: { type: 'boolean', does: 'even where less than half of the entries of a feed would be left' },
    'dry-run': { type: 'boolean', does: 'only say what would become of each feed' },
  },
  async run({ flags, args: [file = ''], io, connect, show }) {
    const query = { ...(flags.force && { force: 'true' }), ...(flags['dry-run'] && { dry_run: 'true' }) }
    const bytes = await bundleOf(file)
    const { data } = await during(io, 'Importing', connect().send<BundleAnswer>('POST', '/api/local/feed-bundle', { query, text: bytes }))
    const { feeds } = data.attributes
    show({ data }, () =>
      table(
        ['Name', 'Result', { head: 'Entries', right: true }, 'Reason'],
        feeds.map(({ name, result, entries, reason }) => [name, result, entries === undefined ? '' : count(entries), reason ?? '']),
      ),
    )
    return feeds.every(({ result }) => result !== 'refused') ? exitCodes.done : exitCodes.failed
  },
})

/** A bundle as one archive; the files of a folder are put into one. */
async function bundleOf(path: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isDirectory()) return await readFile(path)
    const names = (await readdir(path, { recursive: true, withFileTypes: true })).flatMap(entry =>
      entry.isFile() ? [relative(path, join(entry.parentPath, entry.name)).replaceAll('\\', '/')] : [],
    )
    const files = await Promise.all(names.map(async name => ({ name, bytes: await readFile(join(path, name)) })))
    return Buffer.from(writeTar(files, 0))
  } catch (error) {
    throw new Error(`${path}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`)
  }
}
