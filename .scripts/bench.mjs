// npm run bench: installs what it needs, the databases to compare with among it, and measures. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install } from './install.mjs'

install()
const { installPeers } = await import('./bench-peers.mjs')
const { buildBench } = await import('./build-bench.mjs')
const peers = installPeers()
const { folder, env } = await buildBench('bench.json')
const { status } = spawnSync(process.execPath, [join(folder, 'main.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...env, SIGNALBOX_BENCH_PEERS: peers },
})
process.exitCode = status ?? 1
