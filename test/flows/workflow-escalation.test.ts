import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

// what steps do in the store beyond the signal itself: cases, incidents, notifications and blocks
const receiver = await startReceiver()
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, analyst, readOnly, standard, intake, core, clock } = daemon
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const channel = { kind: 'webhook', name: 'soc', options: { url: `${receiver.url}/soc` }, secrets: { secret } }
await admin.post('/api/local/channels', { data: { attributes: channel } })
const base = '/api/v2/workflows'
const signals = '/api/v2/security_monitoring/signals'

let next = 1
/** Open one more signal: its id and its attacker. */
async function opened(): Promise<{ signal: string; ip: string }> {
  clock.now += 60_000
  const ip = `45.155.205.${next++}`
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  return { signal: String((await admin.get(`${signals}?filter[query]=@network.client.ip:${ip}`)).at('data.0.id')), ip }
}
const step = (name: string, actionId: string, parameters: object = {}, after?: string) => ({
  ...{ name, actionId, parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) },
  outboundEdges: after === undefined ? [] : [{ nextStepName: after, branchName: 'main' }],
})
let made = 0
const definition = (steps: object[], spec: object = {}) => ({
  data: {
    type: 'workflows',
    attributes: {
      name: `Escalate ${++made}`,
      published: true,
      spec: { triggers: [{ securityTrigger: {} }, { apiTrigger: {} }], steps, ...spec },
    },
  },
})
async function create(steps: object[], spec?: object): Promise<string> {
  const answer = await admin.post(base, definition(steps, spec))
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return String(answer.at('data.id'))
}
const begin = (id: string, signal?: string, end = '') =>
  analyst.post(`${base}/${id}/instances${end}`, { meta: { ...(signal && { x_local: { signal_id: signal } }) } })
async function over(id: string, signal?: string) {
  const begun = await begin(id, signal)
  expect([begun.status, begun.text]).toEqual([200, begun.text])
  return until(async () => {
    const run = await readOnly.get(`${base}/${id}/instances/${begun.at('data.id')}`)
    return run.at('data.attributes.instanceStatus.displayName') === 'Running' ? undefined : run
  })
}
const statesOf = (run: { each(list: string, path: string): unknown[] }) => run.each('data.attributes.steps', 'status.displayName')
const count = async (query: string) =>
  (await admin.post('/api/local/explorer', { track: 'audit', query, from: 0, limit: 0 })).at('meta.total') as number

const escalation = [
  step('open', 'create_case', { title: 'Guessed: {{ Source.signal.title }}', priority: 'P1', assignee: 'sana@example.com' }, 'declare'),
  step('declare', 'declare_incident', { title: 'Break-in', severity: 'SEV-2', case: '{{ Steps.open.case_key }}' }, 'tell'),
  step(
    'tell',
    'notify',
    { targets: ['@webhook-soc'], title: '{{ Steps.declare.incident_key }} <b>', message: 'Case {{ Steps.open.case_key }}' },
    'block',
  ),
  step('block', 'block_ip', { ip: '{{ Source.signal.attributes.network.client.ip }}', duration: '1h' }),
]

test('S0-25, S0-26, S0-28: case, incident with the case, notification and block from a signal; each is named in the audit trail', async () => {
  const { signal, ip } = await opened()
  const id = await create(escalation)
  const run = await over(id, signal)
  expect(statesOf(run)).toEqual(['Succeeded', 'Succeeded', 'Succeeded', 'Succeeded'])
  const key = String(run.at('data.attributes.steps.0.outputs.case_key'))
  const file = await admin.get(`/api/v2/cases/${key}`)
  expect(file.at('data.attributes')).toMatchObject({
    priority: 'P1',
    title: expect.stringMatching(/^Guessed: Brute force/),
    insights: [{ resource_id: signal }],
  })
  expect(file.at('data.attributes.x_local')).toMatchObject({
    assignee: { handle: 'sana@example.com' },
    created_by: { handle: 'sana@example.com' },
    incidents: [{ key: run.at('data.attributes.steps.1.outputs.incident_key') }],
  })
  const incident = await admin.get(`/api/v2/incidents/${run.at('data.attributes.steps.1.outputs.incident_id')}?include=users`)
  expect(incident.at('data.attributes')).toMatchObject({ title: 'Break-in', severity: 'SEV-2', state: 'active' })
  expect(incident.at('data.relationships.commander_user.data.id')).toBe(analyst.user.uuid)
  const triage = (await admin.get(`${signals}/${signal}`)).at('data.attributes.custom.workflow.triage')
  expect(triage).toMatchObject({ state: 'under_review', incidentIds: [incident.at('data.attributes.public_id')] })
  const entries = await admin.get(`/api/local/denylist?filter[text]=${ip}`)
  expect(entries.at('data.0.attributes')).toMatchObject({ value: ip, duration_ms: 3_600_000, signal_id: signal, state: 'active' })
  await daemon.daemon.notifications.deliveries.run()
  const told = receiver.of('/soc').map(({ body }) => JSON.parse(body) as { type: string; data: object })
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({
    type: 'workflow.message',
    data: { title: 'INC-1 <b>', message: `Case ${key}`, severity: 'high', workflow: { name: expect.stringMatching(/^Escalate/) } },
  })
  const by = '@http.useragent:workflow-escalate-1 @usr.email:sana@example.com'
  for (const type of ['case', 'incident', 'denylist', 'notification'])
    expect(await count(`@asset.type:${type} @action:created ${by}`), type).toBe(1)
})

