import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { noon, startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { admin, standard, readOnly, analyst, clock, callerWith, apiKey } = daemon
const roles = '/api/v2/roles'
const users = '/api/v2/users'
const all = await admin.get(`${roles}?page[size]=100`)
const roleNamed = (name: string) => String(all.each('data', 'id')[all.each('data', 'attributes.name').indexOf(name)])
const permissions = await admin.get('/api/v2/permissions')
const permissionNamed = (name: string) => {
  const at = permissions.each('data', 'attributes.name').indexOf(name)
  return { id: String(permissions.each('data', 'id')[at]), type: 'permissions' }
}
const adminRole = roleNamed('Admin')
let made = 0
/** A role of these permissions; its id. */
async function makeRole(names: string[] = [], local?: object): Promise<string> {
  const attributes = { name: `Role ${made++}`, ...(local && { x_local: local }) }
  const answer = await admin.post(roles, { data: { attributes, relationships: { permissions: { data: names.map(permissionNamed) } } } })
  expect([answer.status, answer.text]).toEqual([200, answer.text])
  return String(answer.at('data.id'))
}
/** A user with these roles, and a key of theirs. */
async function makeUser(ids: string[], key: object = {}) {
  const relationships = { roles: { data: ids.map(id => ({ id, type: 'roles' })) } }
  const user = await admin.post(users, { data: { attributes: { email: `u${made++}@example.com` }, relationships } })
  const id = String(user.at('data.id'))
  const answer = await admin.post(`/api/local/users/${id}/application_keys`, { data: { attributes: { name: 'theirs', ...key } } })
  const caller = callerWith({ apiKey, applicationKey: String(answer.at('data.attributes.key')) })
  return { ...caller, id, keyId: String(answer.at('data.id')) }
}
const member = (id: string) => ({ data: { id, type: 'users' } })
const signals = '/api/v2/security_monitoring/signals'

test('S0-12: the default roles', () => {
  expect(all.each('data', 'attributes.name')).toEqual(['Admin', 'Standard', 'Read Only', 'Security Analyst'])
  expect(all.each('data', 'attributes.x_local.default')).toEqual([true, true, true, true])
  expect(all.each('data', 'attributes.user_count')).toEqual([1, 1, 1, 1])
})
test.each([
  ['a new name', (id: string) => admin.patch(`${roles}/${id}`, { data: { attributes: { name: 'Boss' } } })],
  ['one more permission', (id: string) => admin.post(`${roles}/${id}/permissions`, { data: permissionNamed('audit_logs_read') })],
  ['one less', (id: string) => admin.request('DELETE', `${roles}/${id}/permissions`, { data: permissionNamed('logs_read_data') })],
  ['its end', (id: string) => admin.delete(`${roles}/${id}`)],
])('a default role refuses %s, and says what to do', async (_, change) => {
  const answer = await change(roleNamed('Read Only'))
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('clone it')])
})
test('S0-12: a clone, a grant, a member: it counts from the next request on', async () => {
  const clone = await admin.post(`${roles}/${roleNamed('Read Only')}/clone`, { data: { attributes: { name: 'Triage' } } })
  const id = String(clone.at('data.id'))
  const user = await makeUser([id])
  const assign = () => user.patch(`${signals}/nothing/state`, { data: { attributes: { state: 'open' } } })
  expect((await assign()).status).toBe(403)
  await admin.post(`${roles}/${id}/permissions`, { data: permissionNamed('security_monitoring_signals_write') })
  expect((await assign()).status).toBe(404)
  await admin.request('DELETE', `${roles}/${id}/permissions`, { data: permissionNamed('security_monitoring_signals_write') })
  expect((await assign()).status).toBe(403)
  expect((await user.get('/api/v2/current_user')).at('data.attributes.x_local.permissions')).not.toContain(
    'security_monitoring_signals_write',
  )
  await admin.post(`${roles}/${roleNamed('Security Analyst')}/users`, member(user.id))
  expect((await assign()).status).toBe(404)
  expect((await admin.get(`${roles}/${id}/users`)).each('data', 'id')).toEqual([user.id])
})
test('who had a role that is deleted has it no more', async () => {
  const id = await makeRole(['security_monitoring_signals_read'])
  const user = await makeUser([id])
  expect((await user.get(signals)).status).toBe(200)
  expect((await admin.delete(`${roles}/${id}`)).status).toBe(204)
  expect((await user.get(signals)).status).toBe(403)
  expect((await admin.get(`${users}/${user.id}`)).at('data.relationships.roles.data')).toEqual([])
  expect((await admin.get(`${roles}/${id}`)).status).toBe(404)
})
test.each([
  ['service:(', 'signals', 'characters 8 to 9'],
  ['@a:[1 TO x]', 'logs', 'characters 9 to 10'],
])('a restriction query %s of %s → 400 that names field and place', async (query, track, place) => {
  const answer = await admin.post(roles, { data: { attributes: { name: 'Bad', x_local: { restriction_queries: { [track]: query } } } } })
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`restriction_queries.${track}`)])
  expect(answer.text).toContain(place)
})
test('an empty restriction query is none', async () => {
  const id = await makeRole([], { restriction_queries: { signals: ' ', logs: 'service:web' } })
  const answer = await admin.get(`${roles}/${id}`)
  expect(answer.at('data.attributes.x_local.restriction_queries')).toEqual({ signals: null, logs: 'service:web' })
})
test.each<[what: string, ask: () => ReturnType<Caller['get']>, status: number]>([
  ['a name that is taken, in other letters', () => admin.post(roles, { data: { attributes: { name: 'ADMIN' } } }), 409],
  ['no such permission', () => admin.post(`${roles}/${roleNamed('Admin')}/permissions`, { data: { id: 'x', type: 'permissions' } }), 400],
  ['no such role', () => admin.post(`${roles}/nothing/users`, member(admin.user.uuid)), 404],
  ['no such user', () => admin.post(`${roles}/${adminRole}/users`, member('nothing')), 404],
  [
    'a handle that is taken',
    () => admin.patch(`${users}/${standard.user.uuid}`, { data: { attributes: { handle: 'ada@example.com' } } }),
    409,
  ],
  ['no e-mail', () => admin.patch(`${users}/${standard.user.uuid}`, { data: { attributes: { email: 'x' } } }), 400],
  ['a role as an attribute', () => admin.patch(`${users}/${standard.user.uuid}`, { data: { attributes: { role: 'Admin' } } }), 400],
  [
    'an unknown scope',
    () => admin.post('/api/v2/current_user/application_keys', { data: { attributes: { name: 'x', scopes: ['all'] } } }),
    400,
  ],
  ['scopes of an API key', () => admin.post('/api/v2/api_keys', { data: { attributes: { name: 'x', scopes: [] } } }), 400],
  [
    'a key that has expired already',
    () => admin.post('/api/v2/api_keys', { data: { attributes: { name: 'x', expires_at: new Date(noon - 1).toISOString() } } }),
    400,
  ],
  ['an expiry that is no time', () => admin.post('/api/v2/api_keys', { data: { attributes: { name: 'x', expires_at: 'tomorrow' } } }), 400],
])('%s → %#', async (_, ask, status) => {
  const before = await daemon.core.auditHead()
  expect((await ask()).status).toBe(status)
  expect(await daemon.core.auditHead()).toEqual(before)
})
test.each([
  ['disabled', () => admin.patch(`${users}/${admin.user.uuid}`, { data: { attributes: { disabled: true } } })],
  ['disabled by DELETE', () => admin.delete(`${users}/${admin.user.uuid}`)],
  ['taken the role from', () => admin.request('DELETE', `${roles}/${adminRole}/users`, member(admin.user.uuid))],
])('the last administrator is not %s', async (_, take) => {
  const answer = await take()
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('last administrator')])
  expect((await admin.get('/api/local/settings')).status).toBe(200)
})
test('one of two is, and then the other is the last; a disabled one does not count', async () => {
  const second = await makeUser([adminRole])
  await admin.delete(`${users}/${second.id}`)
  expect((await admin.delete(`${users}/${admin.user.uuid}`)).status).toBe(409)
  await admin.patch(`${users}/${second.id}`, { data: { attributes: { disabled: false } } })
  expect((await second.request('DELETE', `${roles}/${adminRole}/users`, member(admin.user.uuid))).status).toBe(200)
  expect((await admin.get('/api/local/settings')).status).toBe(403)
  expect((await second.delete(`${users}/${second.id}`)).status).toBe(409)
  expect((await second.post(`${roles}/${adminRole}/users`, member(admin.user.uuid))).status).toBe(200)
  await admin.delete(`${users}/${second.id}`)
})

