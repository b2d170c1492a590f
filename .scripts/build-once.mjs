// Turns TypeScript into JavaScript that Node 20 runs, when it has changed since the last time. Takes a tenth of a second.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stampOf } from './stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, '.output')
/** Builds that nobody has asked for in this long are cleared away, ms, but for the latest few: a daemon that has run for weeks still takes from its own. */
const kept = 24 * 3_600_000
const latest = 8
/** Packages in the older form of modules ask for Node's own ones by it. */
const withRequire = "import { createRequire as forPackages } from 'node:module'; const require = forPackages(import.meta.url);"

/**
 * Path of the built `main`, one of the entry points. A build is complete or not there: it is put in place by one rename. Packages are built in
 * if `outside` names the only ones that are not; one file is found and read sooner than a thousand.
 */
export async function buildOnce(what, sources, entryPoints, { outside } = {}) {
  const name = `${what}-${stampOf([...sources, '.scripts/build-once.mjs', 'package-lock.json']).slice(0, 16)}`
  const folder = join(out, name)
  if (existsSync(join(folder, 'main.js'))) {
    utimesSync(folder, new Date(), new Date())
    return join(folder, 'main.js')
  }
  const { build } = await import('esbuild')
  mkdirSync(out, { recursive: true })
  const temporary = mkdtempSync(join(out, 'building-'))
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: temporary,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // a package that has both forms: the older one, split off by `import()`, would have nothing but a default export
    mainFields: ['module', 'main'],
    ...(outside ? { external: outside, banner: { js: withRequire } } : { packages: 'external' }),
    sourcemap: true,
    logLevel: 'error',
  })
  try {
    renameSync(temporary, folder)
  } catch {
    // somebody else was faster
    rmSync(temporary, { recursive: true, force: true })
  }
  clearAway()
  return join(folder, 'main.js')
}

function clearAway() {
  const builds = readdirSync(out).map(name => ({ path: join(out, name), used: statSync(join(out, name)).mtimeMs }))
  for (const { path, used } of builds.sort((a, b) => b.used - a.used).slice(latest))
    if (Date.now() - used > kept) rmSync(path, { recursive: true, force: true })
}
