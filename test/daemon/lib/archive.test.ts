import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { writeTar } from '../../../daemon/lib/archive/tar.ts'
import { isArchive, readArchive, unpackGzip } from '../../../daemon/lib/archive.ts'
import { writeZip } from '../../write-zip.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

const bytes = (text: string) => new TextEncoder().encode(text)
const files = [
  { name: 'a.txt', bytes: bytes('one') },
  { name: 'folder/b.txt', bytes: bytes('two\n'.repeat(1000)) },
  { name: 'empty', bytes: bytes('') },
]

async function read(archive: Uint8Array, options: Parameters<typeof readArchive>[1] = {}) {
  const found: [string, string][] = []
  for await (const { name, bytes } of readArchive(archive, options)) found.push([name, Buffer.from(bytes).toString()])
  return found
}
const kinds = {
  zip: writeZip,
  tar: (given: typeof files) => writeTar(given, 0),
  'tar.gz': (given: typeof files) => gzipSync(writeTar(given, 0)),
}

describe.each(Object.entries(kinds))('%s', (_, write) => {
  const refused = (work: Promise<unknown>, words: RegExp) =>
    expect(work).rejects.toMatchObject({ status: 400, code: 'bad_archive', message: expect.stringMatching(words) })

  test('its files, in order', async () => {
    expect(isArchive(write(files))).toBe(true)
    expect(await read(write(files))).toEqual(files.map(file => [file.name, Buffer.from(file.bytes).toString()]))
  })
  test('only what is wanted', async () => {
    expect(await read(write(files), { wanted: name => name.startsWith('folder/') })).toHaveLength(1)
  })
  test('a file in pooled memory', async () => {
    const pooled = Buffer.concat([Buffer.from('x'), write(files)]).subarray(1)
    expect(await read(pooled)).toHaveLength(3)
  })
  test.each(['../x', 'a/../../x', '/etc/passwd', '..\\x', 'C:/x', 'a/..'])('%s is refused', name =>
    refused(read(write([files[0]!, { name, bytes: bytes('x') }])), /leads out/))
  test('./x is x', async () => expect(await read(write([{ name: './x', bytes: bytes('x') }]))).toEqual([['x', 'x']]))
  test('too many files', () => refused(read(write(files), { limits: { files: 2, fileBytes: 1e6, totalBytes: 1e6 } }), /more than 2 files/))
  test('a file that is too large', () =>
    refused(read(write(files), { limits: { files: 9, fileBytes: 100, totalBytes: 1e6 } }), /larger than 100/))
  test('too much in all', () => refused(read(write(files), { limits: { files: 9, fileBytes: 1e6, totalBytes: 100 } }), /larger than 100/))
  test('cut off anywhere: entries or a refusal', async () => {
    const whole = write(files)
    for (let end = 0; end < whole.length; end += 7) {
      const found = await read(whole.subarray(0, end)).catch(error => error.code)
      if (found !== 'bad_archive') expect(found.length).toBeLessThanOrEqual(3)
    }
  })
})

test('a zip whose entry is larger than it claims', () =>
  expect(read(writeZip([files[1]!], { claim: 10 }))).rejects.toMatchObject({ code: 'bad_archive' }))
test('a zip with a link', () =>
  expect(read(writeZip(files, { link: true }))).rejects.toMatchObject({ message: expect.stringMatching(/a link/) }))
test('a small gzip of much', async () => {
  const bomb = gzipSync(Buffer.alloc(8 << 20))
  await expect(unpackGzip(bomb, 1 << 20)).rejects.toMatchObject({ code: 'bad_archive', message: expect.stringMatching(/larger/) })
  await expect(read(bomb, { limits: { files: 1, fileBytes: 1000, totalBytes: 1000 } })).rejects.toMatchObject({ code: 'bad_archive' })
})
test('more room than a buffer can have is as much as there is', async () => {
  expect(Buffer.from(await unpackGzip(gzipSync('hello'), 2 ** 40)).toString()).toBe('hello')
})
test('neither', () => expect(read(bytes('hello'))).rejects.toMatchObject({ code: 'bad_archive' }))

const tarTool = spawnSync('tar', ['--version'], { encoding: 'utf8' }).stdout ?? ''
describe.skipIf(!tarTool.includes('GNU'))('what GNU tar writes', () => {
  const long = `${'deep/'.repeat(30)}${'name'.repeat(20)}.txt`
  const made = (format: string, link = false) => {
    const dir = mkdtempSync(join(tmpdir(), 'tar-'))
    try {
      mkdirSync(join(dir, dirname(long)), { recursive: true })
      writeFileSync(join(dir, long), 'long')
      if (link) symlinkSync('/etc/passwd', join(dir, 'link'))
      spawnSync('tar', [`--format=${format}`, '-czf', join(dir, 'out.tgz'), '-C', dir, link ? 'link' : 'deep'])
      return readFileSync(join(dir, 'out.tgz'))
    } finally {
      rmSync(dir, { recursive: true })
    }
  }
  test.each(['gnu', 'pax'])('%s: a long name', async format => expect(await read(made(format))).toEqual([[long, 'long']]))
  test('a link', () => expect(read(made('gnu', true))).rejects.toMatchObject({ code: 'bad_archive' }))
})
