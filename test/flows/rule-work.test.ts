import { describe, expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { accepted, bruteForce, failed, guesses } from '../logs.ts'

// What people do with rules beside writing them: try them, look back, and see how noisy they are.
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock } = daemon
const base = '/api/v2/security_monitoring/rules'
const text = { 'content-type': 'text/plain' }
const rule = (await core.rules())[0]!
const send = async (lines: string) => {
  await intake.post('/api/v2/logs', lines, text)
  await core.caughtUp()
}

describe('versions', () => {
  test('each with what it changed, newest first, and the way back to one', async () => {
    const id = String((await standard.post(base, { ...bruteForce, name: 'Versioned' })).at('id'))
    await admin.put(`${base}/${id}`, { options: { ...bruteForce.options, evaluationWindow: 600 }, tags: ['a:b'] })
    await standard.put(`${base}/${id}`, { isEnabled: false })
    const history = await readOnly.get(`${base}/${id}/version_history`)
    expect(history.at('data')).toMatchObject({ id, type: 'GetRuleVersionHistoryResponse', attributes: { count: 3 } })
    const versions = history.at('data.attributes.data') as Record<string, { changes: { field: string }[]; rule: { version: number } }>
    expect(versions['2']).toMatchObject({
      changes: [
        { field: 'options.evaluationWindow', type: 'update', change: '600', x_local: { before: '300' } },
        { field: 'tags', type: 'update', change: '["a:b"]', x_local: { before: '["source:sshd","tactic:TA0006"]' } },
      ],
      rule: { version: 2, isEnabled: true, x_local: { updateAuthor: 'ada@example.com' } },
    })
    expect(versions['3']).toMatchObject({
      changes: [{ field: 'isEnabled', change: 'false' }],
      rule: { x_local: { updateAuthor: 'stan@example.com' } },
    })
    expect(versions['1']!.changes.find(({ field }) => field === 'name')).toMatchObject({ type: 'create', change: 'Versioned' })
    expect(
      Object.keys((await readOnly.get(`${base}/${id}/version_history?page[size]=1&page[number]=1`)).at('data.attributes.data') as object),
    ).toEqual(['2'])

    const back = await standard.post(`${base}/${id}/restore/1`)
    expect([back.status, back.at('version'), back.at('isEnabled'), back.at('tags')]).toEqual([200, 4, true, bruteForce.tags])
    const again = await standard.post(`${base}/${id}/restore/4`)
    expect([again.status, again.at('error.code')]).toEqual([409, 'AlreadyExists'])
    expect((await standard.post(`${base}/${id}/restore/9`)).status).toBe(404)
    expect((await readOnly.post(`${base}/${id}/restore/1`)).status).toBe(403)
    const audit = await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}`)
    expect(audit.at('data.0.attributes.message')).toBe('restored version 1 of the rule “Versioned”')
    await standard.delete(`${base}/${id}`)
    expect((await readOnly.get(`${base}/${id}/version_history`)).status).toBe(404)
  })
})

describe('tests', () => {
  const lines = (count: number, ip = '198.51.100.7') => ({ log: failed(noon, ip), times: count, every: 1 })
  const tests = [
    { name: 'six guesses', logs: [lines(6)], signals: [{ status: 'high', group: '198.51.100.7' }] },
    { name: 'five guesses and a login', logs: [lines(5), accepted(noon + 9000, '198.51.100.7')], signals: [] },
  ]
  test('are kept with the rule, come back with it, and run where it is stored', async () => {
    const made = await standard.post(base, { ...bruteForce, name: 'Tested', tests })
    const id = String(made.at('id'))
    expect((await standard.get(`${base}/${id}`)).at('tests')).toEqual(tests)
    const ran = await readOnly.post(`/api/local/rules/${id}/test`)
    expect([ran.status, ran.at('meta'), ran.each('data', 'attributes.passed')]).toEqual([200, { passed: 2, failed: 0 }, [true, true]])
    // what a rule comes to see differently, its tests say
    await standard.put(`${base}/${id}`, { cases: [{ status: 'low', condition: 'failures > 4' }] })
    const failing = await standard.post(`/api/local/rules/${id}/test`)
    expect(failing.at('meta')).toEqual({ passed: 0, failed: 2 })
    expect(failing.each('data', 'attributes')).toMatchObject([
      { expected: ['high for 198.51.100.7'], missing: ['high for 198.51.100.7'], unexpected: ['low for 198.51.100.7'] },
      { expected: [], actual: ['low for 198.51.100.7'], missing: [], unexpected: ['low for 198.51.100.7'] },
    ])
    expect(await core.statistics()).toMatchObject({ logs: 0 })
    await standard.delete(`${base}/${id}`)
  })
  const trial = (change: object) => standard.post('/api/local/rules/test', { data: { attributes: { rule: { ...bruteForce, ...change } } } })
  test('of a rule that is not stored', async () => {
    expect((await trial({ tests })).at('meta')).toEqual({ passed: 2, failed: 0 })
    expect((await standard.get(base)).at('meta.page.total_count')).toBe(1)
  })
  test.each<[string, object, string]>([
    ['a query that cannot be read', { queries: [{ query: 'a OR' }] }, 'data.attributes.rule.queries.0.query'],
    ['a test without logs', { tests: [{ name: 'none', logs: [], signals: [] }] }, 'data.attributes.rule.tests.0.logs'],
    ['a log that is none', { tests: [{ name: 'bad', logs: [{ ddtags: 7 }], signals: [] }] }, 'tests.0.logs.0'],
    ['more logs than anybody waits for', { tests: Array(11).fill({ name: 'many', logs: [lines(10_000)], signals: [] }) }, 'tests'],
  ])('%s → 400 that says where', async (_, change, field) => {
    const answer = await trial(change)
    expect([answer.status, JSON.stringify(answer.at('errors.0.source'))]).toEqual([400, expect.stringContaining(field)])
  })
  test('on Datadog’s wire: whether each query finds a log as expected', async () => {
    const payload = { ddsource: 'sshd', message: failed(noon, '198.51.100.7') }
    const body = {
      rule: { ...bruteForce, filters: [{ action: 'suppress', query: '@usr.name:bot' }] },
      ruleQueryPayloads: [
        { index: 0, expectedResult: true, payload },
        { index: 0, expectedResult: false, payload },
        { expectedResult: false, payload: { ...payload, message: accepted(noon, '198.51.100.7') } },
        { expectedResult: true, payload: { ...payload, message: failed(noon, '198.51.100.7', 'bot') } },
      ],
    }
    expect((await standard.post(`${base}/test`, body)).json).toEqual({ results: [true, false, true, false] })
    expect((await standard.post(`${base}/${rule.id}/test`, body)).json).toEqual({ results: [true, false, true, true] })
    expect((await standard.post(`${base}/test`, { ...body, ruleQueryPayloads: [{ index: 1, payload }] })).status).toBe(400)
    expect((await readOnly.post(`${base}/test`, body)).status).toBe(403)
  })
})

describe('a back-test', () => {
  const run = (attributes: object, path = 'backtest') => standard.post(`/api/local/rules/${path}`, { data: { attributes } })
  const day = 24 * 3_600_000
  test('answers the signals that a rule would have made, and makes none', async () => {
    clock.now = noon + 60_000
    await send(
      [guesses(noon - day, '198.51.100.20', 8), guesses(noon, '198.51.100.21', 4), guesses(noon + 1, '198.51.100.22', 3)].join('\n'),
    )
    const before = (await standard.get('/api/v2/security_monitoring/signals')).at('data')
    const low = { ...bruteForce, name: 'Low', cases: [{ name: 'some', status: 'low', condition: 'failures > 2' }] }
    const answer = await run({ rule: low })
    expect([answer.status, answer.at('meta')]).toEqual([
      200,
      {
        ...{ signals: 3, severities: { low: 3 }, logs: 15, late: 0, hidden: { signals: 0, logs: 0 }, cut: null },
        ...{ from: clock.now - 7 * day, to: clock.now, took_ms: expect.any(Number) },
      },
    ])
    expect(answer.each('data', 'attributes')[0]).toMatchObject({
      title: 'Low - some',
      severity: 'low',
      group: { '@network.client.ip': '198.51.100.20' },
      first_seen: noon - day,
      last_seen: noon - day + 7000,
      events_matched: 8,
      fired: [{ case: { condition: 'failures > 2' }, values: [3] }],
    })
    expect((await standard.get('/api/v2/security_monitoring/signals')).at('data')).toEqual(before)
    expect((await run({ rule: low, from: noon, to: noon + 1 })).at('meta')).toMatchObject({ signals: 0, logs: 2 })
    const few = await run({ rule: low, limit: 1 })
    expect([few.at('meta.signals'), few.each('data', 'id').length]).toEqual([3, 1])
  })
  test('of a stored rule comes to the signals that it made', async () => {
    const answer = await run({}, `${rule.id}/backtest`)
    const made = await standard.get(`/api/v2/security_monitoring/signals?filter[query]=@workflow.rule.id:${rule.id}`)
    expect(answer.each('data', 'id')).toEqual(made.each('data', 'id'))
  })
  test('of a correlation counts the signals that the rules it names would have made', async () => {
    const correlation = {
      name: 'Again and again',
      type: 'signal_correlation',
      queries: [{ ruleId: rule.id, aggregation: 'event_count', correlatedByFields: ['@network.client.ip'] }],
      cases: [{ status: 'critical', condition: 'a > 0' }],
      options: { evaluationWindow: 900, keepAlive: 3600, maxSignalDuration: 86_400 },
    }
    const answer = await run({ rule: correlation })
    expect(answer.at('meta')).toMatchObject({ signals: 1, severities: { critical: 1 } })
    expect(answer.each('data', 'attributes.title')).toEqual(['Again and again'])
  })
  test('counts what suppressions would hide, unless they are left out', async () => {
    const suppressions = '/api/v2/security_monitoring/configuration/suppressions'
    const hide = { name: 'Hide', enabled: true, rule_query: '*', suppression_query: '@network.client.ip:198.51.100.20' }
    const id = String((await standard.post(suppressions, { data: { type: 'suppressions', attributes: hide } })).at('data.id'))
    expect((await run({ rule: bruteForce })).at('meta')).toMatchObject({ signals: 0, hidden: { signals: 1, logs: 0 } })
    expect((await run({ rule: bruteForce, suppressed: false })).at('meta')).toMatchObject({ signals: 1, hidden: { signals: 0 } })
    await standard.delete(`${suppressions}/${id}`)
  })
  test.each<[string, object, string]>([
    ['a range that ends before it begins', { rule: bruteForce, from: 'now', to: 'now-1h' }, 'data.attributes.from'],
    ['a time that is none', { rule: bruteForce, from: 'soon' }, 'data.attributes.from'],
    ['a rule that is not good', { rule: { ...bruteForce, queries: [{ query: 'a OR' }] } }, 'data.attributes.rule.queries.0.query'],
    ['more seconds than there may be', { rule: bruteForce, seconds: 1000 }, 'data.attributes.seconds'],
  ])('%s → 400 that says where', async (_, attributes, field) => {
    const answer = await run(attributes)
    expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
  })
  test('is for those who may read logs', async () => {
    const narrow = await daemon.as('Standard', 'stan', ['security_monitoring_rules_read'])
    expect((await narrow.post('/api/local/rules/backtest', { data: { attributes: { rule: bruteForce } } })).status).toBe(403)
  })
})

describe('noise', () => {
  const statistics = async () => {
    const all = (await readOnly.get('/api/local/rules/statistics')).at('data') as { id: string; attributes: object }[]
    return all.find(({ id }) => id === rule.id)!.attributes
  }
  test('of a rule: what became of its signals', async () => {
    clock.now = noon + 3_600_000
    await send(['30', '31', '32', '33'].map(n => guesses(noon + 60_000, `198.51.100.${n}`, 7)).join('\n'))
    const ids = (await standard.get('/api/v2/security_monitoring/signals?page[limit]=50')).each('data', 'id')
    expect(ids).toHaveLength(5)
    const archive = (id: unknown, archive_reason: string) =>
      standard.patch(`/api/v2/security_monitoring/signals/${String(id)}/state`, {
        data: { attributes: { state: 'archived', archive_reason } },
      })
    for (const [i, reason] of ['false_positive', 'false_positive', 'true_positive_malicious'].entries())
      expect((await archive(ids[i], reason)).status).toBe(200)
    expect(await statistics()).toEqual({
      name: 'Brute force',
      enabled: true,
      signals: { total: 5, open: 2, under_review: 0, archived: 3 },
      false_positives: 2,
      false_positive_share: 2 / 3,
      last_signal: clock.now,
      last_true_positive: clock.now,
      hidden: { signals: 0, logs: 0, last: null },
    })
    // whoever takes an archived signal up again takes the verdict back
    await standard.patch(`/api/v2/security_monitoring/signals/${String(ids[2])}/state`, { data: { attributes: { state: 'open' } } })
    expect(await statistics()).toMatchObject({ signals: { open: 3, archived: 2 }, false_positive_share: 1, last_true_positive: null })
  })
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
