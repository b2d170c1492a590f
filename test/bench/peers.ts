import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Where the bench has put what it installed for itself, a folder each; said by whoever starts it. */
const folder = process.env['SIGNALBOX_BENCH_PEERS'] ?? ''
const packages = { duckdb: '@duckdb/node-api', clickhouse: 'chdb', maxmind: 'maxmind' } as const
export type Installed = keyof typeof packages

export const requirePeer = (name: Installed): unknown => createRequire(join(folder, name, 'package.json'))(packages[name])
