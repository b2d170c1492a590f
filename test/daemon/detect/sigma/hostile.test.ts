import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { filesIn } from '../../../../daemon/detect/sigma/archive.ts'
import { readYaml, YamlError } from '../../../../daemon/detect/sigma/read-yaml.ts'
import { writeTar } from '../../../../daemon/lib/archive/tar.ts'
import { writeZip } from '../../../write-zip.ts'

const at = (text: string) => {
  try {
    return readYaml(text).map(({ value }) => value)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    return `${error.line}:${error.column} ${error.message}`
  }
}

test.each([
  ['1,000 brackets', 'a: '.concat('['.repeat(1000)), '1:1 nests deeper than 64 levels'],
  ['20,000 lists in lists on a line', `${'- '.repeat(20_000)}x`, '1:1 nests deeper than 64 levels'],
  ['70 levels of indentation', Array.from({ length: 70 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), '65:1 nests deeper than 64 levels'],
  ['maps in maps on many lines', `a: ${'{b:\n '.repeat(100)}`, '63:1 nests deeper than 64 levels'],
  ['an anchor', 'a: &x 1\nb: 2', '1:7 has an anchor; rules need none'],
  ['an alias', 'a: 1\nb: *x', '2:4 has an alias; rules need none'],
  ['a tag', 'a: !!js/function "x"', '1:18 has a tag; rules need none'],
  ['a key twice', 'a: 1\na: 2', '2:1 Map keys must be unique'],
  ['a key that is a list', '[a]: 1', '1:1 has a key that is no text'],
  ['1,000 documents', '---\na: 1\n'.repeat(1000), '1:1 holds more than 500 documents'],
  ['more than 256 kB', 'a'.repeat(256 * 1024 + 1), '1:1 is larger than 256 kB'],
  ['what is not closed', 'a: [1', expect.stringContaining('1:')],
])('%s is refused with its place', (_, text, message) => {
  expect(at(text)).toEqual(message)
})

test('nothing reaches a prototype', () => {
  const [value] = readYaml('__proto__:\n  admin: true\nconstructor: x')
  expect(Object.keys(value!.value as object)).toEqual(['__proto__', 'constructor'])
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
})
test('a regular expression full of brackets is text', () => {
  const line = `a: '${'[a-z]{1,2}['.repeat(40)}'`
  expect(at(Array.from({ length: 60 }, (_, i) => line.replace('a:', `a${i}:`)).join('\n'))).toBeInstanceOf(Array)
})

const bytes = (text: string) => new TextEncoder().encode(text)
const names = async (archive: Uint8Array) => (await filesIn(archive)).map(({ path, text }) => `${path}=${text}`)

const named = (files: Record<string, string | Uint8Array>) =>
  Object.entries(files).map(([name, content]) => ({ name, bytes: typeof content === 'string' ? bytes(content) : content }))

test('zip, tar, tar.gz and a text by itself', async () => {
  const files = named({ 'r/a.yml': 'a: 1', 'r/b.txt': 'no', 'c.yaml': 'c: 1' })
  const tar = writeTar(files, 0)
  for (const archive of [writeZip(files), tar, gzipSync(tar)]) expect(await names(archive)).toEqual(['r/a.yml=a: 1', 'c.yaml=c: 1'])
  for (const text of [bytes('a: 1'), gzipSync('a: 1')]) expect(await names(text)).toEqual(['rules.yml=a: 1'])
})
test.each([
  ['a file that swells', () => writeZip(named({ 'a.yml': new Uint8Array(2_000_000) }))],
  ['gzip that swells', () => gzipSync(new Uint8Array(60_000_000))],
  ['half a zip', () => writeZip(named({ 'a.yml': 'x'.repeat(1000) })).subarray(0, 40)],
  ['gzip that is none', () => new Uint8Array([0x1f, 0x8b, 1, 2, 3])],
  ['a name that leads out', () => writeZip(named({ '../../a.yml': 'a: 1' }))],
  ['no rules', () => writeZip(named({ 'a.txt': 'x' }))],
  ['no UTF-8', () => new Uint8Array([0xff, 0xfe, 0xff])],
] as const)('%s: refused', async (_, make) => {
  await expect(filesIn(make())).rejects.toMatchObject({ status: 400 })
})
