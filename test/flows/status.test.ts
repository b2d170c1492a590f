import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

const { admin, as, readOnly, standard, intake, nobody, core, callerWith, apiKey } = await startDaemon()
const path = '/api/local/status'

test('how far detection is: it has caught up when it has judged the newest log', async () => {
  await intake.post('/api/v2/logs', [{ message: 'a' }, { message: 'b' }])
  await core.caughtUp()
  const { attributes } = (await admin.get(path)).at('data') as { attributes: Record<string, number> }
  expect(attributes).toMatchObject({
    logs: 2,
    late: 0,
    suppressed_signals: 0,
    suppressed_by_rule: {},
    refused_groups: 0,
    refused_values: 0,
    damaged_blocks: 0,
    disk_full: false,
  })
  expect(attributes['judged']).toBe(attributes['last_log_seq'])
  expect(attributes['seq']).toBeGreaterThanOrEqual(attributes['judged']!)
  expect(attributes['caught_up']).toBe(true)
})

test.each(['signals', 'logs'])('who sees a part of the %s learns how it is, and of no count', async track => {
  const roles = await admin.get('/api/v2/roles')
  const standardRole = roles.each('data', 'id')[roles.each('data', 'attributes.name').indexOf('Standard')]
  const clone = await admin.post(`/api/v2/roles/${standardRole}/clone`, { data: { attributes: { name: `A part of the ${track}` } } })
  const role = String(clone.at('data.id'))
  await admin.patch(`/api/v2/roles/${role}`, { data: { attributes: { x_local: { restriction_queries: { [track]: 'service:web' } } } } })
  const user = await admin.post('/api/v2/users', {
    data: { attributes: { email: `${track}@example.com` }, relationships: { roles: { data: [{ id: role, type: 'roles' }] } } },
  })
  const key = await admin.post(`/api/local/users/${user.at('data.id')}/application_keys`, { data: { attributes: { name: 'theirs' } } })
  const caller = callerWith({ apiKey, applicationKey: String(key.at('data.attributes.key')) })
  expect((await caller.get(path)).at('data.attributes')).toEqual({
    ...{ caught_up: true, damaged_blocks: 0, disk_full: false, read_only: false, silent_enforcers: [] },
    search: { complete: expect.any(Boolean) },
  })
  // the feed was there before anything of it was stored
  const feed = await admin.post('/api/local/feeds', {
    data: { attributes: { name: `Of ${track}`, format: 'list', category: 'attack', intention: 'malicious' } },
  })
  await admin.put(`/api/local/feeds/${feed.at('data.id')}/content`, '203.0.113.9', { 'content-type': 'text/plain' })
  await until(async () => (await admin.get('/api/local/hunts')).each('data', 'attributes.state').includes('done'))
  const [hunt] = (await caller.get('/api/local/hunts')).each('data', 'attributes')
  expect(Object.keys(hunt as object).sort()).toEqual(
    track === 'signals' ? ['feeds', 'hits', 'left_out', 'position', 'state', 'time', 'until'] : ['feeds', 'state', 'time'],
  )
})

test.each<[string, Caller, number]>([
  ['Admin', admin, 200],
  ['Standard', standard, 200],
  ['Read Only', readOnly, 200],
  ['a key for the organisation alone', await as('Admin', 'ada', ['org_management']), 200],
  ['a key for logs alone', await as('Admin', 'ada', ['logs_read_data']), 403],
  ['nobody', nobody, 401],
])('%s', async (_, caller, status) => expect((await caller.get(path)).status).toBe(status))

test('/ in a browser leads to the documentation', async () => {
  const answer = await nobody.get('/')
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs'])
})
