import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'

// The rows of the feature table on rules and their signals, each through the whole daemon.
const daemon = await startDaemon()
const { admin, standard, intake, core, clock } = daemon
const base = '/api/v2/security_monitoring/signals'
const minute = 60_000
const windows = { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 300, maxSignalDuration: 600 }

async function create(rule: Record<string, unknown>): Promise<string> {
  const made = await standard.post('/api/v2/security_monitoring/rules', { message: 'what happened', options: windows, ...rule })
  expect([made.status, made.text]).toEqual([200, expect.stringContaining('"id"')])
  return String(made.at('id'))
}
const log = (time: number, more: object) => ({ timestamp: time, message: 'something', ...more })
async function send(...logs: { timestamp: number }[]): Promise<void> {
  clock.now = Math.max(clock.now, ...logs.map(({ timestamp }) => timestamp))
  expect((await intake.post('/api/v2/logs', logs)).status).toBe(202)
  await core.caughtUp()
}
const found = (query: string, from = '2020-01-01T00:00:00Z') =>
  standard.get(
    `${base}?${new URLSearchParams({ 'filter[query]': query, 'filter[from]': from, 'filter[to]': '2030-01-01T00:00:00Z', 'page[limit]': '100', sort: 'timestamp' })}`,
  )
const of = (id: string) => found(`@workflow.rule.id:${id}`)

test('S0-01, S2-01: a > 5 by user, six failures of two users → two signals, named by the case that held first', async () => {
  const id = await create({
    name: 'Guessing',
    hasExtendedTitle: true,
    queries: [{ query: 'source:door @evt.outcome:failure', groupByFields: ['@usr.name'] }],
    cases: [
      { name: 'many', status: 'high', condition: 'a > 5' },
      { name: 'some', status: 'low', condition: 'a > 4' },
    ],
    tags: ['team:doors'],
  })
  const failure = (name: string, i: number) =>
    log(noon + i * 1000, { ddsource: 'door', ddtags: 'env:prod', usr: { name }, evt: { outcome: 'failure' } })
  await send(...['eve', 'mallory'].flatMap(name => Array.from({ length: 6 }, (_, i) => failure(name, i))), failure('ann', 7))
  const signals = await of(id)
  expect(signals.each('data', 'attributes.custom.usr.name').sort()).toEqual(['eve', 'mallory'])
  const [one] = signals.each('data', 'attributes') as Record<string, unknown>[]
  expect(one).toMatchObject({
    status: 'high',
    tags: expect.arrayContaining(['team:doors', 'source:door', 'env:prod']),
    custom: {
      title: 'Guessing - many',
      workflow: { rule: { id, name: 'Guessing', type: 'Log Detection', version: 1 } },
      queries: [{ query: 'source:door @evt.outcome:failure', aggregationDetails: { eventsCount: 6 } }],
      ...{ first_seen: noon, last_seen: noon + 5000, events_matched: 6 },
      samples: Array.from({ length: 6 }, () => expect.objectContaining({ content: expect.objectContaining({ message: 'something' }) })),
    },
  })
})

test('D-02: within keepAlive it is the same signal, until maxSignalDuration after its first log; a keepAlive of 999999 → 400', async () => {
  const rule = { name: 'Knocking', queries: [{ query: 'source:gate' }], cases: [{ status: 'low' }] }
  const id = await create({ ...rule, options: { ...windows, evaluationWindow: 0 } })
  const start = clock.now + minute
  // four minutes apart: each within keepAlive of the one before, the fourth past 600 s from the first
  for (const i of [0, 1, 2, 3]) await send(log(start + i * 4 * minute, { ddsource: 'gate' }))
  expect((await of(id)).each('data', 'attributes.custom.events_matched')).toEqual([3, 1])
  const bad = await standard.post('/api/v2/security_monitoring/rules', { ...rule, options: { ...windows, keepAlive: 999_999 } })
  expect([bad.status, bad.at('error')]).toEqual([
    400,
    {
      code: 'InvalidArgument',
      message: expect.any(String),
      details: [expect.objectContaining({ target: 'options.keepAlive', message: expect.any(String) })],
    },
  ])
  for (const [name, options] of Object.entries({
    'a window that is longer than keepAlive': { evaluationWindow: 600 },
    'a keepAlive that is longer than the signal may last': { keepAlive: 900 },
  }))
    expect([
      name,
      (await standard.post('/api/v2/security_monitoring/rules', { ...rule, options: { ...windows, ...options } })).status,
    ]).toEqual([name, 400])
})