const manage = ['user_access_manage', 'user_access_read', 'user_access_invite', 'user_app_keys']
test.each<[what: string, ask: (manager: Caller, id: string) => ReturnType<Caller['get']>]>([
  ['make somebody an administrator', manager => manager.post(`${roles}/${adminRole}/users`, member(readOnly.user.uuid))],
  ['clone Admin', manager => manager.post(`${roles}/${adminRole}/clone`, { data: { attributes: { name: 'Mine' } } })],
  ['grant what they lack', (manager, id) => manager.post(`${roles}/${id}/permissions`, { data: permissionNamed('logs_write') })],
  [
    'invite an administrator',
    manager =>
      manager.post(users, {
        data: { attributes: { email: 'evil@example.com' }, relationships: { roles: { data: [{ id: adminRole, type: 'roles' }] } } },
      }),
  ],
  [
    'make a key of an administrator',
    manager => manager.post(`/api/local/users/${admin.user.uuid}/application_keys`, { data: { attributes: { name: 'x' } } }),
  ],
])('who manages access does not %s', async (_, ask) => {
  const role = await makeRole(manage)
  const manager = await makeUser([role])
  const answer = await ask(manager, role)
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('may hand it out')])
  // nor does an administrator by a key for that alone
  const narrow = await daemon.as('Admin', 'ada', manage as Parameters<typeof daemon.as>[2] & string[])
  expect((await ask(narrow, role)).status).toBe(403)
})
test('who sees a part only makes no role that shows more', async () => {
  const role = await makeRole([...manage, 'logs_read_data'], { restriction_queries: { logs: 'service:web' } })
  const manager = await makeUser([role])
  const wider = { data: { attributes: { x_local: { restriction_queries: { logs: null } } } } }
  expect((await manager.patch(`${roles}/${role}`, wider)).status).toBe(403)
  const other = await makeRole(['logs_read_data'])
  expect((await manager.post(`${roles}/${other}/users`, member(manager.id))).status).toBe(403)
  expect((await manager.post(`${roles}/${role}/users`, member(readOnly.user.uuid))).status).toBe(200)
})

