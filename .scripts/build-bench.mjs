import { dirname, join } from 'node:path'
import { buildDaemon } from './build-daemon.mjs'
import { buildOnce } from './build-once.mjs'
import { root } from './install.mjs'

const entryPoints = {
  ...Object.fromEntries(['main', 'detect', 'seed-signals', 'side-process', 'watch'].map(name => [name, `test/bench/${name}.ts`])),
  // what the daemon starts beside itself
  'merge-worker': 'daemon/merge-worker.ts',
  'feed-worker': 'daemon/feed-worker.ts',
}

/** The folder of the built benches, and what they are told of: the built daemon, where data may lie, where the result goes. */
export async function buildBench(result) {
  const main = await buildOnce('bench', ['daemon', 'shared', 'test/bench', 'test/daemon/engine/random-logs.ts', 'test/e2e'], entryPoints)
  const output = join(root, '.output')
  const env = {
    SIGNALBOX_BENCH_DAEMON: await buildDaemon(),
    SIGNALBOX_BENCH_DATA: join(output, 'bench-data'),
    SIGNALBOX_BENCH_RESULT: join(output, result),
  }
  return { folder: dirname(main), env }
}
