import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listFormats } from '../../daemon/respond/lists/index.ts'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// CrowdSec's bouncers as Debian ships them, unmodified: one calls a program for each decision, the other drops packets in a namespace of its own.
const { findPackage } = (await import(new URL('../../.scripts/debian-package.mjs', import.meta.url).href)) as {
  findPackage(name: string, needed: string[]): string | undefined
}
const programOf = (name: string) => {
  const prefix = findPackage(name, [`usr/bin/${name}`])
  return prefix && join(prefix, 'usr/bin', name)
}
const custom = programOf('crowdsec-custom-bouncer')
const firewall = programOf('crowdsec-firewall-bouncer')
const dir = mkdtempSync(join(tmpdir(), 'signalbox-bouncers-'))
const running: ChildProcessWithoutNullStreams[] = []
function start(command: string, args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(command, args)
  running.push(child)
  return child
}
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

const daemon = await startDaemon({ port: true, now: Date.now() })
const { admin } = daemon
const block = async (value: string, duration: string) =>
  String((await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration } } })).at('data.id'))
const lift = (id: string) => admin.delete(`/api/local/denylist/${id}`)
const keyFor = async (name: string, ranges: string) =>
  String((await admin.post('/api/local/bouncers', { data: { attributes: { name, ranges } } })).at('data.attributes.key'))
const proofOf = async (id: string, name: string) =>
  ((await admin.get(`/api/local/denylist/${id}/proof`)).at('data') as { bouncer: { name: string }; state: string }[]).find(
    ({ bouncer }) => bouncer.name === name,
  )?.state

