// npm test, with --real npm run test:real, and with --pages npm run test:pages. Each step is shown with its time; the first that fails ends it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, root } from './install.mjs'

const args = process.argv.slice(2)
const real = args.includes('--real')
const onPages = args.includes('--pages')
const withBrowser = !args.includes('--no-browser')
const unknown = args.filter(arg => !['--real', '--pages', '--no-browser'].includes(arg))
if (unknown.length > 0) {
  console.error(`Unknown argument ${unknown.join(' ')}. There is --no-browser.`)
  process.exit(2)
}

install()
const env = { ...process.env, FORCE_COLOR: process.env.FORCE_COLOR ?? '0' }
const bin = (name, path) => [name, join(root, 'node_modules', ...path)]
const tsc = bin('type check', ['typescript', 'bin', 'tsc'])
const biome = bin('lint', ['@biomejs', 'biome', 'bin', 'biome'])
const vitest = name => bin(name, ['vitest', 'vitest.mjs'])

function step([name, script], ...more) {
  const from = Date.now()
  console.error(`\n— ${name}`)
  const { status } = spawnSync(process.execPath, [script, ...more], { cwd: root, stdio: 'inherit', env })
  console.error(`— ${name}: ${status === 0 ? 'done' : 'FAILED'} in ${((Date.now() - from) / 1000).toFixed(1)} s`)
  if (status !== 0) process.exit(1)
}
const suite = (name, ...projects) =>
  step(vitest(name), 'run', '--config', 'test/vitest.config.ts', ...projects.flatMap(project => ['--project', project]))

/** Chromium, and Firefox where there is one, for what comes next. */
async function browsers() {
  const { findBrowser, findFirefox } = await import('./browser.mjs')
  const browser = findBrowser()
  const firefox = findFirefox()
  if (browser) env.CHROME_PATH = browser
  if (firefox) env.FIREFOX_PATH = firefox
  else
    console.error(
      '\nLEFT OUT: the tests in Firefox. None was found, and none could be installed (that takes root on Debian). Install one, or set FIREFOX_PATH.',
    )
  return browser
}

if (onPages) {
  const { buildPages } = await import('./pages.mjs')
  const pages = (await browsers()) && (await buildPages())
  if (!pages) {
    console.error('\nThere is no browser, or no registry to install the components from.')
    process.exit(1)
  }
  env.SIGNALBOX_PAGES = pages
  const { buildExtension } = await import('./build-extension.mjs')
  buildExtension()
  step(['lint as Firefox’s store does', join(root, '.scripts', 'lint-addon.mjs')])
  suite('pages made with the components of log tools', 'pages')
} else if (real) suite('recorded logs, rules and feeds', 'real')
else {
  step(tsc, '-p', '.')
  step(biome, 'check', '.')
  suite('unit', 'unit')
  suite('flows', 'flows')
  if (withBrowser) {
    const browser = await browsers()
    if (!browser) {
      console.error(
        '\nNo Chromium was found, and none could be installed (that takes root on Debian). Install one, set CHROME_PATH, or leave these tests out: npm test -- --no-browser',
      )
      process.exit(1)
    }
    const { buildExtension } = await import('./build-extension.mjs')
    buildExtension()
    suite('end to end, in the browser', 'e2e')
  } else console.error('\nLEFT OUT: the end-to-end tests in the browser (--no-browser)')
}
