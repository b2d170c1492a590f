import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../.scripts/install.mjs', import.meta.url))

test('node_modules is a link: nothing is installed, and what lies behind it stays', () => {
  const dir = mkdtempSync(join(tmpdir(), 'install-'))
  for (const name of ['.scripts', 'elsewhere']) mkdirSync(join(dir, name))
  copyFileSync(script, join(dir, '.scripts', 'install.mjs'))
  writeFileSync(join(dir, 'package-lock.json'), '{}')
  writeFileSync(join(dir, 'elsewhere', 'kept'), '')
  symlinkSync(join(dir, 'elsewhere'), join(dir, 'node_modules'), 'junction')
  const url = pathToFileURL(join(dir, '.scripts', 'install.mjs')).href
  // should the refusal be gone, npm must not be started either
  const env = { ...process.env, npm_execpath: join(dir, 'no-npm.cjs') }
  const { status, stderr } = spawnSync(process.execPath, ['-e', `import('${url}').then(({ install }) => install())`], {
    env,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([1, expect.stringContaining('node_modules is a link')])
  expect(readdirSync(join(dir, 'elsewhere'))).toEqual(['kept'])
  rmSync(dir, { recursive: true })
})

test.each([
  ['as after npm ci by hand', { 'node_modules/a': { integrity: 'sha512-a' } }, true],
  ['another version', { 'node_modules/a': { integrity: 'sha512-old' } }, false],
  ['one that is missing', {}, false],
])('what npm says that it has put there, %s: it is installed only if it is not all there', (_, there, isThere) => {
  const dir = mkdtempSync(join(tmpdir(), 'install-'))
  for (const name of ['.scripts', 'node_modules']) mkdirSync(join(dir, name))
  copyFileSync(script, join(dir, '.scripts', 'install.mjs'))
  const named = {
    '': {},
    'node_modules/a': { integrity: 'sha512-a' },
    'node_modules/for-others': { integrity: 'sha512-b', optional: true },
  }
  writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: named }))
  writeFileSync(join(dir, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: there }))
  // npm must not be started by a test
  const env = { ...process.env, npm_execpath: join(dir, 'no-npm.cjs') }
  const url = pathToFileURL(join(dir, '.scripts', 'install.mjs')).href
  const { status } = spawnSync(process.execPath, ['-e', `import('${url}').then(({ install }) => install())`], { env })
  expect(status).toBe(isThere ? 0 : 1)
  rmSync(dir, { recursive: true })
})
