import { expect, test } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// Investigation cases: what one says, who may change it, and what comes of signals that go into one.
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, analyst, readOnly, standard, intake, core, clock, events } = daemon

const ips = Array.from({ length: 12 }, (_, i) => `198.51.100.${i + 1}`)
for (const ip of ips) await intake.post('/api/v2/logs', guesses(noon - 60_000, ip, 6), { 'content-type': 'text/plain' })
await core.caughtUp()
const signals = (await admin.get('/api/v2/security_monitoring/signals?page[limit]=100')).each('data', 'id').map(String)
/** Each signal is used by one test. */
const next = () => signals.shift()!
const stateOf = async (id: string) =>
  (await admin.get(`/api/v2/security_monitoring/signals/${id}`)).at('data.attributes.custom.workflow.triage.state')

const cases = '/api/v2/cases'
const project = { data: { id: 'SEC', type: 'project' } }
const asked = (attributes: object, relationships: object = {}) => ({
  data: { type: 'case', attributes: { type_id: securityCase.id, ...attributes }, relationships: { project, ...relationships } },
})
const make = async (attributes: object = {}) =>
  (await analyst.post(cases, asked({ title: 'Guessing', ...attributes }))).at('data') as { id: string }
const change = (id: string, what: string, attributes?: object) =>
  analyst.post(`${cases}/${id}/${what}`, { data: { type: 'case', ...(attributes && { attributes }) } })
const insightsOf = (...ids: string[]) => ({
  data: {
    type: 'case',
    attributes: { insights: ids.map(id => ({ type: 'SECURITY_SIGNAL', resource_id: id, ref: `/security?event=${id}` })) },
  },
})
const said = async (id: string) =>
  (await analyst.get(`${cases}/${id}/timelines`)).each('data', 'attributes.cell_content.message').map(String)

const first = await analyst.post(cases, asked({ title: 'Somebody guesses', description: 'From **one** network', priority: 'P2' }))
test('the first case of the project that is always there is SEC-1, and found by its key', async () => {
  const made = first
  expect([made.status, made.at('data.attributes.key'), made.at('data.attributes.status')]).toEqual([201, 'SEC-1', 'OPEN'])
  const found = await readOnly.get(`${cases}/SEC-1`)
  expect([found.at('data.id'), found.at('data.attributes.description')]).toEqual([made.at('data.id'), 'From **one** network'])
  expect(await said('SEC-1')).toEqual(['sana created the case'])
})

test('S0-25: a signal added to a case goes under review, the case lists it, the signal names the case', async () => {
  const [{ id }, signal] = [await make(), next()]
  events.length = 0
  const answer = await analyst.put(`${cases}/${id}/insights`, insightsOf(signal))
  expect(answer.status).toBe(200)
  expect(answer.at('data.attributes.insights')).toEqual([
    { type: 'SECURITY_SIGNAL', resource_id: signal, ref: `/security?event=${signal}` },
  ])
  expect(await stateOf(signal)).toBe('under_review')
  const after = await admin.get(`/api/v2/security_monitoring/signals/${signal}`)
  expect(after.at('data.attributes.x_local.cases')).toEqual([{ id, key: answer.at('data.attributes.key') }])
  expect((await admin.get(`/api/local/signals/${signal}/timeline`)).each('data', 'attributes.kind')).toEqual([
    'opened',
    'state',
    'case_linked',
  ])
  expect(await said(id)).toEqual(['sana created the case', 'sana added 1 signal'])
  expect(events.map(({ type }) => type).sort()).toEqual(['cases', 'signals'])
  const found = await admin.post('/api/local/explorer', {
    track: 'signals',
    query: `@workflow.triage.cases:${answer.at('data.attributes.key')}`,
    from: 0,
  })
  expect(found.each('data', 'id')).toEqual([signal])
})

