import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { accepted, bruteForce, failed, guesses } from '../logs.ts'

// what the panel beside a signal shows, how quickly signals are triaged, and what is late
const byUser = {
  ...bruteForce,
  name: 'User under attack',
  queries: [{ name: 'failures', query: 'source:sshd @evt.outcome:failure', groupByFields: ['@usr.name'] }],
  cases: [{ name: 'many', status: 'low', condition: 'failures > 5' }],
  tags: ['category:account_takeover'],
}
const daemon = await startDaemon({ rules: [bruteForce, byUser] })
const { admin, standard, readOnly, intake, core, clock } = daemon
const base = '/api/v2/security_monitoring/signals'
const made = clock.now
await intake.post('/api/v2/logs', [guesses(made - 60_000, '198.51.100.1', 7), accepted(made - 50_000, '198.51.100.1')].join('\n'), {
  'content-type': 'text/plain',
})
await core.caughtUp()
clock.now += 60_000
await intake.post('/api/v2/logs', guesses(made, '198.51.100.2', 7), { 'content-type': 'text/plain' })
await intake.post('/api/v2/logs', failed(made, '203.0.113.1', '" OR @usr.name:*'), { 'content-type': 'text/plain' })
await core.caughtUp()
const idOf = async (query: string) => String((await standard.get(`${base}?filter[query]=${encodeURIComponent(query)}`)).at('data.0.id'))
const first = await idOf('@network.client.ip:198.51.100.1 "Brute force"')
const second = await idOf('@network.client.ip:198.51.100.2 "Brute force"')
const user = await idOf('"User under attack"')

test('related: those that share the group or an entity, oldest first, with what they share', async () => {
  const related = await standard.get(`/api/local/signals/${user}/related`)
  expect(related.each('data', 'id')).toEqual([first, second])
  expect(related.at('meta')).toEqual({ total: 2, capped: false })
  expect(related.at('data.0.attributes.x_related')).toMatchObject({ entities: expect.arrayContaining(['@usr.name:root']) })
  expect((await standard.get('/api/local/signals/nope/related')).status).toBe(404)
})

test('S2-19: attacker addresses and users, marked compromised where the rule is of account takeover', async () => {
  const identities = async (id: string) =>
    (await standard.get(`${base}/${id}/entities`)).at('data.attributes.identities') as Record<string, unknown>[]
  expect(await identities(user)).toContainEqual(expect.objectContaining({ type: 'user', value: 'root', compromised: true }))
  expect(await identities(first)).toContainEqual(expect.objectContaining({ type: 'ip_address', value: '198.51.100.1' }))
  expect(await identities(first)).toContainEqual(expect.objectContaining({ type: 'user', value: 'root', compromised: false }))
})

test.each([
  'investigation_queries',
  'suggested_actions',
])('%s: what the rule matched, and each entity; every one finds logs', async name => {
  const answer = await standard.get(`${base}/${first}/${name}`)
  const queries = answer.each('data', 'attributes.query_filter')
  expect(queries[0]).toBe('(source:sshd @evt.outcome:failure) @network.client.ip:"198.51.100.1"')
  for (const query of queries) {
    const found = await standard.post('/api/local/explorer', { track: 'logs', query, from: 0, limit: 1 })
    expect([query, Number(found.at('meta.total')) > 0]).toEqual([query, true])
  }
})

test('due times by severity: late to be taken up, then late to be archived', async () => {
  const due = async () => (await standard.get(`${base}/${first}`)).at('data.attributes.x_local.due')
  expect(await due()).toEqual({ acknowledge_by: made + 3_600_000, resolve_by: made + 86_400_000, overdue: null })
  clock.now = made + 3_600_000
  expect(await due()).toMatchObject({ overdue: 'acknowledge' })
  await standard.patch(`${base}/${first}/state`, { data: { attributes: { state: 'under_review' } } })
  expect(await due()).toEqual({ acknowledge_by: null, resolve_by: made + 86_400_000, overdue: null })
  clock.now = made + 86_400_000
  expect(await due()).toMatchObject({ overdue: 'resolve' })
})

