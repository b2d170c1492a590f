import { client, v2 } from '@datadog/datadog-api-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { parsed } from './parsed.ts'

// The official client, unmodified but for its base address, against a daemon on a port.
const daemon = await startDaemon({ port: true, rules: [bruteForce] })
const { core, clock } = daemon

const configurationFor = (applicationKey: string) =>
  client.createConfiguration({
    authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: applicationKey },
    baseServer: new client.BaseServerConfiguration(daemon.url, {}),
  })
const admin = configurationFor(daemon.admin.key.secret)
// the client wants to be told that they are previews
for (const operation of ['getRuleVersionHistory', 'restoreSecurityMonitoringRule']) admin.unstableOperations[`v2.${operation}`] = true
const security = new v2.SecurityMonitoringApi(admin)
const logs = new v2.LogsApi(admin)
const audit = new v2.AuditApi(admin)
const users = new v2.UsersApi(admin)

async function all<T>(pages: AsyncGenerator<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of pages) items.push(parsed(item))
  return items
}
const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  const { code, body } = error as { code: number; body: { errors: unknown[] } }
  return { code, body }
}

const ips = Array.from({ length: 12 }, (_, i) => `198.51.100.${i}`)
for (const ip of ips) await daemon.intake.post('/api/v2/logs', guesses(noon - 60_000, ip, 6), { 'content-type': 'text/plain' })
await core.caughtUp()
const signals = await all(security.listSecurityMonitoringSignalsWithPagination({ pageLimit: 5 }))
const signalId = signals[0]!.id!

test('listSecurityMonitoringSignalsWithPagination: twelve by five', () => {
  expect(new Set(signals.map(({ id }) => id)).size).toBe(12)
  expect(signals[0]!.attributes!.timestamp).toBeInstanceOf(Date)
  expect(signals[0]!.attributes!.tags).toContain('source:sshd')
})

test('listSecurityMonitoringSignals: by query, range and order', async () => {
  const answer = parsed(
    await security.listSecurityMonitoringSignals({
      filterQuery: '@network.client.ip:198.51.100.3 status:high',
      filterFrom: new Date(noon - 1000),
      filterTo: new Date(noon),
      sort: 'timestamp',
      pageLimit: 10,
    }),
  )
  expect(answer.data).toHaveLength(1)
  expect(answer.meta?.page?.after).toBeUndefined()
})

test('searchSecurityMonitoringSignals: without a body, and by pages', async () => {
  expect(parsed(await security.searchSecurityMonitoringSignals({})).data).toHaveLength(10)
  const found = await all(
    security.searchSecurityMonitoringSignalsWithPagination({
      body: { filter: { query: '@workflow.triage.state:open' }, page: { limit: 7 } },
    }),
  )
  expect(found).toHaveLength(12)
})

test('getSecurityMonitoringSignal: the same, by its id', async () => {
  const { data } = parsed(await security.getSecurityMonitoringSignal({ signalId }))
  expect(data!.id).toBe(signalId)
  expect(data!.attributes!.custom!['events_matched']).toBe(6)
})

test('editSecurityMonitoringSignalState, Assignee, and both at once', async () => {
  const state = parsed(
    await security.editSecurityMonitoringSignalState({
      signalId,
      body: { data: { attributes: { state: 'archived', archiveReason: 'false_positive', archiveComment: 'ours' } } },
    }),
  )
  expect(state.data.attributes).toMatchObject({ state: 'archived', archiveReason: 'false_positive', assignee: { id: -1, uuid: '' } })
  const assigned = parsed(
    await security.editSecurityMonitoringSignalAssignee({
      signalId,
      body: { data: { attributes: { assignee: { uuid: daemon.standard.user.uuid } } } },
    }),
  )
  expect(assigned.data.attributes!.assignee).toMatchObject({ uuid: daemon.standard.user.uuid, handle: 'stan@example.com' })
  const free = parsed(
    await security.editSecurityMonitoringSignalAssignee({ signalId, body: { data: { attributes: { assignee: { uuid: '' } } } } }),
  )
  expect(free.data.attributes!.assignee).toMatchObject({ id: -1, uuid: '' })
  const both = parsed(
    await security.editSecurityMonitoringSignal({ signalId, body: { data: { type: 'signal_metadata', attributes: { state: 'open' } } } }),
  )
  expect(both.data.attributes!.state).toBe('open')
})

