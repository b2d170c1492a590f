import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry =>
    entry.name.startsWith('.') || entry.name === 'node_modules'
      ? []
      : entry.isDirectory()
        ? filesIn(join(folder, entry.name))
        : [join(folder, entry.name)],
  )
const all = ['shared', 'daemon', 'extension'].flatMap(filesIn)
const sources = all.filter(file => /\.tsx?$/.test(file))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
/** The code of a file: without comments, and with its texts emptied. */
const codeOf = (file: string) =>
  textOf(file)
    .replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")

interface Import {
  from: string
  to: string
  /** Gone once the types are stripped. */
  typeOnly: boolean
}

const form = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g
function importsOf(file: string): Import[] {
  const text = textOf(file).replace(/\/\*[\s\S]*?\*\//g, '')
  return [...text.matchAll(form)].map(([, type, name, dynamic]) => {
    const to = (name ?? dynamic)!.replace(/\?\w+$/, '')
    return { from: file, to: to.startsWith('.') ? join(dirname(file), to) : to, typeOnly: type !== undefined }
  })
}
const imports = sources.flatMap(importsOf)
const isOurs = (path: string) => /^(shared|daemon|extension)\/|^package\.json$/.test(path)
const packageOf = (name: string) =>
  name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.replace(/^node:/, '').split('/')[0]!
const show = ({ from, to }: Import) => `${from} → ${to}`

test('every import of our own names a file that is there, with its ending', () => {
  const missing = imports.filter(({ to }) => isOurs(to) && (extname(to) === '' || !existsSync(join(root, to))))
  expect(missing.map(show)).toEqual([])
})

/** Part of the tree that a file belongs to: shared, extension, daemon for the files directly in it, else daemon/<folder>. */
const partOf = (path: string) => {
  const [top = '', second = ''] = path.split('/')
  return top === 'daemon' && path.split('/').length > 2 ? `${top}/${second}` : top
}
const stages = readdirSync(join(root, 'daemon'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(entry => `daemon/${entry.name}`)
  // the core joins stages; commands and the demonstration put the daemon together or talk to it from outside: none of them is a stage
  .filter(name => !['lib', 'store', 'engine', 'core', 'cli', 'demo'].includes(name.slice('daemon/'.length)))

const may: Record<string, string[]> = {
  shared: ['shared'],
  // its build takes the version from package.json
  extension: ['shared', 'extension', 'package.json'],
  'daemon/lib': ['shared', 'daemon/lib'],
  'daemon/store': ['shared', 'daemon/lib', 'daemon/store'],
  'daemon/engine': ['shared', 'daemon/lib', 'daemon/store', 'daemon/engine'],
  'daemon/core': ['shared', 'daemon/lib', 'daemon/store', 'daemon/engine', 'daemon/core', ...stages],
  ...Object.fromEntries(stages.map(stage => [stage, ['shared', 'daemon/lib', 'daemon/store', 'daemon/engine', stage]])),
}
test.each(Object.entries(may))('%s imports of our own only %j', (part, allowed) => {
  const bad = imports.filter(({ from, to }) => partOf(from) === part && isOurs(to) && !allowed.includes(partOf(to)))
  expect(bad.map(show)).toEqual([])
})
test('every folder of the daemon has a rule', () => {
  const ruled = new Set([...Object.keys(may), 'daemon', 'daemon/cli', 'daemon/demo'])
  expect([...new Set(sources.map(partOf))].filter(part => !ruled.has(part))).toEqual([])
})
test('daemon imports nothing of the extension', () => {
  expect(imports.filter(({ from, to }) => from.startsWith('daemon/') && to.startsWith('extension/')).map(show)).toEqual([])
})

test('shared is pure: of packages only zod, ip-address and re2js', () => {
  const foreign = imports.filter(({ from, to }) => partOf(from) === 'shared' && !isOurs(to) && !['zod', 'ip-address', 're2js'].includes(to))
  expect(foreign.map(show)).toEqual([])
})
test('shared uses nothing of Node, the page or the browser', () => {
  const used = sources.filter(
    file =>
      partOf(file) === 'shared' &&
      /(?<![.\w'])(process|Buffer|document|window|navigator|chrome|browser|fetch|localStorage)\b(?!\s*[:?])/.test(codeOf(file)),
  )
  expect(used).toEqual([])
})
test('no import outside the packages that package.json names', () => {
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<'dependencies' | 'devDependencies', object>
  const known = new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)])
  const node = new Set(process.getBuiltinModule('module').builtinModules)
  const unknown = imports.filter(
    ({ to }) => !isOurs(to) && !known.has(packageOf(to)) && !node.has(packageOf(to)) && !/^(#imports|virtual:)/.test(to),
  )
  expect(unknown.map(show)).toEqual([])
})
test('the daemon runs without development packages', () => {
  const { devDependencies } = JSON.parse(textOf('package.json')) as { devDependencies: object }
  const dev = new Set(Object.keys(devDependencies))
  expect(imports.filter(({ from, to, typeOnly }) => from.startsWith('daemon/') && !typeOnly && dev.has(packageOf(to))).map(show)).toEqual(
    [],
  )
})

test('no circle of imports, types included', () => {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) if (isOurs(to)) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const walk = (file: string, path: string[]): void => {
    if (path.includes(file)) throw new Error([...path.slice(path.indexOf(file)), file].join(' → '))
    if (done.has(file)) return
    for (const to of next.get(file) ?? []) walk(to, [...path, file])
    done.add(file)
  }
  for (const file of sources) walk(file, [])
})

test('neither zod nor the engine of expressions ever reaches the extension: no value import leads there', () => {
  const next = new Map<string, Import[]>()
  for (const one of imports) if (!one.typeOnly) next.set(one.from, [...(next.get(one.from) ?? []), one])
  const seen = new Set<string>()
  const ways: string[] = []
  const walk = (file: string, path: string[]): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const { to } of next.get(file) ?? []) {
      if (packageOf(to) === 'zod' || to === 're2js' || to.startsWith('@hono/')) ways.push([...path, file, to].join(' → '))
      else if (isOurs(to)) walk(to, [...path, file])
    }
  }
  for (const file of sources) if (file.startsWith('extension/')) walk(file, [])
  expect(ways).toEqual([])
})