test('a signal added twice is in it once, and nothing more has happened', async () => {
  const [{ id }, signal] = [await make(), next()]
  await analyst.put(`${cases}/${id}/insights`, insightsOf(signal))
  const before = await core.auditHead()
  const again = await analyst.put(`${cases}/${id}/insights`, insightsOf(signal))
  expect([again.status, again.at('data.attributes.x_local.insights_total')]).toEqual([200, 1])
  expect(await core.auditHead()).toEqual(before)
})

test('unlinked, a signal keeps its state and is in the case no longer; both timelines say so', async () => {
  const [{ id }, signal] = [await make(), next()]
  await analyst.put(`${cases}/${id}/insights`, insightsOf(signal))
  const answer = await analyst.delete(`${cases}/${id}/insights`, insightsOf(signal))
  expect([answer.status, answer.at('data.attributes.insights')]).toEqual([200, []])
  expect(await stateOf(signal)).toBe('under_review')
  expect((await said(id)).at(-1)).toBe('sana unlinked 1 signal')
  expect((await admin.get(`/api/local/signals/${signal}/timeline`)).each('data', 'attributes.kind').at(-1)).toBe('case_unlinked')
  expect((await analyst.delete(`${cases}/${id}/insights`, insightsOf(signal))).status).toBe(404)
})

test('a signal that is nowhere among several → 404, and none of them is in the case', async () => {
  const [{ id }, signal] = [await make(), next()]
  const before = await core.auditHead()
  expect((await analyst.put(`${cases}/${id}/insights`, insightsOf(signal, 'nowhere'))).status).toBe(404)
  expect([await core.auditHead(), await stateOf(signal)]).toEqual([before, 'open'])
  expect((await analyst.get(`${cases}/${id}`)).at('data.attributes.insights')).toEqual([])
  signals.push(signal)
})

test('a dry run says what would come of it, and leaves nothing', async () => {
  const [{ id }, signal] = [await make(), next()]
  const before = await core.auditHead()
  const tried = await analyst.put(`${cases}/${id}/insights?dry_run=true`, insightsOf(signal))
  expect([tried.status, tried.at('data.attributes.x_local.insights_total')]).toEqual([200, 1])
  const made = await analyst.post(`${cases}?dry_run=true`, asked({ title: 'T' }))
  const really = await analyst.post(cases, asked({ title: 'T' }))
  expect(made.at('data.attributes.key')).toBe(really.at('data.attributes.key'))
  expect((await analyst.get(`${cases}/${id}`)).at('data.attributes.x_local.insights_total')).toBe(0)
  expect((await core.auditHead()).seq).toBeGreaterThan(before.seq)
  signals.push(signal)
})

test('the same Idempotency-Key → one case, one answer', async () => {
  const again = () => analyst.post(cases, asked({ title: 'Once' }), { 'idempotency-key': 'one-case' })
  const [first, second] = [await again(), await again()]
  expect(second.at('data')).toEqual(first.at('data'))
})

test('S2-36…39: a security case is closed for a reason, and opened again without one', async () => {
  const { id } = await make()
  const without = await change(id, 'status', { status: 'CLOSED' })
  expect([without.status, without.at('errors.0.source.pointer')]).toEqual([400, 'data.attributes.security_resolved_reason'])
  expect((await analyst.get(`${cases}/${id}`)).at('data.attributes.status')).toBe('OPEN')
  const closed = await change(id, 'status', { status: 'CLOSED', security_resolved_reason: 'FALSE_POSITIVE' })
  expect([closed.status, closed.at('data.attributes.status_group'), closed.at('data.attributes.closed_at')]).toEqual([
    200,
    'SG_CLOSED',
    new Date(noon).toISOString(),
  ])
  expect((await said(id)).at(-1)).toBe('sana changed the status from Open to Closed: False positive')
  const open = await change(id, 'status', { status: 'IN_PROGRESS' })
  expect([open.at('data.attributes.security_resolved_reason'), open.at('data.attributes.closed_at')]).toEqual([undefined, undefined])
})