test('scopes: a key does what they say, and is not widened by itself', async () => {
  const user = await makeUser([roleNamed('Standard')], { scopes: ['logs_read_data', 'user_app_keys'] })
  expect([(await user.get('/api/v2/logs/events')).status, (await user.get(signals)).status]).toEqual([200, 403])
  const widen = { data: { attributes: { scopes: null } } }
  expect((await user.patch(`/api/v2/current_user/application_keys/${user.keyId}`, widen)).status).toBe(403)
  expect((await admin.patch(`/api/v2/application_keys/${user.keyId}`, widen)).status).toBe(200)
  expect((await user.get(signals)).status).toBe(200)
})
test('a key of somebody else is not there among my own', async () => {
  const path = `/api/v2/current_user/application_keys/${admin.key.id}`
  expect((await standard.get(path)).status).toBe(404)
  expect((await standard.patch(path, { data: { attributes: { name: 'x' } } })).status).toBe(404)
  expect((await standard.delete(path)).status).toBe(404)
})
test('a key says when it was used last, to ten minutes; a start does not forget it', async () => {
  const user = await makeUser([roleNamed('Standard')])
  const shown = async () => (await admin.get(`/api/v2/application_keys/${user.keyId}`)).at('data.attributes.last_used_at')
  expect(await shown()).toBeUndefined()
  const first = clock.now
  await user.get(signals)
  clock.now += 9 * 60_000
  await user.get(signals)
  expect(await shown()).toBe(new Date(first).toISOString())
  clock.now += 60_000
  await user.get(signals)
  expect(await shown()).toBe(new Date(clock.now).toISOString())
  expect((await admin.get('/api/v2/api_keys')).each('data', 'attributes.date_last_used')).toEqual([expect.any(String)])
  const [stored] = (await daemon.core.keys()).filter(({ id }) => id === user.keyId)
  expect(stored!.used_at).toBe(clock.now)
})
test('a key that expires: until then it lets in', async () => {
  const user = await makeUser([roleNamed('Standard')], { expires_at: new Date(clock.now + 60_000).toISOString() })
  expect((await user.get(signals)).status).toBe(200)
  clock.now += 60_000
  expect((await user.get(signals)).status).toBe(403)
  const listed = await admin.get(`/api/v2/application_keys/${user.keyId}`)
  expect(listed.at('data.attributes.expires_at')).toBe(new Date(clock.now).toISOString())
})
test('an API key that has expired brings no logs', async () => {
  const key = await admin.post('/api/v2/api_keys', {
    data: { attributes: { name: 'x', expires_at: new Date(clock.now + 1000).toISOString() } },
  })
  const sender = callerWith({ apiKey: String(key.at('data.attributes.key')) })
  expect((await sender.post('/api/v2/logs', [{ message: 'a' }])).status).toBe(202)
  clock.now += 1000
  expect((await sender.post('/api/v2/logs', [{ message: 'a' }])).status).toBe(403)
})