test('bulkEditSecurityMonitoringSignals…: state, assignee, both', async () => {
  const id = signals[1]!.id!
  const state = parsed(
    await security.bulkEditSecurityMonitoringSignalsState({
      body: { data: [{ id, type: 'signal', attributes: { state: 'under_review' } }] },
    }),
  )
  expect([state.result.count, state.result.events[0]!.id]).toEqual([1, id])
  parsed(
    await security.bulkEditSecurityMonitoringSignalsAssignee({
      body: { data: [{ id, type: 'signal', attributes: { assignee: daemon.standard.user.uuid } }] },
    }),
  )
  const both = parsed(
    await security.bulkEditSecurityMonitoringSignals({ body: { data: [{ id, type: 'signal', attributes: { state: 'archived' } }] } }),
  )
  expect(both.result.count).toBe(1)
})

test('submitLog: gzip, then listed, searched and paged', async () => {
  const item = (i: number) => ({
    message: `sent ${i}`,
    ddsource: 'client',
    ddtags: 'env:dev',
    hostname: 'h1',
    service: 'web',
    additionalProperties: { n: String(i) },
  })
  await logs.submitLog({ contentEncoding: 'gzip', ddtags: 'team:a', body: Array.from({ length: 25 }, (_, i) => item(i)) })
  await logs.submitLog({ contentEncoding: 'deflate', body: [item(25)] })
  await logs.submitLog({ body: [item(26)] })
  const listed = parsed(
    await logs.listLogs({
      body: { filter: { query: 'source:client', from: 'now-15m', to: 'now' }, page: { limit: 5 }, sort: 'timestamp' },
    }),
  )
  expect(listed.data![0]!.attributes).toMatchObject({ message: 'sent 0', service: 'web', host: 'h1', attributes: { n: '0' } })
  expect(listed.data![0]!.attributes!.tags).toEqual(expect.arrayContaining(['env:dev', 'team:a', 'source:client']))
  expect(listed.data![0]!.attributes!.timestamp).toEqual(new Date(clock.now))
  expect(await all(logs.listLogsWithPagination({ body: { filter: { query: 'source:client' }, page: { limit: 10 } } }))).toHaveLength(27)
  expect(await all(logs.listLogsGetWithPagination({ filterQuery: 'source:client', pageLimit: 26 }))).toHaveLength(27)
})

