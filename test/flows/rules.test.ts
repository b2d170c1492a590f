import { expect, test } from 'vitest'
import { RulePayload } from '../../shared/rule.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce } from '../logs.ts'

const daemon = await startDaemon()
const { standard, core } = daemon
const base = '/api/v2/security_monitoring/rules'
const [query] = bruteForce.queries

test('what is left out takes its default, and comes back whole', async () => {
  const made = await standard.post(base, { name: 'small', queries: [{ query: '*' }], cases: [{ status: 'low' }] })
  expect([made.status, made.json]).toEqual([
    200,
    expect.objectContaining({
      name: 'small',
      type: 'log_detection',
      isEnabled: true,
      version: 1,
      isDefault: false,
      isDeleted: false,
      options: expect.objectContaining({ detectionMethod: 'threshold', evaluationWindow: 300, keepAlive: 3600, maxSignalDuration: 86400 }),
      createdAt: daemon.clock.now,
    }),
  ])
  const got = await standard.get(`${base}/${String(made.at('id'))}`)
  expect(got.json).toEqual(made.json)
  // what was read may be sent back
  const put = await standard.put(`${base}/${String(made.at('id'))}`, got.json)
  expect([put.status, put.at('version')]).toEqual([200, 2])
  // an old one, and one from the future
  for (const version of [1, 3]) {
    const stale = await standard.put(`${base}/${String(made.at('id'))}`, { name: 'late', version })
    expect([stale.status, stale.at('errors.0')]).toEqual([409, expect.stringContaining(`at version 2, not ${version}`)])
  }
})

const made = await standard.post(base, bruteForce)
const id = String(made.at('id'))

// bad input: what is wrong, where the refusal points
const bad: [what: string, change: object, target: string][] = [
  ['an unknown attribute', { colour: 'red' }, 'colour'],
  ['an unknown attribute of a query', { queries: [{ ...query, regex: 'a' }] }, 'queries.0.regex'],
  ['an unknown attribute of the options', { options: { ...bruteForce.options, colour: 1 } }, 'options.colour'],
  ['an unknown method', { options: { ...bruteForce.options, detectionMethod: 'astrology' } }, 'options.detectionMethod'],
  ['a method that nobody can have', { options: { ...bruteForce.options, detectionMethod: 'hardcoded' } }, 'options.detectionMethod'],
  ['keepAlive 999999', { options: { ...bruteForce.options, keepAlive: 999_999 } }, 'options.keepAlive'],
  ['evaluationWindow 120', { options: { ...bruteForce.options, evaluationWindow: 120 } }, 'options.evaluationWindow'],
  ['evaluationWindow "300"', { options: { ...bruteForce.options, evaluationWindow: '300' } }, 'options.evaluationWindow'],
  ['a query that cannot be read', { queries: [{ ...query, query: 'source:(sshd' }] }, 'queries.0.query'],
  ['a query of 8,193 characters', { queries: [{ ...query, query: 'a'.repeat(8193) }] }, 'queries.0.query'],
  ['a filter that cannot be read', { filters: [{ action: 'suppress', query: 'a OR' }] }, 'filters.0.query'],
  ['a filter that neither requires nor suppresses', { filters: [{ action: 'drop', query: 'a' }] }, 'filters.0.action'],
  ['a condition over an unknown query', { cases: [{ status: 'high', condition: 'successes > 5' }] }, 'cases.0.condition'],
  ['a condition that cannot be read', { cases: [{ status: 'high', condition: 'failures >' }] }, 'cases.0.condition'],
  ['a condition that is code', { cases: [{ status: 'high', condition: 'process.exit()' }] }, 'cases.0.condition'],
  ['no case', { cases: [] }, 'cases'],
  ['eleven cases', { cases: Array(11).fill({ status: 'high', condition: 'failures > 1' }) }, 'cases'],
  ['an unknown severity', { cases: [{ status: 'urgent', condition: 'failures > 1' }] }, 'cases.0.status'],
  ['no query', { queries: [] }, 'queries'],
  ['six paths to group by', { queries: [{ ...query, groupByFields: Array(6).fill('@a') }] }, 'queries.0.groupByFields'],
  ['an unknown aggregation', { queries: [{ ...query, aggregation: 'median' }] }, 'queries.0.aggregation'],
  ['two queries of one name', { queries: [query, query] }, 'queries.1.name'],
  ['no name', { name: '' }, 'name'],
  ['a name that is a number', { name: 7 }, 'name'],
  ['an unknown type', { type: 'workload_security' }, 'type'],
  ['tags that are a text', { tags: 'a:b' }, 'tags'],
]
test.each(bad)('%s → 400 pointing at it, in every way a rule comes in, nothing changed', async (_, change, target) => {
  const before = (await core.auditHead()).seq
  const ways = [
    await standard.post(base, { ...bruteForce, ...change }),
    await standard.post(`${base}/validation`, { ...bruteForce, ...change }),
    await standard.put(`${base}/${id}`, change),
  ]
  for (const answer of ways) {
    expect([answer.status, answer.at('error.code')]).toEqual([400, 'InvalidArgument'])
    expect(
      answer.each('error.details', 'target').some(at => String(at).startsWith(target)),
      answer.text,
    ).toBe(true)
    expect(answer.each('error.details', 'message').every(message => typeof message === 'string' && message !== '')).toBe(true)
  }
  expect((await core.auditHead()).seq).toBe(before)
})

