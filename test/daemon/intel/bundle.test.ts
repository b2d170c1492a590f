import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { readBundle, writeBundle } from '../../../daemon/intel/bundle.ts'
import { createFeeds } from '../../../daemon/intel/feeds.ts'
import { writeTar } from '../../../daemon/lib/archive/tar.ts'
import { readArchive } from '../../../daemon/lib/archive.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})
async function open() {
  const dir = mkdtempSync(join(tmpdir(), 'feeds-'))
  dirs.push(dir)
  const feeds = createFeeds({ dir, now: () => 0 })
  await feeds.open()
  return feeds
}
const scanners = { name: 'Scanners', format: 'netset', category: 'scanner', intention: 'malicious' } as const
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A bundle of one file for each text; the manifest says what the part says. */
function bundle(texts: Record<string, string>, part: (name: string) => object = () => ({})) {
  const feeds = Object.entries(texts).map(([name, text]) => ({
    ...scanners,
    name,
    file: `${name}.txt`,
    sha256: sha256(text),
    ...part(name),
  }))
  const files = Object.entries(texts).map(([name, text]) => ({ name: `${name}.txt`, bytes: Buffer.from(text) }))
  return writeTar([{ name: 'manifest.json', bytes: Buffer.from(JSON.stringify({ version: 1, feeds })) }, ...files], 0)
}

test('what one daemon writes another takes; nothing secret is in it', async () => {
  const here = await open()
  const { id } = await here.add({ ...scanners, url: 'https://example.org/list', refresh: { auth: { type: 'bearer' } }, expire_days: 7 })
  await here.setSecret(id, 'hush')
  await here.load(id, '203.0.113.9')
  await here.add({ ...scanners, name: 'Empty' })
  const archive = await writeBundle(here, 0)
  for await (const { name, bytes } of readArchive(archive)) {
    if (name === 'manifest.json') expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({ left_out: ['Empty'] })
    expect(Buffer.from(bytes).toString()).not.toMatch(/hush|refresh/)
  }
  const there = await open()
  expect(await readBundle(there, archive, { dryRun: true })).toMatchObject([{ name: 'Scanners', result: 'added' }])
  expect(there.list()).toEqual([])
  expect(await readBundle(there, archive)).toMatchObject([{ name: 'Scanners', result: 'added', feed: { entries: 1, expire_days: 7 } }])
  expect(there.match('203.0.113.9')).toHaveLength(1)
  expect(there.list()[0]).not.toHaveProperty('refresh')
  await here.load(id, '203.0.113.9\n203.0.113.10')
  expect(await readBundle(there, await writeBundle(here, 0))).toMatchObject([{ result: 'updated', feed: { entries: 2 } }])
})

test('one that is refused leaves the others alone, and what it had', async () => {
  const feeds = await open()
  await readBundle(feeds, bundle({ a: '203.0.113.1', b: '203.0.113.2', d: '203.0.113.4' }))
  const texts = { a: '<html>', b: '203.0.113.3', c: 'nowhere', d: '203.0.113.5' }
  const done = await readBundle(
    feeds,
    bundle(texts, name => (name === 'd' ? { sha256: sha256('other') } : {})),
  )
  expect(done.map(({ name, result }) => [name, result])).toEqual([
    ['a', 'refused'],
    ['b', 'updated'],
    ['c', 'refused'],
    ['d', 'refused'],
  ])
  expect(done[3]!.reason).toContain('checksum')
  expect(feeds.list().map(({ name }) => name)).toEqual(['a', 'b', 'd'])
  expect([1, 2, 3, 4, 5].map(n => feeds.match(`203.0.113.${n}`).length)).toEqual([1, 0, 1, 1, 0])
})

test.each<[what: string, archive: Uint8Array, words: string]>([
  ['no manifest', writeTar([{ name: 'x', bytes: Buffer.from('x') }], 0), 'no manifest.json'],
  ['a manifest that is none', writeTar([{ name: 'manifest.json', bytes: Buffer.from('x') }], 0), 'is not JSON'],
  ['a feed without a format', bundle({ a: '203.0.113.1' }, () => ({ format: undefined })), 'manifest.json.feeds.0.format'],
  ['no archive', Buffer.from('hello'), 'neither a zip'],
  ['a name that leads out of it', writeTar([{ name: '../manifest.json', bytes: Buffer.from('{}') }], 0), 'leads out'],
])('%s is refused', async (_, archive, words) =>
  expect(readBundle(await open(), archive)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(words) }))
