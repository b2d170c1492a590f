import { expect, test } from 'vitest'
import { roleIdOf } from '../../daemon/lib/default-roles.ts'
import type { Caller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// A workflow reads and changes what both whoever saved it and whoever began the run may see, at each of its steps.
const daemon = await startDaemon()
const { admin, clock } = daemon
const base = '/api/v2/workflows'
const signals = '/api/v2/security_monitoring/signals'

const clone = await admin.post(`/api/v2/roles/${roleIdOf('Standard')}/clone`, { data: { attributes: { name: 'Team A' } } })
const role = String(clone.at('data.id'))
const show = (query: string) =>
  admin.patch(`/api/v2/roles/${role}`, { data: { attributes: { x_local: { restriction_queries: { signals: query, logs: query } } } } })
await show('team:a')
const user = await admin.post('/api/v2/users', {
  data: { attributes: { email: 'wanda@example.com' }, relationships: { roles: { data: [{ id: role, type: 'roles' }] } } },
})
const key = await daemon.daemon.access.createKey(
  { actor: { uuid: null, handle: 'test', name: 'test', auth_method: 'system' } },
  { kind: 'application', name: 'restricted', user: String(user.at('data.id')) },
)
const wanda = daemon.callerWith({ apiKey: daemon.apiKey, applicationKey: key.secret })

const raise = async (title: string, ...tags: string[]) =>
  String((await admin.post('/api/local/signals', { data: { attributes: { title, severity: 'high', tags } } })).at('data.id'))
const hidden = await raise('Hidden', 'team:b')
const seen = await raise('Seen', 'team:a')
const p = (values: object) => Object.entries(values).map(([name, value]) => ({ name, value }))
const step = (name: string, actionId: string, parameters: object, next?: string) => ({
  ...{ name, actionId, parameters: p(parameters) },
  ...(next && { outboundEdges: [{ nextStepName: next, branchName: 'main' }] }),
})
let made = 0
const save = async (steps: object[], who: Caller = wanda) => {
  const attributes = { name: `W${++made}`, published: true, spec: { triggers: [{ securityTrigger: {} }], steps } }
  const answer = await who.post(base, { data: { type: 'workflows', attributes } })
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return String(answer.at('data.id'))
}
const begin = (id: string, signal: string, who: Caller = admin, query = '') =>
  who.post(`${base}/${id}/instances${query}`, { meta: { payload: {}, x_local: { signal_id: signal } } })
const over = async (id: string, begun: Awaited<ReturnType<typeof begin>>) => {
  expect([begun.status, begun.text]).toEqual([200, begun.text])
  return until(async () => {
    const run = await admin.get(`${base}/${id}/instances/${begun.at('data.id')}`)
    return run.at('data.attributes.instanceStatus.displayName') === 'Running' ? undefined : run
  })
}
const stateOf = async (id: string) => (await admin.get(`${signals}/${id}`)).at('data.attributes.custom.workflow.triage.state')
const titles = async () => (await admin.get('/api/v2/cases')).each('data', 'attributes.title')

test.each([
  ['', 'run'],
  ['?dry_run=true', 'dry run'],
])('on a signal that is hidden from whoever saved it%s → 409 for the %s of an administrator, nothing told', async query => {
  const id = await save([step('leak', 'create_case', { title: 'Leak of {{ Source.signal.title }}' })])
  const answer = await begin(id, hidden, admin, query)
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('saved by wanda@example.com, who may not see this signal')])
  expect((await begin(id, hidden, wanda, query)).status).toBe(404)
  expect(await titles()).toEqual([])
})

test.each([
  ['set_state', { state: 'archived' }],
  ['add_note', { text: 'Through somebody else' }],
  ['assign', { assignee: 'wanda@example.com' }],
  ['create_case', { title: 'Theirs' }],
  ['declare_incident', { title: 'Theirs' }],
])('%s of a hidden signal by its id, run by an administrator → not found, nothing changed', async (action, more) => {
  const before = (await admin.get(`${signals}/${hidden}`)).text
  const run = await over(...(await withRun(action, more)))
  expect(run.at('data.attributes.instanceStatus.displayName')).toBe('Failed')
  expect(run.at('data.attributes.steps.0.error.message') ?? run.text).toContain('Signal not found')
  expect((await admin.get(`${signals}/${hidden}`)).text).toBe(before)
})
async function withRun(action: string, more: object): Promise<[string, Awaited<ReturnType<typeof begin>>]> {
  const id = await save([step('only', action, { ...more, signal_id: hidden })])
  return [id, await begin(id, seen)]
}

test('the workflow of an administrator does for wanda what she may see', async () => {
  const id = await save([step('only', 'set_state', { state: 'under_review', signal_id: hidden })], admin)
  expect((await over(id, await begin(id, seen, wanda))).text).toContain('Signal not found')
  const own = await save([step('only', 'set_state', { state: 'under_review' })], admin)
  expect((await over(own, await begin(own, seen, wanda))).at('data.attributes.instanceStatus.displayName')).toBe('Succeeded')
  expect([await stateOf(seen), await stateOf(hidden)]).toEqual(['under_review', 'open'])
})

test('hidden while the run waits → its next step does not find the signal, and tells nothing of it', async () => {
  const id = await save([
    step('rest', 'wait', { duration: '1h' }, 'put'),
    step('put', 'create_case', { title: 'Late: {{ Source.signal.title }}' }),
  ])
  const begun = await begin(id, seen, wanda)
  await until(async () => (await admin.get(`${base}/${id}/instances/${begun.at('data.id')}`)).text.includes('"Waiting"') || undefined)
  await show('team:c')
  clock.now += 3_600_000
  daemon.daemon.workflows.start()
  const run = await over(id, begun)
  expect(run.text).toContain('Signal not found')
  expect(await titles()).toEqual([])
  await show('team:a')
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
