import { describe, expect, test } from 'vitest'
import { roleIdOf } from '../../daemon/lib/default-roles.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce } from '../logs.ts'

// S0-12: rules, and what suppresses their signals, can be restricted to roles and people
const daemon = await startDaemon()
const { admin, standard, analyst, readOnly } = daemon
const rules = '/api/v2/security_monitoring/rules'
const suppressions = '/api/v2/security_monitoring/configuration/suppressions'
const make = async () => String((await standard.post(rules, bruteForce)).at('id'))
const pathOf = (rule: string) => `/api/v2/restriction_policy/security-rule:${rule}`
const policy = (rule: string, bindings: object[]) => ({
  data: { id: `security-rule:${rule}`, type: 'restriction_policy', attributes: { bindings } },
})
const editors = (...principals: string[]) => [{ relation: 'editor', principals }]
const ada = `user:${admin.user.uuid}`
const restrict = (rule: string, bindings: object[], who = admin, query = '') => who.post(`${pathOf(rule)}${query}`, policy(rule, bindings))
const suppression = (rule_query: string) => ({
  data: { type: 'suppressions', attributes: { name: 'Quiet', rule_query, suppression_query: '@usr.name:bot', tags: [] } },
})
const refused = (name: string) => ({ errors: ['Forbidden', expect.stringContaining(`The rule “${name}” is restricted`)] })

test('S0-12: whom the policy does not name neither changes nor deletes the rule, restores, imports or suppresses it', async () => {
  const id = await make()
  expect((await standard.put(`${rules}/${id}`, { message: 'before' })).status).toBe(200)
  const before = await standard.post(suppressions, suppression(`ruleId:${id}`))
  expect((await restrict(id, editors(ada))).json).toEqual(policy(id, editors(ada)))
  expect((await readOnly.get(pathOf(id))).json).toEqual(policy(id, editors(ada)))
  const own = `${suppressions}/${before.at('data.id')}`
  const attempts = [
    await standard.put(`${rules}/${id}`, { message: 'after' }),
    await standard.put(`${rules}/${id}`, { isEnabled: false }),
    await standard.put(`${rules}/${id}?dry_run=true`, { message: 'after' }),
    await standard.post(`${rules}/${id}/restore/1`),
    await standard.delete(`${rules}/${id}`),
    await analyst.post(suppressions, suppression(`ruleId:${id}`)),
    await analyst.post(suppressions, suppression('*')),
    await analyst.patch(own, { data: { attributes: { enabled: false } } }),
    await standard.patch(own, { data: { attributes: { rule_query: 'ruleId:other' } } }),
    await standard.delete(own),
  ]
  for (const answer of attempts) expect([answer.status, answer.json]).toEqual([403, refused('Brute force')])
  expect((await standard.get(`${rules}/${id}`)).json).toMatchObject({ version: 2, message: 'before', isEnabled: true })
  // what is about others alone is nobody else's matter; who is named may all of it
  const other = await analyst.post(suppressions, suppression('ruleId:other'))
  expect(other.status).toBe(200)
  expect((await analyst.patch(`${suppressions}/${other.at('data.id')}`, { data: { attributes: { rule_query: '*' } } })).status).toBe(403)
  expect((await admin.put(`${rules}/${id}`, { message: 'after' })).status).toBe(200)
  expect((await admin.delete(own)).status).toBe(204)
  expect((await admin.delete(`${rules}/${id}`)).status).toBe(204)
})

test('a Sigma rule that is restricted is not imported anew', async () => {
  const text = (id: number) =>
    `title: T\nid: sigma-1\nlogsource: { product: windows }\ndetection: { s: { EventID: ${id} }, condition: s }\n`
  const yaml = { 'content-type': 'text/yaml' }
  await standard.post('/api/local/rules/import', text(1), yaml)
  await restrict('sigma-1', editors(ada))
  const again = await standard.post('/api/local/rules/import', text(2), yaml)
  expect(again.at('data.attributes.rules.0')).toMatchObject({
    outcome: 'refused',
    problem: { field: 'id', message: 'is that of “T”, which only those may edit whom its restriction policy names' },
  })
  expect((await admin.post('/api/local/rules/import', text(2), yaml)).at('data.attributes.counts.updated')).toBe(1)
})

