// Databases that the bench compares with, in a folder that git ignores: none is a dependency of ours.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root } from './install.mjs'

/** ClickHouse is a library of half a gigabyte, there for Linux with glibc and for macOS. */
const peers = { duckdb: { '@duckdb/node-api': '1.5.6-r.1' }, clickhouse: { chdb: '3.4.0' }, maxmind: { maxmind: '5.0.7' } }

/** Install those that are not there, and answer the folder. One that cannot be installed is left out, aloud. */
export function installPeers() {
  const folder = join(root, '.output', 'bench-peers')
  for (const [name, dependencies] of Object.entries(peers)) {
    const own = join(folder, name)
    if (Object.keys(dependencies).every(dependency => existsSync(join(own, 'node_modules', dependency, 'package.json')))) continue
    console.error(`Installing ${name} to compare with …`)
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'package.json'), JSON.stringify({ private: true, dependencies }))
    const { status } = npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: own,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) console.error(`${name} could not be installed: it is left out.`)
  }
  // what nobody has used for a day is cleared away by the next build
  if (existsSync(folder)) utimesSync(folder, new Date(), new Date())
  return folder
}