// Each is a way to extend: one file, and one line in the folder's index.ts.
const kinds = {
  'daemon/intake/log-formats': 'defineLogFormat',
  'daemon/intake/lines': '',
  'daemon/intel/feed-formats': 'defineFeedFormat',
  'daemon/respond/lists': 'defineListFormat',
  'daemon/respond/enforcers': 'defineEnforcer',
  'daemon/detect/methods': 'defineMethod',
  'daemon/notify/channels': 'defineChannel',
  'daemon/workflows/actions': 'defineWorkflowAction',
}
test.each(Object.entries(kinds))('every file of %s stands in its list, or helps one that does', (folder, define) => {
  const listed = new Set(importsOf(`${folder}/index.ts`).map(({ to }) => to))
  const files = filesIn(folder).filter(file => file !== `${folder}/index.ts`)
  const helped = new Set(imports.filter(({ from }) => listed.has(from) || dirname(from) === folder).map(({ to }) => to))
  expect(files.filter(file => !listed.has(file) && (!helped.has(file) || (define !== '' && codeOf(file).includes(`${define}(`))))).toEqual(
    [],
  )
  // and what is imported there is in the list
  const index = textOf(`${folder}/index.ts`)
  const imported = [...index.matchAll(/import \{ (\w+) \} from/g)].map(([, name]) => name!)
  expect(imported.filter(name => index.split(new RegExp(`\\b${name}\\b`)).length < 3)).toEqual([])
})

test('only daemon/main.ts sees the process; the store’s thread ends itself', () => {
  const seen = sources.filter(
    file =>
      file.startsWith('daemon/') &&
      file !== 'daemon/main.ts' &&
      (/(?<![.\w'])process\.\w/.test(codeOf(file)) || /from 'node:process'/.test(textOf(file))),
  )
  expect(seen).toEqual(['daemon/worker.ts'])
  expect(codeOf('daemon/worker.ts').match(/process\.[^;\n]*/g)).toEqual(['process.exit())'])
})

test('no text becomes markup or code', () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function\(|createContextualFragment/
  expect(sources.filter(file => forbidden.test(codeOf(file)))).toEqual([])
})
test('no file turns off a check', () => {
  const off = /@ts-(?:ignore|nocheck|expect-error)|biome-ignore/
  expect(sources.filter(file => off.test(textOf(file)) || /\bas any\b|:\s*any\b|<any\b/.test(codeOf(file)))).toEqual([])
})
test('every token of the interface is used', () => {
  const styles = all.filter(file => file.startsWith('extension/') && file.endsWith('.css')).map(textOf)
  const tokens = [...textOf('extension/ui/tokens.css').matchAll(/(--[a-z0-9-]+):/g)].map(([, name]) => name!)
  expect(tokens.filter(name => !styles.some(text => text.includes(`var(${name})`)))).toEqual([])
})
test('an entry point of the extension is at most 15 lines', () => {
  const long = sources.filter(file => file.startsWith('extension/entrypoints/') && textOf(file).trim().split('\n').length > 15)
  expect(long).toEqual([])
})
test('every file of a test is one that vitest finds, one that such a file uses, or a benchmark', () => {
  const tests = filesIn('test').filter(file => /\.tsx?$/.test(file))
  const used = new Set(tests.flatMap(importsOf).map(({ to }) => to))
  expect(
    tests.filter(
      file => !/\.test\.tsx?$/.test(file) && !used.has(file) && file !== 'test/vitest.config.ts' && !file.startsWith('test/bench/'),
    ),
  ).toEqual([])
})

test('the top level is fixed', () => {
  const allowed = [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'daemon',
    'extension',
    'package-lock.json',
    'package.json',
    'shared',
    'test',
    'tsconfig.json',
  ]
  const there = readdirSync(root).filter(name => !name.startsWith('.') && name !== 'node_modules')
  expect(there.sort()).toEqual(allowed.sort())
})
test('names of files are in lower case, words joined by hyphens', () => {
  const bad = all.filter(file => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$/.test(basename(file)))
  expect(bad.map(file => relative(root, join(root, file)))).toEqual([])
})
