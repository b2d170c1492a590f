// npm run bench:overlay: what marking costs on pages of 50,000 lines, beside a bare walk and beside wrapping. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { install, root } from './install.mjs'

install()
const { findBrowser } = await import('./browser.mjs')
const { buildExtension } = await import('./build-extension.mjs')
const { buildOnce } = await import('./build-once.mjs')
const browser = findBrowser()
if (!browser) {
  console.error('There is no Chromium to measure in. Set CHROME_PATH.')
  process.exit(1)
}
buildExtension()
const main = await buildOnce('bench-overlay', ['test/bench', 'test/e2e', 'extension', 'shared'], { main: 'test/bench/overlay/main.ts' })
const { status } = spawnSync(process.execPath, [join(dirname(main), 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
  env: { ...process.env, CHROME_PATH: browser, SIGNALBOX_BENCH_RESULT: join(root, '.output', 'bench-overlay.json') },
})
process.exitCode = status ?? 1
