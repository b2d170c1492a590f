import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { writeTar } from '../../daemon/lib/archive/tar.ts'
import { unrestricted } from '../../daemon/lib/restrictions.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// Every write of the app: a dry run changes nothing, the same Idempotency-Key changes it once.
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, nobody, intake, core } = daemon
await intake.post('/api/v2/logs', guesses(noon, '198.51.100.1', 7), { 'content-type': 'text/plain' })
await core.caughtUp()
const signal = String((await admin.get('/api/v2/security_monitoring/signals')).at('data.0.id'))
const rule = String((await admin.get('/api/v2/security_monitoring/rules')).at('data.0.id'))
const feed = await admin.post('/api/local/feeds', {
  data: { type: 'feed', attributes: { name: 'list', format: 'netset', category: 'scanner', intention: 'malicious' } },
})
const feedId = String(feed.at('data.id'))
const source = createServer((_, response) => response.end('192.0.2.0/24\n'))
await new Promise<void>(resolve => source.listen(0, '127.0.0.1', resolve))
afterAll(() => source.close())
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: ['127.0.0.1'] } } } })
const fetched = await admin.post('/api/local/feeds', {
  data: {
    type: 'feed',
    attributes: {
      ...{ name: 'fetched', format: 'netset', category: 'scanner', intention: 'malicious' },
      url: `http://127.0.0.1:${(source.address() as AddressInfo).port}/`,
      refresh: { auth: { type: 'bearer' } },
    },
  },
})
const fetchedId = String(fetched.at('data.id'))
const content = Buffer.from('198.51.100.7\n')
const manifest = {
  version: 1,
  feeds: [
    {
      ...{ name: 'carried', format: 'netset', category: 'scanner', intention: 'malicious', file: 'feeds/carried' },
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  ],
}
const bundle = gzipSync(
  writeTar(
    [
      { name: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest)) },
      { name: 'feeds/carried', bytes: content },
    ],
    0,
  ),
)
// one of the catalogue that is there already: a new one would be fetched from where it comes from
const listed = await admin.get('/api/local/feed-catalogue')
const openId = String(listed.at('data.0.id'))
const listedFeed = await admin.post('/api/local/feeds', {
  data: {
    type: 'feed',
    attributes: {
      ...{ name: 'open', format: 'netset', category: 'scanner', intention: 'malicious' },
      url: listed.at('data.0.attributes.url'),
    },
  },
})
await admin.patch(`/api/local/feeds/${String(listedFeed.at('data.id'))}`, { data: { attributes: { enabled: false } } })
const sigma = `title: Whoami
id: 5f2d1c9e-0b7a-4f4e-9a53-3d2c1b0a9f8e
status: test
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains: whoami
  condition: selection
level: low
`
const key = async (name: string) => {
  const made = await admin.post('/api/v2/current_user/application_keys', { data: { attributes: { name } } })
  return String(made.at('data.id'))
}
const api = String((await admin.post('/api/v2/api_keys', { data: { attributes: { name: 'spare' } } })).at('data.id'))
const mine = await key('mine')
const other = await key('other')
const sha = 'b'.repeat(64)

const suppressions = '/api/v2/security_monitoring/configuration/suppressions'
const hide = { name: 'Hide', rule_query: '*', suppression_query: '@usr.name:nobody' }
const suppression = String((await admin.post(suppressions, { data: { type: 'suppressions', attributes: hide } })).at('data.id'))

const tables = '/api/v2/reference-tables/tables'
const schema = { fields: [{ name: 'ip', type: 'STRING' }], primary_keys: ['ip'] }
const tableNamed = (table_name: string) => ({ data: { type: 'reference_table', attributes: { table_name, source: 'LOCAL_FILE', schema } } })
const table = String((await admin.post(tables, tableNamed('seen'))).at('data.id'))
const rowNamed = (more: object) => ({ data: [{ id: '203.0.113.9', type: 'row', ...more }] })

const signalPath = `/api/local/signals/${signal}`
const review = (state: string) => admin.patch(`/api/v2/security_monitoring/signals/${signal}/state`, { data: { attributes: { state } } })
await review('under_review')
const change = String((await review('open')).headers.get('signalbox-change'))
const noted = async (text: string) => String((await admin.post(`${signalPath}/notes`, { data: { attributes: { text } } })).at('data.id'))
const [edited, deleted] = [await noted('one'), await noted('two')]
const selected = async () =>
  String((await admin.post('/api/local/signals/selections', { data: { attributes: { query: '*' } } })).at('data.id'))
