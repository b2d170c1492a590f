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