test('statistics: from when a signal was made until it was taken up and archived; an undone change does not count', async () => {
  const change = await standard.patch(`${base}/${second}/state`, { data: { attributes: { state: 'archived' } } })
  await standard.post(`/api/local/changes/${change.headers.get('signalbox-change')}/undo`)
  await standard.patch(`${base}/${first}/update`, {
    data: { attributes: { state: 'archived', archive_reason: 'false_positive', assignee: { uuid: standard.user.uuid } } },
  })
  const answer = await standard.get(`/api/local/triage/statistics?from=${made}&to=now`)
  expect(answer.at('data.attributes.all')).toMatchObject({
    signals: 3,
    acknowledged: 1,
    resolved: 1,
    false_positives: 1,
    false_positive_rate: 1,
    // the other of high severity, and the low one that nobody took up for a day
    overdue: 2,
    time_to_acknowledge: { median: 3_600_000, p90: 3_600_000 },
    time_to_resolve: { median: 86_400_000, p90: 86_400_000 },
  })
  const severities = answer.at('data.attributes.by_severity') as Record<string, unknown>[]
  expect(severities.map(({ group, signals, overdue }) => [group, signals, overdue])).toEqual([
    ['high', 2, 1],
    ['low', 1, 1],
  ])
  expect(answer.each('data.attributes.by_rule', 'name')).toEqual(['Brute force', 'User under attack'])
  expect(answer.each('data.attributes.by_assignee', 'group')).toEqual(['', 'stan@example.com'])
})

const view = (attributes: object) => ({ data: { attributes } })
test('D-09: a view saved, shared, chosen to begin with, changed and deleted', async () => {
  const saved = await standard.post(
    '/api/local/views',
    view({ name: 'Night', track: 'signals', query: 'status:high', columns: [{ path: 'service', width: 120 }] }),
  )
  expect(saved.at('data.attributes')).toMatchObject({ version: 1, shared: false, from: 'now-15m', owner: { handle: 'stan@example.com' } })
  const wrong = await standard.post('/api/local/views', view({ name: 'Never', track: 'signals', from: '2026-13-45' }))
  expect([wrong.status, JSON.stringify(wrong.at('errors'))]).toEqual([400, expect.stringMatching(/from.*2026-13-45.* is no time/)])
  const path = `/api/local/views/${String(saved.at('data.id'))}`
  expect((await admin.get(path)).status).toBe(404)
  await standard.put('/api/local/views/default', view({ id: saved.at('data.id') }))
  expect((await standard.get('/api/local/views')).at('meta.default')).toBe(saved.at('data.id'))
  expect((await standard.patch(path, view({ shared: true, version: 1 }))).at('data.attributes.version')).toBe(2)
  expect((await standard.patch(path, view({ name: 'Day', version: 1 }))).status).toBe(409)
  expect((await readOnly.get(path)).at('data.attributes')).toMatchObject({ name: 'Night', default: false })
  const trail = await admin.get(`/api/v2/audit/events?filter[query]=${encodeURIComponent('@asset.type:view @action:modified changed')}`)
  expect(trail.each('data', 'attributes.attributes')).toMatchObject([
    { asset: { id: saved.at('data.id') }, prev_value: { shared: false }, new_value: { shared: true } },
  ])
  expect((await readOnly.patch(path, view({ name: 'Mine' }))).status).toBe(403)
  expect((await readOnly.post('/api/local/views', view({ name: 'All', track: 'logs', shared: true }))).status).toBe(403)
  expect((await readOnly.post('/api/local/views', view({ name: 'Own', track: 'logs' }))).status).toBe(201)
  expect((await standard.delete(path)).status).toBe(204)
  expect((await standard.get('/api/local/views')).at('meta.default')).toBeNull()
})

test.each([
  [{ name: '', track: 'signals' }, 'data.attributes.name'],
  [{ name: 'x', track: 'rules' }, 'data.attributes.track'],
  [{ name: 'x', track: 'logs', colour: 'red' }, 'data.attributes.colour'],
])('a view %j → 400 naming %s', async (attributes, field) => {
  const answer = await standard.post('/api/local/views', view(attributes))
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
})

test('S2-16: a service of the catalogue has an owner and an address; none that runs a script', async () => {
  const put = (url: string, who = admin) => who.put('/api/local/services/sshd', view({ owner: 'Platform', on_call: 'ada', url }))
  expect((await put('javascript:alert(1)')).status).toBe(400)
  expect((await put('https://wiki.example/{service}', standard)).status).toBe(403)
  expect((await put('https://wiki.example/{service}')).status).toBe(200)
  expect((await readOnly.get('/api/local/services/sshd')).at('data.attributes')).toMatchObject({ owner: 'Platform', on_call: 'ada' })
  expect((await readOnly.get('/api/local/services/none')).status).toBe(404)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
