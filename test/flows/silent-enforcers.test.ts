import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// who asks no more is told of, and what is on the denylist never seems to have landed where it has not
const daemon = await startDaemon()
const { admin, nobody, clock } = daemon
const [minute, day] = [60_000, 86_400_000]

let made = 0
async function letIn(attributes: object = {}, agent = 'crowdsec-firewall-bouncer/v0.0.34') {
  const name = `edge-${++made}`
  const answer = await admin.post('/api/local/bouncers', { data: { attributes: { name, ranges: 'native', ...attributes } } })
  const headers = { 'x-api-key': String(answer.at('data.attributes.key')), 'user-agent': agent }
  const id = String(answer.at('data.id'))
  return {
    ...{ name, id },
    pull: (startup = false) => nobody.get(`/v1/decisions/stream?startup=${startup}`, headers),
    fetch: () => nobody.get('/api/local/lists/plain', headers),
    fetchUsers: () => nobody.get('/api/local/lists/users', headers),
    forget: () => admin.patch(`/api/local/bouncers/${id}`, { data: { attributes: { forget_silent: true } } }),
    stale: async () =>
      ((await admin.get('/api/local/bouncers')).at('data') as { id: string; attributes: { instances: { stale: boolean }[] } }[])
        .find(one => one.id === id)!
        .attributes.instances.map(({ stale }) => stale),
  }
}
let next = 1
async function block(change: object = {}) {
  const value = `93.184.7.${next++}`
  const answer = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '10d', ...change } } })
  return { value, id: String(answer.at('data.id')) }
}
const silent = async () =>
  ((await admin.get('/api/local/status')).at('data.attributes.silent_enforcers') as { name: string }[]).map(({ name }) => name)
const landing = async (id: string) => (await admin.get(`/api/local/denylist/${id}/proof`)).at('meta.landing')

beforeEach(async () => {
  for (const { id } of (await admin.get('/api/local/bouncers')).at('data') as { id: string }[])
    await admin.delete(`/api/local/bouncers/${id}`)
  clock.now += minute
})

test('who fetches the list of users alone has to do with no address', async () => {
  const edge = await letIn()
  const { id, value } = await block()
  await edge.fetchUsers()
  expect(await landing(id)).toMatchObject({ state: 'unenforced', of: 0 })
  const preview = await admin.post('/api/local/denylist/preview', { kind: 'ip', value })
  expect(preview.at('enforcers')).toEqual([])
  await edge.fetch()
  expect(await landing(id)).toMatchObject({ state: 'delivered', told: 1, of: 1 })
})

test('one that asked every ten seconds and has missed a minute → named in the status, silent at what is blocked, until it asks again', async () => {
  const edge = await letIn()
  const { id } = await block()
  await edge.pull(true)
  clock.now += 10_000
  await edge.pull()
  expect([await silent(), await landing(id)]).toEqual([[], { state: 'delivered', told: 1, of: 1, silent: [], still: [] }])
  clock.now += minute + 1
  expect([await silent(), await landing(id)]).toMatchObject([[edge.name], { state: 'silent', silent: [edge.name] }])
  await edge.pull()
  expect([await silent(), await landing(id)]).toMatchObject([[], { state: 'delivered' }])
})

test('let in, and never asked → silent after ten minutes, not before', async () => {
  const edge = await letIn()
  clock.now += 9 * minute
  expect(await silent()).toEqual([])
  clock.now += 2 * minute
  expect(await silent()).toEqual([edge.name])
})

test('who reads what is published → never silent, and enforces nothing', async () => {
  const partner = await letIn({ publishes: true }, 'partner/1')
  const { id } = await block()
  await partner.fetch()
  clock.now += 30 * day
  expect([await silent(), await partner.stale()]).toEqual([[], [false]])
  expect(await landing(id)).toMatchObject({ state: 'unenforced', of: 0 })
})

test('a list that was fetched once → silent after a day; fetched every hour, after three', async () => {
  const cron = await letIn({}, 'curl/8')
  await cron.fetch()
  clock.now += 23 * 60 * minute
  expect(await silent()).toEqual([])
  await cron.fetch()
  clock.now += 60 * minute
  await cron.fetch()
  clock.now += 3 * 60 * minute
  expect(await silent()).toEqual([])
  clock.now += minute
  expect(await silent()).toEqual([cron.name])
})

test('forgotten, since it was moved → ten minutes for whatever asks in its place, which is told everything', async () => {
  const edge = await letIn()
  const { value } = await block()
  await edge.pull(true)
  clock.now += day
  expect(await silent()).toEqual([edge.name])
  expect((await edge.forget()).status).toBe(200)
  expect(await silent()).toEqual([])
  expect((await edge.pull()).text).toContain(value)
  expect(await silent()).toEqual([])
})

test('a key that may not see enforcers → the status names none', async () => {
  const edge = await letIn()
  await edge.pull(true)
  clock.now += day
  const few = await daemon.as('Admin', 'ada', ['security_monitoring_signals_read'])
  const status = await few.get('/api/local/status')
  expect([status.status, status.at('data.attributes.silent_enforcers')]).toEqual([200, undefined])
})

test('a new start after a day → nobody is silent who has had no time to ask yet', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const first = await startDaemon({ dir })
  const key = String((await first.admin.post('/api/local/bouncers', { data: { attributes: { name: 'edge' } } })).at('data.attributes.key'))
  await first.nobody.get('/v1/decisions/stream?startup=true', { 'x-api-key': key })
  await first.stop()
  const copy = `${dir}-copy`
  cpSync(dir, copy, { recursive: true })
  const second = await startDaemon({ dir: copy, now: first.clock.now + day })
  const silent = async () => (await second.admin.get('/api/local/status')).at('data.attributes.silent_enforcers')
  expect(await silent()).toEqual([])
  second.clock.now += 4 * minute
  expect(await silent()).toMatchObject([{ name: 'edge', last_pull: first.clock.now }])
  await second.stop()
  for (const one of [dir, copy]) rmSync(one, { recursive: true })
})

test('lifted → still in force where it was told of and has not asked since, nowhere that never heard of it; by the list and by the address alike', async () => {
  const told = await letIn()
  const other = await letIn()
  const { id, value } = await block()
  await told.pull(true)
  const facts = (await admin.get(`/api/local/ip/${value}`)).at('data.attributes.denylist.landing')
  expect(facts).toEqual({ state: 'delivered', told: 1, of: 2, silent: [], still: [] })
  await admin.delete(`/api/local/denylist/${id}`)
  expect(await landing(id)).toMatchObject({ state: 'lifting', still: [told.name] })
  const page = await admin.get('/api/local/denylist?filter[state]=ended&include=proof')
  expect((page.at('meta.landing') as Record<string, unknown>)[id]).toMatchObject({ state: 'lifting', still: [told.name] })
  await told.pull()
  expect(await landing(id)).toMatchObject({ state: 'ended', still: [] })
  const proof = (await admin.get(`/api/local/denylist/${id}/proof`)).at('data') as { bouncer: { name: string }; state: string }[]
  expect(Object.fromEntries(proof.map(({ bouncer, state }) => [bouncer.name, state]))).toEqual({
    [told.name]: 'lifted',
    [other.name]: 'never',
  })
})
