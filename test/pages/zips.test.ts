import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readArchive } from '../../daemon/lib/archive.ts'
import packageJson from '../../package.json' with { type: 'json' }

// What the stores are given, by `npm run zip`.

interface Manifest {
  [key: string]: unknown
  version: string
  icons: Record<string, string>
  action: { default_icon: Record<string, string> }
  permissions: string[]
  optional_permissions: string[]
  host_permissions: string[]
  optional_host_permissions: string[]
}
type Files = Map<string, Buffer>

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const limits = { files: 10_000, fileBytes: 20_000_000, totalBytes: 100_000_000 }
const run = (program: string, args: string[], cwd = root) => spawnSync(program, args, { cwd, encoding: 'utf8' })
const unpacked = mkdtempSync(join(tmpdir(), 'signalbox-sources-'))
const zips = { chrome: new Map(), firefox: new Map(), sources: new Map() } satisfies Record<string, Files> as Record<string, Files>
const manifestOf = (name: string): Manifest => JSON.parse(String(zips[name]!.get('manifest.json')))
let said: string

beforeAll(async () => {
  const { status, stdout, stderr } = run(process.execPath, ['.scripts/zip.mjs'])
  expect([status, stderr]).toEqual([0, ''])
  said = stdout
  for (const [name, files] of Object.entries(zips)) {
    const zip = readFileSync(join(root, 'extension', '.output', `signalbox-${packageJson.version}-${name}.zip`))
    for await (const { name, bytes } of readArchive(zip, { limits })) files.set(name, Buffer.from(bytes))
  }
})
afterAll(() => rmSync(unpacked, { recursive: true }))

test('each is named with its size', () => {
  expect(said.trim().split('\n')).toEqual(
    Object.keys(zips).map(name => expect.stringMatching(RegExp(`signalbox-${packageJson.version}-${name}\\.zip, [1-9]\\d* kB$`))),
  )
})

describe.each(['chrome', 'firefox'])('%s', name => {
  test('nothing is asked for at install but the way to the daemon, and no page can load anything', () => {
    const manifest = manifestOf(name)
    expect(manifest).toMatchObject({
      manifest_version: 3,
      version: packageJson.version,
      description: packageJson.description,
      host_permissions: ['http://127.0.0.1/*', 'http://localhost/*'],
      optional_host_permissions: ['*://*/*'],
      optional_permissions: ['notifications'],
    })
    expect(manifest.permissions.filter(one => one !== 'sidePanel')).toEqual(['contextMenus', 'storage', 'alarms', 'scripting', 'activeTab'])
    const never = ['web_accessible_resources', 'content_scripts', 'externally_connectable', 'update_url', 'key', 'sandbox']
    expect(Object.keys(manifest).filter(key => never.includes(key))).toEqual([])
  })

  test('every icon is there, in its size', () => {
    const { icons, action } = manifestOf(name)
    expect(Object.keys(icons)).toEqual(['16', '32', '48', '128'])
    for (const [size, path] of [...Object.entries(icons), ...Object.entries(action.default_icon)]) {
      const png = zips[name]!.get(path)!
      expect([path, png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([path, 'PNG', +size, +size])
    }
  })

  test('no source map, no path of this machine, no test code, no script from elsewhere', () => {
    const files = [...zips[name]!]
    expect(files.map(([path]) => path).filter(path => !/^[\w-]+(\/[\w.-]+)?\.(js|css|html|json|png)$/.test(path))).toEqual([])
    const never = ['sourceMappingURL', root, `${homedir()}/`, 'node_modules', 'vitest', 'playwright', 'linkedom', 'fast-check']
    const found = files.flatMap(([path, bytes]) => never.filter(word => bytes.includes(word)).map(word => `${path}: ${word}`))
    expect(found).toEqual([])
    const loaded = files
      .filter(([path]) => path.endsWith('.html'))
      .flatMap(([, bytes]) =>
        [...String(bytes).matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)="([^"]*)"/g)].map(([, url]) => url!),
      )
    expect(loaded.length).toBeGreaterThan(5)
    expect(loaded.filter(url => !url.startsWith('/') || !zips[name]!.has(url.slice(1)))).toEqual([])
  })
})

test('README says what each permission is for, and of no other', () => {
  const [, table] = /### What the extension may do, and why\n\n([\s\S]*?)\n\n/.exec(readme)!
  const explained = table!.split('\n').flatMap(row => [...row.split('|')[1]!.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!))
  const asked = ['chrome', 'firefox'].flatMap(name => {
    const { permissions, optional_permissions, host_permissions } = manifestOf(name)
    return [...permissions, ...optional_permissions, ...host_permissions.map(pattern => /\/\/([^/]*)/.exec(pattern)![1]!)]
  })
  expect(explained.sort()).toEqual([...new Set(asked)].sort())
})

test('the sources come with the privacy statement, the licence, and how they are built', () => {
  const { sources } = zips
  expect(String(sources!.get('README.md'))).toMatch(
    /\*\*Privacy\.\*\* The extension sends nothing[\s\S]*npm run zip|npm run zip[\s\S]*\*\*Privacy\.\*\*/,
  )
  for (const path of ['LICENSE', 'package.json', 'package-lock.json', '.scripts/zip.mjs', 'extension/wxt.config.ts'])
    expect(sources!.has(path), path).toBe(true)
  expect([...sources!.keys()].filter(path => /(^|\/)(node_modules|\.output|\.git)\//.test(path))).toEqual([])
})

// the sources are those of the last commit
const changed = run('git', ['status', '--porcelain', '.scripts', 'extension', 'shared', 'package.json', 'package-lock.json'])
test.skipIf(changed.status !== 0 || changed.stdout !== '')('what the sources build is what Firefox’s store is given, byte for byte', () => {
  for (const [path, bytes] of zips['sources']!) {
    mkdirSync(dirname(join(unpacked, path)), { recursive: true })
    writeFileSync(join(unpacked, path), bytes)
  }
  symlinkSync(join(root, 'node_modules'), join(unpacked, 'node_modules'), 'junction')
  const build = "import('./.scripts/build-extension.mjs').then(({ wxt }) => wxt('build'))"
  const { status, stderr } = run(process.execPath, ['-e', build], unpacked)
  expect(status, stderr).toBe(0)
  const built = join(unpacked, 'extension', '.output', 'firefox-mv3')
  const others = [...zips['firefox']!].filter(([path, bytes]) => !bytes.equals(readFileSync(join(built, path))))
  expect(others.map(([path]) => path)).toEqual([])
})
