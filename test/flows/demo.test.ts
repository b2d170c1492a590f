import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { raised } from '../../daemon/demo/story.ts'

const pathOf = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const bin = pathOf('daemon/bin.mjs')
let temporary: string
beforeAll(() => void (temporary = mkdtempSync(join(tmpdir(), 'signalbox-test-'))))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

/** `signalbox start` in a process of its own, with what it has said so far. */
const run = (...args: string[]) => runScript(bin, 'start', ...args)
function runScript(...words: string[]) {
  const child = spawn(process.execPath, words, { env: { ...process.env, TMPDIR: temporary } })
  const said = { out: '', err: '' }
  child.stdout.on('data', text => (said.out += text))
  child.stderr.on('data', text => (said.err += text))
  const ended = once(child, 'close').then(([code]) => code as number)
  const saying = async (words: string, where: keyof typeof said) => {
    while (!said[where].includes(words) && child.exitCode === null)
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended])
  }
  return { child, said, ended, saying }
}
const demoDirs = () => readdirSync(temporary).filter(name => name.startsWith('signalbox-demo-'))

test('start --demo', async () => {
  const { child, said, ended, saying } = run('--demo', '--port', '0')
  await saying('-- search', 'err')
  expect(said.err).toContain('This is a demonstration')
  const { url } = JSON.parse(said.out.split('\n')[0]!) as { url: string }
  const [dir] = demoDirs()
  const [name, value] = readFileSync(join(temporary, dir!, 'headers'), 'utf8')
    .trim()
    .split(': ') as [string, string]
  const answer = await fetch(`${url}/api/v2/security_monitoring/signals?page[limit]=100`, { headers: { [name]: value } })
  expect(((await answer.json()) as { data: unknown[] }).data.length).toBeGreaterThanOrEqual(raised.length)
  expect((await fetch(`${url}/demo`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(demoDirs()).toEqual([])
})

test('start --demo, stopped while it fills', async () => {
  const { child, said, ended } = run('--demo', '--port', '0')
  // its address is written once it listens, and filling comes after that
  const files = () => readdirSync(temporary, { recursive: true }).map(String)
  while (!files().some(name => name.endsWith('daemon.json')) && child.exitCode === null) await new Promise(setImmediate)
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  // what it says once it is filled
  expect(said.err).not.toContain('-- search')
  expect(demoDirs()).toEqual([])
})

test('start --demo --data x', async () => {
  const { said, ended } = run('--demo', '--data', join(temporary, 'x'))
  expect(await ended).toBe(2)
  expect(said.err).toBe('--demo makes a data directory of its own: leave out --data\n')
  expect(demoDirs()).toEqual([])
})

test('npm start -- --demo --data=x: refused before anything is installed or built', async () => {
  const { said, ended } = runScript(pathOf('.scripts/start.mjs'), '--demo', '--data=x')
  expect(await ended).toBe(2)
  expect(said.err).toBe('--demo makes a data directory of its own: leave out --data\n')
})