test('a case closed meanwhile: 409 says by whom, and the signal stays as it was', async () => {
  const [{ id }, signal] = [await make(), next()]
  await standard.post(`${cases}/${id}/status`, {
    data: { type: 'case', attributes: { status: 'CLOSED', security_resolved_reason: 'ONE_TIME_EXCEPTION' } },
  })
  const before = await core.auditHead()
  const answer = await analyst.put(`${cases}/${id}/insights`, insightsOf(signal))
  expect([answer.status, answer.at('errors.0.code')]).toEqual([409, 'closed'])
  expect(answer.text).toContain('stan@example.com changed the status from Open to Closed: One-time exception')
  const tried = await analyst.put(`${cases}/${id}/insights?dry_run=true`, insightsOf(signal))
  expect(tried.text).toBe(answer.text)
  expect([await core.auditHead(), await stateOf(signal)]).toEqual([before, 'open'])
  signals.push(signal)
})

test('a case that was changed since it was closed: 409 says since when, and blames nobody', async () => {
  const { id } = await make()
  await change(id, 'status', { status: 'CLOSED', security_resolved_reason: 'OTHER' })
  const since = new Date(clock.now).toISOString()
  clock.now += 1000
  await change(id, 'priority', { priority: 'P2' })
  clock.now -= 1000
  const answer = await analyst.put(`${cases}/${id}/insights`, insightsOf(next()))
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining(` is closed since ${since}. Reopen it first`)])
})

test('whoever is disabled is put on no watch, and taken off one', async () => {
  const [{ id }, user] = [await make(), (await daemon.as('Standard', 'gone')).user.uuid]
  const watched = `${cases}/${id}/watchers/${user}`
  const disable = (disabled: boolean) => admin.patch(`/api/v2/users/${user}`, { data: { attributes: { disabled } } })
  await disable(true)
  expect((await analyst.post(watched)).status).toBe(400)
  await disable(false)
  expect((await analyst.post(watched)).status).toBe(201)
  await disable(true)
  expect((await analyst.delete(watched)).status).toBe(204)
})

test('a change for a version that is no longer: 409 says what has changed', async () => {
  const { id } = await make()
  await standard.post(`${cases}/${id}/priority`, { data: { type: 'case', attributes: { priority: 'P1' } } })
  const answer = await change(id, 'title', { title: 'Mine', version: 1 })
  expect([answer.status, answer.at('errors.0.code')]).toEqual([409, 'stale_version'])
  expect(answer.text).toContain('stan@example.com changed the priority from Not defined to P1')
})

test('archived, it takes no change but to come back', async () => {
  const { id } = await make()
  expect((await change(id, 'archive')).at('data.attributes.archived_at')).toBe(new Date(noon).toISOString())
  for (const [what, attributes] of [
    ['title', { title: 'New' }],
    ['comment', { comment: 'Hm' }],
    ['assign', { assignee_id: analyst.user.uuid }],
  ] as const)
    expect([what, (await change(id, what, attributes)).status]).toEqual([what, 409])
  expect((await change(id, 'unarchive')).at('data.attributes.archived_at')).toBeUndefined()
  expect((await change(id, 'title', { title: 'New' })).at('data.attributes.title')).toBe('New')
})

test.each([
  [
    'a project that is not there',
    asked({ title: 'T' }, { project: { data: { id: 'NOPE', type: 'project' } } }),
    'data.relationships.project.data.id',
  ],
  ['a type that is not there', asked({ title: 'T', type_id: 'nothing' }), 'data.attributes.type_id'],
  ['no title', asked({ title: '  ' }), 'data.attributes.title'],
  ['a priority that is not there', asked({ title: 'T', priority: 'P9' }), 'data.attributes.priority'],
  ['a user who is not there', asked({ title: 'T' }, { assignee: { data: { id: 'ghost', type: 'user' } } }), 'data.attributes.assignee_id'],
  ['a status that is not there', asked({ title: 'T', status_name: 'Waiting' }), 'data.attributes.status_name'],
  ['closed without a reason', asked({ title: 'T', status_name: 'Closed' }), 'data.attributes.security_resolved_reason'],
  ['a word that nobody knows', asked({ title: 'T', colour: 'red' }), 'data.attributes.colour'],
  [
    'an attribute whose name would be lost',
    asked({ title: 'T', custom_attributes: JSON.parse('{"__proto__": {"type": "TEXT", "is_multi": false, "value": "x"}}') as object }),
    'data.attributes.custom_attributes.__proto__',
  ],
])('a case with %s → 400 names the field, and no number is used up', async (_, body, field) => {
  const before = await core.auditHead()
  for (const path of [cases, `${cases}?dry_run=true`]) {
    const answer = await analyst.post(path, body)
    expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
  }
  expect(await core.auditHead()).toEqual(before)
})

