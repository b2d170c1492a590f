import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Permission, permissionNames } from '../../shared/permissions.ts'
import type { Caller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { admin, standard, readOnly, intake, nobody, apiKey, callerWith } = daemon
const signals = '/api/v2/security_monitoring/signals'
const rules = '/api/v2/security_monitoring/rules'
const suppressions = '/api/v2/security_monitoring/configuration/suppressions'

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

const tables = '/api/v2/reference-tables/tables'
const iocs = '/api/v2/security/siem/ioc-explorer'

// what each operation asks for. 'anybody' needs no key, 'intake' an API key, 'user' somebody.
const operations: [operation: string, needs: Permission | 'anybody' | 'intake' | 'user'][] = [
  ['get /api/v2/current_user', 'user'],
  ['get /api/v2/users', 'user_access_read'],
  ['post /api/v2/users', 'user_access_invite'],
  ['get /api/v2/users/{id}', 'user_access_read'],
  ['get /api/v2/roles', 'user_access_read'],
  ['get /api/v2/permissions', 'user_access_read'],
  ['get /api/v2/api_keys', 'api_keys_read'],
  ['post /api/v2/api_keys', 'api_keys_write'],
  ['delete /api/v2/api_keys/{id}', 'api_keys_delete'],
  ['get /api/v2/application_keys', 'org_app_keys_read'],
  ['delete /api/v2/application_keys/{id}', 'org_app_keys_write'],
  ['get /api/v2/current_user/application_keys', 'user_app_keys'],
  ['post /api/v2/current_user/application_keys', 'user_app_keys'],
  ['delete /api/v2/current_user/application_keys/{id}', 'user_app_keys'],
  ['get /api/v1/validate', 'intake'],
  ['get /api/v2/validate', 'intake'],
  ['post /api/local/pairing', 'user_app_keys'],
  ['post /api/local/pairing/start', 'anybody'],
  ['post /api/local/pairing/finish', 'anybody'],
  ['post /api/local/session', 'anybody'],
  ['post /api/v2/logs', 'intake'],
  ['get /api/local/imports', 'logs_write'],
  ['post /api/local/imports/lines', 'logs_write'],
  ['post /api/local/explorer', 'logs_read_data'],
  [`get ${signals}`, 'security_monitoring_signals_read'],
  [`post ${signals}/search`, 'security_monitoring_signals_read'],
  [`get ${signals}/{id}`, 'security_monitoring_signals_read'],
  [`patch ${signals}/bulk/state`, 'security_monitoring_signals_write'],
  [`patch ${signals}/bulk/assignee`, 'security_monitoring_signals_write'],
  [`patch ${signals}/bulk/update`, 'security_monitoring_signals_write'],
  [`patch ${signals}/{id}/state`, 'security_monitoring_signals_write'],
  [`patch ${signals}/{id}/assignee`, 'security_monitoring_signals_write'],
  [`patch ${signals}/{id}/update`, 'security_monitoring_signals_write'],
  ['get /api/local/signals/{id}/timeline', 'security_monitoring_signals_read'],
  ['get /api/local/signals/{id}/why', 'security_monitoring_signals_read'],
  ['post /api/local/signals', 'security_monitoring_signals_write'],
  ['get /api/v2/logs/events', 'logs_read_data'],
  ['post /api/v2/logs/events/search', 'logs_read_data'],
  ['post /api/v2/logs/analytics/aggregate', 'logs_read_data'],
  ['get /api/local/logs/{id}', 'logs_read_data'],
  ['get /api/local/logs/{id}/context', 'logs_read_data'],
  ['get /api/local/facets', 'logs_read_data'],
  ['get /api/local/facets/{path}/values', 'logs_read_data'],
  ['get /api/v2/audit/events', 'audit_logs_read'],
  ['post /api/v2/audit/events/search', 'audit_logs_read'],
  [`get ${rules}`, 'security_monitoring_rules_read'],
  [`post ${rules}`, 'security_monitoring_rules_write'],
  [`post ${rules}/validation`, 'security_monitoring_rules_write'],
  [`get ${rules}/{id}`, 'security_monitoring_rules_read'],
  [`put ${rules}/{id}`, 'security_monitoring_rules_write'],
  [`delete ${rules}/{id}`, 'security_monitoring_rules_write'],
  [`get ${rules}/{id}/version_history`, 'security_monitoring_rules_read'],
  [`post ${rules}/{id}/restore/{version}`, 'security_monitoring_rules_write'],
  [`post ${rules}/test`, 'security_monitoring_rules_write'],
  [`post ${rules}/{id}/test`, 'security_monitoring_rules_write'],
  ['post /api/local/rules/test', 'security_monitoring_rules_read'],
  ['post /api/local/rules/{id}/test', 'security_monitoring_rules_read'],
  ['post /api/local/rules/backtest', 'logs_read_data'],
  ['post /api/local/rules/{id}/backtest', 'security_monitoring_rules_read'],
  ['get /api/local/rules/statistics', 'security_monitoring_signals_read'],
  ['get /api/local/rules/{id}/hidden', 'security_monitoring_rules_read'],
  [`get ${suppressions}`, 'security_monitoring_suppressions_read'],
  [`post ${suppressions}`, 'security_monitoring_suppressions_write'],
  [`post ${suppressions}/validation`, 'security_monitoring_suppressions_write'],
  [`post ${suppressions}/rules`, 'security_monitoring_suppressions_read'],
  [`get ${suppressions}/rules/{id}`, 'security_monitoring_suppressions_read'],
  [`get ${suppressions}/{id}`, 'security_monitoring_suppressions_read'],
  [`patch ${suppressions}/{id}`, 'security_monitoring_suppressions_write'],
  [`delete ${suppressions}/{id}`, 'security_monitoring_suppressions_write'],
  [`get ${suppressions}/{id}/version_history`, 'security_monitoring_suppressions_read'],
  ['get /api/local/suppressions/{id}/hidden', 'logs_read_data'],
  ['post /api/local/suppressions/preview', 'security_monitoring_signals_read'],
  ['get /api/local/ip/{ip}', 'logs_read_data'],
  ['post /api/local/ip/marks', 'security_monitoring_signals_read'],
  ['get /api/local/feeds', 'reference_tables_read'],
  ['post /api/local/feeds', 'reference_tables_write'],
  ['put /api/local/feeds/{id}/content', 'reference_tables_write'],
  ['patch /api/local/feeds/{id}', 'reference_tables_write'],
  ['delete /api/local/feeds/{id}', 'reference_tables_write'],
  ['post /api/local/feeds/{id}/refresh', 'reference_tables_write'],
  ['put /api/local/feeds/{id}/secret', 'reference_tables_write'],
  ['get /api/local/feed-catalogue', 'reference_tables_read'],
  ['post /api/local/feed-catalogue/{id}/enable', 'reference_tables_write'],
  ['get /api/local/feed-bundle', 'reference_tables_read'],
  ['post /api/local/feed-bundle', 'reference_tables_write'],
  ['get /api/local/indicator', 'security_monitoring_signals_read'],
  ['post /api/local/rules/import', 'security_monitoring_rules_write'],
  ['get /api/local/hunts', 'reference_tables_read'],
  [`get ${iocs}`, 'security_monitoring_signals_read'],
  [`get ${iocs}/indicator`, 'security_monitoring_signals_read'],
  [`post ${iocs}/triage`, 'security_monitoring_signals_write'],
  [`get ${tables}`, 'reference_tables_read'],
  [`post ${tables}`, 'reference_tables_write'],
  [`get ${tables}/{id}`, 'reference_tables_read'],
  [`patch ${tables}/{id}`, 'reference_tables_write'],
  [`delete ${tables}/{id}`, 'reference_tables_write'],
  [`get ${tables}/{id}/rows`, 'reference_tables_read'],
  [`get ${tables}/{id}/rows/list`, 'reference_tables_read'],
  [`post ${tables}/{id}/rows`, 'reference_tables_write'],
  [`delete ${tables}/{id}/rows`, 'reference_tables_write'],
  ['post /api/v2/reference-tables/queries/batch-rows', 'reference_tables_read'],
  ['put /api/local/reference-tables/{id}/feed', 'reference_tables_write'],
  ['delete /api/local/reference-tables/{id}/feed', 'reference_tables_write'],
  ['get /api/local/audit/head', 'audit_logs_read'],
  ['get /api/local/audit/verification', 'audit_logs_read'],
  ['get /api/local/live', 'security_monitoring_signals_read'],
  ['get /api/local/live/logs', 'logs_read_data'],
  ['get /api/local/settings', 'org_management'],
  ['patch /api/local/settings', 'org_management'],
  ['get /api/local/backups', 'org_management'],
  ['get /api/local/backups/{id}', 'org_management'],
  ['post /api/local/backups', 'org_management'],
  // one of two permissions is enough, and every role has one of them: see status.test.ts
  ['get /api/local/status', 'user'],
  ['get /health', 'anybody'],
]
/** What each role may do with the operations above; whatever is left out is for administrators. */
const analystMay = new Set<Permission>([
  'security_monitoring_signals_read',
  'security_monitoring_signals_write',
  'security_monitoring_rules_read',
  'security_monitoring_rules_write',
  'security_monitoring_suppressions_read',
  'security_monitoring_suppressions_write',
  'logs_read_data',
  'logs_write',
  'audit_logs_read',
  'reference_tables_read',
  'reference_tables_write',
  'user_access_read',
  'user_app_keys',
  'api_keys_read',
  'api_keys_write',
])
const viewerMay = new Set<Permission>([
  'security_monitoring_signals_read',
  'security_monitoring_rules_read',
  'security_monitoring_suppressions_read',
  'logs_read_data',
  'reference_tables_read',
  'user_access_read',
  'user_app_keys',
])

test('every operation of /openapi.json stands in the table, and no other', async () => {
  const { paths } = (await nobody.get('/openapi.json')).json as { paths: Record<string, Record<string, unknown>> }
  const listed = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`))
  expect(operations.map(([operation]) => operation).sort()).toEqual(listed.sort())
})

const bodies: Record<string, unknown> = { 'post /api/local/explorer': { track: 'logs', limit: 0 } }
/** Browsers that are not paired yet may knock at the doors of the handshake, and nobody else. */
const headersOf = (path: string): Record<string, string> =>
  /pairing\/|session$/.test(path) ? { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' } : {}
const call = (caller: Caller, operation: string) => {
  const [method = '', path = ''] = operation.split(' ')
  const body = method === 'get' || method === 'delete' ? undefined : (bodies[operation] ?? {})
  return caller.request(method.toUpperCase(), path.replace('{ip}', '192.0.2.1').replace('{id}', 'nothing'), body, headersOf(path))
}
const everyScopeBut = (permission: Permission) => permissionNames.filter(name => name !== permission)

test.each(operations)('%s needs %s', async (operation, needs) => {
  const isPermission = needs !== 'anybody' && needs !== 'intake' && needs !== 'user'
  // those without a good key are slowed down after a while
  const refused = [401, 403, 429]
  const let_in = async (caller: Caller) => !refused.includes((await call(caller, operation)).status)
  expect(await let_in(nobody)).toBe(needs === 'anybody')
  expect(await let_in(callerWith({ apiKey: `${apiKey}x`, applicationKey: admin.key.secret }))).toBe(needs === 'anybody')
  expect(await let_in(intake)).toBe(needs === 'anybody' || needs === 'intake')
  expect(await let_in(readOnly)).toBe(!isPermission || viewerMay.has(needs))
  expect(await let_in(standard)).toBe(!isPermission || analystMay.has(needs))
  expect(await let_in(admin)).toBe(true)
  if (!isPermission) return
  const narrow = await daemon.as('Admin', 'ada', everyScopeBut(needs))
  expect(await let_in(narrow)).toBe(false)
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
  ['page[size]=100', 4],
])('users by %s → %i', async (query, count) => {
  const answer = await admin.get(`/api/v2/users?${query}`)
  expect(answer.each('data', 'id')).toHaveLength(count)
  expect(answer.at('meta.page.total_count')).toBe(4)
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