test.each([
  ['staging-2', 'critical', 'high'],
  ['test', 'high', 'medium'],
  ['dev', 'medium', 'info'],
  ['prod', 'critical', 'critical'],
])('D-03: env:%s lowers %s to %s', async (env, status, becomes) => {
  const id = await create({
    name: `Of ${env}`,
    queries: [{ query: `source:lower env:${env}` }],
    cases: [{ status }],
    options: { ...windows, evaluationWindow: 0, decreaseCriticalityBasedOnEnv: true },
  })
  await send(log(clock.now, { ddsource: 'lower', ddtags: `env:${env}` }))
  expect((await of(id)).each('data', 'attributes.status')).toEqual([becomes])
})

test('S2-13: a graver case → the same id with another title, severity and message; a timeline entry, no audit event', async () => {
  const id = await create({
    name: 'Climbing',
    hasExtendedTitle: true,
    message: 'Reached {{@floor}}',
    queries: [{ query: 'source:wall', groupByFields: ['@usr.name'] }],
    cases: [
      { name: 'roof', status: 'critical', condition: 'a > 2' },
      { name: 'wall', status: 'low', condition: 'a > 0' },
    ],
  })
  const climb = (floor: number) => send(log(clock.now + 1000, { ddsource: 'wall', usr: { name: 'eve' }, floor }))
  await climb(1)
  const before = (await of(id)).at('data.0') as { id: string }
  expect(before).toMatchObject({ attributes: { status: 'low', message: 'Reached 1', custom: { title: 'Climbing - wall' } } })
  const audited = (await core.auditHead()).seq
  await climb(2)
  await climb(3)
  const after = await of(id)
  expect(after.each('data', 'id')).toEqual([before.id])
  expect(after.at('data.0.attributes')).toMatchObject({
    status: 'critical',
    message: 'Reached 1, 2, 3',
    custom: { title: 'Climbing - roof', triggeringRuleCase: { name: 'roof' } },
  })
  expect((await standard.get(`/api/local/signals/${before.id}/timeline`)).each('data', 'attributes.kind')).toEqual(['opened', 'retitled'])
  expect((await core.auditHead()).seq).toBe(audited)
})

test('D-07: status is severity, tags go by their keys, @workflow by the body; booleans and numbers are found as text', async () => {
  const raise = async (severity: string, more: object) =>
    String(
      (await standard.post('/api/local/signals', { data: { attributes: { title: `Of ${severity}`, severity, ...more } } })).at('data.id'),
    )
  const [high, low] = [
    await raise('high', { tags: ['env:d07', 'security:attack', 'source:hand'], entities: ['host:d07', 'service:shop'] }),
    await raise('low', { tags: ['env:d07', 'source:other'] }),
  ]
  await standard.patch(`${base}/${low}/state`, { data: { attributes: { state: 'under_review' } } })
  const ids = async (query: string) => (await found(`env:d07 ${query}`)).each('data', 'id').sort()
  expect(await ids('status:(high OR critical) @workflow.triage.state:(open OR under_review)')).toEqual([high])
  expect(await ids('status:(high OR low) @workflow.triage.state:under_review')).toEqual([low])
  expect(await ids('source:hand security:attack service:shop host:d07')).toEqual([high])
  expect(await ids('@workflow.triage.state:(open OR under_review)')).toEqual([high, low].sort())
  expect(await ids('@workflow.rule.isDefaultRule:false @workflow.triage.notes:*')).toEqual([])
  await standard.post(`/api/local/signals/${high}/notes`, { data: { attributes: { text: 'seen' } } })
  expect(await ids('@workflow.rule.isDefaultRule:false @workflow.triage.notes:1')).toEqual([high])
})

test('D-10: {{@attr}} and {{tag.name}} of a message are filled in, what has no value stays as written, and the raw signal is there', async () => {
  const id = await create({
    name: 'Filled in',
    message: '{{@usr.name}} of {{env.name}} by {{@network.client.ip}}, {{@nobody.there}}',
    queries: [{ query: 'source:fill', groupByFields: ['@usr.name'] }],
    cases: [{ status: 'info' }],
    options: { ...windows, evaluationWindow: 0 },
  })
  const hostile = '<img src=x> {{@evt.name}}'
  await send(
    log(clock.now, {
      ddsource: 'fill',
      ddtags: 'env:lab',
      usr: { name: hostile },
      evt: { name: 'x' },
      network: { client: { ip: '203.0.113.9' } },
    }),
  )
  const signal = (await of(id)).at('data.0') as { id: string }
  const one = await standard.get(`${base}/${signal.id}`)
  // what is filled in is not filled in again
  expect(one.at('data.attributes.message')).toBe(`${hostile} of lab by 203.0.113.9, {{@nobody.there}}`)
  expect(one.at('data.attributes.custom')).toMatchObject({ usr: { name: hostile }, network: { client: { ip: '203.0.113.9' } } })
})