describe('aggregateLogs', () => {
  // three hosts, a log a second; durations 1 to 60, each host twenty of them
  const item = (i: number) => ({
    message: `took ${i + 1}`,
    ddsource: 'timed',
    hostname: `h${i % 3}`,
    additionalProperties: { duration: i + 1, timestamp: noon - 60_000 + i * 1000 } as unknown as Record<string, string>,
  })
  beforeAll(async () => {
    await logs.submitLog({ body: Array.from({ length: 60 }, (_, i) => item(i)) })
  })
  const aggregate = async (body: v2.LogsAggregateRequest) => {
    const filter = { query: 'source:timed', from: String(noon - 60_000), to: String(noon - 1) }
    const answer = parsed(await logs.aggregateLogs({ body: { filter, ...body } }))
    expect(answer.meta).toMatchObject({ status: 'done', elapsed: expect.any(Number), requestId: expect.any(String) })
    return answer
  }
  const compute = (aggregation: v2.LogsAggregationFunction): v2.LogsCompute => ({ aggregation, metric: '@duration' })

  test('without a compute: the number of logs', async () => {
    expect((await aggregate({})).data!.buckets).toMatchObject([{ by: {}, computes: { c0: 60 } }])
  })
  test.each([
    ['count', 60],
    ['cardinality', 60],
    ['sum', 1830],
    ['min', 1],
    ['max', 60],
    ['avg', 30.5],
    ['median', 30.5],
    ['pc75', 45.25],
    ['pc90', 54.1],
    ['pc95', 57.05],
    ['pc98', 58.82],
    ['pc99', 59.41],
  ] as const)('%s → %d', async (aggregation, value) => {
    const { data } = await aggregate({ compute: [compute(aggregation)] })
    expect(data!.buckets![0]!.computes!['c0']).toBeCloseTo(value, 10)
  })
  test('a timeseries: a point for each interval', async () => {
    const { data } = await aggregate({
      compute: [
        { aggregation: 'count', type: 'timeseries', interval: '20s' },
        { ...compute('max'), type: 'timeseries', interval: '30s' },
      ],
    })
    const points = (at: string[], values: number[]) => at.map((time, i) => ({ time: `2026-03-14T11:59:${time}.000Z`, value: values[i] }))
    const { c0, c1 } = data!.buckets![0]!.computes!
    expect(c0).toEqual(points(['00', '20', '40'], [20, 20, 20]).map(point => expect.objectContaining(point)))
    expect(c1).toEqual(points(['00', '30'], [30, 60]).map(point => expect.objectContaining(point)))
  })
  test('groups, sorted by a measure, with what has no value and a total', async () => {
    const { data } = await aggregate({
      compute: [{ aggregation: 'count' }, compute('avg')],
      groupBy: [
        {
          facet: 'host',
          sort: { type: 'measure', order: 'asc', aggregation: 'pc90', metric: '@duration' },
          missing: 'miss',
          total: 'recall',
        },
      ],
    })
    expect(data!.buckets!.map(({ by, computes }) => [by!['host'], computes!['c0'], computes!['c1']])).toEqual([
      ['h0', 20, 29.5],
      ['h1', 20, 30.5],
      ['h2', 20, 31.5],
      ['recall', 60, 30.5],
    ])
  })
  test('groups by pages', async () => {
    const page = (cursor?: string) =>
      aggregate({
        groupBy: [{ facet: '@duration', limit: 25, sort: { type: 'measure', aggregation: 'max', metric: '@duration', order: 'desc' } }],
        ...(cursor !== undefined && { page: { cursor } }),
      })
    const seen: unknown[] = []
    let cursor: string | undefined
    do {
      const { data, meta } = await page(cursor)
      seen.push(...data!.buckets!.map(({ by }) => by!['@duration']))
      cursor = meta!.page?.after
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => String(60 - i)))
  })
  test('a histogram of a measure', async () => {
    const { data } = await aggregate({ groupBy: [{ facet: '@duration', histogram: { interval: 20, min: 1, max: 50 } }] })
    expect(data!.buckets!.map(({ by, computes }) => [by!['@duration'], computes!['c0']])).toEqual([
      [1, 20],
      [21, 20],
      [41, 10],
    ])
  })
  test('400: what no measure takes', async () => {
    const { code, body } = await failure(logs.aggregateLogs({ body: { compute: [{ aggregation: 'sum' }] } }))
    expect([code, body.errors]).toEqual([400, [expect.stringContaining('compute.0.metric')]])
  })
})

const payload = (name: string): v2.SecurityMonitoringStandardRuleCreatePayload => ({
  name,
  message: 'made by the client',
  isEnabled: true,
  type: 'log_detection',
  queries: [{ query: 'source:client', aggregation: 'count', groupByFields: ['service'], distinctFields: [], name: 'a' }],
  cases: [{ name: 'c', status: 'info', condition: 'a > 100', notifications: [] }],
  options: { detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 },
  tags: ['team:a'],
  filters: [],
  hasExtendedTitle: true,
})

test('rules: validate, create, get, update, list, delete', async () => {
  await security.validateSecurityMonitoringRule({ body: payload('valid') })
  const created = parsed(
    await security.createSecurityMonitoringRule({ body: payload('made') }),
  ) as v2.SecurityMonitoringStandardRuleResponse
  expect(created.constructor.name).toBe('SecurityMonitoringStandardRuleResponse')
  const ruleId = created.id!
  const got = parsed(await security.getSecurityMonitoringRule({ ruleId })) as v2.SecurityMonitoringStandardRuleResponse
  expect(got).toMatchObject({ name: 'made', version: 1, isDefault: false, type: 'log_detection' })
  const updated = parsed(await security.updateSecurityMonitoringRule({ ruleId, body: { name: 'made anew', isEnabled: false, version: 1 } }))
  expect(updated).toMatchObject({ name: 'made anew', isEnabled: false, version: 2 })
  // what was read can be sent back whole
  const whole = parsed(await security.updateSecurityMonitoringRule({ ruleId, body: { ...payload('again'), version: 2 } }))
  expect(whole).toMatchObject({ name: 'again', version: 3 })
  const list = parsed(await security.listSecurityMonitoringRules({ pageSize: 1, pageNumber: 1 }))
  expect([list.data!.length, list.meta!.page!.totalCount]).toEqual([1, 2])
  await security.deleteSecurityMonitoringRule({ ruleId })
  expect((await failure(security.getSecurityMonitoringRule({ ruleId }))).code).toBe(404)
})