const selection = await selected()
const applied = `/api/local/signals/selections/${selection}/apply`
const job = String((await admin.post(applied, { data: { attributes: { state: 'open' } } })).at('data.id'))
await core.jobsDone()

const view = (name: string) => ({ data: { attributes: { name, track: 'signals', query: 'status:high' } } })
const saved = String((await admin.post('/api/local/views', view('Mine'))).at('data.id'))
const roles = '/api/v2/roles'
const role = String((await admin.post(roles, { data: { attributes: { name: 'Contractors' } } })).at('data.id'))
const permission = String((await admin.get('/api/v2/permissions')).at('data.0.id'))
const users = '/api/v2/users'
const user = String((await admin.post(users, { data: { attributes: { email: 'temp@example.com' } } })).at('data.id'))

const incidents = '/api/v2/incidents'
const incidentOf = (title: string) => ({ data: { type: 'incidents', attributes: { title, customer_impacted: false } } })
const incident = await admin.post(incidents, incidentOf('Ours'))
const incidentPath = `${incidents}/${incident.at('data.id')}`
const localIncident = `/api/local/incidents/${incident.at('data.id')}`
const kept = String((await admin.post(incidents, incidentOf('Kept'))).at('data.attributes.public_id'))
const parts = {
  todo: { data: { type: 'incident_todos', attributes: { content: 'Rotate keys', assignees: [] } } },
  impact: { data: { type: 'incident_impacts', attributes: { description: 'EU', start_at: '2026-03-14T12:00:00Z' } } },
  link: {
    data: {
      type: 'incident_attachments',
      attributes: { attachment_type: 'link', attachment: { title: 'Graph', documentUrl: 'https://example.com/' } },
    },
  },
}
const responderOf = (id: string) => ({ data: { type: 'incident_responders', relationships: { user: { data: { id, type: 'users' } } } } })
const partOf = async (path: string, body: object) => `${path}/${(await admin.post(`${incidentPath}/${path}`, body)).at('data.id')}`
const todo = await partOf('relationships/todos', parts.todo)
const impact = await partOf('impacts', parts.impact)
const link = await partOf('attachments', parts.link)
const responder = await partOf('responders', responderOf(daemon.analyst.user.uuid))

