import { beforeEach, expect, test } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { lockAfter } from '../../shared/triage.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, analyst, readOnly, intake, core, clock, events } = daemon
const base = '/api/v2/incidents'
const signals = '/api/v2/security_monitoring/signals'

let next = 1
/** Open one more signal and give its id. */
async function opened(): Promise<string> {
  const ip = `198.51.100.${next++}`
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  return String((await standard.get(`${signals}?filter[query]=@network.client.ip:${ip}`)).at('data.0.id'))
}
const plain = { title: 'Guessing', customer_impacted: false }
const field = (name: string, value: unknown) => ({ fields: { [name]: { type: 'dropdown', value } } })
const declare = (attributes: object = {}, more: object = {}, headers = {}, who = standard) =>
  who.post(base, { data: { type: 'incidents', attributes: { ...plain, ...attributes }, ...more } }, headers)
const declared = async (attributes: object = {}) => String((await declare(attributes)).at('data.id'))
const patch = (id: string, attributes: object, more: object = {}) =>
  standard.patch(`${base}/${id}`, { data: { id, type: 'incidents', attributes, ...more } })
const told = async (id: string) => (await standard.get(`/api/local/incidents/${id}/timeline`)).each('data', 'attributes.text')
const audited = async (id: string) =>
  (await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&sort=timestamp&page[limit]=100`)).each('data', 'attributes.message')
const triageOf = async (id: string) => (await standard.get(`${signals}/${id}`)).at('data.attributes.custom.workflow.triage')

beforeEach(() => {
  clock.now += 60_000
  events.length = 0
})

test('S0-24, S2-41…43: declared from signals, in one step: number, signals, timeline, audit, stream', async () => {
  const ids = [await opened(), await opened()]
  events.length = 0
  clock.now += 60_000
  const answer = await declare({ ...field('severity', 'SEV-1'), x_local: { signals: ids } })
  expect(answer.status).toBe(201)
  const [id, publicId] = [String(answer.at('data.id')), Number(answer.at('data.attributes.public_id'))]
  expect(answer.at('data.attributes')).toMatchObject({ severity: 'SEV-1', state: 'active', x_local: { version: 1, signals: 2 } })
  // whoever declares it commands it, and it was detected when the first signal was made
  expect(answer.at('data.relationships.commander_user.data')).toEqual({ id: standard.user.uuid, type: 'users' })
  expect(answer.at('data.attributes.time_to_internal_response')).toBe(60)
  for (const signal of ids) {
    expect(await triageOf(signal)).toMatchObject({ state: 'open', incidentIds: [publicId] })
    expect(await audited(signal)).toEqual([`made signal ${signal} part of INC-${publicId}, before no incident`])
    expect((await standard.get(`/api/local/signals/${signal}/timeline`)).each('data', 'attributes.kind')).toEqual(['opened', 'incidents'])
  }
  expect((await standard.get(`/api/local/incidents/${id}/signals`)).each('data', 'id')).toEqual(ids)
  expect(await told(id)).toEqual([
    `declared INC-${publicId} “Guessing” as SEV-1`,
    ...ids.map(() => expect.stringMatching(/^added the signal “.+”$/)),
  ])
  const timeline = await standard.get(`/api/local/incidents/${id}/timeline`)
  expect(timeline.at('data.1.attributes.about')).toEqual({ type: 'signal', id: ids[0], link: `${signals}/${ids[0]}` })
  expect(await audited(id)).toEqual([`declared the incident INC-${publicId}`])
  expect(events).toContainEqual({ type: 'signals', ids, counts: expect.anything() })
  expect(events).toContainEqual({ type: 'incidents', ids: [publicId] })
  expect((await standard.get(`${signals}?filter[query]=@workflow.triage.incidentIds:${publicId}`)).each('data', 'id').sort()).toEqual(
    ids.sort(),
  )
})
test('S0-24: added to an existing one, undone, taken out again', async () => {
  const [id, signal] = [await declared(), await opened()]
  const publicId = (await standard.get(`${base}/${id}`)).at('data.attributes.public_id')
  const link = `/api/local/incidents/${id}/signals`
  const body = { data: [{ id: signal, type: 'signal' }] }
  const added = await standard.post(link, body)
  expect([added.status, added.at('data.attributes.x_local.signals')]).toEqual([200, 1])
  const undo = () => standard.post(`/api/local/changes/${added.headers.get('signalbox-change')}/undo`)
  expect((await undo()).status).toBe(200)
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [] })
  expect((await standard.get(link)).at('data')).toEqual([])
  // and what somebody did twice is there once
  await standard.post(link, body)
  expect((await standard.post(link, body)).status).toBe(200)
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [publicId] })
  expect((await standard.request('DELETE', link, body)).at('data.attributes.x_local.signals')).toBe(0)
  expect((await told(id)).map(text => String(text).split(' ')[0])).toEqual(['declared', 'added', 'took', 'added', 'took'])
})
test('an incident that is gone does not come back with an undone change', async () => {
  const [kept, gone, signal] = [await declared(), await declared(), await opened()]
  const numbers = await Promise.all([kept, gone].map(async id => (await standard.get(`${base}/${id}`)).at('data.attributes.public_id')))
  await standard.patch(`${signals}/${signal}/incidents`, { data: { attributes: { incident_ids: numbers } } })
  const left = await standard.patch(`${signals}/${signal}/incidents`, { data: { attributes: { incident_ids: [] } } })
  await standard.delete(`${base}/${gone}`)
  await standard.post(`/api/local/changes/${left.headers.get('signalbox-change')}/undo`)
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [numbers[0]] })
})

test('S0-23: active → stable → resolved → completed → resolved → active → resolved: when it was resolved', async () => {
  const id = await declared()
  const start = clock.now
  const to = async (state: string) => {
    clock.now += 60_000
    const answer = await patch(id, field('state', state))
    const resolved = answer.at('data.attributes.resolved') as string | null
    return [answer.at('data.attributes.state'), resolved && (Date.parse(resolved) - start) / 60_000]
  }
  expect(await to('stable')).toEqual(['stable', null])
  expect(await to('resolved')).toEqual(['resolved', 2])
  expect(await to('completed')).toEqual(['completed', 2])
  expect(await to('resolved')).toEqual(['resolved', 2])
  expect(await to('active')).toEqual(['active', null])
  expect(await to('resolved')).toEqual(['resolved', 6])
  expect((await told(id)).slice(1, 3)).toEqual(['changed the state from Active to Stable', 'changed the state from Stable to Resolved'])
  expect((await audited(id)).length).toBe(7)
})
test('S0-23: to-dos, impacts, attachments, responders and notes stand in a timeline that keeps itself', async () => {
  const id = await declared()
  const made = async (path: string, type: string, attributes: object) =>
    String((await standard.post(`${base}/${id}/${path}`, { data: { type, attributes } })).at('data.id'))
  const todo = await made('relationships/todos', 'incident_todos', { content: 'Rotate keys', assignees: ['@sana@example.com'] })
  await standard.patch(`${base}/${id}/relationships/todos/${todo}`, {
    data: { type: 'incident_todos', attributes: { content: 'Rotate keys', assignees: [], completed: true } },
  })
  await made('impacts', 'incident_impacts', { description: 'EU', start_at: '2026-03-14T12:00:00Z' })
  await made('attachments', 'incident_attachments', {
    attachment_type: 'link',
    attachment: { title: 'Graph', documentUrl: 'https://example.com/g' },
  })
  const responder = await standard.post(`${base}/${id}/responders`, {
    data: { type: 'incident_responders', relationships: { user: { data: { id: analyst.user.uuid, type: 'users' } } } },
  })
  await analyst.post(`/api/local/incidents/${id}/timeline`, { data: { attributes: { text: 'Looks **bad**' } } })
  expect(await told(id)).toEqual([
    expect.stringContaining('declared'),
    'added the to-do “Rotate keys”',
    'completed the to-do “Rotate keys”',
    'added the impact “EU”',
    'added the link “Graph”',
    'added the responder sana@example.com',
    'Looks **bad**',
  ])
  const list = await standard.get(`${base}/${id}/responders`)
  expect(list.each('data', 'attributes.x_local.role')).toEqual(['commander', 'responder'])
  expect((await standard.delete(`${base}/${id}/responders/${responder.at('data.id')}`)).status).toBe(204)
  const commander = await standard.delete(`${base}/${id}/responders/${list.at('data.0.id')}`)
  expect([commander.status, commander.text]).toEqual([400, expect.stringContaining('name another one first')])
})
test('who takes command is a responder, and who gave it stays one', async () => {
  const id = await declared()
  await patch(id, {}, { relationships: { commander_user: { data: { id: analyst.user.uuid, type: 'users' } } } })
  const list = await standard.get(`${base}/${id}/responders`)
  expect(list.each('data', 'attributes.x_local')).toMatchObject([
    { handle: 'stan@example.com', role: 'responder' },
    { handle: 'sana@example.com', role: 'commander' },
  ])
})

const commander = (id: string) => ({ relationships: { commander_user: { data: { id, type: 'users' } } } })
test.each<[what: string, attributes: object, more: object, status: number, words: string]>([
  ['no title', { title: ' ' }, {}, 400, 'data.attributes.title'],
  ['severity SEV-6', field('severity', 'SEV-6'), {}, 400, 'data.attributes.fields.severity.value'],
  ['state open', field('state', 'open'), {}, 400, 'data.attributes.fields.state.value'],
  ['state completed', field('state', 'completed'), {}, 400, 'data.attributes.fields.state.value'],
  ['customers impacted, nobody says how', { customer_impacted: true }, {}, 400, 'data.attributes.customer_impact_scope'],
  ['a commander whom nobody knows', {}, commander('nobody'), 400, 'data.relationships.commander_user.data.id'],
  ['a type that is none', { incident_type_uuid: 'x' }, {}, 400, 'data.attributes.incident_type_uuid'],
  ['an attribute that is none', { colour: 'red' }, {}, 400, 'data.attributes.colour'],
  ['a signal that is none', { x_local: { signals: ['nothing'] } }, {}, 404, 'nothing'],
  ['200 signals', { x_local: { signals: Array(200).fill('a') } }, {}, 400, 'data.attributes.x_local.signals'],
])('declared with %s: refused, and nothing is done', async (_, attributes, more, status, words) => {
  const before = [await core.auditHead(), (await standard.get(`${base}/search`)).at('data.attributes.total')]
  const answer = await declare(attributes, more)
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)])
  expect([await core.auditHead(), (await standard.get(`${base}/search`)).at('data.attributes.total')]).toEqual(before)
})
test('declared from a good signal and a locked one: refused, and the good one is part of nothing', async () => {
  const old = await opened()
  clock.now += lockAfter + 1
  const fresh = await opened()
  const head = await core.auditHead()
  const answer = await declare({ x_local: { signals: [fresh, old] } })
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('older than 30 days')])
  expect(await triageOf(fresh)).toMatchObject({ incidentIds: [] })
  expect(await core.auditHead()).toEqual(head)
})
test.each<[what: string, attributes: object, status: number, words: string]>([
  ['active to completed', field('state', 'completed'), 400, 'active cannot become completed, only stable or resolved'],
  ['an impact that ends before it begins', { customer_impact_end: '2020-01-01T00:00:00Z' }, 400, 'data.attributes.customer_impact_end'],
  ['a time that is none', { detected: 'yesterday' }, 400, 'data.attributes.detected'],
  ['detected on 30 February', { detected: '2026-02-30T00:00:00Z' }, 400, 'no day of the calendar'],
  ['detected in 2199', { detected: '2199-01-01T00:00:00Z' }, 400, 'data.attributes.detected'],
  [
    'an impact that begins in 2199',
    { customer_impacted: true, customer_impact_scope: 'EU', customer_impact_start: '2199-01-01T00:00:00Z' },
    400,
    'data.attributes.customer_impact_start',
  ],
  [
    'an impact that ended in 2199',
    { customer_impacted: true, customer_impact_scope: 'EU', customer_impact_end: '2199-01-01T00:00:00Z' },
    400,
    'data.attributes.customer_impact_end',
  ],
  ['customers impacted, nobody says how', { customer_impacted: true }, 400, 'data.attributes.customer_impact_scope'],
])('changed: %s → refused, and nothing is done', async (_, attributes, status, words) => {
  const id = await declared()
  const before = (await standard.get(`${base}/${id}`)).text
  const answer = await patch(id, { title: 'New', ...attributes })
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)])
  expect((await standard.get(`${base}/${id}`)).text).toBe(before)
})
test('detected by a clock that is 5 minutes ahead: taken; 5 minutes and 1 second: refused', async () => {
  const id = await declared()
  const detected = (ahead: number) => patch(id, { detected: new Date(clock.now + ahead).toISOString() })
  expect([(await detected(300_000)).status, (await detected(301_000)).status]).toEqual([200, 400])
})
test('when customers began to be impacted is changed: the timeline says so, and not that they are not impacted', async () => {
  const id = await declared()
  await patch(id, { customer_impact_start: '2026-01-01T00:00:00Z' })
  await patch(id, { customer_impacted: true, customer_impact_scope: 'EU' })
  await patch(id, { customer_impact_start: '2026-01-02T00:00:00Z', customer_impact_scope: 'US' })
  await patch(id, { customer_impacted: false })
  expect((await told(id)).slice(-4)).toEqual([
    'changed when customers began to be impacted to 2026-01-01T00:00:00.000Z',
    'changed the customer impact: EU',
    'changed the customer impact: US and changed when customers began to be impacted to 2026-01-02T00:00:00.000Z',
    'said that customers are not impacted',
  ])
})
test('what took place before it began, because a clock was set back, took no time; an impact can still be described', async () => {
  const answer = await declare({ customer_impacted: true, customer_impact_scope: 'EU', x_local: { signals: [await opened()] } })
  const id = String(answer.at('data.id'))
  expect(answer.at('data.attributes.time_to_detect')).toBe(0)
  const impact = await standard.post(`${base}/${id}/impacts`, { data: { type: 'incident_impacts', attributes: { description: 'x' } } })
  clock.now -= 3_600_000
  const path = `${base}/${id}/impacts/${impact.at('data.id')}`
  const described = await standard.patch(path, { data: { type: 'incident_impacts', attributes: { description: 'y' } } })
  expect([described.status, described.text]).toEqual([200, described.text])
  const resolved = await patch(id, field('state', 'resolved'))
  expect(resolved.at('data.attributes.time_to_resolve')).toBe(0)
  expect((await standard.get(`/api/local/incidents/${id}/postmortem?format=md`)).text).toContain('| Time to resolve | 0 min |')
  clock.now += 3_600_000
})
test('a stale version → 409, and what the other did stays', async () => {
  const id = await declared()
  const seen = (version: number) => ({ x_local: { version } })
  expect((await patch(id, { title: 'First', ...seen(1) })).at('data.attributes.x_local.version')).toBe(2)
  const late = await patch(id, { title: 'Second', ...seen(1) })
  expect([late.status, late.text]).toEqual([409, expect.stringContaining('version 2')])
  expect((await standard.get(`${base}/${id}`)).at('data.attributes.title')).toBe('First')
})
test('PATCH of a signal’s incidents: a number that no incident has → 400 that names it, in dry run too', async () => {
  const [signal, id] = [await opened(), await declared()]
  const number = Number((await standard.get(`${base}/${id}`)).at('data.attributes.public_id'))
  for (const query of ['', '?dry_run=true']) {
    const answer = await standard.patch(`${signals}/${signal}/incidents${query}`, { data: { attributes: { incident_ids: [number, 999] } } })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('data.attributes.incident_ids.1')])
  }
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [] })
  const stale = { data: { attributes: { incident_ids: [number], version: 0 } } }
  expect((await standard.patch(`${signals}/${signal}/incidents`, stale)).status).toBe(409)
})
test.each([
  ['relationships/todos', { type: 'incident_todos', attributes: { content: 'x', assignees: ['@nobody'] } }, 'assignees.0'],
  ['relationships/todos', { type: 'incident_todos', attributes: { content: '', assignees: [] } }, 'content'],
  ['impacts', { type: 'incident_impacts', attributes: { description: 'x', start_at: 'soon' } }, 'start_at'],
  [
    'impacts',
    { type: 'incident_impacts', attributes: { description: 'x', start_at: '2026-01-02T00:00:00Z', end_at: '2026-01-01T00:00:00Z' } },
    'end_at',
  ],
  ['impacts', { type: 'incident_impacts', attributes: { description: 'x', start_at: '2199-01-01T00:00:00Z' } }, 'start_at'],
  [
    'relationships/todos',
    { type: 'incident_todos', attributes: { content: 'x', assignees: [], completed: '2199-01-01T00:00:00Z' } },
    'completed',
  ],
  [
    'attachments',
    {
      type: 'incident_attachments',
      attributes: { attachment_type: 'link', attachment: { title: 'x', documentUrl: 'javascript:alert(1)' } },
    },
    'documentUrl',
  ],
  ['responders', { type: 'incident_responders', relationships: { user: { data: { id: 'nobody', type: 'users' } } } }, 'user.data.id'],
])('%s %j → 400 naming %s', async (path, data, name) => {
  const id = await declared()
  const answer = await standard.post(`${base}/${id}/${path}`, { data })
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(name)])
  expect((await standard.get(`${base}/${id}`)).at('data.attributes.x_local.todos.total')).toBe(0)
})

test('the same Idempotency-Key: one incident, one link; a dry run: none', async () => {
  const signal = await opened()
  const body = { x_local: { signals: [signal] } }
  const key = { 'idempotency-key': 'declare-once' }
  const [first, again] = [await declare(body, {}, key), await declare(body, {}, key)]
  expect(again.text).toBe(first.text)
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [first.at('data.attributes.public_id')] })
  const head = await core.auditHead()
  const dry = await standard.post(`${base}?dry_run=true`, { data: { type: 'incidents', attributes: { ...plain, ...body } } })
  expect([dry.status, dry.at('data.attributes.x_local.signals')]).toEqual([201, 1])
  expect(await core.auditHead()).toEqual(head)
  expect((await standard.get(`${base}/${dry.at('data.id')}`)).status).toBe(404)
})
test('by its number as by its id', async () => {
  const id = await declared()
  const number = (await standard.get(`${base}/${id}`)).at('data.attributes.public_id')
  expect((await standard.get(`${base}/${number}`)).at('data.id')).toBe(id)
  expect((await standard.get(`${base}/0`)).status).toBe(404)
})
test('deleted: out of its signals, those that are locked too; its number is not given again', async () => {
  const signal = await opened()
  const answer = await declare({ x_local: { signals: [signal] } })
  clock.now += lockAfter + 1
  expect((await standard.delete(`${base}/${answer.at('data.id')}`)).status).toBe(204)
  expect(await triageOf(signal)).toMatchObject({ incidentIds: [] })
  const later = await declare()
  expect(later.at('data.attributes.public_id')).toBe(Number(answer.at('data.attributes.public_id')) + 1)
})
test('a query that cannot be read → 400 with the place', async () => {
  const answer = await standard.get(`${base}/search?query=state:(`)
  expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(/Field 'query'.*characters 6 to 7/)])
})
test('whoever only reads declares nothing; from signals it takes their permission too', async () => {
  expect((await declare({}, {}, {}, readOnly)).status).toBe(403)
  const signal = await opened()
  const only = await daemon.as('Admin', 'ada', ['incident_read', 'incident_write', 'security_monitoring_signals_read'])
  expect((await declare({}, {}, {}, only)).status).toBe(201)
  const answer = await declare({ x_local: { signals: [signal] } }, {}, {}, only)
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('security_monitoring_signals_write')])
})

const cases = '/api/v2/cases'
/** A case with these signals; its id. */
async function filed(ids: string[]): Promise<string> {
  const insights = ids.map(id => ({ type: 'SECURITY_SIGNAL', resource_id: id, ref: `/security?event=${id}` }))
  const made = await standard.post(cases, {
    data: {
      type: 'case',
      attributes: { title: 'Two doors', type_id: securityCase.id },
      relationships: { project: { data: { id: 'SEC', type: 'project' } } },
    },
  })
  const id = String(made.at('data.id'))
  await standard.put(`${cases}/${id}/insights`, { data: { type: 'case', attributes: { insights } } })
  return id
}
const caseTold = async (id: string) => (await standard.get(`${cases}/${id}/timelines`)).each('data', 'attributes.cell_content.message')

test('S0-26: declared from a case: linked both ways, its signals copied but for those that are locked', async () => {
  const old = await opened()
  clock.now += lockAfter - 1000
  const fresh = await opened()
  const file = await filed([old, fresh])
  clock.now += 2000
  const answer = await declare({ title: 'From the case', x_local: { case: file } })
  const [id, number] = [String(answer.at('data.id')), answer.at('data.attributes.public_id')]
  const key = answer.at('data.attributes.x_local.cases.0.key')
  expect(answer.at('data.attributes.x_local')).toMatchObject({ signals: 1, cases: [{ id: file, title: 'Two doors' }] })
  expect(await triageOf(fresh)).toMatchObject({ incidentIds: [number] })
  expect(await triageOf(old)).toMatchObject({ incidentIds: [] })
  expect((await told(id))[1]).toMatch(new RegExp(`^linked the case ${key} with 1 of its 2`))
  expect((await caseTold(file)).at(-1)).toContain(`INC-${number}`)
  expect((await standard.get(`${base}/search?query=case:${key}`)).each('data.attributes.incidents', 'data.id')).toEqual([id])
  // and the case forgets it with the incident
  await standard.delete(`${base}/${id}`)
  expect((await caseTold(file)).at(-1)).toContain(`took away the link to INC-${number}`)
})
test('POST …/cases/{id}/relationships/incidents: linked once, and no incident that is not there', async () => {
  const [id, file] = [await declared(), await filed([])]
  const link = (incident: string) =>
    standard.post(`${cases}/${file}/relationships/incidents`, { data: { id: incident, type: 'incidents' } })
  expect([(await link(id)).status, (await link(id)).status]).toEqual([201, 201])
  expect((await told(id)).length).toBe(2)
  const head = await core.auditHead()
  const none = await link('00000000-0000-4000-8000-000000000000')
  expect([none.status, none.text]).toEqual([404, expect.stringContaining('incident not found')])
  expect(await core.auditHead()).toEqual(head)
  const path = `/api/local/incidents/${id}/cases/${file}`
  expect((await standard.delete(path)).at('data.attributes.x_local.cases')).toEqual([])
  expect((await standard.delete(path)).status).toBe(404)
  expect((await standard.put(path)).at('data.attributes.x_local.cases.0.id')).toBe(file)
})
test('declared from a case that is none: refused, and nothing is done', async () => {
  const head = await core.auditHead()
  expect((await declare({ x_local: { case: 'SEC-999' } })).status).toBe(404)
  expect(await core.auditHead()).toEqual(head)
})

test('postmortem: all of it as Markdown that runs nothing, and as JSON', async () => {
  const signal = await opened()
  const evil = '[click](javascript:alert(1)) <img src=x> | # x\n# heading \u202e'
  const answer = await declare({ title: evil, customer_impacted: true, customer_impact_scope: evil, x_local: { signals: [signal] } })
  const id = String(answer.at('data.id'))
  const file = await standard.get(`/api/local/incidents/${id}/postmortem`)
  expect(file.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename="INC-${answer.at('data.attributes.public_id')}.md"`)
  expect(file.text).toContain(signal)
  expect(file.text).toContain('\\[click\\]\\(javascript\\:alert\\(1\\)\\) \\<img src=x\\> \\| \\# x \\# heading')
  expect(file.text).not.toMatch(/(?<!\\)\[click|(?<!\\)<img|^# heading|\u202e/m)
  expect((await standard.get(`/api/local/incidents/${id}/postmortem?format=markdown`)).text).toBe(file.text)
  const json = await standard.get(`/api/local/incidents/${id}/postmortem?format=json`)
  expect(json.at('incident.attributes.title')).toBe(evil)
  expect(json.each('signals', 'id')).toEqual([signal])
  expect(json.each('timeline', 'attributes.kind')).toEqual(['declared', 'link'])
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