test('rules: test, test of a stored one, versions and the way back', async () => {
  const rule: v2.SecurityMonitoringStandardRuleTestPayload = { ...payload('tried'), type: 'log_detection' }
  const ruleQueryPayloads: v2.SecurityMonitoringRuleQueryPayload[] = [
    { index: 0, expectedResult: true, payload: { ddsource: 'client', ddtags: 'env:dev', hostname: 'h1', message: 'sent', service: 'web' } },
    { index: 0, expectedResult: true, payload: { ddsource: 'other', message: 'sent' } },
  ]
  const expected = [true, false]
  expect(parsed(await security.testSecurityMonitoringRule({ body: { rule, ruleQueryPayloads } })).results).toEqual(expected)
  const created = (await security.createSecurityMonitoringRule({ body: payload('tried') })) as v2.SecurityMonitoringStandardRuleResponse
  const ruleId = created.id!
  const existing = await security.testExistingSecurityMonitoringRule({ ruleId, body: { rule, ruleQueryPayloads } })
  expect(parsed(existing).results).toEqual(expected)
  await security.updateSecurityMonitoringRule({ ruleId, body: { isEnabled: false } })
  const { data } = parsed(await security.getRuleVersionHistory({ ruleId }))
  expect([data!.id, data!.type, data!.attributes!.count]).toEqual([ruleId, 'GetRuleVersionHistoryResponse', 2])
  expect(data!.attributes!.data!['2']!.changes).toMatchObject([{ field: 'isEnabled', type: 'update', change: 'false' }])
  expect(data!.attributes!.data!['1']!.rule).toMatchObject({ name: 'tried', version: 1, isEnabled: true })
  const restored = parsed(await security.restoreSecurityMonitoringRule({ ruleId, version: 1 }))
  expect(restored).toMatchObject({ name: 'tried', version: 3, isEnabled: true })
  expect((await failure(security.restoreSecurityMonitoringRule({ ruleId, version: 3 }))).code).toBe(409)
  await security.deleteSecurityMonitoringRule({ ruleId })
})