const patch = (attributes: object) => ({ data: { attributes } })
const many = (attributes: object) => ({ data: [{ id: signal, attributes }] })
// in an order in which each finds what it needs
const writes: [operation: string, path: string, body?: unknown, type?: string][] = [
  ['post /api/v2/logs', '/api/v2/logs', [{ message: 'a' }]],
  ['post /api/local/imports/lines', `/api/local/imports/lines?stream=import:a&fingerprint=${sha}&offset=2&hash=${sha}`, 'a', 'text/plain'],
  ['post /api/v2/users', '/api/v2/users', patch({ email: 'x@example.com' })],
  ['patch /api/v2/current_user', '/api/v2/current_user', patch({ title: 'On call' })],
  ['patch /api/v2/users/{id}', `${users}/${user}`, patch({ name: 'Tam' })],
  ['post /api/v2/roles', roles, patch({ name: 'Another' })],
  ['patch /api/v2/roles/{id}', `${roles}/${role}`, patch({ x_local: { restriction_queries: { logs: 'service:web' } } })],
  ['post /api/v2/roles/{id}/clone', `${roles}/${role}/clone`, patch({ name: 'Clone' })],
  ['post /api/v2/roles/{id}/permissions', `${roles}/${role}/permissions`, { data: { id: permission, type: 'permissions' } }],
  ['delete /api/v2/roles/{id}/permissions', `${roles}/${role}/permissions`, { data: { id: permission, type: 'permissions' } }],
  ['post /api/v2/roles/{id}/users', `${roles}/${role}/users`, { data: { id: user, type: 'users' } }],
  ['delete /api/v2/roles/{id}/users', `${roles}/${role}/users`, { data: { id: user, type: 'users' } }],
  ['delete /api/v2/roles/{id}', `${roles}/${role}`],
  ['delete /api/v2/users/{id}', `${users}/${user}`],
  ['post /api/v2/api_keys', '/api/v2/api_keys', patch({ name: 'new' })],
  ['post /api/local/users/{id}/application_keys', `/api/local/users/${admin.user.uuid}/application_keys`, patch({ name: 'theirs' })],
  ['patch /api/v2/api_keys/{id}', `/api/v2/api_keys/${api}`, patch({ name: 'renamed' })],
  ['patch /api/v2/current_user/application_keys/{id}', `/api/v2/current_user/application_keys/${mine}`, patch({ name: 'renamed' })],
  ['patch /api/v2/application_keys/{id}', `/api/v2/application_keys/${other}`, patch({ scopes: ['logs_read_data'] })],
  ['post /api/v2/current_user/application_keys', '/api/v2/current_user/application_keys', patch({ name: 'new' })],
  ['post /api/local/pairing', '/api/local/pairing'],
  ['post /api/local/changes/{id}/undo', `/api/local/changes/${change}/undo`],
  ['post /api/local/signals/{id}/notes', `${signalPath}/notes`, patch({ text: 'Asked the owner' })],
  ['patch /api/local/signals/{id}/notes/{note}', `${signalPath}/notes/${edited}`, patch({ text: 'Asked the owner twice' })],
  ['delete /api/local/signals/{id}/notes/{note}', `${signalPath}/notes/${deleted}`],
  ['put /api/local/signals/{id}/snooze', `${signalPath}/snooze`, patch({ until: 'now+4h', reason: 'Asked the owner' })],
  ['delete /api/local/signals/{id}/snooze', `${signalPath}/snooze`],
  ['put /api/local/signals/bulk/snooze', '/api/local/signals/bulk/snooze', patch({ ids: [signal], until: 'now+4h', reason: 'Asked' })],
  ['post /api/local/signals/selections/{id}/apply', applied, patch({ state: 'open', snooze: null })],
  ['delete /api/local/jobs/{id}', `/api/local/jobs/${job}`],
  [
    'patch /api/v2/security_monitoring/signals/{id}/state',
    `/api/v2/security_monitoring/signals/${signal}/state`,
    patch({ state: 'archived' }),
  ],
  [
    'patch /api/v2/security_monitoring/signals/{id}/assignee',
    `/api/v2/security_monitoring/signals/${signal}/assignee`,
    patch({ assignee: { uuid: admin.user.uuid } }),
  ],
  [
    'patch /api/v2/security_monitoring/signals/{id}/update',
    `/api/v2/security_monitoring/signals/${signal}/update`,
    patch({ state: 'open' }),
  ],
  [
    'patch /api/v2/security_monitoring/signals/bulk/state',
    '/api/v2/security_monitoring/signals/bulk/state',
    many({ state: 'under_review' }),
  ],
  ['patch /api/v2/security_monitoring/signals/bulk/assignee', '/api/v2/security_monitoring/signals/bulk/assignee', many({ assignee: '' })],
  ['patch /api/v2/security_monitoring/signals/bulk/update', '/api/v2/security_monitoring/signals/bulk/update', many({ state: 'archived' })],
  ['post /api/v2/incidents', incidents, incidentOf('Another')],
  ['patch /api/v2/incidents/{id}', incidentPath, { data: { id: 'x', type: 'incidents', attributes: { title: 'Renamed' } } }],
  ['post /api/v2/incidents/{id}/relationships/todos', `${incidentPath}/relationships/todos`, parts.todo],
  [
    'patch /api/v2/incidents/{id}/relationships/todos/{part}',
    `${incidentPath}/${todo}`,
    { data: { type: 'incident_todos', attributes: { content: 'Rotate all keys', assignees: [] } } },
  ],
  ['delete /api/v2/incidents/{id}/relationships/todos/{part}', `${incidentPath}/${todo}`],
  ['post /api/v2/incidents/{id}/impacts', `${incidentPath}/impacts`, parts.impact],
  [
    'patch /api/v2/incidents/{id}/impacts/{part}',
    `${incidentPath}/${impact}`,
    { data: { type: 'incident_impacts', attributes: { description: 'All' } } },
  ],
  ['delete /api/v2/incidents/{id}/impacts/{part}', `${incidentPath}/${impact}`],
  ['post /api/v2/incidents/{id}/attachments', `${incidentPath}/attachments`, parts.link],
  [
    'patch /api/v2/incidents/{id}/attachments/{part}',
    `${incidentPath}/${link}`,
    { data: { type: 'incident_attachments', attributes: { attachment: { title: 'Chart' } } } },
  ],
  ['delete /api/v2/incidents/{id}/attachments/{part}', `${incidentPath}/${link}`],
  ['post /api/v2/incidents/{id}/responders', `${incidentPath}/responders`, responderOf(daemon.standard.user.uuid)],
  ['delete /api/v2/incidents/{id}/responders/{part}', `${incidentPath}/${responder}`],
  ['post /api/local/incidents/{id}/timeline', `${localIncident}/timeline`, patch({ text: 'Asked the owner' })],
  ['post /api/local/incidents/{id}/signals', `${localIncident}/signals`, { data: [{ id: signal }] }],
  ['delete /api/local/incidents/{id}/signals', `${localIncident}/signals`, { data: [{ id: signal }] }],
  [
    'patch /api/v2/security_monitoring/signals/{id}/incidents',
    `/api/v2/security_monitoring/signals/${signal}/incidents`,
    patch({ incident_ids: [Number(kept)] }),
  ],
  ['delete /api/v2/incidents/{id}', incidentPath],
  ['post /api/v2/security_monitoring/rules', '/api/v2/security_monitoring/rules', { ...bruteForce, name: 'Another' }],
  ['put /api/v2/security_monitoring/rules/{id}', `/api/v2/security_monitoring/rules/${rule}`, { name: 'Renamed' }],
  ['post /api/v2/security_monitoring/rules/{id}/restore/{version}', `/api/v2/security_monitoring/rules/${rule}/restore/1`],
  ['delete /api/v2/security_monitoring/rules/{id}', `/api/v2/security_monitoring/rules/${rule}`],
  ['post /api/v2/security_monitoring/configuration/suppressions', suppressions, patch({ ...hide, name: 'Another' })],
  ['patch /api/v2/security_monitoring/configuration/suppressions/{id}', `${suppressions}/${suppression}`, patch({ enabled: false })],
  ['delete /api/v2/security_monitoring/configuration/suppressions/{id}', `${suppressions}/${suppression}`],
  ['post /api/local/signals', '/api/local/signals', patch({ title: 'Seen by hand', severity: 'low' })],
  [
    'post /api/local/feeds',
    '/api/local/feeds',
    { data: { type: 'feed', attributes: { name: 'more', format: 'netset', category: 'scanner', intention: 'malicious' } } },
  ],
  ['put /api/local/feeds/{id}/content', `/api/local/feeds/${feedId}/content`, '198.51.100.0/24\n203.0.113.0/24\n', 'text/plain'],
  ['put /api/local/feeds/{id}/secret', `/api/local/feeds/${fetchedId}/secret`, { data: { type: 'secret', attributes: { secret: 'x' } } }],
  ['post /api/local/feeds/{id}/refresh', `/api/local/feeds/${fetchedId}/refresh`],
  ['post /api/local/feed-catalogue/{id}/enable', `/api/local/feed-catalogue/${openId}/enable`],
  ['post /api/local/feed-bundle', '/api/local/feed-bundle', bundle, 'application/gzip'],
  ['post /api/local/rules/import', '/api/local/rules/import', sigma, 'text/yaml'],
  ['patch /api/local/feeds/{id}', `/api/local/feeds/${feedId}`, patch({ enabled: false })],
  ['delete /api/local/feeds/{id}', `/api/local/feeds/${feedId}`],
  ['post /api/v2/reference-tables/tables', tables, tableNamed('more')],
  ['patch /api/v2/reference-tables/tables/{id}', `${tables}/${table}`, { data: { type: 'reference_table', attributes: { tags: ['a'] } } }],
  ['post /api/v2/reference-tables/tables/{id}/rows', `${tables}/${table}/rows`, rowNamed({ attributes: { values: {} } })],
  [
    'put /api/local/reference-tables/{id}/feed',
    `/api/local/reference-tables/${table}/feed`,
    patch({ category: 'c2', intention: 'malicious' }),
  ],
  ['delete /api/v2/reference-tables/tables/{id}/rows', `${tables}/${table}/rows`, rowNamed({})],
  ['delete /api/local/reference-tables/{id}/feed', `/api/local/reference-tables/${table}/feed`],
  ['delete /api/v2/reference-tables/tables/{id}', `${tables}/${table}`],
  [
    'post /api/v2/security/siem/ioc-explorer/triage',
    '/api/v2/security/siem/ioc-explorer/triage',
    { data: { type: 'ioc_triage_state', attributes: { indicator: '203.0.113.9', triage_state: 'reviewed' } } },
  ],
  ['post /api/local/views', '/api/local/views', view('Another')],
  ['put /api/local/views/default', '/api/local/views/default', patch({ id: saved })],
  ['patch /api/local/views/{id}', `/api/local/views/${saved}`, patch({ name: 'Ours', shared: true })],
  ['delete /api/local/views/{id}', `/api/local/views/${saved}`],
  ['put /api/local/services/{name}', '/api/local/services/sshd', patch({ owner: 'Platform', url: 'https://wiki.example/{service}' })],
  ['delete /api/local/services/{name}', '/api/local/services/sshd'],
  ['patch /api/local/settings', '/api/local/settings', patch({ retention: { days: 400 } })],
  ['post /api/local/backups', '/api/local/backups', patch({})],
  ['delete /api/v2/api_keys/{id}', `/api/v2/api_keys/${api}`],
  ['delete /api/v2/current_user/application_keys/{id}', `/api/v2/current_user/application_keys/${mine}`],
  ['delete /api/v2/application_keys/{id}', `/api/v2/application_keys/${other}`],
]
const handshake = ['post /api/local/pairing/start', 'post /api/local/pairing/finish', 'post /api/local/session']

