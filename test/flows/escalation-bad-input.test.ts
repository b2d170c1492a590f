import { expect, test } from 'vitest'
import { builtInTypes } from '../../shared/case.ts'
import { startDaemon } from '../daemon.ts'
import { startReceiver } from '../receiver.ts'

// What issue 6 calls bad input, line by line: refused with what and where, nothing half done, and a dry run says the same.
const daemon = await startDaemon()
const { admin, core } = daemon
const receiver = await startReceiver()
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })

const of = (type: string, attributes: object, more: object = {}) => ({ data: { type, attributes, ...more } })
const plain = (attributes: object) => ({ data: { attributes } })
const idOf = async (path: string, body: object) => String((await admin.post(path, body)).at('data.id'))
const opened = await idOf('/api/local/cases', plain({ title: 'Open', type_id: builtInTypes[1]!.id }))
const closed = await idOf('/api/local/cases', plain({ title: 'Closed', type_id: builtInTypes[1]!.id }))
await admin.post(`/api/v2/cases/${closed}/status`, of('case', { status: 'CLOSED' }))
const signal = await idOf('/api/local/signals', plain({ title: 'S', severity: 'low' }))
const incident = await idOf('/api/v2/incidents', of('incidents', { title: 'I', customer_impacted: false }))

const secret = `whsec_${Buffer.from('b'.repeat(32)).toString('base64')}`
const channel = (url: string) => plain({ kind: 'webhook', name: 'bad', options: { url }, secrets: { secret } })
const dropdown = (name: string, value: string) => ({ fields: { [name]: { type: 'dropdown', value } } })
const step = (name: string, actionId: string, parameters: object, next?: string) => ({
  ...{ name, actionId, parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) },
  outboundEdges: next === undefined ? [] : [{ nextStepName: next, branchName: 'main' }],
})
const workflow = (...steps: object[]) =>
  of('workflows', {
    name: 'W',
    published: true,
    spec: { handle: 'w', triggers: [{ securityTrigger: {} }], steps },
  })
const rule = (more: object) =>
  of('notification_rules', { name: 'R', selectors: { trigger_source: 'security_signals' }, targets: ['@browser'], ...more })
const insight = { type: 'SECURITY_SIGNAL', resource_id: signal, ref: '/s' }
const channels = '/api/local/channels'
const rules = '/api/v2/security/signals/notification_rules'