test('suppressions: validate, create, list, get, by rule, update, versions, delete', async () => {
  const attributes: v2.SecurityMonitoringSuppressionCreateAttributes = {
    name: 'Made by the client',
    description: 'of no account',
    enabled: true,
    ruleQuery: 'source:sshd',
    suppressionQuery: 'env:staging status:low',
    startDate: noon,
    expirationDate: noon + 1000,
    tags: ['team:a'],
  }
  const body: v2.SecurityMonitoringSuppressionCreateRequest = { data: { type: 'suppressions', attributes } }
  await security.validateSecurityMonitoringSuppression({ body })
  const created = parsed(await security.createSecurityMonitoringSuppression({ body }))
  expect(created.data!.attributes).toMatchObject({
    ...attributes,
    version: 1,
    creationDate: clock.now,
    creator: { handle: 'ada@example.com', name: 'ada' },
    editable: true,
  })
  const suppressionId = created.data!.id!
  const other = {
    data: { ...body.data, attributes: { ...attributes, name: 'By data', suppressionQuery: '', dataExclusionQuery: 'env:dev' } },
  }
  const byData = parsed(await security.createSecurityMonitoringSuppression({ body: other }))
  expect(byData.data!.attributes).toMatchObject({ dataExclusionQuery: 'env:dev' })
  expect(parsed(await security.listSecurityMonitoringSuppressions()).data).toHaveLength(2)
  const page = parsed(await security.listSecurityMonitoringSuppressions({ query: 'team', sort: '-name', pageSize: 1, pageNumber: 0 }))
  expect([page.data!.map(({ id }) => id), page.meta]).toMatchObject([
    [suppressionId],
    { page: { totalCount: 2, pageSize: 1, pageNumber: 0 } },
  ])
  expect(parsed(await security.getSecurityMonitoringSuppression({ suppressionId })).data!.id).toBe(suppressionId)
  const { data: rules } = await security.listSecurityMonitoringRules()
  const { id: ruleId = '' } = rules!.find(rule => (rule as v2.SecurityMonitoringStandardRuleResponse).name === bruteForce.name) as {
    id?: string
  }
  expect(parsed(await security.getSuppressionsAffectingRule({ ruleId })).data).toHaveLength(2)
  const future = parsed(await security.getSuppressionsAffectingFutureRule({ body: { ...payload('later'), tags: ['source:sshd'] } }))
  expect(future.data).toHaveLength(2)
  const update = { type: 'suppressions' as const, attributes: { enabled: false, version: 1 } }
  const updated = parsed(await security.updateSecurityMonitoringSuppression({ suppressionId, body: { data: update } }))
  expect(updated.data!.attributes).toMatchObject({ enabled: false, version: 2, name: attributes.name })
  const history = parsed(await security.getSuppressionVersionHistory({ suppressionId }))
  expect(history.data!.attributes!.count).toBe(2)
  expect(history.data!.attributes!.data!['2']).toMatchObject({
    changes: [{ field: 'enabled', type: 'update', change: 'false' }],
    suppression: { enabled: false },
  })
  for (const { id } of [created.data!, byData.data!]) await security.deleteSecurityMonitoringSuppression({ suppressionId: id! })
  expect((await failure(security.getSecurityMonitoringSuppression({ suppressionId }))).code).toBe(404)
  const bad = { data: { ...body.data, attributes: { ...attributes, ruleQuery: 'a OR' } } }
  const { code, body: answer } = await failure(security.validateSecurityMonitoringSuppression({ body: bad }))
  expect([code, answer.errors[0]]).toEqual([400, expect.stringContaining('data.attributes.rule_query')])
})

test('notification rules: create, list, get, patch, preview, delete', async () => {
  const attributes: v2.CreateNotificationRuleParametersDataAttributes = {
    enabled: true,
    name: 'Made by the client',
    selectors: {
      query: '(source:sshd OR env:test)',
      ruleTypes: ['log_detection', 'misconfiguration', 'attack_path'],
      severities: ['critical', 'unknown'],
      triggerSource: 'security_signals',
    },
    targets: ['@john.doe@email.com', '@slack-soc'],
    timeAggregation: 86400,
  }
  const created = parsed(await security.createSignalNotificationRule({ body: { data: { attributes, type: 'notification_rules' } } }))
  expect(created.data!.attributes).toMatchObject({
    ...attributes,
    version: 1,
    createdAt: clock.now,
    createdBy: { handle: 'ada@example.com' },
  })
  const { id } = created.data!
  const { data: listed } = parsed(await security.getSignalNotificationRules()) as v2.NotificationRulesListResponse
  expect(listed!.map(one => one.id)).toEqual([id])
  const patch = (more: v2.PatchNotificationRuleParametersDataAttributes) =>
    security.patchSignalNotificationRule({ id, body: { data: { id, type: 'notification_rules', attributes: more } } })
  const changed = parsed(await patch({ enabled: false, timeAggregation: 0, version: 1 }))
  expect(changed.data!.attributes).toMatchObject({ enabled: false, timeAggregation: 0, version: 2, targets: attributes.targets })
  expect((await failure(patch({ enabled: true }))).code).toBe(400)
  expect((await failure(patch({ enabled: true, version: 1 }))).code).toBe(409)
  const { timeAggregation: _, ...immediate } = attributes
  const body = { data: { attributes: { ...immediate, targets: ['@browser'] }, type: 'notification_rules' as const } }
  const preview = parsed(await security.sendSecurityMonitoringNotificationPreview({ body }))
  expect(preview.data.attributes.previewResults.map(({ ruleType, notificationStatus }) => [ruleType, notificationStatus])).toEqual([
    ['log_detection', 'DEFAULT'],
    ['misconfiguration', 'DEFAULT'],
    ['attack_path', 'DEFAULT'],
  ])
  expect(parsed(await security.getSignalNotificationRule({ id })).data!.id).toBe(id)
  await security.deleteSignalNotificationRule({ id })
  const gone = await failure(security.getSignalNotificationRule({ id }))
  expect([gone.code, gone.body.errors[0]]).toEqual([404, `not_found(Notification rule with id '${id}' not found)`])
})