interface Operation {
  'x-read'?: boolean
}
test('the table holds every write of the app', async () => {
  const { paths } = (await nobody.get('/openapi.json')).json as { paths: Record<string, Record<string, Operation>> }
  const listed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => (method === 'get' || operation['x-read'] ? [] : [`${method} ${path}`])),
  )
  expect([...writes.map(([operation]) => operation), ...handshake].sort()).toEqual(listed.sort())
})

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)
    .sort()
const lists = [
  ...['users', 'roles', 'api_keys', 'application_keys'],
  ...['rules', 'signals', 'configuration/suppressions'].map(name => `security_monitoring/${name}`),
].map(name => `/api/v2/${name}?page[size]=100`)
/** Everything that a write could change. */
async function state() {
  await daemon.daemon.hunting.idle()
  await core.jobsDone()
  return {
    // how far detection is saved to have come is no change that a write makes
    statistics: { ...(await core.statistics()), judged: 0 },
    audit: await core.auditHead(),
    events: (
      await core.searchAudit(unrestricted, {
        track: 'audit',
        query: '@evt.actor.type:USER',
        from: 0,
        to: 2 * noon,
        limit: 0,
        sort: 'timestamp',
      })
    ).total,
    lists: await Promise.all([...lists, '/api/local/feeds', tables, incidents].map(async path => (await admin.get(path)).at('data'))),
    feeds: filesIn(join(daemon.dir, 'feeds')),
    views: daemon.daemon.views.list({ ...admin.user, mayManage: true }),
    services: daemon.daemon.services.list(),
    live: daemon.events.length,
  }
}

