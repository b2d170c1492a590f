import { buildOnce } from './build-once.mjs'

/** Path of the daemon's built main module. */
export const buildDaemon = () =>
  buildOnce('daemon', ['daemon', 'shared'], ['daemon/main.ts', 'daemon/worker.ts', 'daemon/merge-worker.ts', 'daemon/feed-worker.ts'], {
    // has a part for each platform
    outside: ['@photostructure/sqlite'],
  })
