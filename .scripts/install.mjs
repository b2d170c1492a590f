// What start, test and build do first, with nothing but Node: install when node_modules is missing or the lock file has changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.signalbox')

/** Run npm as whoever started this did, on every platform. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath
  const [command, ...before] = cli ? [process.execPath, cli] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
  return spawnSync(command, [...before, ...args], { cwd: root, stdio: 'inherit', shell: !cli && process.platform === 'win32', ...options })
}

/** Whether all is there that the lock file names, as after an `npm ci` by hand: npm writes down what it has put there. */
function isInstalled() {
  const packagesOf = file => JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  let there
  try {
    there = packagesOf(join(modules, '.package-lock.json'))
  } catch {
    // nothing, or not all of it: npm writes it last
    return false
  }
  const named = packagesOf(join(root, 'package-lock.json'))
  // what is optional and for other platforms is left out
  const isThere = ([path, { optional, integrity }]) =>
    there[path] ? there[path].integrity === integrity : path === '' || optional === true
  return Object.entries(named).every(isThere)
}

export function install() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Signalbox needs Node 20.19 or later; this is ${process.versions.node}.`)
    process.exit(1)
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  // npm would clear away what lies behind the link, which is somebody else's
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link, and what it leads to is not what package-lock.json names. Remove the link, then try again.')
    process.exit(1)
  }
  if (isInstalled()) return writeFileSync(stamp, lock)
  console.error('Installing what package-lock.json names …')
  // nothing here needs an install script: native parts come prebuilt
  const { status } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  if (status !== 0) {
    console.error('The installation failed. Check that the npm registry can be reached, then try again.')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}
