import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { writeTar } from '../../daemon/lib/archive/tar.ts'
import { unrestricted } from '../../daemon/lib/restrictions.ts'
import { securityCase } from '../../shared/case.ts'
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
const madeCase = await admin.post('/api/v2/cases', {
  data: {
    type: 'case',
    attributes: { title: 'Doors', type_id: securityCase.id },
    relationships: { project: { data: { id: 'SEC', type: 'project' } } },
  },
})
const caseId = String(madeCase.at('data.id'))
const kept = await admin.post(incidents, incidentOf('Kept'))
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
const workflows = '/api/v2/workflows'
const rest = { name: 'rest', actionId: 'wait', parameters: [{ name: 'duration', value: '1h' }] }
const workflowNamed = (name: string) => ({
  data: { type: 'workflows', attributes: { name, published: true, spec: { triggers: [{ apiTrigger: {} }], steps: [rest] } } },
})
const workflow = String((await admin.post(workflows, workflowNamed('Rest'))).at('data.id'))
const instance = String((await admin.post(`${workflows}/${workflow}/instances`, {})).at('data.id'))

const patch = (attributes: object) => ({ data: { attributes } })
const many = (attributes: object) => ({ data: [{ id: signal, attributes }] })
// in an order in which each finds what it needs
const evidenceOf = (text: string) => ({
  data: { type: 'evidence', attributes: { text, page: { url: 'https://logs.example.net/', title: 'Logs' }, time: noon } },
})
const cases = '/api/v2/cases'
const caseBody = (attributes: object) => ({ data: { type: 'case', attributes } })
const caseOf = (title: string) => ({
  data: {
    type: 'case',
    attributes: { title, type_id: securityCase.id },
    relationships: { project: { data: { id: 'SEC', type: 'project' } } },
  },
})
const kindBody = (type: 'project' | 'case_type', attributes: object) => ({ data: { type, attributes } })
const shelf = String((await admin.post(`${cases}/projects`, kindBody('project', { key: 'TMP', name: 'For a while' }))).at('data.id'))
const kind = String((await admin.post(`${cases}/types`, kindBody('case_type', { name: 'Phishing' }))).at('data.id'))
const makeCase = async (title: string) => String((await admin.post(cases, caseOf(title))).at('data.id'))
const [opened, second, third] = [await makeCase('Ours'), await makeCase('Second'), await makeCase('Third')]
await admin.post(`/api/local/cases/${second}/merge`, caseBody({ case_ids: [third] }))
const fourth = await makeCase('Fourth')
const commented = async () =>
  String((await admin.post(`${cases}/${opened}/comment`, caseBody({ comment: 'Asked the owner' }))).at('data.0.id'))
const [comment, gone] = [await commented(), await commented()]
const linkBody = (child: string) => ({
  data: {
    type: 'link',
    attributes: {
      ...{ parent_entity_type: 'CASE', parent_entity_id: opened, child_entity_type: 'CASE', child_entity_id: child },
      relationship: 'RELATES_TO',
    },
  },
})
const caseLink = String((await admin.post(`${cases}/link`, linkBody(second))).at('data.id'))
const insight = { type: 'SECURITY_SIGNAL', resource_id: signal, ref: `/security?event=${signal}` }
const toIncident = String((await admin.post('/api/local/signals/selections', patch({ query: '@title:"none such"' }))).at('data.id'))
const toCase = String((await admin.post('/api/local/signals/selections', patch({ query: '*' }))).at('data.id'))
const exclusions = '/api/v2/remote_config/products/asm/waf/exclusion_filters'
const exclusion = (description: string) => ({
  data: { type: 'exclusion_filter', attributes: { description, enabled: true, ip_list: ['93.184.1.0/24'] } },
})
const excluded = String((await admin.post(exclusions, exclusion('an office'))).at('data.id'))
const block = (value: string, duration: string, who = admin) => who.post('/api/local/denylist', patch({ kind: 'ip', value, duration }))
const blocked = String((await block('93.184.7.7', '1h')).at('data.id'))
await admin.patch('/api/local/settings', patch({ respond: { approval: { permanent: true } } }))
const waiting = String((await block('93.184.7.8', 'permanent', await daemon.as('Admin', 'second'))).at('data.id'))
await admin.patch('/api/local/settings', patch({ respond: { approval: { permanent: false } } }))
const bouncer = String((await admin.post('/api/local/bouncers', patch({ name: 'firewall' }))).at('data.id'))

const enforcerBody = (name: string) =>
  patch({
    ...{ name, kind: 'aws-waf', secrets: { access_key_id: 'AKIDEXAMPLE' } },
    options: {
      ipv4_set: 'arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/blocked/1',
      endpoint: `http://127.0.0.1:${(source.address() as AddressInfo).port}/`,
    },
  })