test('by itself, through a notification rule: the workflow is who made it, and the incident has no commander', async () => {
  const { signal } = await opened()
  const id = await create(
    [step('open', 'create_case', { title: 'By itself' }, 'declare'), step('declare', 'declare_incident', { title: 'By itself' })],
    { handle: 'escalate-by-itself' },
  )
  const begun = await core.startRunFor('escalate-by-itself', signal, 'the rule “x”')
  await daemon.daemon.workflows.idle()
  const run = await admin.get(`${base}/${id}/instances/${begun.id}`)
  expect(statesOf(run)).toEqual(['Succeeded', 'Succeeded'])
  const file = await admin.get(`/api/v2/cases/${run.at('data.attributes.steps.0.outputs.case_key')}`)
  expect(file.at('data.attributes.x_local.created_by.handle')).toBe('workflow-escalate-by-itself')
  const incident = await admin.get(`/api/v2/incidents/${run.at('data.attributes.steps.1.outputs.incident_id')}`)
  expect(incident.at('data.relationships.commander_user.data')).toBeNull()
})

test('a dry run: what would be done, step by step, and nothing is', async () => {
  const { signal, ip } = await opened()
  const id = await create([
    ...escalation.slice(0, 3),
    step('block', 'block_ip', { ip, duration: '1h' }, 'ask'),
    step('ask', 'http_request', { url: `${receiver.url}/ask` }),
  ])
  const before = await core.auditHead()
  const tried = await begin(id, signal, '?dry_run=true')
  expect([tried.status, tried.text]).toEqual([200, tried.text])
  expect(statesOf(tried)).toEqual(['Succeeded', 'Succeeded', 'Succeeded', 'Succeeded', 'Pending'])
  expect(tried.at('data.attributes.steps.3.outputs.blocked.0.value')).toBe(ip)
  expect(tried.at('data.attributes.steps.0.outputs.case_key')).toMatch(/^SEC-\d+$/)
  expect(await core.auditHead()).toEqual(before)
  expect((await admin.get(`/api/local/denylist?filter[text]=${ip}`)).each('data', 'id')).toEqual([])
  expect((await admin.get(`${base}/${id}/instances`)).each('data', 'id')).toEqual([])
})

test.each<[what: string, action: string, parameters: object, says: string]>([
  ['a project that is not there', 'create_case', { title: 'x', project: 'NOPE' }, 'There is no project NOPE'],
  ['nobody’s handle', 'create_case', { title: 'x', assignee: 'no@example.com' }, 'Nobody has the uuid or handle no@example.com'],
  ['a case that is not there', 'declare_incident', { title: 'x', case: 'SEC-999' }, 'not found'],
  ['an impact without its scope', 'declare_incident', { title: 'x', customer_impacted: true }, 'Say how customers are impacted'],
  ['a channel that is not there', 'notify', { targets: ['@webhook-nope'], title: 'x' }, 'There is no channel @webhook-nope'],
  ['an address of a private network', 'block_ip', { ip: '10.0.0.7' }, 'private or reserved'],
  ['this machine', 'block_ip', { ip: ['127.0.0.1', '::1'] }, 'None of the 2 could be blocked'],
  ['a colleague', 'block_user', { user: ['rhea@example.com', 'ada'] }, 'None of the 2 could be blocked'],
  ['whoever has no name', 'block_user', { user: '-' }, 'may be anybody'],
  ['half of the internet', 'block_ip', { ip: '0.0.0.0/1' }, 'too much of the internet'],
  [
    'what a log said where an address was meant',
    'block_ip',
    { ip: '{{ Source.signal.title }}' },
    'ip.0: must be an address or a CIDR block',
  ],
  ['nothing to block', 'block_ip', { ip: '{{ Source.signal.attributes.no.such }}' }, 'is not there'],
])('%s: the step fails and says so, in a dry run too, and nothing is half done', async (_, action, parameters, says) => {
  const { signal } = await opened()
  const id = await create([step('act', action, parameters)])
  const counts = async () => [await count('@asset.type:case'), await count('@asset.type:incident'), await count('@asset.type:denylist')]
  const before = await counts()
  for (const run of [await over(id, signal), await begin(id, signal, '?dry_run=true')]) {
    expect(statesOf(run)).toEqual(['Failed'])
    expect(run.at('data.attributes.steps.0.error')).toContain(says)
  }
  expect(await counts()).toEqual(before)
})

