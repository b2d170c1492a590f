// Programs of Debian to compare or to work with: a package is unpacked into a folder that git ignores. Nothing is installed, and no service is started.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'

/** Where the files of a package lie, of which `needed` are some: those of the system, or our own copy. Undefined where there is none to be had, said aloud. */
export function findPackage(name, needed) {
  const has = prefix => needed.every(path => existsSync(join(prefix, path)))
  if (has('/')) return '/'
  const folder = join(root, '.output', 'debian')
  const prefix = join(folder, name)
  if (!has(prefix)) unpack(name, folder, prefix)
  if (!has(prefix)) return undefined
  // what nobody has used for a day is cleared away by a later build
  utimesSync(folder, new Date(), new Date())
  return prefix
}

function unpack(name, folder, prefix) {
  console.error(`Fetching ${name} from Debian …`)
  mkdirSync(folder, { recursive: true })
  const own = mkdtempSync(join(folder, 'unpacking-'))
  const run = (command, ...args) => spawnSync(command, args, { cwd: own, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
  try {
    let fetched = run('apt-get', 'download', '-qq', name)
    // its lists of packages may be missing or old, and only root may fetch them
    if (fetched.status !== 0 && process.getuid?.() === 0) {
      run('apt-get', 'update', '-qq')
      fetched = run('apt-get', 'download', '-qq', name)
    }
    const file = readdirSync(own).find(name => name.endsWith('.deb'))
    if (!file) return console.error(`${name} could not be fetched: ${fetched.error?.message ?? fetched.stderr.trim()}`)
    const unpacked = run('dpkg-deb', '-x', file, 'files')
    if (unpacked.status !== 0) return console.error(`${name} could not be unpacked: ${unpacked.error?.message ?? unpacked.stderr.trim()}`)
    rmSync(prefix, { recursive: true, force: true })
    renameSync(join(own, 'files'), prefix)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