const enforcer = String((await admin.post('/api/local/enforcers', enforcerBody('waf'))).at('data.id'))

const channelBody = (name: string) => ({
  data: {
    attributes: {
      ...{ kind: 'webhook', name, options: { url: `http://127.0.0.1:${(source.address() as AddressInfo).port}/` } },
      secrets: { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
    },
  },
})
const channel = String((await admin.post('/api/local/channels', channelBody('ours'))).at('data.id'))
const tellRules = '/api/v2/security/signals/notification_rules'
const tellRule = (name: string, version?: number) => ({
  data: {
    type: 'notification_rules',
    attributes: {
      ...(version && { version }),
      name,
      enabled: true,
      selectors: { trigger_source: 'security_signals', severities: ['critical'] },
      targets: ['@webhook-ours'],
    },
  },
})
const tellId = String((await admin.post(tellRules, tellRule('Ours'))).at('data.id'))

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
  ['post /api/local/evidence', '/api/local/evidence', evidenceOf('a line')],
  ['post /api/v2/cases', cases, caseOf('Another')],
  ['post /api/local/cases', '/api/local/cases', caseBody({ title: 'One more' })],
  ['post /api/v2/cases/projects', `${cases}/projects`, kindBody('project', { key: 'NET', name: 'Network' })],
  ['patch /api/v2/cases/projects/{id}', `${cases}/projects/${shelf}`, kindBody('project', { name: 'For longer' })],
  ['delete /api/v2/cases/projects/{id}', `${cases}/projects/${shelf}`],
  ['post /api/v2/cases/types', `${cases}/types`, kindBody('case_type', { name: 'Leak', x_local: { needs_reason: true } })],
  ['put /api/v2/cases/types/{id}', `${cases}/types/${kind}`, kindBody('case_type', { name: 'Phishing by mail', emoji: '🎣' })],
  ['delete /api/v2/cases/types/{id}', `${cases}/types/${kind}`],
  ['post /api/v2/cases/{id}/due_date', `${cases}/${opened}/due_date`, caseBody({ due_date: '2026-12-31' })],
  ['post /api/v2/cases/{id}/title', `${cases}/${opened}/title`, caseBody({ title: 'Renamed' })],
  ['post /api/v2/cases/{id}/description', `${cases}/${opened}/description`, caseBody({ description: 'All of it' })],
  ['post /api/v2/cases/{id}/priority', `${cases}/${opened}/priority`, caseBody({ priority: 'P1' })],
  ['post /api/v2/cases/{id}/attributes', `${cases}/${opened}/attributes`, caseBody({ attributes: { team: ['blue'] } })],
  ['post /api/v2/cases/{id}/assign', `${cases}/${opened}/assign`, caseBody({ assignee_id: admin.user.uuid })],
  ['post /api/v2/cases/{id}/unassign', `${cases}/${opened}/unassign`, { data: { type: 'case' } }],
  [
    'post /api/v2/cases/{id}/status',
    `${cases}/${opened}/status`,
    caseBody({ status: 'CLOSED', security_resolved_reason: 'TESTING_OR_MAINTENANCE' }),
  ],
  [
    'post /api/v2/cases/{id}/resolved_reason',
    `${cases}/${opened}/resolved_reason`,
    caseBody({ security_resolved_reason: 'FALSE_POSITIVE' }),
  ],
  ['post /api/v2/cases/{id}/archive', `${cases}/${opened}/archive`, { data: { type: 'case' } }],
  ['post /api/v2/cases/{id}/unarchive', `${cases}/${opened}/unarchive`, { data: { type: 'case' } }],
  ['post /api/v2/cases/{id}/comment', `${cases}/${opened}/comment`, caseBody({ comment: 'Asked again' })],
  [
    'post /api/v2/cases/bulk',
    `${cases}/bulk`,
    { data: { type: 'bulk', attributes: { case_ids: [opened, second], type: 'priority', payload: { priority: 'P3' } } } },
  ],
  ['put /api/v2/cases/{id}/comment/{cell}', `${cases}/${opened}/comment/${comment}`, caseBody({ comment: 'Asked twice' })],
  ['delete /api/v2/cases/{id}/comment/{cell}', `${cases}/${opened}/comment/${gone}`],
  ['put /api/v2/cases/{id}/insights', `${cases}/${second}/insights`, caseBody({ insights: [insight] })],
  ['delete /api/v2/cases/{id}/insights', `${cases}/${second}/insights`, caseBody({ insights: [insight] })],
  ['post /api/local/cases/{id}/signals', `/api/local/cases/${second}/signals`, caseBody({ signals: [signal] })],
  ['post /api/local/cases/{id}/split', `/api/local/cases/${second}/split`, caseBody({ case_id: third })],
  [
    'post /api/local/signals/selections/{id}/incident',
    `/api/local/signals/selections/${toIncident}/incident`,
    patch({ title: 'All of them' }),
  ],
  ['post /api/local/signals/selections/{id}/case', `/api/local/signals/selections/${toCase}/case`, caseBody({ case_id: fourth })],
  ['post /api/local/cases/{id}/merge', `/api/local/cases/${second}/merge`, caseBody({ case_ids: [fourth] })],
  ['post /api/v2/cases/link', `${cases}/link`, linkBody(third)],
  ['delete /api/v2/cases/link/{id}', `${cases}/link/${caseLink}`],
  ['post /api/v2/cases/{id}/watchers/{user}', `${cases}/${opened}/watchers/${admin.user.uuid}`],
  ['delete /api/v2/cases/{id}/watchers/{user}', `${cases}/${opened}/watchers/${admin.user.uuid}`],
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
    patch({ incident_ids: [kept.at('data.attributes.public_id')] }),
  ],
  ['put /api/local/incidents/{id}/cases/{case}', `${localIncident}/cases/${caseId}`],
  ['delete /api/local/incidents/{id}/cases/{case}', `${localIncident}/cases/${caseId}`],
  [
    'post /api/v2/cases/{id}/relationships/incidents',
    `/api/v2/cases/${caseId}/relationships/incidents`,
    { data: { id: kept.at('data.id'), type: 'incidents' } },
  ],
  ['delete /api/v2/incidents/{id}', incidentPath],
  ['post /api/v2/security_monitoring/rules', '/api/v2/security_monitoring/rules', { ...bruteForce, name: 'Another' }],
  [
    'post /api/v2/restriction_policy/{resource_id}',
    `/api/v2/restriction_policy/security-rule:${rule}`,
    {
      data: {
        id: `security-rule:${rule}`,
        type: 'restriction_policy',
        attributes: { bindings: [{ relation: 'editor', principals: ['org:1'] }] },
      },
    },
  ],
  ['delete /api/v2/restriction_policy/{resource_id}', `/api/v2/restriction_policy/security-rule:${rule}`],
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
  ['post /api/v2/workflows', workflows, workflowNamed('Another')],
  ['patch /api/v2/workflows/{workflow_id}', `${workflows}/${workflow}`, patch({ tags: ['source:sshd'] })],
  ['post /api/v2/workflows/{workflow_id}/instances', `${workflows}/${workflow}/instances`, {}],
  ['put /api/v2/workflows/{workflow_id}/instances/{instance_id}/cancel', `${workflows}/${workflow}/instances/${instance}/cancel`],
  ['delete /api/v2/workflows/{workflow_id}', `${workflows}/${workflow}`],
  [
    'put /api/local/workflows/secrets/{name}',
    '/api/local/workflows/secrets/github',
    patch({ value: 'not-a-real-token', hosts: ['api.github.com'] }),
  ],
  ['delete /api/local/workflows/secrets/{name}', '/api/local/workflows/secrets/github'],
  ['post /api/local/views', '/api/local/views', view('Another')],
  ['put /api/local/views/default', '/api/local/views/default', patch({ id: saved })],
  ['patch /api/local/views/{id}', `/api/local/views/${saved}`, patch({ name: 'Ours', shared: true })],
  ['delete /api/local/views/{id}', `/api/local/views/${saved}`],
  [
    'post /api/local/denylist',
    '/api/local/denylist',
    patch({ kind: 'ip', value: '93.184.216.34', duration: '1h', reason: 'scans', signal_id: signal }),
  ],
  [
    'post /api/local/denylist/bulk',
    '/api/local/denylist/bulk',
    patch({ entries: [{ kind: 'user', value: 'mallory' }], duration: 'permanent' }),
  ],
  ['patch /api/local/denylist/{id}', `/api/local/denylist/${blocked}`, patch({ duration: '1d' })],
  ['post /api/local/denylist/{id}/approve', `/api/local/denylist/${waiting}/approve`],
  ['delete /api/local/denylist/{id}', `/api/local/denylist/${blocked}?reason=over`],
  ['post /api/v2/remote_config/products/asm/waf/exclusion_filters', exclusions, exclusion('the office')],
  [
    'put /api/v2/remote_config/products/asm/waf/exclusion_filters/{exclusion_filter_id}',
    `${exclusions}/${excluded}`,
    exclusion('the old office'),
  ],
  ['delete /api/v2/remote_config/products/asm/waf/exclusion_filters/{exclusion_filter_id}', `${exclusions}/${excluded}`],
  ['post /api/local/bouncers', '/api/local/bouncers', patch({ name: 'another' })],
  ['patch /api/local/bouncers/{id}', `/api/local/bouncers/${bouncer}`, patch({ ranges: 'single' })],
  ['delete /api/local/bouncers/{id}', `/api/local/bouncers/${bouncer}`],
  ['post /api/local/enforcers', '/api/local/enforcers', enforcerBody('another-waf')],
  ['patch /api/local/enforcers/{id}', `/api/local/enforcers/${enforcer}`, patch({ name: 'renamed-waf' })],
  ['post /api/local/channels', '/api/local/channels', channelBody('another')],
  ['patch /api/local/channels/{id}', `/api/local/channels/${channel}`, patch({ name: 'renamed' })],
  ['post /api/local/channels/{id}/test', `/api/local/channels/${channel}/test`, patch({})],
  ['post /api/v2/security/signals/notification_rules', tellRules, tellRule('Another')],
  ['patch /api/v2/security/signals/notification_rules/{id}', `${tellRules}/${tellId}`, tellRule('Renamed', 1)],
  [
    'post /api/v2/security_monitoring/configuration/notification_rules/send_notification_preview',
    '/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview',
    tellRule('Tried'),
  ],
  ['delete /api/v2/security/signals/notification_rules/{id}', `${tellRules}/${tellId}`],
  ['delete /api/local/channels/{id}', `/api/local/channels/${channel}`],
  ['put /api/local/services/{name}', '/api/local/services/sshd', patch({ owner: 'Platform', url: 'https://wiki.example/{service}' })],
  ['delete /api/local/services/{name}', '/api/local/services/sshd'],
  ['put /api/local/pivots/{name}', '/api/local/pivots/Wiki', patch({ template: 'https://wiki.example/?q={value}', kinds: ['ip'] })],
  ['delete /api/local/pivots/{name}', '/api/local/pivots/Wiki'],
  ['patch /api/local/settings', '/api/local/settings', patch({ retention: { days: 400 } })],
  ['post /api/local/backups', '/api/local/backups', patch({})],
  ['delete /api/v2/api_keys/{id}', `/api/v2/api_keys/${api}`],
  ['delete /api/v2/current_user/application_keys/{id}', `/api/v2/current_user/application_keys/${mine}`],
  ['delete /api/v2/application_keys/{id}', `/api/v2/application_keys/${other}`],
]
/** Tried where something was given up: in notifications.test.ts. */
const letters = ['post /api/local/notifications/send_again', 'post /api/local/notifications/discard']
const handshake = [
  'post /api/local/pairing/start',
  'post /api/local/pairing/finish',
  'post /api/local/session',
  'post /api/local/workflows/callbacks/{token}',
]