test('who is trusted is not blocked, and the others are', async () => {
  const { signal } = await opened()
  const entry = { description: 'Our scanner', ip_list: ['45.155.206.7'], enabled: true, on_match: 'monitor' }
  const trusted = await admin.post('/api/v2/remote_config/products/asm/waf/exclusion_filters', {
    data: { type: 'exclusion_filter', attributes: entry },
  })
  expect([trusted.status, trusted.text]).toEqual([200, trusted.text])
  const id = await create([step('act', 'block_ip', { ip: ['45.155.206.7', '45.155.206.8'] })])
  const run = await over(id, signal)
  expect(run.at('data.attributes.steps.0.outputs')).toMatchObject({
    blocked: [{ value: '45.155.206.8' }],
    refused: [{ value: '45.155.206.7', code: 'passlisted' }],
  })
})

test('what needs a second person waits for one', async () => {
  await admin.patch('/api/local/settings', { data: { attributes: { respond: { approval: { permanent: true } } } } })
  const id = await create([step('act', 'block_user', { user: 'mallory', duration: 'permanent' })])
  const run = await over(id)
  expect(run.at('data.attributes.steps.0.outputs.blocked')).toMatchObject([{ value: 'mallory', state: 'waiting' }])
  await admin.patch('/api/local/settings', { data: { attributes: { respond: { approval: { permanent: false } } } } })
})

test('by itself it blocks as many an hour as rules may, and no more', async () => {
  await admin.patch('/api/local/settings', { data: { attributes: { respond: { per_hour: 1 } } } })
  clock.now += 3_700_000
  const id = await create([step('act', 'block_user', { user: ['x1', 'x2'] })], { handle: 'brake' })
  const begun = await core.startRunFor('brake', (await opened()).signal, 'x')
  await daemon.daemon.workflows.idle()
  const run = await admin.get(`${base}/${id}/instances/${begun.id}`)
  expect(run.at('data.attributes.steps.0.outputs')).toMatchObject({ blocked: [{ value: 'x1' }], refused: [{ value: 'x2', code: 'limit' }] })
})

test.each<[what: string, action: string, parameters: object, says: string]>([
  ['who is told is no target', 'notify', { targets: ['soc'], title: 'x' }, 'must be one of'],
  ['a workflow that begins workflows', 'notify', { targets: ['@workflow-x'], title: 'x' }, 'a step cannot'],
  ['a severity that there is not', 'declare_incident', { title: 'x', severity: 'SEV-9' }, 'SEV-1'],
  ['no address', 'block_ip', { ip: 'localhost' }, 'must be an address'],
  ['for a second', 'block_ip', { ip: '45.155.206.9', duration: '1s' }, 'from 1m to 365d'],
])('%s → 400 that names it, in a dry run too', async (_, action, parameters, says) => {
  for (const end of ['', '?dry_run=true']) {
    const answer = await admin.post(`${base}${end}`, definition([step('act', action, parameters)]))
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(says)])
    expect(answer.at('errors.0.source.pointer')).toContain('spec.steps.0.parameters')
  }
})

test.each([
  ['create_case', { title: 'x' }, 'cases_write'],
  ['declare_incident', { title: 'x' }, 'incident_write'],
  ['notify', { targets: ['@browser'], title: 'x' }, 'security_monitoring_notification_profiles_write'],
  ['block_ip', { ip: '45.155.206.9' }, 'appsec_protect_write'],
])('nobody saves %s without its permission', async (action, parameters, permission) => {
  const writer = await daemon.as('Standard', 'wim', ['workflows_write'])
  const answer = await writer.post(base, definition([step('act', action, parameters)]))
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining(permission)])
  expect(permission === 'appsec_protect_write').toBe(
    (await standard.post(`${base}?dry_run=true`, definition([step('act', action, parameters)]))).status === 403,
  )
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
