// Builds the extension for both browsers when its sources have changed since the last time.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'
import { stampOf } from './stamp.mjs'

export const output = join(root, 'extension', '.output')
const stampFile = join(output, 'stamp')
export const folders = { chrome: join(output, 'chrome-mv3'), firefox: join(output, 'firefox-mv3') }

export function buildExtension() {
  const stamp = stampOf(['extension', 'shared', 'package-lock.json'])
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && Object.values(folders).every(folder => existsSync(folder)))
    return folders
  console.error('Building the extension …')
  wxt('build')
  writeFileSync(stampFile, stamp)
  return folders
}

/** `build` or `zip`, for both browsers. */
export function wxt(command) {
  for (const args of [[], ['-b', 'firefox', '--mv3']]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules', 'wxt', 'bin', 'wxt.mjs'), command, 'extension', ...args],
      // any other, such as a test's, has the paths of this machine put in
      { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
    )
    if (status === 0) continue
    console.error(`${stdout}${stderr}\nThe extension could not be built.`)
    process.exit(1)
  }
}
