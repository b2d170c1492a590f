// npm run bench: installs what it needs, the databases to compare with among it, and measures. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, root } from './install.mjs'

install()
const { installPeers } = await import('./bench-peers.mjs')
const { buildBench } = await import('./build-bench.mjs')
const { buildDaemon } = await import('./build-daemon.mjs')
const output = join(root, '.output')
const env = {
  ...process.env,
  SIGNALBOX_BENCH_PEERS: installPeers(),
  SIGNALBOX_BENCH_DAEMON: await buildDaemon(),
  SIGNALBOX_BENCH_DATA: join(output, 'bench-data'),
  SIGNALBOX_BENCH_RESULT: join(output, 'bench.json'),
}
const { status } = spawnSync(process.execPath, [await buildBench(), ...process.argv.slice(2)], { stdio: 'inherit', env })
process.exitCode = status ?? 1
