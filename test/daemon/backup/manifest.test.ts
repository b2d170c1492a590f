import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { checkFiles, fileName, readManifest, sizeOf } from '../../../daemon/backup/manifest.ts'

const root = mkdtempSync(join(tmpdir(), 'signalbox-'))
const dir = join(root, 'backup')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const contents: Record<string, string> = { 'signalbox.db': 'truth', 'store.json': '{}', 'logs/0001.db': 'logs', 'feeds/tor.txt': '' }
const files = Object.entries(contents).map(([name, text]) => ({
  name,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
}))
const manifest = { format: 1, version: '0', schema: { store: 1, logs: 1 }, store: 's', made_at: 0, seq: 7, files }
const write = (value: unknown) => writeFileSync(join(dir, 'manifest.json'), typeof value === 'string' ? value : JSON.stringify(value))
const check = async () => checkFiles(dir, await readManifest(dir), () => {})
beforeEach(() => {
  rmSync(dir, { recursive: true, force: true })
  for (const folder of ['logs', 'feeds']) mkdirSync(join(dir, folder), { recursive: true })
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(dir, name), text)
  write(manifest)
})

test('as it was made', async () => {
  await check()
  expect(sizeOf(manifest)).toBe(11)
})
describe('no manifest that could be used', () => {
  test.each<[unknown, string]>([
    ['', 'is damaged: it is not JSON'],
    ['null', 'is damaged'],
    [{ ...manifest, seq: 'x' }, 'seq'],
    [{ ...manifest, files: [{ ...files[0], sha256: 'x' }] }, 'files.0.sha256'],
    [{ ...manifest, files: [{ ...files[0], name: '../../etc/passwd' }] }, 'files.0.name'],
    [{ ...manifest, files: [{ ...files[0], name: 'keys.json' }] }, 'files.0.name'],
  ])('%j', async (value, says) => {
    write(value)
    await expect(readManifest(dir)).rejects.toThrow(says)
  })
  test('none at all', async () => {
    rmSync(join(dir, 'manifest.json'))
    await expect(readManifest(dir)).rejects.toThrow('is no backup')
  })
})
describe('a file is not what it was', () => {
  const path = join(dir, 'logs', '0001.db')
  test.each<[string, () => void, string]>([
    ['missing', () => rmSync(path), 'is missing'],
    ['shorter', () => writeFileSync(path, 'log'), 'has 3 bytes and should have 4'],
    ['another of its length', () => writeFileSync(path, 'gols'), 'is not what was backed up'],
    [
      'a link to one that is right',
      () => {
        renameSync(path, join(dir, 'elsewhere'))
        symlinkSync(join(dir, 'elsewhere'), path)
      },
      'is not a plain file',
    ],
  ])('%s', async (_, change, says) => {
    change()
    await expect(check()).rejects.toThrow(says)
    await expect(check()).rejects.toThrow(path)
  })
})
test.each([
  'signalbox.db/../x',
  '/signalbox.db',
  'logs/1.db',
  'logs/0001.db-wal',
  'feeds/../keys.json',
  'feeds/.txt',
  'C:\\logs\\0001.db',
  'signalbox.db\n',
])('a backup holds no %j', name => expect(fileName.test(name)).toBe(false))