test('a query that cannot be read → its position', async () => {
  const answer = await standard.post(`${base}/validation`, { ...bruteForce, queries: [{ ...query, query: 'source:(sshd' }] })
  expect(answer.at('error.details.0.at')).toEqual([7, 8])
})
test.each(['{', '[]', '"rule"', 'null', ''])('body %j → 400 {error{code,message,details[]}}', async body => {
  const answer = await standard.post(base, body)
  expect([answer.status, answer.at('error')]).toEqual([
    400,
    { code: 'InvalidArgument', message: expect.any(String), details: expect.any(Array) },
  ])
})
test('a good rule → 204 of its validation, and no rule', async () => {
  const before = (await standard.get(base)).at('meta.page.total_count')
  expect((await standard.post(`${base}/validation`, bruteForce)).status).toBe(204)
  expect((await standard.get(base)).at('meta.page.total_count')).toBe(before)
})
test.each([
  ['page[size]=1&page[number]=1', 200],
  ['query=brute', 200],
  ['sort=-name', 200],
  ['sort=colour', 400],
  ['page[size]=101', 400],
])('rules by %s → %i', async (search, status) => {
  expect((await standard.get(`${base}?${search}`)).status).toBe(status)
})
const system = { actor: { uuid: null, handle: 'signalbox', name: 'Signalbox', auth_method: 'system' } } as const
test('a default rule → cannot be deleted, can be switched off', async () => {
  await core.installRules(system, [{ ...(await core.getRule(id)), id: 'own' }])
  expect((await standard.delete(`${base}/own`)).status).toBe(400)
  expect((await standard.put(`${base}/own`, { isEnabled: false })).at('isEnabled')).toBe(false)
})
test('default rules → all in at once, a changed one again, what a person changed stays', async () => {
  const files = ['one', 'two'].map(id => ({ ...RulePayload.parse(bruteForce), id, name: id }))
  const seqs = async () => [(await core.getRule('one')).seq, (await core.getRule('two')).seq]
  await core.installRules(system, files)
  const before = await seqs()
  await core.installRules(system, files)
  expect(await seqs()).toEqual(before)
  await standard.put(`${base}/one`, { isEnabled: false })
  await core.installRules(
    system,
    files.map(file => ({ ...file, message: 'better' })),
  )
  expect([await core.getRule('one'), await core.getRule('two')].map(({ version, message }) => [version, message])).toEqual([
    [2, bruteForce.message ?? ''],
    [2, 'better'],
  ])
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
