import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Needs } from '../../daemon/lib/http.ts'
import { type Permission, permissionNames } from '../../shared/permissions.ts'
import type { Caller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { admin, standard, analyst, readOnly, intake, nobody, apiKey, callerWith } = daemon
const signals = '/api/v2/security_monitoring/signals'
const rules = '/api/v2/security_monitoring/rules'

test.each([
  ['GET', signals, { errors: ['Forbidden'] }, 403],
  ['POST', '/api/v2/logs', { errors: ['Forbidden'] }, 403],
  ['GET', '/api/v2/nothing', { errors: ['Forbidden'] }, 403],
  ['GET', '/api/local/feeds', { errors: [{ code: 'unauthorized', title: expect.any(String), detail: expect.any(String) }] }, 401],
  ['GET', '/nothing', { errors: [{ code: 'unauthorized', title: expect.any(String), detail: expect.any(String) }] }, 401],
])('%s %s without a key → %o, %i', async (method, path, body, status) => {
  const answer = await nobody.request(method, path)
  expect([answer.status, answer.json]).toEqual([status, body])
})

// The matrix is made from what the routes themselves declare: `x-needs` of each operation.
const { paths } = (await nobody.get('/openapi.json')).json as { paths: Record<string, Record<string, { 'x-needs'?: Needs }>> }
const declared = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, needs: operation['x-needs'] })),
)