test.each([
  ['status', { status: 'DONE' }],
  ['status', {}],
  ['priority', { priority: 'urgent' }],
  ['assign', { assignee_id: 'ghost' }],
  ['title', { title: '' }],
  ['resolved_reason', { security_resolved_reason: 'bored' }],
  ['comment', { comment: '   ' }],
  ['attributes', { attributes: { a: 'b' } }],
  ['attributes', { attributes: JSON.parse('{"__proto__": ["x"]}') as object }],
])('%s %j → 400', async (what, attributes) => {
  const { id } = await make()
  expect((await change(id, what, attributes)).status).toBe(400)
})

test('a case that is not there: 404 in its own words', async () => {
  const answer = await analyst.get(`${cases}/SEC-9999`)
  expect([answer.status, answer.at('errors.0.code'), answer.at('errors.0.title')]).toEqual([404, 'resource_not_found', 'case not found'])
})

test('comments: written, edited and deleted by whoever wrote them; the audit trail keeps what they said', async () => {
  const { id } = await make()
  const made = await change(id, 'comment', { comment: 'Ask **Ana**' })
  expect([made.status, made.at('data.0.attributes.cell_content.message')]).toEqual([200, 'Ask **Ana**'])
  const cell = String(made.at('data.0.id'))
  const edit = (caller: typeof analyst, comment: string) =>
    caller.put(`${cases}/${id}/comment/${cell}`, { data: { type: 'case', attributes: { comment } } })
  expect((await edit(standard, 'Mine')).status).toBe(403)
  clock.now += 1000
  expect((await edit(analyst, 'Ask **Bo**')).status).toBe(200)
  expect((await said(id)).at(-1)).toBe('Ask **Bo**')
  expect((await analyst.get(`${cases}/${id}`)).at('data.attributes.comment_count')).toBe(1)
  expect((await analyst.delete(`${cases}/${id}/comment/${cell}`)).status).toBe(204)
  expect((await said(id)).at(-1)).toBe('')
  expect((await analyst.get(`${cases}/${id}`)).at('data.attributes.comment_count')).toBe(0)
  const trail = await admin.post('/api/local/explorer', {
    track: 'audit',
    query: `@asset.type:case @asset.id:${id} @action:deleted`,
    from: 0,
  })
  expect(trail.text).toContain('Ask **Bo**')
})

for (const [title, priority] of [
  ['needle one', 'P1'],
  ['two', 'P1'],
  ['three', 'P3'],
] as const)
  await make({ title, priority, description: 'a needle' })
test.each([
  ['status:open priority:p1 needle', 2],
  ['status:OPEN AND needle', 3],
  ['priority:P3', 1],
  ['-priority:P1 needle', 1],
  ['assignee:nobody@example.com', 0],
  ['project:SEC needle', 3],
  ['type:"Security case" needle', 3],
])('filter %s: %i', async (filter, total) => {
  if ((await analyst.get(`${cases}?filter=needle`)).at('meta.page.total') === 0)
    for (const [title, priority] of [
      ['needle one', 'P1'],
      ['two', 'P1'],
      ['three', 'P3'],
    ] as const)
      await make({ title, priority, description: 'a needle' })
  const answer = await analyst.get(`${cases}?filter=${encodeURIComponent(filter)}`)
  expect([answer.status, answer.at('meta.page.total')]).toEqual([200, total])
})