test.each<[what: string, method: 'POST' | 'PUT' | 'PATCH', path: string, body: object, status: number, says: string]>([
  ['unknown project', 'POST', '/api/local/cases', plain({ title: 'T', project: 'NO' }), 400, 'There is no project NO'],
  ['unknown user: assignee of a case', 'POST', `/api/v2/cases/${opened}/assign`, of('case', { assignee_id: 'nobody' }), 400, 'assignee_id'],
  [
    'unknown user: assignee of a signal',
    'PATCH',
    `/api/v2/security_monitoring/signals/${signal}/assignee`,
    plain({ assignee: { uuid: 'nobody' } }),
    400,
    'assignee.uuid',
  ],
  [
    'unknown user: commander',
    'POST',
    '/api/v2/incidents',
    of('incidents', { title: 'T', customer_impacted: false }, { relationships: { commander_user: { data: { id: 'nobody' } } } }),
    400,
    'commander_user',
  ],
  [
    'unknown severity of an incident',
    'POST',
    '/api/v2/incidents',
    of('incidents', { title: 'T', customer_impacted: false, ...dropdown('severity', 'SEV-9') }),
    400,
    'severity',
  ],
  ['unknown severity of a signal', 'POST', '/api/local/signals', plain({ title: 'T', severity: 'worst' }), 400, 'severity'],
  [
    'unknown severity of a rule',
    'POST',
    rules,
    rule({ selectors: { trigger_source: 'security_signals', severities: ['worst'] } }),
    400,
    'severities',
  ],
  ['unknown priority', 'POST', `/api/v2/cases/${opened}/priority`, of('case', { priority: 'P9' }), 400, 'priority'],
  ['unknown transition of a case', 'POST', `/api/v2/cases/${opened}/status`, of('case', { status: 'DONE' }), 400, 'status'],
  [
    'unknown transition of an incident',
    'PATCH',
    `/api/v2/incidents/${incident}`,
    of('incidents', dropdown('state', 'completed'), { id: incident }),
    400,
    'state',
  ],
  ['a template with an unknown variable, in a rule', 'POST', rules, rule({ x_local: { title: '{{nope}}' } }), 400, 'x_local.title'],
  [
    'a template with an unknown variable, in a workflow',
    'POST',
    '/api/v2/workflows',
    workflow(step('note', 'add_note', { text: '{{ Steps.nope.x }}' })),
    400,
    'steps.0.parameters.0.value',
  ],
  ['a webhook to 127.0.0.1', 'POST', channels, channel('https://127.0.0.1/'), 400, 'options.url'],
  ['a webhook to 169.254.169.254', 'POST', channels, channel('https://169.254.169.254/latest/meta-data'), 400, 'options.url'],
  ['a webhook to a name that resolves to one', 'POST', channels, channel('https://localhost/'), 400, 'options.url'],
  [
    'a workflow that asks a name that resolves to one',
    'POST',
    '/api/v2/workflows',
    workflow(step('ask', 'http_request', { url: 'https://localhost/' })),
    400,
    'steps.0.parameters.0.value',
  ],
  [
    '10 MB of selected text',
    'POST',
    '/api/local/evidence',
    plain({ text: 'x'.repeat(10 * 1024 * 1024), page: { url: 'https://example.org/', title: '' }, time: 0, zone: 0 }),
    413,
    'larger than 5 MB',
  ],
  [
    'a signal into a case that was closed meanwhile',
    'PUT',
    `/api/v2/cases/${closed}/insights`,
    of('case', { insights: [insight] }),
    409,
    'closed',
  ],
  ['the same by our own route', 'POST', `/api/local/cases/${closed}/signals`, plain({ signals: [signal] }), 409, 'closed'],
  [
    'a workflow with a cycle',
    'POST',
    '/api/v2/workflows',
    workflow(step('a', 'wait', { duration: '1h' }, 'b'), step('b', 'wait', { duration: '1h' }, 'a')),
    400,
    'a → b → a',
  ],
])('%s: refused with what and where, in dry run too, and nothing has changed', async (_, method, path, body, status, says) => {
  const before = await core.auditHead()
  for (const where of [`${path}?dry_run=true`, path]) {
    const answer = await admin.request(method, where, body)
    expect([where, answer.status, answer.text]).toEqual([where, status, expect.stringContaining(says)])
  }
  expect(await core.auditHead()).toEqual(before)
  expect(receiver.received).toEqual([])
})

test('a webhook that redirects to 169.254.169.254 → not followed, and said; a dry run sends nothing', async () => {
  receiver.at('/elsewhere', response => void response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end())
  const id = await idOf(
    channels,
    plain({ kind: 'webhook', name: 'moved', options: { url: `${receiver.url}/elsewhere` }, secrets: { secret } }),
  )
  const dry = await admin.post(`${channels}/${id}/test?dry_run=true`, plain({}))
  expect([dry.status, receiver.of('/elsewhere')]).toEqual([200, []])
  const sent = await admin.post(`${channels}/${id}/test`, plain({}))
  expect([sent.at('data.attributes.delivered'), sent.at('data.attributes.error')]).toEqual([
    false,
    expect.stringContaining('sends on to http://169.254.169.254'),
  ])
  expect(receiver.of('/elsewhere')).toHaveLength(1)
})

test('a workflow whose step always fails: its run says which and why, what comes after it is not done; a dry run begins none', async () => {
  receiver.at('/fails', response => void response.writeHead(500).end('out of order'))
  const id = await idOf(
    '/api/v2/workflows',
    workflow(step('ask', 'http_request', { url: `${receiver.url}/fails` }, 'open'), step('open', 'create_case', { title: 'Never' })),
  )
  const instances = `/api/v2/workflows/${id}/instances`
  const before = await core.auditHead()
  const dry = await admin.post(`${instances}?dry_run=true`, { meta: { payload: {}, x_local: { signal_id: signal } } })
  expect([dry.status, receiver.of('/fails'), await core.auditHead()]).toEqual([200, [], before])
  const run = await admin.post(instances, { meta: { payload: {}, x_local: { signal_id: signal } } })
  expect(run.status).toBe(200)
  await daemon.daemon.workflows.idle()
  const after = await admin.get(`${instances}/${String(run.at('data.id'))}`)
  expect(after.at('data.attributes.instanceStatus.displayName')).toBe('Failed')
  expect(after.text).toContain('500')
  expect((await admin.get('/api/v2/cases?filter=Never')).at('data')).toEqual([])
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
