// npm run bench: installs what it needs, the databases to compare with among it, and measures. Arguments after -- are the bench's.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, root } from './install.mjs'

install()
const { installPeers } = await import('./bench-peers.mjs')
const { buildDaemon } = await import('./build-daemon.mjs')
const { buildOnce } = await import('./build-once.mjs')
const output = join(root, '.output')
const env = {
  ...process.env,
  SIGNALBOX_BENCH_PEERS: installPeers(),
  SIGNALBOX_BENCH_DAEMON: await buildDaemon(),
  SIGNALBOX_BENCH_DATA: join(output, 'bench-data'),
  SIGNALBOX_BENCH_RESULT: join(output, 'bench.json'),
}
const entryPoints = {
  ...Object.fromEntries(['main', 'side-process', 'watch'].map(name => [name, `test/bench/${name}.ts`])),
  // what the daemon starts beside itself
  'merge-worker': 'daemon/merge-worker.ts',
  'feed-worker': 'daemon/feed-worker.ts',
}
const bench = await buildOnce('bench', ['daemon', 'shared', 'test/bench', 'test/daemon/engine/random-logs.ts'], entryPoints)
const { status } = spawnSync(process.execPath, [bench, ...process.argv.slice(2)], { stdio: 'inherit', env })
process.exitCode = status ?? 1