test('D-15: two weeks of signals: 100 for a critical one, 50 high, 5 medium; bands; only of what is seen', async () => {
  clock.now += 40 * 86_400_000
  const raise = (severity: string, entities: string[], service = 'shop') =>
    standard.post('/api/local/signals', {
      data: {
        attributes: {
          title: `Risk ${severity}`,
          severity,
          entities: [...entities, `service:${service}`],
          tags: ['env:prod', 'tactic:TA0001'],
        },
      },
    })
  await raise('high', ['@usr.name:old'])
  clock.now += 10 * 86_400_000
  for (const severity of ['critical', 'medium', 'info']) await raise(severity, ['@usr.name:eve', '@network.client.ip:203.0.113.9'])
  for (const _ of [1, 2]) await raise('medium', ['host:web-1'])
  await raise('low', ['@usr.name:ann'])
  await raise('high', ['@usr.name:hidden'], 'vault')
  clock.now += 5 * 86_400_000

  const path = '/api/v2/security-entities/risk-scores'
  const all = await standard.get(path)
  const row = ({ attributes: a }: { attributes: Record<string, unknown> }) => [
    a['entityName'],
    a['riskScore'],
    a['severity'],
    a['signalsDetected'],
  ]
  expect((all.at('data') as { attributes: Record<string, unknown> }[]).map(row)).toEqual([
    ['203.0.113.9', 105, 'critical', 3],
    ['eve', 105, 'critical', 3],
    ['hidden', 50, 'high', 1],
    ['web-1', 10, 'low', 2],
    ['ann', 0, 'info', 1],
  ])
  expect(all.at('data.1')).toMatchObject({
    ...{ id: '@usr.name:eve', type: 'SecurityEntityRiskScore' },
    attributes: {
      ...{ entityType: 'user', riskScoreEvolution: 105, lastActivityTitle: 'Risk info', configRisks: { isProduction: true } },
      entityMetadata: { environments: ['prod'], mitreTactics: ['TA0001'], services: ['shop'] },
    },
  })
  const names = async (query: string) => (await standard.get(`${path}?${query}`)).each('data', 'attributes.entityName')
  expect(await names('filter[query]=severity:critical%20entityType:user')).toEqual(['eve'])
  expect(await names('filter[query]=riskScore:%3E40%20-severity:critical')).toEqual(['hidden'])
  expect(await names('entityType=host&entityType=ip_address')).toEqual(['203.0.113.9', 'web-1'])
  expect(await names('filter[sort]=entityName:desc&page[size]=2&page[number]=2')).toEqual(['eve', 'ann'])
  expect((await standard.get(`${path}?filter[query]=(`)).status).toBe(400)
  expect((await standard.get(`${path}?filter[sort]=colour:asc`)).status).toBe(400)
  // what is hidden from a role adds nothing, and is not there
  const roles = await admin.get('/api/v2/roles')
  const readOnly = roles.each('data', 'id')[roles.each('data', 'attributes.name').indexOf('Read Only')]
  const clone = await admin.post(`/api/v2/roles/${readOnly}/clone`, { data: { attributes: { name: 'Shop' } } })
  await admin.patch(`/api/v2/roles/${clone.at('data.id')}`, {
    data: { attributes: { x_local: { restriction_queries: { signals: 'service:shop' } } } },
  })
  const user = await admin.post('/api/v2/users', {
    data: { attributes: { email: 'shop@example.com' }, relationships: { roles: { data: [{ id: clone.at('data.id'), type: 'roles' }] } } },
  })
  const key = await admin.post(`/api/local/users/${user.at('data.id')}/application_keys`, { data: { attributes: { name: 'theirs' } } })
  const shop = daemon.callerWith({ apiKey: daemon.apiKey, applicationKey: String(key.at('data.attributes.key')) })
  expect((await shop.get(path)).each('data', 'attributes.entityName')).toEqual(['203.0.113.9', 'eve', 'web-1', 'ann'])
  const one = (name: string) => `${path}/${encodeURIComponent(`@usr.name:${name}`)}`
  expect([(await shop.get(one('hidden'))).status, (await standard.get(one('hidden'))).at('data.attributes.riskScore')]).toEqual([404, 50])
  expect((await standard.get(one('old'))).status).toBe(404)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
