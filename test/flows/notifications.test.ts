import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { answers, startReceiver } from '../receiver.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, readOnly, intake, core, clock } = daemon
const { deliveries } = daemon.daemon.notifications
const receiver = await startReceiver()
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })

const secret = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`
const rulesPath = '/api/v2/security/signals/notification_rules'
const body = (attributes: object) => ({ data: { type: 'notification_rules', attributes } })
const channel = async (name: string) => {
  const made = await admin.post('/api/local/channels', {
    data: { attributes: { kind: 'webhook', name, options: { url: `${receiver.url}/${name}` }, secrets: { secret } } },
  })
  expect([made.status, made.text]).toEqual([201, expect.any(String)])
  return made
}
const rule = async (more: object = {}) => {
  const made = await admin.post(rulesPath, {
    ...body({ name: 'Tell', selectors: { trigger_source: 'security_signals' }, targets: ['@webhook-ok'], ...more }),
  })
  expect([made.status, made.text]).toEqual([201, expect.any(String)])
  return String(made.at('data.id'))
}
const drop = async (...ids: string[]) => {
  for (const id of ids) expect((await admin.delete(`${rulesPath}/${id}`)).status).toBe(204)
}
let nextIp = 0
/** A signal of its own, high, or one made by hand. */
async function attack(count = 6): Promise<string> {
  const ip = `198.51.100.${++nextIp}`
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, count), { 'content-type': 'text/plain' })
  await core.caughtUp()
  return ip
}
const byHand = async (severity: string, title = 'By hand') =>
  String((await admin.post('/api/local/signals', { data: { attributes: { title, severity } } })).at('data.id'))
const list = (state = 'dead') => admin.get(`/api/local/notifications?filter[state]=${state}`)
const json = (received: { body: string }) => JSON.parse(received.body) as { type: string; data: Record<string, unknown> }
const told = (path: string) => receiver.of(path).map(one => (json(one).data['signals'] as { title: string }[]).map(({ title }) => title))

await channel('ok')

test('S0-03: a new signal is told once, signed as Standard Webhooks, and not again when it grows', async () => {
  const id = await rule({ x_local: { title: 'Look: {{@network.client.ip}}', message: '{{severity}} {{rule_name}}' } })
  const ip = await attack()
  await deliveries.run()
  const [first, ...more] = receiver.of('/ok')
  expect(more).toEqual([])
  expect(json(first!)).toMatchObject({ type: 'signal.opened', data: { title: `Look: ${ip}`, message: '3 Brute force', severity: 'high' } })
  const headers = Object.fromEntries(Object.entries(first!.headers).map(([name, value]) => [name, String(value)]))
  // the library knows no other clock than the system's
  const stamped = Number(headers['webhook-timestamp'])
  expect(stamped).toBe(noon / 1000)
  const signed = new Webhook(secret).sign(headers['webhook-id']!, new Date(noon), first!.body)
  expect(headers['webhook-signature']).toBe(signed)
  expect(json(first!).data['id']).toBe(headers['webhook-id'])
  await intake.post('/api/v2/logs', guesses(clock.now - 50_000, ip, 4), { 'content-type': 'text/plain' })
  await core.caughtUp()
  await deliveries.run()
  expect(receiver.of('/ok')).toHaveLength(1)
  await drop(id)
})

test('S0-03: severities, rule types, query, and off', async () => {
  receiver.received.length = 0
  const ids = [
    await rule({ selectors: { trigger_source: 'security_signals', severities: ['critical'] } }),
    await rule({ selectors: { trigger_source: 'security_signals', rule_types: ['application_security'] } }),
    await rule({ selectors: { trigger_source: 'security_signals', query: '@network.client.ip:192.0.2.1' } }),
    await rule({ selectors: { trigger_source: 'security_findings' } }),
    await rule({ enabled: false }),
  ]
  await attack()
  await deliveries.run()
  expect(receiver.received).toEqual([])
  const one = await rule({
    name: 'All of it',
    selectors: { trigger_source: 'security_signals', query: 'source:sshd', severities: ['high'], rule_types: ['log_detection'] },
  })
  await attack()
  await deliveries.run()
  expect(receiver.of('/ok').map(received => (json(received).data['rule'] as { name: string }).name)).toEqual(['All of it'])
  await drop(...ids, one)
})

test('S0-03: more severe is told of, also to whom only that concerns', async () => {
  receiver.received.length = 0
  const raising = {
    ...bruteForce,
    name: 'Raising',
    queries: [{ name: 'failures', query: 'source:sshd @usr.name:raise', groupByFields: ['@network.client.ip'] }],
    cases: [
      { name: 'very many', status: 'critical', condition: 'failures > 8' },
      { name: 'some', status: 'low', condition: 'failures > 3' },
    ],
  }
  expect((await admin.post('/api/v2/security_monitoring/rules', raising)).status).toBe(200)
  const only = { trigger_source: 'security_signals', query: '@workflow.rule.name:Raising' }
  const all = await rule({ selectors: only })
  const critical = await rule({ name: 'Critical', selectors: { ...only, severities: ['critical'] } })
  for (let i = 0; i < 10; i++) {
    const log = { ddsource: 'sshd', message: 'x', usr: { name: 'raise' }, network: { client: { ip: '192.0.2.7' } } }
    await intake.post('/api/v2/logs', [log])
    // on disk before it grows
    if (i === 4) await core.caughtUp()
  }
  await core.caughtUp()
  await deliveries.run()
  const seen = receiver.of('/ok').map(json)
  const said = seen.map(({ type, data }) => [type, data['severity'], (data['rule'] as { name: string }).name].join(' ')).sort()
  expect(said).toEqual(['signal.opened low Tell', 'signal.raised critical Critical', 'signal.raised critical Tell'])
  await drop(all, critical)
})

test('S0-03: aggregated over 15 minutes: the first waits, the others join it', async () => {
  receiver.received.length = 0
  const id = await rule({ time_aggregation: 900, selectors: { trigger_source: 'security_signals', severities: ['low', 'critical'] } })
  for (const severity of ['low', 'critical', 'low']) await byHand(severity)
  await deliveries.run()
  expect(receiver.received).toEqual([])
  clock.now += 900_000
  await deliveries.run()
  expect(receiver.of('/ok')).toHaveLength(1)
  expect(json(receiver.of('/ok')[0]!).data).toMatchObject({ severity: 'critical', title: '[critical] 3 signals: Tell', more_signals: 0 })
  expect(told('/ok')[0]).toHaveLength(3)
  await byHand('low', 'Alone')
  clock.now += 900_000
  await deliveries.run()
  expect(json(receiver.of('/ok')[1]!).data).toMatchObject({ title: '[low] Alone' })
  await drop(id)
})

test('F11: 500 then 200 under one id; a dead receiver holds up no other', async () => {
  receiver.received.length = 0
  for (const name of ['flaky', 'dead', 'reset', 'moved', 'busy']) await channel(name)
  receiver.at('/flaky', (response, _, count) => (count < 4 ? answers.failing : answers.ok)(response))
  receiver.at('/dead', answers.failing)
  receiver.at('/reset', answers.resetting)
  receiver.at('/moved', answers.redirecting)
  receiver.at('/busy', (response, _, count) => (count < 2 ? answers.busy : answers.ok)(response))
  const names = ['ok', 'flaky', 'dead', 'reset', 'moved', 'busy']
  const id = await rule({ targets: names.map(name => `@webhook-${name}`) })
  await byHand('high')
  await deliveries.run()
  expect(names.map(name => receiver.of(`/${name}`).length)).toEqual([1, 1, 1, 1, 1, 1])
  const begun = clock.now
  for (let i = 0; i < 3; i++) {
    clock.now += 60_000
    await deliveries.run()
  }
  expect(receiver.of('/flaky')).toHaveLength(4)
  expect(new Set(receiver.of('/flaky').map(({ headers }) => headers['webhook-id']))).toHaveProperty('size', 1)
  expect(receiver.of('/busy'), 'Retry-After is two hours').toHaveLength(1)
  clock.now = begun + 7_200_000
  await deliveries.run()
  expect(receiver.of('/busy')).toHaveLength(2)
  for (let i = 0; i < 8; i++) {
    clock.now += 3_600_000
    await deliveries.run()
  }
  const dead = await list()
  expect(dead.each('data', 'attributes.target').sort()).toEqual(['@webhook-dead', '@webhook-moved', '@webhook-reset'])
  expect(dead.each('data', 'attributes.tries')).toEqual([8, 8, 8])
  expect(receiver.of('/dead')).toHaveLength(8)
  const errors = Object.fromEntries(
    dead.each('data', 'attributes').map(one => [(one as { target: string }).target, (one as { error: string }).error]),
  )
  expect(errors['@webhook-dead']).toBe(`${receiver.host} answered 500: out of order`)
  expect(errors['@webhook-moved']).toContain('sends on to http://169.254.169.254')
  // mended and sent again, under the same id
  receiver.at('/dead', answers.ok)
  const place = dead.each('data', 'attributes.target').indexOf('@webhook-dead')
  const letter = String(dead.each('data', 'id')[place])
  expect((await readOnly.post('/api/local/notifications/send_again', { data: [{ id: letter }] })).status).toBe(403)
  const again = await admin.post('/api/local/notifications/send_again', { data: [{ id: letter }] })
  expect([again.status, again.json]).toEqual([200, { meta: { count: 1 } }])
  await deliveries.run()
  expect(new Set(receiver.of('/dead').map(({ headers }) => headers['webhook-id']))).toEqual(new Set([letter]))
  expect((await admin.post('/api/local/notifications/send_again', { data: [{ id: letter }] })).status).toBe(409)
  const rest = (await list()).each('data', 'id').map(one => ({ id: one }))
  expect((await admin.post('/api/local/notifications/discard', { data: rest })).status).toBe(204)
  expect((await list()).at('meta.counts')).toMatchObject({ dead: 0, waiting: 0 })
  await drop(id)
})

test('a target without its channel is a dead letter at once, which says so, and so does the rule', async () => {
  const id = await rule({ targets: ['@webhook-nobody'] })
  expect((await admin.get(`${rulesPath}/${id}`)).at('data.attributes.x_local.doubts')).toEqual([
    { field: 'targets.0', message: '@webhook-nobody is told nothing: there is no channel @webhook-nobody, or it is off' },
  ])
  await byHand('high')
  await deliveries.run()
  expect((await list()).each('data', 'attributes.error')).toEqual(['There is no channel @webhook-nobody'])
  await drop(id)
})

test('a port as a number, and a test without a body', async () => {
  const options = { host: '9.9.9.9', port: 2525, from: 'signalbox@example.com' }
  const made = await admin.post('/api/local/channels', { data: { attributes: { kind: 'email', name: 'post', options } } })
  expect([made.status, made.text]).toEqual([201, expect.stringContaining('"port":"2525"')])
  expect((await admin.delete(`/api/local/channels/${String(made.at('data.id'))}`)).status).toBe(204)
  const ok = (await admin.get('/api/local/channels')).each('data', 'id')[0]
  for (const body of [undefined, {}, { data: {} }]) {
    const answer = await admin.post(`/api/local/channels/${String(ok)}/test`, body)
    expect([answer.status, answer.at('data.attributes')]).toEqual([200, { delivered: true, error: null }])
  }
})

test.each<[string, object | undefined, string[]]>([
  ['that is not there', undefined, ['there is no workflow doubtful, or it is not published']],
  ['not published', { published: false, trigger: 'securityTrigger' }, ['there is no workflow doubtful, or it is not published']],
  ['without a securityTrigger', { published: true, trigger: 'apiTrigger' }, ['the workflow doubtful has no securityTrigger']],
  ['that it can begin', { published: true, trigger: 'securityTrigger' }, []],
])('a rule for a workflow %s says so', async (_, workflow, why) => {
  const { published, trigger } = { published: false, trigger: '', ...workflow }
  const steps = [{ name: 'pause', actionId: 'wait', parameters: [{ name: 'duration', value: '1m' }], outboundEdges: [] }]
  const made = workflow && {
    data: { type: 'workflows', attributes: { name: 'Doubtful', published, spec: { triggers: [{ [trigger]: {} }], steps } } },
  }
  const answer = made && (await admin.post('/api/v2/workflows', made))
  if (answer) expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
  const id = await rule({ targets: ['@workflow-doubtful'] })
  expect((await admin.get(`${rulesPath}/${id}`)).at('data.attributes.x_local.doubts')).toEqual(
    why.map(message => ({ field: 'targets.0', message: `@workflow-doubtful is told nothing: ${message}` })),
  )
  await drop(id)
  if (answer) expect((await admin.delete(`/api/v2/workflows/${String(answer.at('data.id'))}`)).status).toBe(204)
})

test('O6: a secret goes in and never comes out', async () => {
  const made = await channel('quiet')
  const id = String(made.at('data.id'))
  expect(made.at('data.attributes.secrets')).toEqual({ secret: '***', authorization: null })
  const key = secret.slice(6, 30)
  const answersSeen = [
    made.text,
    (await admin.get('/api/local/channels')).text,
    (await admin.get(`/api/local/channels/${id}`)).text,
    (await admin.post('/api/local/explorer', { track: 'audit', query: '@asset.type:notification_channel', from: 0 })).text,
  ]
  for (const text of answersSeen) expect(text).not.toContain(key)
  expect(answersSeen[3]).toContain('"secrets":{"secret":"changed"}')
  expect(statSync(join(daemon.dir, 'channel-secrets.json')).mode & 0o777).toBe(0o600)
  // told elsewhere, it is not sent there
  const moved = await admin.patch(`/api/local/channels/${id}`, {
    data: { attributes: { options: { url: 'https://elsewhere.example.org/' } } },
  })
  expect([moved.status, moved.at('data.attributes.secrets.secret')]).toEqual([200, null])
  expect((await admin.post(`/api/local/channels/${id}/test`, { data: { attributes: {} } })).at('data.attributes')).toEqual({
    delivered: false,
    error: 'The channel @webhook-quiet lacks its secret: Signing secret',
  })
})

test.each([
  'http://127.0.0.1:1/',
  'https://127.0.0.1/',
  'https://169.254.169.254/latest',
  'https://[::1]/',
  'https://localhost/',
  'https://10.0.0.1/',
  'https://2130706433/',
  'http://example.com/',
  'https://user:pass@example.com/',
  'ftp://example.com/',
  'https://example.com/\r\nX: y',
])('O1: a webhook to %s is refused', async url => {
  const made = await admin.post('/api/local/channels', {
    data: { attributes: { kind: 'webhook', name: 'bad', options: { url }, secrets: { secret } } },
  })
  expect([made.status, made.at('errors.0.source.pointer')]).toEqual([400, 'data.attributes.options.url'])
})

test.each([
  ['selectors.query', { selectors: { trigger_source: 'security_signals', query: 'a OR' } }],
  ['selectors.severities.0', { selectors: { trigger_source: 'security_signals', severities: ['worst'] } }],
  ['selectors.trigger_source', { selectors: {} }],
  ['targets.1', { targets: ['@webhook-ok', 'webhook-ok'] }],
  ['targets.0', { targets: ['@pigeon-coop'] }],
  ['targets', { targets: [] }],
  ['x_local.message', { x_local: { message: 'a {{nope}}' } }],
  ['time_aggregation', { time_aggregation: -1 }],
  ['name', { name: '' }],
  ['surprise', { surprise: 1 }],
])('S0-03: a rule with a bad %s is refused and says so, in dry run too', async (field, more) => {
  for (const path of [rulesPath, `${rulesPath}?dry_run=true`]) {
    const made = await admin.post(
      path,
      body({ name: 'Bad', selectors: { trigger_source: 'security_signals' }, targets: ['@browser'], ...more }),
    )
    expect([made.status, made.text]).toEqual([400, expect.stringContaining(`Field 'data.attributes.${field}'`)])
  }
  expect((await admin.get(rulesPath)).json).toEqual({ data: [] })
})

test('D-16: an unknown variable is refused with its place', async () => {
  const made = await admin.post(
    rulesPath,
    body({ name: 'Bad', selectors: { trigger_source: 'security_signals' }, targets: ['@browser'], x_local: { message: 'a {{nope}}' } }),
  )
  expect(made.text).toContain('characters 2 to 10')
})

test('S0-03: a preview counts what would have been told and shows it as it arrives', async () => {
  receiver.received.length = 0
  const attributes = {
    name: 'P',
    selectors: { trigger_source: 'security_signals', query: 'source:sshd @network.client.ip:198.51.100.*' },
    targets: ['@webhook-ok'],
    x_local: { message: 'from {{@network.client.ip}}' },
  }
  clock.now = noon
  const preview = await admin.post('/api/local/notification_rules/preview', body(attributes))
  expect([preview.status, preview.at('meta.count'), preview.at('meta.made_up')]).toEqual([200, 3, false])
  const id = await rule(attributes)
  const sent = await admin.post('/api/v2/security_monitoring/configuration/notification_rules/send_notification_preview', body(attributes))
  expect([sent.status, sent.at('data.attributes.preview_results')]).toEqual([
    200,
    [{ rule_type: 'log_detection', notification_status: 'SUCCESS', x_local: { errors: [] } }],
  ])
  const data = json(receiver.of('/ok')[0]!).data
  expect([data['title'], data['message']]).toEqual([`Test: ${preview.at('meta.written.0.title')}`, preview.at('meta.written.0.text')])
  await drop(id)
})

test('nothing went wrong that nobody expected', () => expect(daemon.reported).toEqual([]))
