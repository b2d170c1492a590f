// Debian's CrowdSec to compare with: its package is unpacked into a folder that git ignores. Nothing is installed, and no service is started.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'

const has = prefix => ['usr/bin/crowdsec', 'usr/bin/cscli', 'usr/share/crowdsec/hub'].every(path => existsSync(join(prefix, path)))

/** Where the files of the package lie: those of the system, or our own copy. Undefined where there is none to be had, said aloud. */
export function findCrowdsec() {
  if (has('/')) return '/'
  const folder = join(root, '.output', 'bench-peers')
  const prefix = join(folder, 'crowdsec')
  if (!has(prefix)) unpack(folder, prefix)
  if (!has(prefix)) return undefined
  // what nobody has used for a day is cleared away by the next build
  utimesSync(folder, new Date(), new Date())
  return prefix
}

function unpack(folder, prefix) {
  console.error('Fetching CrowdSec from Debian to compare with …')
  mkdirSync(folder, { recursive: true })
  const own = mkdtempSync(join(folder, 'unpacking-'))
  const run = (command, ...args) => spawnSync(command, args, { cwd: own, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  try {
    let fetched = run('apt-get', 'download', '-qq', 'crowdsec')
    // its lists of packages may be missing or old, and only root may fetch them
    if (fetched.status !== 0 && process.getuid?.() === 0) {
      run('apt-get', 'update', '-qq')
      fetched = run('apt-get', 'download', '-qq', 'crowdsec')
    }
    const file = readdirSync(own).find(name => name.endsWith('.deb'))
    if (!file) return console.error(`CrowdSec could not be fetched: ${fetched.error?.message ?? fetched.stderr.trim()}`)
    const unpacked = run('dpkg-deb', '-x', file, 'files')
    if (unpacked.status !== 0) return console.error(`CrowdSec could not be unpacked: ${unpacked.error?.message ?? unpacked.stderr.trim()}`)
    rmSync(prefix, { recursive: true, force: true })
    renameSync(join(own, 'files'), prefix)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
