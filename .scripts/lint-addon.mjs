// Mozilla's linter over the built extension, as its store runs it: clean, or it fails. The linter (60 MB) lies in a folder that git ignores.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folders } from './build-extension.mjs'
import { npm, root } from './install.mjs'

const version = '10.13.0'
const own = join(root, '.output', `addons-linter-${version}`)
const linter = join(own, 'node_modules', 'addons-linter', 'bin', 'addons-linter')
if (!existsSync(linter)) {
  console.error('Installing the linter of Firefox add-ons …')
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'package.json'), JSON.stringify({ private: true, dependencies: { 'addons-linter': version } }))
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: own, stdio: ['ignore', 'ignore', 'inherit'] })
}
if (existsSync(linter)) {
  const { stdout, stderr } = spawnSync(process.execPath, [linter, '--output', 'json', folders.firefox], { encoding: 'utf8' })
  const { errors, warnings, notices } = readReport(stdout, stderr)
  const found = [...errors, ...warnings, ...notices]
  for (const { _type, code, file = '', line = '', message } of found) console.error(`${_type} ${code} ${file}:${line} ${message}`)
  console.error(`${errors.length} errors, ${warnings.length} warnings, ${notices.length} notices`)
  process.exit(found.length === 0 ? 0 : 1)
} else console.error('LEFT OUT: it could not be installed.')

function readReport(stdout, stderr) {
  try {
    return JSON.parse(stdout)
  } catch {
    throw new Error(`The linter gave no report: ${stderr || stdout}`)
  }
}
