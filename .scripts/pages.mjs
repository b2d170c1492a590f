// Pages made with the components that log tools are built from, in a folder that git ignores: none is a dependency of ours.
// 75 MB come over the net and take 570 MB while they are bundled; 11 MB stay, until a page or the lock file changes.
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root } from './install.mjs'
import { stampOf } from './stamp.mjs'

const sources = join(root, 'test', 'pages')

/** The folder of the bundled scripts, one for each page; undefined where the components cannot be installed, said aloud. */
export async function buildPages() {
  const scripts = readdirSync(sources).filter(name => name.endsWith('.mjs'))
  const stamp = stampOf(['package-lock.json', ...scripts].map(name => join('test', 'pages', name))).slice(0, 16)
  const folder = join(root, '.output', `pages-${stamp}`)
  if (existsSync(folder)) return folder
  const components = join(root, '.output', 'page-components')
  const bundles = join(components, 'bundles')
  try {
    if (!installInto(components)) return undefined
    const { build } = await import('esbuild')
    await build({
      entryPoints: scripts.filter(name => name !== 'lines.mjs').map(name => join(sources, name)),
      outdir: bundles,
      bundle: true,
      minify: true,
      format: 'esm',
      nodePaths: [join(components, 'node_modules')],
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
      loader: Object.fromEntries(['.ttf', '.woff', '.woff2', '.png', '.svg', '.jpg'].map(ending => [ending, 'dataurl'])),
      logLevel: 'error',
    })
    renameSync(bundles, folder)
    return folder
  } finally {
    rmSync(components, { recursive: true, force: true })
  }
}

function installInto(folder) {
  console.error('Fetching the components of the test pages, 75 MB, this once …')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(sources, name), join(folder, name))
  const { status } = npm(['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return status === 0
}
