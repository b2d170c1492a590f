import { buildOnce } from './build-once.mjs'

const entryPoints = ['daemon/main.ts', 'daemon/worker.ts', 'daemon/merge-worker.ts', 'daemon/feed-worker.ts', 'daemon/sigma-child.ts']

/** Path of the daemon's built main module. */
export const buildDaemon = () =>
  buildOnce('daemon', ['daemon', 'shared'], entryPoints, {
    // has a part for each platform
    outside: ['@photostructure/sqlite'],
  })