const events = async (caller: Caller, query: string) => {
  const found = await caller.get(`/api/v2/audit/events?page[limit]=1000&filter[query]=${encodeURIComponent(query)}`)
  expect(found.status).toBe(200)
  return found
}
test('S0-05: a change says who, what, from what to what, how and from where', async () => {
  const role = await makeRole()
  const agent = { 'user-agent': 'desk/1' }
  await admin.request(
    'PATCH',
    `${roles}/${role}`,
    { data: { attributes: { x_local: { restriction_queries: { logs: 'service:web' } } } } },
    agent,
  )
  const [event] = (await events(admin, `@asset.id:${role}`)).each('data', 'attributes.attributes') as Record<string, unknown>[]
  expect(event).toMatchObject({
    evt: { name: 'Cloud Security Platform', actor: { type: 'USER' } },
    action: 'modified',
    asset: { type: 'role', id: role },
    usr: { id: 'ada@example.com', email: 'ada@example.com', uuid: admin.user.uuid },
    auth_method: 'application_key',
    network: { client: { ip: '127.0.0.1' } },
    http: { useragent: 'desk/1' },
    prev_value: { restrictions: { signals: null, logs: null } },
    new_value: { restrictions: { signals: null, logs: 'service:web' } },
  })
})
test('S0-06, S0-11: who may not read the audit trail reads their own stream, at once', async () => {
  const mine = async () => (await events(analyst, '@usr.id:sana@example.com')).each('data', 'attributes.message')
  const before = await mine()
  await analyst.post('/api/v2/current_user/application_keys', { data: { attributes: { name: 'Mine' } } })
  expect(await mine()).toEqual(['created the application key “Mine”', ...before])
  expect((await events(analyst, '*')).each('data', 'attributes.attributes.usr.uuid')).toEqual([...before, 0].map(() => analyst.user.uuid))
  expect((await events(analyst, '-@usr.id:sana@example.com')).at('data')).toEqual([])
  const explorer = await analyst.post('/api/local/explorer', { track: 'audit', from: 0, facets: ['@usr.id'] })
  expect(explorer.at('meta.facets')).toEqual({ '@usr.id': [{ value: 'sana@example.com', count: before.length + 1 }] })
  expect((await analyst.get('/api/local/audit/head')).status).toBe(403)
})
test('another name is no way into the stream of somebody else', async () => {
  const gone = await makeUser([roleNamed('Standard')])
  await gone.post('/api/v2/current_user/application_keys', { data: { attributes: { name: 'Theirs' } } })
  const handle = String((await admin.get(`${users}/${gone.id}`)).at('data.attributes.handle'))
  await admin.patch(`${users}/${gone.id}`, { data: { attributes: { handle: 'former@example.com' } } })
  await admin.patch(`${users}/${readOnly.user.uuid}`, { data: { attributes: { handle } } })
  expect((await events(readOnly, `@usr.id:${handle}`)).at('data')).toEqual([])
})
test('S0-08: the event name finds them, as query and as facet', async () => {
  const found = await events(admin, '@evt.name:"Cloud Security Platform"')
  const facet = await admin.get(`/api/local/facets/${encodeURIComponent('@evt.name')}/values?track=audit`)
  expect(facet.at('data')).toEqual([{ value: 'Cloud Security Platform', count: found.each('data', 'id').length }])
})
test('the chain holds over all of it', async () => {
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  expect(daemon.reported).toEqual([])
})
