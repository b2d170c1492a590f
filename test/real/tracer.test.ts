import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// S2-20c: block with Datadog's library. Its tracer for Node.js, which is no dependency of ours, loads our list into a small server.
const version = '5.132.0'
const cache = join(tmpdir(), `signalbox-dd-trace-${version}`)
const { npm } = (await import(new URL('../../.scripts/install.mjs', import.meta.url).href)) as {
  npm(args: string[], options: object): { status: number | null }
}
const installed = () => existsSync(join(cache, 'node_modules', 'dd-trace', 'package.json'))
if (!installed()) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), JSON.stringify({ private: true, dependencies: { 'dd-trace': version } }))
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: cache, stdio: 'ignore' })
}
if (!installed()) console.warn('\n  SKIPPED: dd-trace could not be installed from the registry of npm.\n')

const dir = mkdtempSync(join(tmpdir(), 'signalbox-tracer-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const program = `require('dd-trace').init({ startupLogs: false })
const server = require('node:http').createServer((_, response) => response.end('open'))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`

describe.skipIf(!installed())('dd-trace', () => {
  test.each([
    ['addresses alone', []],
    ['addresses and a user', ['mallory']],
  ])('%s of our list → 403 for whom they name, as long as they are blocked', { timeout: 180_000 }, async (_, users) => {
    const daemon = await startDaemon({ now: Date.now() })
    const { admin, nobody, clock } = daemon
    const block = async (kind: string, value: string, duration: string) =>
      expect((await admin.post('/api/local/denylist', { data: { attributes: { kind, value, duration } } })).status).toBe(201)
    await block('ip', '93.184.216.34', '1h')
    await block('ip', '93.185.0.0/24', 'permanent')
    await block('ip', '2a00:1450::bad', '1h')
    for (const user of users) await block('user', user, '1h')
    const made = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'library' } } })
    const list = await nobody.get('/api/local/lists/rules-data', { 'x-api-key': String(made.at('data.attributes.key')) })
    // what is over by the time that it is looked at is over for the library too
    const { rules_data: data } = list.json as { rules_data: { id: string; data: { value: string; expiration?: number }[] }[] }
    data[0]!.data.push({ value: '93.186.0.1', expiration: Math.floor(clock.now / 1000) - 60 })

    // the library replaces its rules by those of the file: ours are data for the rules that it comes with
    const own = readFileSync(join(cache, 'node_modules/dd-trace/packages/dd-trace/src/appsec/recommended.json'), 'utf8')
    const rules = join(dir, `${users.length}.json`)
    writeFileSync(rules, JSON.stringify({ ...JSON.parse(own), rules_data: data }))
    const child = spawn(process.execPath, ['-e', program], {
      cwd: cache,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        DD_APPSEC_ENABLED: 'true',
        DD_APPSEC_RULES: rules,
        // it tells nobody outside of it
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
      },
    })
    const ended = once(child, 'exit').then(([code, signal]) => `ended with ${code ?? signal}`)
    try {
      const port = await Promise.race([once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)), ended])
      expect(port).toMatch(/^\d+$/)
      const statusFor = async (address: string) =>
        (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-forwarded-for': address } })).status
      const asked = ['93.184.216.34', '93.185.0.77', '2a00:1450::bad', '93.184.216.35', '93.186.0.1']
      expect(await Promise.all(asked.map(statusFor))).toEqual([403, 403, 403, 200, 200])
    } finally {
      child.kill('SIGKILL')
      await ended
      await daemon.stop()
    }
  })
})
