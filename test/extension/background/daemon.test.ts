import { expect, test, vi } from 'vitest'
import { createDaemon } from '../../../extension/background/daemon.ts'
import { mismatch } from '../../../extension/background/versions.ts'
import type { Status } from '../../../extension/messages.ts'
import { createFakeDaemon, memoryVault, user } from './fake-daemon.ts'

const url = 'http://127.0.0.1:7420'

async function setUp({ paired = true } = {}) {
  const fake = createFakeDaemon()
  const vault = memoryVault()
  const states: Status['connection'][] = []
  const clock = { now: 1_000_000 }
  let parted = 0
  const make = () =>
    createDaemon({
      vault,
      version: '0.1.0',
      fetch: fake.fetch,
      now: () => clock.now,
      changed: ({ connection }) => states.push(connection),
      parted: async () => void parted++,
    })
  if (paired) await vault.set('pairing', { ...fake.pairing(), url, pairedAt: clock.now })
  const daemon = make()
  await daemon.start()
  fake.seen.length = 0
  return { fake, vault, daemon, states, clock, make, parted: () => parted, state: () => daemon.status().connection }
}
const paths = ({ seen }: { seen: { path: string }[] }) => seen.map(({ path }) => path)

test('never paired: nothing is sent', async () => {
  const { fake, daemon, state } = await setUp({ paired: false })
  expect(state()).toEqual({ state: 'unpaired' })
  await expect(daemon.request('GET', '/x')).rejects.toThrow('not paired')
  await daemon.connect(true)
  expect(fake.seen).toEqual([])
})

test('paired: live, and again after the worker was stopped', async () => {
  const { daemon, make, state } = await setUp()
  expect(state()).toEqual({ state: 'live', version: '0.1.7', user, pairedAt: 1_000_000 })
  expect(daemon.me()).toBe('u-1')
  const next = make()
  await next.start()
  expect(next.status()).toEqual({ url, connection: state() })
})

test('the key never leaves: headers carry only a token', async () => {
  const { fake, vault, daemon } = await setUp()
  await daemon.request('PATCH', '/x', {}, 'key-1')
  const { key } = (await vault.get('pairing')) as { key: string }
  expect(fake.heard()).not.toContain(key)
  expect(fake.seen[0]!.headers.get('Idempotency-Key')).toBe('key-1')
})

test('a write is refused for want of a permission: what the user may do now is asked anew', async () => {
  const { fake, daemon, states } = await setUp()
  const standard = user.role
  fake.answer = () => ({ status: 403, body: { errors: ['Forbidden'] } })
  try {
    user.role = 'Read Only'
    await expect(daemon.request('GET', '/x')).rejects.toThrow('Your role, or the key of this browser, does not allow it.')
    expect(paths(fake)).toEqual(['/x'])
    const source = { parameter: 'security_monitoring_signals_write' }
    fake.answer = () => ({ status: 403, body: { errors: [{ code: 'forbidden', title: 'No', detail: 'is missing', source }] } })
    await expect(daemon.change('PATCH', '/x', {}, 'key-1')).rejects.toThrow('Needs the permission Security Signals Write.')
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ state: 'live', user: { role: 'Read Only' } }))
  } finally {
    user.role = standard
  }
})

test('a stub on the port: foreign, and no token is ever sent', async () => {
  const { fake, daemon, make } = await setUp()
  fake.lies = true
  const next = make()
  await next.start()
  expect(next.status().connection).toEqual({ state: 'foreign' })
  await expect(next.request('GET', '/x')).rejects.toThrow('not your daemon')
  expect(paths(fake)).toEqual(['/api/local/session'])
  expect(fake.seen.some(({ headers }) => headers.has('Authorization'))).toBe(false)
  expect(daemon.stream()?.token).toBeTypeOf('string')
  expect(next.stream()).toBeUndefined()
})

test('revoked: pair again, and no request until somebody does', async () => {
  const { fake, daemon, clock, make, state } = await setUp()
  fake.revoked = true
  fake.restart()
  await expect(daemon.request('GET', '/x')).rejects.toThrow('not paired')
  expect(state()).toEqual({ state: 'unpaired', why: 'revoked' })
  expect(paths(fake)).toEqual(['/x', '/api/local/session'])
  clock.now += 60_000
  await daemon.connect(true)
  const next = make()
  await next.start()
  expect(next.status().connection).toEqual({ state: 'unpaired', why: 'revoked' })
  expect(fake.seen).toHaveLength(2)
})

test('the daemon restarts: one new session, once, for all that wait', async () => {
  const { fake, daemon } = await setUp()
  fake.restart()
  await Promise.all([daemon.request('GET', '/x'), daemon.request('GET', '/y')])
  expect(paths(fake).filter(path => path.endsWith('session'))).toHaveLength(1)
})