test('the audit trail: both forms, with pagination', async () => {
  const query = '@asset.type:security_signal'
  const listed = await all(audit.listAuditLogsWithPagination({ filterQuery: query, pageLimit: 2 }))
  const found = await all(audit.searchAuditLogsWithPagination({ body: { filter: { query }, page: { limit: 3 }, sort: 'timestamp' } }))
  expect(listed.map(({ id }) => id)).toEqual(found.map(({ id }) => id).reverse())
  expect(listed.length).toBeGreaterThan(4)
  expect(found[0]!.attributes!.attributes).toMatchObject({ action: 'modified', usr: { id: 'ada@example.com' } })
})

test('listUsers, with pagination, and getCurrentUser', async () => {
  const list = parsed(await users.listUsers({ pageSize: 2 }))
  expect(list.data).toHaveLength(2)
  expect(await all(users.listUsersWithPagination({ pageSize: 2 }))).toHaveLength(4)
  const one = parsed(await users.getUser({ userId: daemon.standard.user.uuid }))
  expect(one.data!.attributes!.email).toBe('stan@example.com')
  const me = parsed(await users.getCurrentUser())
  expect(me.data!.attributes!.handle).toBe('ada@example.com')
})

test.each([
  ['403: a bad key', () => new v2.SecurityMonitoringApi(configurationFor('x'.repeat(40))).listSecurityMonitoringSignals(), 403],
  [
    '403: no permission',
    () =>
      new v2.SecurityMonitoringApi(configurationFor(daemon.readOnly.key.secret)).editSecurityMonitoringSignalState({
        signalId,
        body: { data: { attributes: { state: 'open' } } },
      }),
    403,
  ],
  ['404: no such signal', () => security.getSecurityMonitoringSignal({ signalId: 'nope' }), 404],
  ['404: no such rule', () => security.getSecurityMonitoringRule({ ruleId: 'nope' }), 404],
  ['404: no such user', () => users.getUser({ userId: 'nope' }), 404],
  ['400: a query', () => security.listSecurityMonitoringSignals({ filterQuery: 'status:(' }), 400],
  ['400: a cursor', () => logs.listLogsGet({ pageCursor: 'nope' }), 400],
  [
    '400: an assignee',
    () => security.editSecurityMonitoringSignalAssignee({ signalId, body: { data: { attributes: { assignee: { uuid: 'nope' } } } } }),
    400,
  ],
])('%s → an ApiException with its errors as texts', async (_, call, status) => {
  const { code, body } = await failure(call())
  expect(code).toBe(status)
  expect(body.errors.length).toBeGreaterThan(0)
  for (const error of body.errors) expect(error).toEqual(expect.any(String))
})

test('400 of a bulk change → errors as objects with title and detail', async () => {
  const body = { data: [{ id: signalId, type: 'signal' as const, attributes: { assignee: 'nope' } }] }
  const { code, body: answer } = await failure(security.bulkEditSecurityMonitoringSignalsAssignee({ body }))
  expect(code).toBe(400)
  expect(answer.errors[0]).toMatchObject({ title: expect.any(String), detail: expect.stringContaining('user'), status: '400' })
})

test('a rule that is not valid → 400 {error{code, message, details[]}}', async () => {
  const body = { ...payload('bad'), cases: [{ status: 'info' as const, condition: 'b > 1', notifications: [] }] }
  const { code, body: answer } = await failure(security.validateSecurityMonitoringRule({ body }))
  expect(code).toBe(400)
  expect(JSON.stringify(answer)).toMatch(/InvalidArgument/)
})

test('a query of Datadog’s documentation in every place that takes one', async () => {
  const query = '@workflow.triage.state:(open OR under_review) -status:info @network.client.ip:198.51.100.*'
  expect((await all(security.searchSecurityMonitoringSignalsWithPagination({ body: { filter: { query } } }))).length).toBeGreaterThan(5)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))

