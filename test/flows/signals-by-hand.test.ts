import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { accepted, bruteForce, guesses } from '../logs.ts'

// Why a signal is there: because of a rule, or because somebody raised it.
const daemon = await startDaemon({
  rules: [
    {
      ...bruteForce,
      queries: [
        ...bruteForce.queries,
        { name: 'success', query: 'source:sshd @evt.outcome:success', groupByFields: ['@network.client.ip'] },
      ],
      cases: [
        { name: 'got in', status: 'critical', condition: 'failures > 5 && success > 0' },
        { name: 'many', status: 'high', condition: 'failures > 5' },
      ],
    },
  ],
})
const { admin, standard, readOnly, intake, core, clock } = daemon
clock.now = noon + 120_000
await intake.post('/api/v2/logs', [guesses(noon, '198.51.100.1', 7), accepted(noon + 60_000, '198.51.100.1')].join('\n'), {
  'content-type': 'text/plain',
})
await core.caughtUp()
const raise = (attributes: object) => standard.post('/api/local/signals', { data: { type: 'signal', attributes } })

test('why a signal fired: each case that held, with what the queries had come to, and the logs', async () => {
  const id = (await standard.get('/api/v2/security_monitoring/signals')).at('data.0.id')
  const why = await readOnly.get(`/api/local/signals/${String(id)}/why`)
  const rule = (await core.rules())[0]!
  const values = (failures: number, success: number) => [
    expect.objectContaining({ name: 'failures', aggregation: 'count', value: failures, query: bruteForce.queries[0]!.query }),
    expect.objectContaining({ name: 'success', value: success }),
  ]
  expect(why.at('data')).toMatchObject({
    id,
    type: 'signal_reasons',
    attributes: {
      rule: { id: rule.id, name: 'Brute force', version: 1 },
      group: { '@network.client.ip': '198.51.100.1' },
      reasons: [
        {
          sentence: 'many (high): failures > 5 held at 2026-03-14T12:00:05.000Z, with failures = 6, success = 0',
          case: { index: 1, name: 'many', status: 'high', condition: 'failures > 5' },
          time: noon + 5000,
          values: values(6, 0),
        },
        {
          sentence: 'got in (critical): failures > 5 && success > 0 held at 2026-03-14T12:01:00.000Z, with failures = 7, success = 1',
          case: { index: 0, status: 'critical' },
          values: values(7, 1),
        },
      ],
      cases: [
        { name: 'got in', held: true },
        { name: 'many', held: true },
      ],
      values: values(7, 1),
      evidence: [],
      events_matched: 8,
    },
  })
  expect(why.each('data.attributes.samples', 'message')).toHaveLength(8)
  // the rule as it was then, whatever it has become
  await standard.put(`/api/v2/security_monitoring/rules/${rule.id}`, { cases: [{ status: 'info' }] })
  expect((await readOnly.get(`/api/local/signals/${String(id)}/why`)).at('data.attributes.cases')).toEqual(why.at('data.attributes.cases'))
  expect((await readOnly.get('/api/local/signals/none/why')).status).toBe(404)
})

test('what would hide signals like this one: a suppression that can be previewed and made', async () => {
  const id = (await standard.get('/api/v2/security_monitoring/signals')).at('data.0.id')
  const candidate = (await readOnly.get(`/api/local/signals/${String(id)}/why`)).at('data.attributes.suppression')
  const [rule] = await core.rules()
  expect(candidate).toEqual({
    name: 'Brute force: 198.51.100.1',
    rule_query: `ruleId:"${rule!.id}"`,
    suppression_query: '@network.client.ip:"198.51.100.1"',
  })
  const preview = await standard.post('/api/local/suppressions/preview', { data: { attributes: candidate } })
  expect([preview.each('data', 'id'), preview.at('meta.signals.count')]).toEqual([[id], 1])
})