test('pages count from 1; sorted by priority, the most urgent first', async () => {
  const page = async (number: number) => analyst.get(`${cases}?filter=needle&page[size]=2&page[number]=${number}&sort[field]=priority`)
  expect((await page(1)).each('data', 'attributes.priority')).toEqual(['P1', 'P1'])
  expect((await page(2)).each('data', 'attributes.priority')).toEqual(['P3'])
  expect((await page(3)).each('data', 'id')).toEqual([])
  expect((await page(0)).status).toBe(400)
})

test('filter status:(open → 400 says where', async () => {
  const answer = await analyst.get(`${cases}?filter=${encodeURIComponent('status:(open')}`)
  expect([answer.status, answer.at('errors.0.source.parameter')]).toEqual([400, 'filter'])
})

test('many at once are changed all or none', async () => {
  const ids = [await make(), await make()].map(({ id }) => id)
  const bulk = (case_ids: string[], type: string, payload?: object) =>
    analyst.post(`${cases}/bulk`, { data: { type: 'bulk', attributes: { case_ids, type, ...(payload && { payload }) } } })
  const answer = await bulk(ids, 'priority', { priority: 'P1' })
  expect([answer.status, answer.text]).toEqual([200, ''])
  expect((await bulk([...ids, 'SEC-9999'], 'archive')).status).toBe(404)
  expect((await bulk(ids, 'status', { status: 'CLOSED' })).status).toBe(400)
  for (const id of ids) {
    const one = await analyst.get(`${cases}/${id}`)
    expect([one.at('data.attributes.priority'), one.at('data.attributes.archived_at')]).toEqual(['P1', undefined])
  }
})

test('counts by field, and by combinations', async () => {
  const count = await analyst.get(`${cases}/count?query_filter=needle&group_bys=priority,status`)
  expect(count.at('data.attributes.groups')).toEqual([
    {
      group: 'priority',
      group_values: [
        { value: 'P1', count: 2 },
        { value: 'P3', count: 1 },
      ],
    },
    { group: 'status', group_values: [{ value: 'OPEN', count: 3 }] },
  ])
  const groups = await analyst.post(`${cases}/aggregate`, {
    data: { type: 'aggregate', attributes: { query_filter: 'needle', group_by: { groups: ['status', 'priority'], limit: 10 } } },
  })
  expect(groups.at('data.attributes')).toEqual({
    total: 3,
    groups: [
      { group: 'OPEN,P1', value: [2] },
      { group: 'OPEN,P3', value: [1] },
    ],
  })
  expect((await analyst.get(`${cases}/count?group_bys=colour`)).status).toBe(400)
})

test('a locked signal that is open cannot go under review, so it does not come in; one that is under review may', async () => {
  const [{ id }, open, reviewed] = [await make(), next(), next()]
  await analyst.patch(`/api/v2/security_monitoring/signals/${reviewed}/state`, { data: { attributes: { state: 'under_review' } } })
  clock.now = noon + 31 * 24 * 3_600_000
  const answer = await analyst.put(`${cases}/${id}/insights`, insightsOf(open))
  expect([answer.status, answer.at('errors.0.code')]).toEqual([400, 'locked'])
  expect((await analyst.put(`${cases}/${id}/insights`, insightsOf(reviewed))).status).toBe(200)
  clock.now = noon
})

test('who may not move signals does not add them to a case', async () => {
  const { id } = await make()
  const scoped = await daemon.as('Admin', 'ada', ['cases_read', 'cases_write', 'security_monitoring_signals_read'])
  const answer = await scoped.put(`${cases}/${id}/insights`, insightsOf(signals[0]!))
  expect([answer.status, answer.text.includes('security_monitoring_signals_write')]).toEqual([403, true])
  expect((await readOnly.post(cases, asked({ title: 'T' }))).status).toBe(403)
})