test('roles: made, changed, cloned, granted, given and taken, deleted', async () => {
  const roles = new v2.RolesApi(configurationFor(daemon.admin.key.secret))
  const permission = parsed(await roles.listPermissions()).data!.find(one => one.attributes!.name === 'logs_read_data')!
  const made = parsed(await roles.createRole({ body: { data: { type: 'roles', attributes: { name: 'Contractors' } } } }))
  const roleId = made.data!.id!
  const of = { roleId, body: { data: { id: permission.id!, type: 'permissions' as const } } }
  expect(parsed(await roles.addPermissionToRole(of)).data!.map(one => one.attributes!.name)).toEqual(['logs_read_data'])
  expect(parsed(await roles.listRolePermissions({ roleId })).data).toHaveLength(1)
  const user = { roleId, body: { data: { id: daemon.standard.user.uuid, type: 'users' as const } } }
  expect(parsed(await roles.addUserToRole(user)).data).toHaveLength(1)
  expect(parsed(await roles.listRoleUsers({ roleId })).data![0]!.attributes!.email).toBe('stan@example.com')
  expect(parsed(await roles.removeUserFromRole(user)).data).toEqual([])
  const body = { data: { id: roleId, type: 'roles' as const, attributes: { name: 'Guests' } } }
  expect(parsed(await roles.updateRole({ roleId, body })).data!.attributes!.name).toBe('Guests')
  const clone = parsed(await roles.cloneRole({ roleId, body: { data: { type: 'roles', attributes: { name: 'Visitors' } } } }))
  expect(parsed(await roles.getRole({ roleId: clone.data!.id! })).data!.relationships!.permissions!.data).toHaveLength(1)
  expect(parsed(await roles.removePermissionFromRole(of)).data).toEqual([])
  for (const id of [roleId, clone.data!.id!]) await roles.deleteRole({ roleId: id })
  expect(parsed(await roles.listRoles({ pageSize: 2, sort: '-name' })).data!.map(one => one.attributes!.name)).toEqual([
    'Standard',
    'Security Analyst',
  ])
})
test('keys: made, changed and revoked, mine and everybody’s; users changed and disabled', async () => {
  const keys = new v2.KeyManagementApi(configurationFor(daemon.admin.key.secret))
  const attributes = { name: 'script', scopes: ['logs_read_data'] }
  const mine = parsed(await keys.createCurrentUserApplicationKey({ body: { data: { type: 'application_keys', attributes } } }))
  expect(mine.data!.attributes).toMatchObject(attributes)
  const appKeyId = mine.data!.id!
  const body = { data: { id: appKeyId, type: 'application_keys' as const, attributes: { name: 'renamed' } } }
  expect(parsed(await keys.updateCurrentUserApplicationKey({ appKeyId, body })).data!.attributes!.name).toBe('renamed')
  expect(parsed(await keys.getCurrentUserApplicationKey({ appKeyId })).data!.attributes!.last4).toBe(mine.data!.attributes!.key!.slice(-4))
  expect(parsed(await keys.listApplicationKeys({ pageSize: 100 })).data!.map(key => key.id)).toContain(appKeyId)
  await keys.deleteApplicationKey({ appKeyId })
  await expect(keys.getApplicationKey({ appKeyId })).rejects.toMatchObject({ code: 404 })
  const api = parsed(await keys.createAPIKey({ body: { data: { type: 'api_keys', attributes: { name: 'shipper' } } } }))
  const apiKeyId = api.data!.id!
  const renamed = { data: { id: apiKeyId, type: 'api_keys' as const, attributes: { name: 'other' } } }
  expect(parsed(await keys.updateAPIKey({ apiKeyId, body: renamed })).data!.attributes!.name).toBe('other')
  expect(parsed(await keys.getAPIKey({ apiKeyId })).data!.attributes!.last4).toHaveLength(4)
  await keys.deleteAPIKey({ apiKeyId })
  const made = parsed(await users.createUser({ body: { data: { type: 'users', attributes: { email: 'new@example.com' } } } }))
  const userId = made.data!.id!
  const change = { data: { id: userId, type: 'users' as const, attributes: { name: 'New', disabled: false } } }
  expect(parsed(await users.updateUser({ userId, body: change })).data!.attributes!.name).toBe('New')
  await users.disableUser({ userId })
  expect(parsed(await users.getUser({ userId })).data!.attributes!.disabled).toBe(true)
  expect(parsed(await users.listUserPermissions({ userId })).data!.length).toBeGreaterThan(0)
})
