// npm run bench: installs what it needs, the databases to compare with among it, and measures. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, root } from './install.mjs'

install()
const { installPeers } = await import('./bench-peers.mjs')
const { buildBench } = await import('./build-bench.mjs')
const peers = installPeers()
const { folder, env } = await buildBench('bench.json')
const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : 'explorer'
if (only?.split(',').includes('explorer')) {
  const { findBrowser } = await import('./browser.mjs')
  const { buildExtension } = await import('./build-extension.mjs')
  const browser = findBrowser()
  if (browser) {
    buildExtension()
    Object.assign(env, { CHROME_PATH: browser, SIGNALBOX_BENCH_EXTENSION: join(root, 'extension', '.output', 'chrome-mv3') })
  }
}
const { status } = spawnSync(process.execPath, [join(folder, 'main.js'), ...args], {
  stdio: 'inherit',
  env: { ...process.env, ...env, SIGNALBOX_BENCH_PEERS: peers },
})
process.exitCode = status ?? 1
