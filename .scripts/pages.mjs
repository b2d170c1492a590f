// Pages made with the components that log tools are built from, in a folder that git ignores: none is a dependency of ours.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root } from './install.mjs'
import { stampOf } from './stamp.mjs'

const sources = join(root, 'test', 'pages')

/** The folder of the bundled scripts, one for each page; undefined where the components cannot be installed, said aloud. */
export async function buildPages() {
  const output = join(root, '.output')
  const components = join(output, `page-components-${stampOf(['test/pages/package-lock.json']).slice(0, 16)}`)
  const folder = join(output, `pages-${stampOf(['test/pages']).slice(0, 16)}`)
  if (!existsSync(join(components, 'node_modules', '.package-lock.json')) && !installInto(components)) return undefined
  utimesSync(components, new Date(), new Date())
  if (existsSync(folder)) return folder
  const { build } = await import('esbuild')
  const pages = readdirSync(sources).filter(name => name.endsWith('.mjs') && name !== 'lines.mjs')
  try {
    await build({
      entryPoints: pages.map(name => join(sources, name)),
      outdir: folder,
      bundle: true,
      minify: true,
      format: 'esm',
      nodePaths: [join(components, 'node_modules')],
      define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
      loader: Object.fromEntries(['.ttf', '.woff', '.woff2', '.png', '.svg', '.jpg'].map(ending => [ending, 'dataurl'])),
      logLevel: 'error',
    })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return folder
}

function installInto(folder) {
  console.error('Installing the components of the test pages, 570 MB, this once …')
  mkdirSync(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(sources, name), join(folder, name))
  const { status } = npm(['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return status === 0
}