test.each([
  ['their role', `role:${roleIdOf('Standard')}`, [200, 403]],
  ['themselves', `user:${standard.user.uuid}`, [200, 403]],
  ['everybody', 'org:any', [200, 200]],
  ['another role', `role:${roleIdOf('Read Only')}`, [403, 403]],
])('who is named by %s may edit', async (_, principal, expected) => {
  const id = await make()
  expect((await restrict(id, editors(ada, principal))).status).toBe(200)
  expect([
    (await standard.put(`${rules}/${id}`, { message: 'x' })).status,
    (await analyst.post(suppressions, suppression(`ruleId:${id}`))).status,
  ]).toEqual(expected)
})

describe('who may change the policy', () => {
  test('whoever may edit the rule, but not so that they may not any more; an administrator if they say so', async () => {
    const id = await make()
    const me = `user:${standard.user.uuid}`
    expect((await restrict(id, editors(me), standard)).status).toBe(200)
    const out = await restrict(id, editors(ada), standard, '?allow_self_lockout=true')
    expect([out.status, out.text]).toEqual([400, expect.stringContaining('leaves you out')])
    expect((await restrict(id, editors(me))).status).toBe(400)
    expect((await restrict(id, editors(me), admin, '?allow_self_lockout=true')).status).toBe(200)
    expect((await restrict(id, editors(ada))).status).toBe(200)
    for (const answer of [await restrict(id, editors(me), standard), await standard.delete(pathOf(id))])
      expect([answer.status, answer.json]).toEqual([403, refused('Brute force')])
    expect((await analyst.post(pathOf(id), policy(id, []))).status).toBe(403)
  })
  test('an administrator who is left out takes it away again, and the audit trail tells of all', async () => {
    const id = await make()
    await restrict(id, editors(`user:${standard.user.uuid}`), admin, '?allow_self_lockout=true')
    expect((await admin.put(`${rules}/${id}`, { message: 'x' })).status).toBe(403)
    expect((await admin.delete(pathOf(id))).status).toBe(204)
    expect((await admin.delete(pathOf(id))).status).toBe(204)
    expect((await admin.get(pathOf(id))).json).toEqual(policy(id, []))
    expect((await admin.put(`${rules}/${id}`, { message: 'x' })).status).toBe(200)
    const audit = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:restriction_policy&page[limit]=2')
    expect(audit.each('data', 'attributes.message')).toEqual([
      'let everybody edit the rule “Brute force” again',
      'restricted who may edit the rule “Brute force”',
    ])
  })
})

test.each([
  ['no such rule', 'none', editors(ada), 404, 'There is no rule none'],
  ['no editor', undefined, [{ relation: 'viewer', principals: ['org:1'] }], 400, 'must say who is an editor'],
  ['a relation that there is not', undefined, [{ relation: 'owner', principals: [ada] }], 400, 'data.attributes.bindings.0.relation'],
  ['nobody', undefined, [{ relation: 'editor', principals: [] }], 400, 'data.attributes.bindings.0.principals'],
  ['a team', undefined, editors('team:1'), 400, 'must be role:<id>, user:<id> or org:<id>'],
  ['no such role', undefined, editors('role:none'), 400, 'is no role'],
  ['no such user', undefined, editors(ada, 'user:none'), 400, 'data.attributes.bindings.0.principals.1'],
])('%s → refused, and why', async (_, rule, bindings, status, text) => {
  const answer = await restrict(rule ?? (await make()), bindings)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)])
})
test('another kind of resource, or another id than the address says → 400', async () => {
  const id = await make()
  expect((await admin.get('/api/v2/restriction_policy/dashboard:1')).text).toContain('must be security-rule:<id>')
  expect((await admin.post(pathOf(id), policy('other', editors(ada)))).text).toContain('data.id')
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