/** Audit events of a write. The job that is stopped here is over; one that is begun is an event, and so is each of the two things that it changes. */
const eventsOf = (operation: string) =>
  isLogs(operation) || operation.startsWith('delete /api/local/jobs') ? 0 : operation.endsWith('/apply') ? 3 : 1
/** Logs that come in are no change that somebody made. */
const isLogs = (operation: string) => operation.startsWith('post /api/v2/logs') || operation.startsWith('post /api/local/imports/')

test.each(writes)('%s: dry run, then twice with one key', async (operation, path, body, type = 'application/json') => {
  const method = operation.split(' ')[0]!.toUpperCase()
  const headers = { 'content-type': type, 'idempotency-key': `once ${operation}`.replace(/[^\w]/g, '-') }
  const ask = (where: string) => admin.request(method, where, body, headers)

  const before = await state()
  const dry = await ask(`${path}${path.includes('?') ? '&' : '?'}dry_run=true`)
  expect(dry.status, dry.text).toBeLessThan(300)
  expect(await state()).toEqual(before)

  const first = await ask(path)
  expect(first.status).toBe(dry.status)
  await core.caughtUp()
  const after = await state()
  // a job that is over stays as it is
  if (!operation.startsWith('delete /api/local/jobs')) expect(after).not.toEqual(before)
  // one change, one event
  expect(after.events - before.events).toBe(eventsOf(operation))

  const second = await ask(path)
  expect(second.status).toBe(first.status)
  await core.caughtUp()
  expect(await state()).toEqual(after)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