test('raised by hand: with the logs that show it, found, triaged and audited like any other', async () => {
  const logs = (await standard.get('/api/v2/logs/events?filter[query]=@evt.outcome:success')).each('data', 'id')
  const made = await raise({
    title: 'A login that nobody expected',
    severity: 'medium',
    message: 'Seen for {{@usr.name}}',
    tags: ['team:a'],
    entities: ['@usr.name:ann', 'host:gate', 'service:vpn', '@network.client.ip:2001:db8::1'],
    logs,
  })
  expect(made.status).toBe(201)
  const id = String(made.at('data.id'))
  expect(made.at('data.attributes')).toMatchObject({
    status: 'medium',
    message: 'Seen for {{@usr.name}}',
    tags: expect.arrayContaining(['team:a', 'source:sshd']),
    host: 'gate',
    service: ['vpn', 'sshd'],
    custom: {
      title: 'A login that nobody expected',
      workflow: { rule: { id: 'manual', name: 'Raised by hand', type: 'manual' }, triage: { state: 'open' } },
      entities: ['@usr.name:ann', 'host:gate', '@network.client.ip:2001:db8::1', '@network.client.ip:198.51.100.1', '@usr.name:root'],
      first_seen: noon + 60_000,
      last_seen: noon + 60_000,
      events_matched: 1,
      samples: [{ id: logs[0] }],
    },
  })
  expect(daemon.events).toContainEqual(expect.objectContaining({ type: 'signals', ids: [id] }))
  const found = await standard.get('/api/v2/security_monitoring/signals?filter[query]=@workflow.rule.id:manual @usr.name:ann')
  expect(found.each('data', 'id')).toEqual([id])
  expect((await standard.get('/api/local/ip/198.51.100.1')).at('data.attributes.signals.total')).toBe(2)
  expect((await standard.get(`/api/local/signals/${id}/timeline`)).at('data')).toMatchObject([
    { attributes: { kind: 'opened', title: 'A login that nobody expected', by: { name: 'stan' } } },
  ])
  expect((await standard.get(`/api/local/signals/${id}/why`)).at('data.attributes')).toMatchObject({
    reasons: [],
    cases: [],
    events_matched: 1,
  })
  const archived = await standard.patch(`/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes: { state: 'archived' } } })
  expect(archived.status).toBe(200)
  const audit = await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}`)
  expect(audit.each('data', 'attributes.attributes.action')).toEqual(['modified', 'created'])
})

test('raised without a log: of the moment, or of the times that are given', async () => {
  expect((await raise({ title: 'A call', severity: 'low' })).at('data.attributes.custom')).toMatchObject({
    first_seen: clock.now,
    last_seen: clock.now,
  })
  const given = await raise({ title: 'A call', severity: 'low', first_seen: noon - 5000, last_seen: noon - 1000 })
  expect(given.at('data.attributes.custom')).toMatchObject({ first_seen: noon - 5000, last_seen: noon - 1000 })
})

test.each<[string, object, string]>([
  ['no title', { severity: 'low' }, 'data.attributes.title'],
  ['an unknown severity', { title: 'a', severity: 'urgent' }, 'data.attributes.severity'],
  ['an entity that is none', { title: 'a', severity: 'low', entities: ['colour:red'] }, 'data.attributes.entities.0'],
  ['a log that is not there', { title: 'a', severity: 'low', logs: ['nope'] }, 'data.attributes.logs.0'],
  ['an end before its beginning', { title: 'a', severity: 'low', first_seen: 2, last_seen: 1 }, 'data.attributes.last_seen'],
  ['seen in 2199', { title: 'a', severity: 'low', last_seen: Date.parse('2199-01-01') }, 'data.attributes.last_seen'],
  ['101 logs', { title: 'a', severity: 'low', logs: Array(101).fill('a') }, 'data.attributes.logs'],
  ['an unknown attribute', { title: 'a', severity: 'low', colour: 1 }, 'data.attributes.colour'],
])('%s → 400 that says where', async (_, attributes, field) => {
  const answer = await raise(attributes)
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
})

test('who may not read logs shows none', async () => {
  const narrow = await daemon.as('Standard', 'stan', ['security_monitoring_signals_write'])
  const attributes = { title: 'a', severity: 'low' }
  expect((await narrow.post('/api/local/signals', { data: { attributes: { ...attributes, logs: ['a'] } } })).status).toBe(403)
  expect((await narrow.post('/api/local/signals', { data: { attributes } })).status).toBe(201)
})
test('who may only read raises nothing', async () => {
  expect((await readOnly.post('/api/local/signals', { data: { attributes: { title: 'a', severity: 'low' } } })).status).toBe(403)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