describe.skipIf(!custom)('crowdsec-custom-bouncer', () => {
  const calls = join(dir, 'calls')
  const lines = () => (existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').slice(0, -1) : [])
  const soon = 20_000
  beforeAll(async () => {
    const program = join(dir, 'program')
    writeFileSync(program, `#!/bin/sh\necho "$1 $2 $3" >> ${calls}\n`)
    chmodSync(program, 0o755)
    const config = join(dir, 'custom.yaml')
    writeFileSync(
      config,
      `bin_path: ${program}
piddir: ${dir}/
update_frequency: 1s
cache_retention_duration: 100ms
daemonize: false
log_mode: stdout
log_dir: ${dir}/
log_level: info
api_url: ${daemon.url}/
api_key: ${await keyFor('custom', 'native')}
`,
    )
    start(custom!, ['-c', config])
  })

  test('an address and a range → add, with the seconds that remain; lifted → del', async () => {
    const ip = await block('93.184.216.34', '1h')
    await block('93.185.0.0/24', '1d')
    await until(() => lines().length >= 2, soon)
    const seconds = (value: string) =>
      Number(
        lines()
          .find(line => line.startsWith(`add ${value} `))
          ?.split(' ')[2],
      )
    expect(seconds('93.184.216.34')).toBeGreaterThan(3580)
    expect(seconds('93.185.0.0/24')).toBeGreaterThan(86_380)
    expect(await proofOf(ip, 'custom')).toBe('delivered')
    await lift(ip)
    await until(() => lines().some(line => line.startsWith('del 93.184.216.34 ')), soon)
  })

  test('the list for nft: a short block beside and around a longer one runs out alone', async () => {
    const now = Date.now()
    const [soonOver, later] = [now + 2_000, now + 600_000]
    const values: [string, number | null][] = [
      ['198.51.100.0/24', soonOver],
      ['198.51.100.7', null],
      ['198.51.101.0/24', later],
      ['203.0.113.1', soonOver],
      ['203.0.113.2', null],
    ]
    const list = listFormats
      .find(({ name }) => name === 'nftables')!
      .write(
        values.map(([value, until]) => ({ id: value, kind: 'ip', value, until, reason: '', created_at: now })),
        now,
      )
    const nft = (...args: string[]) => spawnSync('ip', ['netns', 'exec', namespace, 'nft', ...args], { encoding: 'utf8', input: list })
    expect(nft('-f', '-').stderr).toBe('')
    const holds = (address: string) => nft('get', 'element', 'inet', 'signalbox', 'blocked4', `{ ${address} }`).status === 0
    expect(values.map(([value]) => holds(value.replace('0/24', '9')))).toEqual([true, true, true, true, true])
    await until(() => !holds('198.51.100.9') && !holds('203.0.113.1'), soon)
    expect(values.map(([value]) => holds(value.replace('0/24', '9')))).toEqual([false, true, true, false, true])
    nft('delete', 'table', 'inet', 'signalbox')
  })

  test('an 8-hour and a 4-hour ban, the longer lifted → del, then add with what is left of the shorter', async () => {
    await block('93.186.0.1', '4h')
    const longer = await block('93.186.0.1', '8h')
    await until(() => lines().some(line => line.startsWith('add 93.186.0.1 ')), soon)
    await lift(longer)
    await until(() => lines().filter(line => line.startsWith('add 93.186.0.1 ')).length >= 2, soon)
    const own = lines().filter(line => line.includes(' 93.186.0.1 '))
    expect(own.map(line => line.split(' ')[0])).toEqual(['add', 'del', 'add'])
    expect(Number(own[2]!.split(' ')[2])).toBeLessThanOrEqual(4 * 3600)
  })
})

const namespace = `signalbox-${process.pid}`
const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' })
const mayMakeNamespaces = firewall !== undefined && process.getuid?.() === 0 && ip('netns', 'add', namespace).status === 0
if (firewall && !mayMakeNamespaces) console.error('LEFT OUT: the firewall bouncer, which needs root, iproute2 and network namespaces')

describe.skipIf(!mayMakeNamespaces)('crowdsec-firewall-bouncer, with nftables in a namespace of its own', () => {
  const target = '93.190.0.1'
  const soon = 20_000
  let prober: Interface
  let helper: ChildProcessWithoutNullStreams
  const answers: string[] = []
  beforeAll(async () => {
    ip('-n', namespace, 'link', 'set', 'lo', 'up')
    for (const address of [target, '93.191.0.7', '93.191.0.8', '93.192.0.5', '93.192.0.200'])
      ip('-n', namespace, 'addr', 'add', `${address}/32`, 'dev', 'lo')
    const socket = join(dir, 'daemon.sock')
    const { port } = new URL(daemon.url)
    const relay = createServer(client => {
      const there = dial(Number(port), '127.0.0.1')
      client.pipe(there)
      there.pipe(client)
      client.on('error', () => there.destroy())
      there.on('error', () => client.destroy())
    })
    await new Promise<void>(resolve => relay.listen(socket, resolve))
    relay.unref()
    helper = start('ip', [
      'netns',
      'exec',
      namespace,
      process.execPath,
      fileURLToPath(new URL('netns.mjs', import.meta.url)),
      socket,
      port,
      target,
    ])
    prober = createInterface({ input: helper.stdout })
    prober.on('line', line => answers.push(line))
    await until(() => answers.includes('ready'), soon)
    const config = join(dir, 'firewall.yaml')
    mkdirSync(join(dir, 'firewall'))
    writeFileSync(
      config,
      `mode: nftables
pid_dir: ${dir}/firewall/
update_frequency: 1s
daemonize: false
log_mode: stdout
log_dir: ${dir}/firewall/
log_level: info
api_url: ${daemon.url}/
api_key: ${await keyFor('firewall', 'single')}
disable_ipv6: false
deny_action: DROP
deny_log: false
supported_decisions_types: [ban]
blacklists_ipv4: crowdsec-blacklists
blacklists_ipv6: crowdsec6-blacklists
nftables:
  ipv4: { enabled: true, set-only: false, table: crowdsec, chain: crowdsec-chain }
  ipv6: { enabled: true, set-only: false, table: crowdsec6, chain: crowdsec6-chain }
prometheus: { enabled: false }
`,
    )
    start('ip', ['netns', 'exec', namespace, firewall!, '-c', config])
  })
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL')
    ip('netns', 'del', namespace)
  })
  async function packetsFrom(address: string): Promise<string> {
    const before = answers.length
    helper.stdin.write(`${address}\n`)
    await until(() => answers.length > before, soon)
    return answers.at(-1)!
  }
  const becomes = (address: string, word: string) => until(async () => (await packetsFrom(address)) === word, soon)

  test('blocked → its packets are dropped, and those of its neighbour are not; unblocked → they come through again', async () => {
    expect(await packetsFrom('93.191.0.7')).toBe('open')
    const id = await block('93.191.0.7', '1h')
    await becomes('93.191.0.7', 'dropped')
    expect(await packetsFrom('93.191.0.8')).toBe('open')
    expect(await proofOf(id, 'firewall')).toBe('delivered')
    await lift(id)
    await becomes('93.191.0.7', 'open')
    await until(async () => (await proofOf(id, 'firewall')) === 'lifted', soon)
  })

  test('an 8-hour and a 4-hour ban, the longer lifted → the shorter stays in force', async () => {
    const shorter = await block('93.191.0.8', '4h')
    const longer = await block('93.191.0.8', '8h')
    await becomes('93.191.0.8', 'dropped')
    await lift(longer)
    await until(async () => (await proofOf(longer, 'firewall')) === 'lifted', soon)
    // it forgets the longer one and takes the shorter within the same poll
    await becomes('93.191.0.8', 'dropped')
    await lift(shorter)
    await becomes('93.191.0.8', 'open')
  })

  test('a /24, which it cannot hold as one → every address of it, or it is not said to be blocked', async () => {
    const id = await block('93.192.0.0/24', '1h')
    await becomes('93.192.0.200', 'dropped')
    await becomes('93.192.0.5', 'dropped')
    expect(await proofOf(id, 'firewall')).toBe('delivered')
    const wide = String(
      (
        await admin.post('/api/local/denylist', {
          data: { attributes: { kind: 'ip', value: '93.194.0.0/23', duration: '1h', confirm: '93.194.0.0/23' } },
        })
      ).at('data.id'),
    )
    expect(await proofOf(wide, 'firewall')).toBe('unsupported')
    await lift(id)
    await becomes('93.192.0.200', 'open')
  })

  test('usage metrics as newer ones post them → applied, with counts', async () => {
    const id = await block('93.191.0.7', '1h')
    await becomes('93.191.0.7', 'dropped')
    const key = await keyFor('newer', 'single')
    const headers = { 'x-api-key': key, 'user-agent': 'crowdsec-firewall-bouncer/v0.0.34' }
    const { new: held } = (await (await fetch(`${daemon.url}/v1/decisions/stream?startup=true`, { headers })).json()) as { new: object[] }
    await until(async () => (await proofOf(id, 'newer')) === 'delivered', soon)
    const item = (name: string, unit: string, value: number) => ({ name, unit, value, labels: { origin: 'signalbox', ip_type: 'ipv4' } })
    const items = [item('dropped', 'packet', 12), item('dropped', 'byte', 720), item('active_decisions', 'ip', held.length)]
    const meta = { window_size_seconds: 900, utc_now_timestamp: Math.floor(Date.now() / 1000) }
    const component = { type: 'crowdsec-firewall-bouncer', version: 'v0.0.34', utc_startup_timestamp: 1, metrics: [{ meta, items }] }
    const posted = await fetch(`${daemon.url}/v1/usage-metrics`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ remediation_components: [component], log_processors: null }),
    })
    expect([posted.status, await posted.text()]).toEqual([201, ''])
    expect(await proofOf(id, 'newer')).toBe('applied')
  })
})