interface Operation {
  'x-read'?: boolean
}
test('the table holds every write of the app', async () => {
  const { paths } = (await nobody.get('/openapi.json')).json as { paths: Record<string, Record<string, Operation>> }
  const listed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => (method === 'get' || operation['x-read'] ? [] : [`${method} ${path}`])),
  )
  expect([...writes.map(([operation]) => operation), ...letters, ...handshake].sort()).toEqual(listed.sort())
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
  await daemon.daemon.workflows.idle()
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
    lists: await Promise.all(
      [
        ...[...lists, '/api/local/feeds', tables, incidents],
        ...[`${workflows}?filter[includeSpecs]=true`, '/api/local/workflows/secrets'],
      ].map(async path => (await admin.get(path)).at('data')),
    ),
    feeds: filesIn(join(daemon.dir, 'feeds')),
    views: daemon.daemon.views.list({ ...admin.user, mayManage: true }),
    services: daemon.daemon.services.list(),
    pivots: daemon.daemon.pivots.list(),
    live: daemon.events.length,
  }
}

/** Audit events of a write. The job that is stopped here is over; one that is begun is an event, and so is each of the two things that it changes. */
const eventsOf = (operation: string) =>
  isLogs(operation) || operation.startsWith('delete /api/local/jobs') ? 0 : ofThree.has(operation) ? 3 : ofTwo.has(operation) ? 2 : 1
const ofThree = new Set([
  'post /api/local/signals/selections/{id}/apply',
  'post /api/local/signals/selections/{id}/case',
  'post /api/local/cases/{id}/merge',
])
/** An event for each case, or for the case and what comes into it. */
const ofTwo = new Set([
  'post /api/local/signals/selections/{id}/incident',
  'post /api/v2/cases/bulk',
  'post /api/v2/cases/{id}/resolved_reason',
  'put /api/v2/cases/{id}/insights',
  'delete /api/v2/cases/{id}/insights',
  'post /api/local/cases/{id}/signals',
  'post /api/local/cases/{id}/split',
  'post /api/v2/cases/link',
  'delete /api/v2/cases/link/{id}',
])
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