test('401 twice: no third try', async () => {
  const { fake, daemon } = await setUp()
  fake.answer = () => ({ status: 401, body: {} })
  await expect(daemon.request('GET', '/x')).rejects.toMatchObject({ status: 401 })
  expect(paths(fake)).toEqual(['/x', '/api/local/session', '/x'])
})

test('a daemon that takes the connection and never answers is told from one that is not there', async () => {
  const { fake, daemon, clock, vault, make, state } = await setUp()
  fake.silent = true
  await expect(daemon.request('GET', '/x')).rejects.toThrow()
  expect(state()).toMatchObject({ state: 'away', silent: true })
  await expect(daemon.request('GET', '/x')).rejects.toThrow('takes the connection and says nothing')
  await expect(daemon.pair(url, fake.code)).rejects.toThrow('takes the connection and says nothing')
  const next = make()
  await next.start()
  expect(next.status().connection).toMatchObject({ state: 'away', silent: true })
  expect(await vault.get('pairing')).toMatchObject({ url })
  Object.assign(fake, { silent: false, away: true })
  clock.now += 5_000
  await daemon.connect(true)
  expect(state()).toMatchObject({ state: 'away' })
  expect(state()).not.toHaveProperty('silent')
  await expect(daemon.pair(url, fake.code)).rejects.toThrow('Nothing answers on')
})

test('away: at most one try a second, however often it is asked for', async () => {
  const { fake, daemon, clock, state } = await setUp()
  fake.away = true
  await expect(daemon.request('GET', '/x')).rejects.toThrow()
  expect(state()).toMatchObject({ state: 'away', since: 1_000_000 })
  const before = fake.seen.length
  for (let ms = 0; ms < 60_000; ms += 100) {
    clock.now += 100
    await daemon.connect(true)
    await daemon.request('GET', '/x').catch(() => {})
  }
  expect(fake.seen.length - before).toBeLessThanOrEqual(60)
  fake.away = false
  clock.now += 1_000
  await daemon.connect(true)
  expect(state().state).toBe('live')
})

test('away for an hour: tries grow rare, and never stop', async () => {
  const { fake, daemon, clock } = await setUp()
  fake.away = true
  await daemon.request('GET', '/x').catch(() => {})
  const before = fake.seen.length
  for (let s = 0; s < 3600; s++) {
    clock.now += 1_000
    await daemon.connect()
  }
  expect(fake.seen.length - before).toBeGreaterThan(100)
  expect(fake.seen.length - before).toBeLessThan(200)
})

test.each(['1.1.0', '0.2.0', '0.0.9'])('a daemon of version %s: no request is made', async version => {
  const { fake, daemon, make } = await setUp()
  fake.version = version
  const next = make()
  await next.start()
  expect(next.status().connection).toMatchObject({ state: 'version', daemon: version, extension: '0.1.0' })
  await expect(next.request('PATCH', '/x', {})).rejects.toThrow('different versions')
  expect(paths(fake)).toEqual(['/api/local/session'])
  await expect(daemon.request('GET', '/x')).resolves.toBeDefined()
  expect(daemon.status().connection.state).toBe('version')
})

test('unpaired: what was kept for the pairing goes', async () => {
  const { fake, vault, daemon, state, parted } = await setUp()
  await daemon.unpair()
  expect(state()).toEqual({ state: 'unpaired' })
  expect(await vault.get('pairing')).toEqual({ url })
  expect(parted()).toBe(1)
  await expect(daemon.request('GET', '/x')).rejects.toThrow()
  expect(fake.seen).toEqual([])
})

test('a pairing that fails leaves the one that was', async () => {
  const { daemon, state } = await setUp()
  await expect(daemon.pair(url, 'AAAA-AAAA')).rejects.toThrow('not your daemon')
  expect(state().state).toBe('live')
})

test.each([
  ['0.1.0', '0.1.9', undefined],
  ['1.4.0', '1.4.0-beta', undefined],
  ['1.3.9', '1.4.0', 'daemon'],
  ['2.0.0', '1.9.0', 'extension'],
  ['1.10.0', '1.9.0', 'extension'],
  ['', '0.1.0', 'daemon'],
])('daemon %j, extension %j: update %j', (daemon, extension, update) => expect(mismatch(daemon, extension)?.update).toBe(update))

test('pairing replaces the pairing that was, and what was kept for it', async () => {
  const { vault, daemon, state, parted } = await setUp()
  const { key } = (await vault.get('pairing')) as { key: string }
  await daemon.pair('http://localhost:7421', 'k7qf-2mxd')
  expect(state().state).toBe('live')
  expect(parted()).toBe(1)
  expect(await vault.get('pairing')).toMatchObject({ url: 'http://localhost:7421', key_id: 'k-1' })
  expect(await vault.get('pairing')).not.toMatchObject({ key })
})