test('every route declares who may call it', () => {
  expect(declared.filter(({ needs }) => needs === undefined)).toEqual([])
  const open = ['/', '/openapi.json', '/docs', '/health']
  const handled = daemon.app.routes.filter(({ method, path }) => method !== 'ALL' && !open.includes(path))
  const known = new Set(declared.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`))
  expect(handled.map(({ method, path }) => `${method.toLowerCase()} ${path}`).filter(operation => !known.has(operation))).toEqual([])
})

interface Wanted {
  door: 'anybody' | 'intake' | 'bouncer' | 'user'
  all: readonly Permission[]
  any: readonly Permission[]
}
type Operation = Wanted & { operation: string; track: string | undefined }

/** Each operation once, or once for each track it can be asked about; `all` of these permissions are needed, or `any` of them. */
const operations = declared.flatMap(({ method, path, needs = 'anybody' }): Operation[] => {
  const operation = `${method} ${path}`
  if (typeof needs === 'object' && 'by_track' in needs)
    return Object.entries(needs.by_track).map(([track, one]) => ({ operation, track, ...wanted(one === 'user' ? one : [one]) }))
  return [{ operation, track: undefined, ...wanted(needs) }]
})
function wanted(needs: Exclude<Needs, { by_track: unknown }>): Wanted {
  if (typeof needs === 'string') return { door: needs, all: [], any: [] }
  return 'one_of' in needs ? { door: 'user', all: [], any: needs.one_of } : { door: 'user', all: needs, any: [] }
}

/** What each role may do, as people are told; whatever is left out is for administrators. */
const viewer: Permission[] = [
  'security_monitoring_signals_read',
  'security_monitoring_rules_read',
  'security_monitoring_suppressions_read',
  'security_monitoring_notification_profiles_read',
  'logs_read_data',
  'reference_tables_read',
  'appsec_protect_read',
  'cases_read',
  'workflows_read',
  'user_access_read',
  'user_app_keys',
  'incident_read',
]
const analystMay: Permission[] = [
  ...viewer,
  'security_monitoring_signals_write',
  'security_monitoring_suppressions_write',
  'cases_write',
  'incident_write',
  'workflows_run',
]
const standardMay: Permission[] = [
  ...analystMay,
  'security_monitoring_rules_write',
  'security_monitoring_notification_profiles_write',
  'logs_write',
  'audit_logs_read',
  'reference_tables_write',
  'workflows_write',
  'api_keys_read',
  'api_keys_write',
]
const people: [role: string, caller: Caller, may: readonly Permission[]][] = [
  ['Read Only', readOnly, viewer],
  ['Security Analyst', analyst, analystMay],
  ['Standard', standard, standardMay],
  ['Admin', admin, permissionNames],
]

const made = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'firewall' } } })
const reader = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'reader', publishes: true } } })
/** Something that pulls the denylist, or reads what is published, with a key of its own. */
const bouncer = {
  ...nobody,
  request: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    nobody.request(method, path, body, {
      ...headers,
      'x-api-key': String((path.startsWith('/taxii2/') ? reader : made).at('data.attributes.key')),
    }),
}

/** Browsers that are not paired yet may knock at the doors of the handshake, and nobody else. */
const headersOf = (path: string): Record<string, string> =>
  /pairing\/|session$/.test(path) ? { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' } : {}
const call = (caller: Caller, operation: string, track: string | undefined) => {
  const [method = '', path = ''] = operation.split(' ')
  const body = method === 'get' || method === 'delete' ? undefined : track === undefined ? {} : { track }
  const to = path
    .replace('{ip}', '192.0.2.1')
    .replace('{path}', 'service')
    .replace(/\{\w+\}/g, 'nothing')
  return caller.request(method.toUpperCase(), method === 'get' && track ? `${to}?track=${track}` : to, body, headersOf(path))
}
// those without a good key are slowed down after a while
const refused = [401, 403, 429]
const asMade = new Map<string, Promise<Caller>>()
/** An administrator by a key with these scopes. */
function scoped(scopes: readonly Permission[]): Promise<Caller> {
  const key = scopes.join()
  if (!asMade.has(key)) asMade.set(key, daemon.as('Admin', 'ada', [...scopes]))
  return asMade.get(key)!
}

test.each(operations)('$operation $track: $door $all $any', async ({ operation, track, door, all, any }) => {
  const letIn = async (caller: Caller) => !refused.includes((await call(caller, operation, track)).status)
  expect(await letIn(nobody)).toBe(door === 'anybody')
  expect(await letIn(callerWith({ apiKey: `${apiKey}x`, applicationKey: admin.key.secret }))).toBe(door === 'anybody')
  expect(await letIn(intake)).toBe(door === 'anybody' || door === 'intake')
  for (const [role, caller, may] of people) {
    const expected =
      door !== 'bouncer' && all.every(permission => may.includes(permission)) && (any.length === 0 || any.some(one => may.includes(one)))
    expect([role, await letIn(caller)]).toEqual([role, expected])
  }
  expect(await letIn(bouncer)).toBe(door === 'anybody' || door === 'bouncer')
  // what is declared is all that it takes, and each of it is taken
  if (all.length > 0) expect(await letIn(await scoped(all))).toBe(true)
  for (const one of any) expect(await letIn(await scoped([one]))).toBe(true)
  for (const missing of all) expect(await letIn(await scoped(permissionNames.filter(name => name !== missing)))).toBe(false)
  if (any.length > 0) expect(await letIn(await scoped(permissionNames.filter(name => !any.includes(name))))).toBe(false)
})

test.each([
  ['Basic KEY'],
  ['bearer  KEY'],
  ['Token KEY'],
  ['KEY'],
  [''],
  ['Bearer'],
  ['Bearer '],
  ['Bearer KEYx'],
  ['Bearer KEY KEY'],
  ['Bearer short'],
  [`Bearer ${'a'.repeat(513)}`],
])('Authorization: %s → 403, never 500', async shape => {
  const answer = await nobody.get(signals, { authorization: shape.replaceAll('KEY', standard.key.secret) })
  expect([403, 429]).toContain(answer.status)
})
test('Bearer with an application key → in, without an API key', async () => {
  expect((await callerWith({ bearer: standard.key.secret }).get(signals)).status).toBe(200)
})
test('an API key as Bearer, or in the other’s place → out', async () => {
  for (const keys of [{ bearer: apiKey }, { apiKey: standard.key.secret, applicationKey: apiKey }, { applicationKey: standard.key.secret }])
    expect([403, 429]).toContain((await callerWith(keys).get(signals)).status)
})
test('guessing → 429 with Retry-After, and the right key still works', async () => {
  const answers = []
  for (let i = 0; i < 200; i++) answers.push(await callerWith({ bearer: `wrong_${'0'.repeat(20)}${i}` }).get(signals))
  const last = answers.at(-1)!
  expect(last.status).toBe(429)
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await standard.get(signals)).status).toBe(200)
})
test('logs come in with an API key, whatever stands beside it, and with an application key that may', async () => {
  const log = [{ message: 'a' }]
  expect((await callerWith({ apiKey, applicationKey: 'nonsense' }).post('/api/v2/logs', log)).status).toBe(202)
  expect((await callerWith({ bearer: standard.key.secret }).post('/api/v2/logs', log)).status).toBe(202)
  expect((await callerWith({ bearer: readOnly.key.secret }).post('/api/v2/logs', log)).status).toBe(403)
})

const keysPath = '/api/v2/current_user/application_keys'
const makeKey = (caller: Caller, attributes: object, headers = {}) =>
  caller.post(keysPath, { data: { type: 'application_keys', attributes } }, headers)

test('a key with scopes → may do these alone, and makes none that may do more', async () => {
  const made = await makeKey(standard, { name: 'reader', scopes: ['security_monitoring_signals_read', 'user_app_keys'] })
  expect(made.status).toBe(201)
  const caller = callerWith({ apiKey, applicationKey: String(made.at('data.attributes.key')) })
  expect((await caller.get(signals)).status).toBe(200)
  expect((await caller.get(rules)).status).toBe(403)
  const wider = await makeKey(caller, { name: 'wider', scopes: ['security_monitoring_signals_read', 'security_monitoring_rules_read'] })
  expect(wider.at('data.attributes.scopes')).toEqual(['security_monitoring_signals_read'])
  const all = await makeKey(caller, { name: 'all' })
  expect(all.at('data.attributes.scopes')).toEqual(['security_monitoring_signals_read', 'user_app_keys'])
})
test('a scope that the role has not → the key may not either', async () => {
  const made = await makeKey(readOnly, { name: 'writer', scopes: ['security_monitoring_signals_write'] })
  const caller = callerWith({ apiKey, applicationKey: String(made.at('data.attributes.key')) })
  expect((await caller.patch(`${signals}/x/state`, { data: { attributes: { state: 'open' } } })).status).toBe(403)
})
test.each([
  [{ name: '' }, 'data.attributes.name'],
  [{}, 'data.attributes.name'],
  [{ name: 'a', scopes: ['fly'] }, 'data.attributes.scopes.0'],
  [{ name: 'a', key: 'mine' }, 'data.attributes.key'],
])('a key of %j → 400 naming %s', async (attributes, field) => {
  expect((await makeKey(standard, attributes)).text).toContain(`'${field}'`)
})
test('the secret is shown once: neither in a list nor when the request is repeated', async () => {
  const key = { 'idempotency-key': 'make-1' }
  const made = await makeKey(standard, { name: 'once' }, key)
  const again = await makeKey(standard, { name: 'once' }, key)
  const secret = String(made.at('data.attributes.key'))
  expect(again.at('data.id')).toBe(made.at('data.id'))
  expect(again.at('data.attributes.key')).toBeUndefined()
  expect((await standard.get(keysPath)).text).not.toContain(secret)
  expect((await admin.get('/api/v2/application_keys')).text).not.toContain(secret)
})
test('dry_run → a key that opens nothing', async () => {
  const before = (await standard.get(keysPath)).each('data', 'id').length
  const made = await standard.post(`${keysPath}?dry_run=true`, { data: { attributes: { name: 'dry' } } })
  expect(made.status).toBe(201)
  expect([403, 429]).toContain((await callerWith({ bearer: String(made.at('data.attributes.key')) }).get(signals)).status)
  expect((await standard.get(keysPath)).each('data', 'id')).toHaveLength(before)
})
test('revoked → refused at once, and again → 404', async () => {
  const made = await makeKey(standard, { name: 'gone' })
  const caller = callerWith({ apiKey, applicationKey: String(made.at('data.attributes.key')) })
  expect((await caller.get(signals)).status).toBe(200)
  expect((await standard.delete(`${keysPath}/${String(made.at('data.id'))}`)).status).toBe(204)
  expect([403, 429]).toContain((await caller.get(signals)).status)
  expect([401, 429]).toContain((await caller.get('/api/local/feeds')).status)
  expect((await standard.delete(`${keysPath}/${String(made.at('data.id'))}`)).status).toBe(404)
})
test('another’s key → 404', async () => {
  expect((await standard.delete(`${keysPath}/${admin.key.id}`)).status).toBe(404)
  expect((await admin.get(signals)).status).toBe(200)
})
test('an API key that is revoked → its logs are refused at once', async () => {
  const made = await admin.post('/api/v2/api_keys', { data: { type: 'api_keys', attributes: { name: 'sender' } } })
  const sender = callerWith({ apiKey: String(made.at('data.attributes.key')) })
  expect((await sender.post('/api/v2/logs', [])).status).toBe(202)
  await admin.delete(`/api/v2/api_keys/${String(made.at('data.id'))}`)
  expect([403, 429]).toContain((await sender.post('/api/v2/logs', [])).status)
})

const invite = (attributes: object, more: object = {}) => admin.post('/api/v2/users', { data: { type: 'users', attributes, ...more } })
test('a user is made: Read Only without a role, found, current, audited', async () => {
  const made = await invite({ email: 'new@example.com', name: 'New' })
  expect([made.status, made.at('data.type'), made.at('data.attributes.handle')]).toEqual([201, 'users', 'new@example.com'])
  const roles = await admin.get('/api/v2/roles')
  const role = roles.each('data', 'id')[roles.each('data', 'attributes.name').indexOf('Read Only')]
  expect(made.at('data.relationships.roles.data.0.id')).toBe(role)
  expect((await admin.get('/api/v2/users?filter=new@')).each('data', 'id')).toEqual([made.at('data.id')])
  expect((await admin.get(`/api/v2/users/${String(made.at('data.id'))}`)).at('data')).toEqual(made.at('data'))
  expect((await standard.get('/api/v2/current_user')).at('data.attributes.email')).toBe('stan@example.com')
  const trail = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:user @asset.name:"new@example.com"')
  expect(trail.each('data', 'attributes.attributes.usr.id')).toEqual(['ada@example.com'])
})
test.each([
  [{ email: 'stan@example.com' }, {}, 409, 'stan@example.com'],
  [{ email: 'nobody' }, {}, 400, 'data.attributes.email'],
  [{}, {}, 400, 'data.attributes.email'],
  [{ email: 'x@example.com', admin: true }, {}, 400, 'data.attributes.admin'],
  [{ email: 'x@example.com' }, { relationships: { roles: { data: [{ id: 'nope', type: 'roles' }] } } }, 400, 'data.relationships.roles'],
])('a user of %j %j → %i naming %s', async (attributes, more, status, field) => {
  const answer = await invite(attributes, more)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(field)])
})
test.each([
  ['page[size]=1&page[number]=0', 1],
  ['page[size]=1&page[number]=99', 0],
  ['page[size]=100', 5],
])('users by %s → %i', async (query, count) => {
  const answer = await admin.get(`/api/v2/users?${query}`)
  expect(answer.each('data', 'id')).toHaveLength(count)
  expect(answer.at('meta.page.total_count')).toBe(5)
})
test.each(['page[size]=0', 'page[size]=101', 'page[number]=-1', 'page[size]=many'])('users by %s → 400', async query => {
  expect((await admin.get(`/api/v2/users?${query}`)).status).toBe(400)
})

const filesOf = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesOf(join(dir, entry.name)) : [join(dir, entry.name)],
  )

test('no secret stands in the data directory, in an answer or in an error', async () => {
  const secrets = [apiKey, admin.key.secret, standard.key.secret, readOnly.key.secret]
  const files = filesOf(daemon.dir)
  expect(files.map(file => file.slice(daemon.dir.length + 1))).toEqual(
    expect.arrayContaining(['signalbox.db', 'signalbox.db-wal', 'logs/0001.db']),
  )
  for (const file of files) for (const secret of secrets) expect(readFileSync(file).includes(secret), file).toBe(false)
  const audit = await admin.get('/api/v2/audit/events?page[limit]=1000')
  for (const secret of secrets) expect(audit.text).not.toContain(secret)
  const wrong = await callerWith({ apiKey, applicationKey: `${standard.key.secret}x` }).get(signals)
  expect(wrong.text).not.toContain(standard.key.secret)
})
test('the data directory is its owner’s alone', () => {
  expect(statSync(daemon.dir).mode & 0o777).toBe(0o700)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
