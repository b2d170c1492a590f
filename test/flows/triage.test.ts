import { beforeEach, expect, test } from 'vitest'
import { lockAfter, reasonLabels } from '../../shared/triage.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock, events } = daemon
const base = '/api/v2/security_monitoring/signals'

/** Open one more signal and give its id. */
let next = 1
async function opened(): Promise<string> {
  const ip = `198.51.100.${next++}`
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  const found = await standard.get(`${base}?filter[query]=@network.client.ip:${ip}`)
  return String(found.at('data.0.id'))
}
const state = (id: string, attributes: object, headers = {}, who = standard) =>
  who.patch(`${base}/${id}/state`, { data: { attributes } }, headers)
const assign = (id: string, uuid: string) => standard.patch(`${base}/${id}/assignee`, { data: { attributes: { assignee: { uuid } } } })
const audited = async (id: string) =>
  (await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&sort=timestamp&page[limit]=100`)).each('data', 'attributes.message')
const shown = async (id: string) => (await standard.get(`${base}/${id}`)).at('data.attributes.custom.workflow.triage')

// the clock never goes back: logs behind those that were seen would be late
let id = ''
let made = 0
beforeEach(async () => {
  made = clock.now += 60_000
  id = await opened()
  events.length = 0
})

test('S0-19, S0-20, S0-21, S0-22, S2-32: open → under_review → archived → open, each in audit, timeline and stream', async () => {
  expect((await state(id, { state: 'under_review' })).at('data.attributes.state')).toBe('under_review')
  clock.now += 1000
  const archived = await state(id, { state: 'archived', archive_reason: 'false_positive', archive_comment: 'our scanner' })
  expect(archived.at('data.type')).toBe('signal_metadata')
  expect(archived.at('data.attributes')).toMatchObject({
    state: 'archived',
    archive_reason: 'false_positive',
    archive_comment: 'our scanner',
    archive_comment_timestamp: made + 1000,
    archive_comment_user: { handle: 'stan@example.com' },
    state_update_timestamp: made + 1000,
    state_update_user: { handle: 'stan@example.com' },
    assignee: { id: -1, uuid: '', name: 'Unassigned' },
    incident_ids: [],
  })
  clock.now += 1000
  const again = await state(id, { state: 'open' })
  for (const gone of ['archive_reason', 'archive_comment', 'archive_comment_timestamp', 'archive_comment_user'])
    expect(again.at(`data.attributes.${gone}`)).toBeUndefined()

  const timeline = await standard.get(`/api/local/signals/${id}/timeline`)
  expect(timeline.each('data', 'attributes.kind')).toEqual(['opened', 'state', 'state', 'state'])
  expect(timeline.at('data.3.attributes.from')).toEqual({
    state: 'archived',
    archive_reason: 'false_positive',
    archive_comment: 'our scanner',
  })
  expect(await audited(id)).toEqual([
    `changed the state of signal ${id} from open to under_review`,
    `changed the state of signal ${id} from under_review to archived as false_positive`,
    `changed the state of signal ${id} from archived to open`,
  ])
  expect(events.map(event => event.type === 'signals' && event.ids)).toEqual([[id], [id], [id]])
})

test('S0-05, S0-07: the audit event names who, what, when and from where', async () => {
  clock.now += 5000
  await state(id, { state: 'archived', archive_reason: 'other' }, { 'user-agent': 'curl/8.9' })
  const event = (await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}`)).at('data.0.attributes')
  expect(event).toMatchObject({
    timestamp: new Date(made + 5000).toISOString(),
    attributes: {
      action: 'modified',
      usr: { id: 'stan@example.com', name: 'stan' },
      asset: { type: 'security_signal', id, name: 'Brute force - many' },
      evt: { actor: { type: 'USER' } },
      auth_method: 'application_key',
      network: { client: { ip: '127.0.0.1' } },
      http: { useragent: 'curl/8.9' },
      prev_value: { state: 'open' },
      new_value: { state: 'archived', archive_reason: 'other' },
    },
  })
})

test.each(Object.keys(reasonLabels))('S0-15, S2-25: archived as %s → found by that reason', async reason => {
  expect((await state(id, { state: 'archived', archive_reason: reason })).status).toBe(200)
  const found = await standard.get(`${base}?filter[query]=@workflow.triage.archiveReason:${reason} @workflow.triage.state:archived`)
  expect(found.each('data', 'id')).toContain(id)
})

test.each([
  [{ state: 'closed' }, 'data.attributes.state'],
  [{ state: 'in_review' }, 'data.attributes.state'],
  [{}, 'data.attributes.state'],
  [{ state: 'archived', archive_reason: 'boredom' }, 'data.attributes.archive_reason'],
  [{ state: 'archived', archive_comment: 7 }, 'data.attributes.archive_comment'],
  [{ state: 'archived', archive_comment: 'a'.repeat(4097) }, 'data.attributes.archive_comment'],
  [{ state: 'open', version: 'two' }, 'data.attributes.version'],
  [{ state: 'open', colour: 'red' }, 'data.attributes.colour'],
  [{ state: 'open', __proto__x: 1 }, 'data.attributes.__proto__x'],
])('state %j → 400 naming %s, nothing changed', async (attributes, field) => {
  const answer = await state(id, attributes)
  expect([answer.status, String(answer.at('errors.0'))]).toEqual([400, expect.stringContaining(`'${field}'`)])
  expect(await audited(id)).toEqual([])
})

test.each([
  ['{"data":', 400],
  ['[]', 400],
  ['{"data":{"attributes":{"state":"open"},"colour":"red"}}', 400],
  ['{"data":{"attributes":{"state":"open"}},"included":[]}', 400],
])('body %s → %i', async (body, status) => {
  expect((await standard.patch(`${base}/${id}/state`, body)).status).toBe(status)
})

test.each([
  ['an unknown user', '00000000-0000-0000-0000-000000000000'],
  ['a handle', 'stan@example.com'],
  ['__proto__', '__proto__'],
])('assigned to %s → 400 naming assignee.uuid', async (_, uuid) => {
  const answer = await assign(id, uuid)
  expect([answer.status, String(answer.at('errors.0'))]).toEqual([400, expect.stringContaining("'data.attributes.assignee.uuid'")])
  expect(await audited(id)).toEqual([])
})

test('S0-04, S0-18, S2-30, S2-31: assigned, assigned again, to nobody → one audit event a change', async () => {
  const mine = await assign(id, standard.user.uuid)
  expect(mine.at('data.attributes.assignee')).toMatchObject({ uuid: standard.user.uuid, handle: 'stan@example.com', name: 'stan' })
  await assign(id, standard.user.uuid)
  expect((await standard.get(`${base}?filter[query]=@workflow.triage.assignee.handle:stan@example.com`)).each('data', 'id')).toContain(id)
  expect((await assign(id, '')).at('data.attributes.assignee')).toMatchObject({ id: -1, uuid: '' })
  expect(await audited(id)).toEqual([
    `assigned signal ${id} to stan@example.com, before nobody`,
    `assigned signal ${id} to nobody, before stan@example.com`,
  ])
})

test('state and assignee in one update → two audit events, one version step each way', async () => {
  const answer = await standard.patch(`${base}/${id}/update`, {
    data: { type: 'signal_metadata', attributes: { state: 'under_review', assignee: { uuid: admin.user.uuid } } },
  })
  expect(answer.at('data.attributes')).toMatchObject({ state: 'under_review', assignee: { handle: 'ada@example.com' } })
  expect(await audited(id)).toHaveLength(2)
})

test('the same state again → 200, no audit event, no version, no event', async () => {
  const first = await state(id, { state: 'archived', archive_reason: 'other' })
  events.length = 0
  const second = await state(id, { state: 'archived', archive_reason: 'other' })
  expect(second.json).toEqual(first.json)
  expect(await audited(id)).toHaveLength(1)
  expect(events).toEqual([])
})

test('archived again with another reason → a change', async () => {
  await state(id, { state: 'archived', archive_reason: 'other' })
  expect((await state(id, { state: 'archived', archive_reason: 'remediated' })).at('data.attributes.archive_reason')).toBe('remediated')
  expect(await audited(id)).toHaveLength(2)
})

test.each([
  ['30 days less a second', -1000, 200],
  ['30 days', 0, 200],
  ['30 days and a second', 1000, 400],
])('S0-09, S0-22, S2-33, D-11: after %s (%i ms) → %i', async (_, more, status) => {
  clock.now = made + lockAfter + more
  const answer = await state(id, { state: 'archived' })
  expect(answer.status).toBe(status)
  expect((await standard.get(`${base}/${id}`)).at('data.attributes.x_local.locked')).toBe(status === 400)
  if (status === 400) expect(answer.text).toMatch(/30 days/)
  expect((await assign(id, standard.user.uuid)).status).toBe(status)
})

test('D-12: a version that is behind → 409 and nothing changed; the one that is → 200', async () => {
  const version = Number((await standard.get(`${base}/${id}`)).at('data.attributes.x_local.version'))
  await state(id, { state: 'under_review' })
  const stale = await state(id, { state: 'archived', version })
  expect([stale.status, stale.text]).toEqual([409, expect.stringContaining('version')])
  expect(await shown(id)).toMatchObject({ state: 'under_review' })
  expect((await state(id, { state: 'archived', version: version + 1 })).status).toBe(200)
})

test.each([
  ['read-only', 'archive', 403],
  ['standard', 'archive', 200],
  ['admin', 'archive', 200],
  ['a key with the scope to read', 'archive', 403],
  ['a key with the scope to write', 'archive', 200],
  ['an API key alone', 'archive', 403],
])('S0-09, S2-34: %s: %s → %i', async (who, _, status) => {
  const callers: Record<string, typeof intake> = {
    'read-only': readOnly,
    standard,
    admin,
    'a key with the scope to read': await daemon.as('Standard', 'stan', ['security_monitoring_signals_read']),
    'a key with the scope to write': await daemon.as('Standard', 'stan', ['security_monitoring_signals_write']),
    'an API key alone': intake,
  }
  const answer = await callers[who]!.patch(`${base}/${id}/state`, { data: { attributes: { state: 'archived' } } })
  expect(answer.status).toBe(status)
  if (status === 403) expect(answer.at('errors.0')).toBe('Forbidden')
  expect(await shown(id)).toMatchObject({ state: status === 403 ? 'open' : 'archived' })
})

test('an unknown signal → 404', async () => {
  expect((await state('nope', { state: 'open' })).json).toEqual({ errors: ['Signal not found'] })
  expect((await standard.get(`${base}/nope`)).json).toEqual({ errors: ['Signal not found'] })
})

const items = (ids: string[], attributes: object) => ({ data: ids.map(one => ({ id: one, type: 'signal', attributes })) })

test('S2-50: bulk/state of two → both, in one answer', async () => {
  const other = await opened()
  const answer = await standard.patch(`${base}/bulk/state`, items([id, other], { state: 'archived', archive_reason: 'remediated' }))
  expect(answer.at('result.count')).toBe(2)
  expect(answer.each('result.events', 'id')).toEqual([id, other])
  expect(answer.each('result.events', 'event.state')).toEqual(['archived', 'archived'])
  expect(events.at(-1)).toMatchObject({ ids: [id, other] })
})

test('S2-51: bulk/assignee takes the uuid as a text', async () => {
  const answer = await standard.patch(`${base}/bulk/assignee`, items([id], { assignee: standard.user.uuid }))
  expect(answer.each('result.events', 'event.assignee.handle')).toEqual(['stan@example.com'])
})

test('bulk with one unknown signal → 404 and none changed', async () => {
  expect((await standard.patch(`${base}/bulk/state`, items([id, 'nope'], { state: 'archived' }))).status).toBe(404)
  expect(await shown(id)).toMatchObject({ state: 'open' })
  expect(await audited(id)).toEqual([])
})

test('bulk with one locked signal → 400 and none changed', async () => {
  clock.now = made + lockAfter + 1000
  const young = await opened()
  expect((await standard.patch(`${base}/bulk/update`, items([young, id], { state: 'archived' }))).status).toBe(400)
  expect(await shown(young)).toMatchObject({ state: 'open' })
})

test.each([
  [0, 400],
  [199, 404],
  [200, 400],
])('bulk of %i → %i', async (count, status) => {
  const ids = Array.from({ length: count }, (_, i) => `no-${i}`)
  expect((await standard.patch(`${base}/bulk/state`, items(ids, { state: 'archived' }))).status).toBe(status)
})

test('the same Idempotency-Key → the same answer and one audit event, whatever happened since', async () => {
  const key = { 'idempotency-key': `k-${id}` }
  const first = await state(id, { state: 'archived', archive_reason: 'other' }, key)
  await state(id, { state: 'open' })
  const again = await state(id, { state: 'archived', archive_reason: 'other' }, key)
  expect([again.status, again.json]).toEqual([200, first.json])
  expect(await shown(id)).toMatchObject({ state: 'open' })
  expect(await audited(id)).toHaveLength(2)
})

test('the same Idempotency-Key at once → one change', async () => {
  const key = { 'idempotency-key': `k-${id}` }
  const answers = await Promise.all(Array.from({ length: 5 }, () => state(id, { state: 'under_review' }, key)))
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
  expect(await audited(id)).toHaveLength(1)
})

test('an Idempotency-Key with another body → 422 and nothing changed', async () => {
  const key = { 'idempotency-key': `k-${id}` }
  await state(id, { state: 'under_review' }, key)
  const answer = await state(id, { state: 'archived' }, key)
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('Idempotency-Key')])
  expect(await shown(id)).toMatchObject({ state: 'under_review' })
})

test('an Idempotency-Key is its user’s own', async () => {
  const key = { 'idempotency-key': 'shared' }
  await state(id, { state: 'under_review' }, key)
  expect((await state(id, { state: 'archived' }, key, admin)).status).toBe(200)
  expect(await shown(id)).toMatchObject({ state: 'archived' })
})

test.each(['', 'a b', 'é', 'a'.repeat(256)])('Idempotency-Key %j → 400', async key => {
  expect((await state(id, { state: 'archived' }, { 'idempotency-key': key })).status).toBe(400)
})

test('?dry_run=true → the answer as if, and nothing changed; then the same key for real', async () => {
  const key = { 'idempotency-key': `k-${id}` }
  const path = `${base}/${id}/state?dry_run=true`
  const dry = await standard.patch(path, { data: { attributes: { state: 'archived' } } }, key)
  expect([dry.status, dry.at('data.attributes.state')]).toEqual([200, 'archived'])
  expect(await shown(id)).toMatchObject({ state: 'open' })
  expect([await audited(id), events]).toEqual([[], []])
  await state(id, { state: 'archived' }, key)
  expect(await shown(id)).toMatchObject({ state: 'archived' })
})

test('?dry_run=true refuses what the write would refuse', async () => {
  const dry = (attributes: object) => standard.patch(`${base}/${id}/state?dry_run=true`, { data: { attributes } })
  expect((await dry({ state: 'closed' })).status).toBe(400)
  clock.now = made + lockAfter + 1000
  expect((await dry({ state: 'archived' })).status).toBe(400)
  expect((await standard.patch(`${base}/${id}/state?dry_run=yes`, { data: { attributes: { state: 'open' } } })).status).toBe(400)
})

const facet = async (track: string, query: string, path: string) =>
  (await admin.post('/api/local/explorer', { track, query, from: 0, to: 'now+1d', limit: 0, facets: [path] })).at(`meta.facets`) as Record<
    string,
    { value: string; count: number }[]
  >
test('S0-16, S2-26: three states with their counts', async () => {
  const ids = [id, await opened(), await opened()]
  await state(ids[0]!, { state: 'under_review' })
  await state(ids[1]!, { state: 'archived' })
  const query = `@network.client.ip:(${ids.map((_, i) => `198.51.100.${next - 3 + i}`).join(' OR ')})`
  const path = '@workflow.triage.state'
  expect((await facet('signals', query, path))[path]).toEqual(['archived', 'open', 'under_review'].map(value => ({ value, count: 1 })))
})

test('S0-10: facets of what was acted upon: assignee, updater and archive reason', async () => {
  await assign(id, admin.user.uuid)
  await state(id, { state: 'archived', archive_reason: 'remediated' })
  const query = `@network.client.ip:198.51.100.${next - 1}`
  for (const [path, value] of [
    ['@workflow.triage.assignee.handle', 'ada@example.com'],
    ['@workflow.triage.updater.handle', 'stan@example.com'],
    ['@workflow.triage.archiveReason', 'remediated'],
  ] as const)
    expect((await facet('signals', query, path))[path]).toEqual([{ value, count: 1 }])
})

test('S0-08: the event name finds what was done in the security product; S0-06, S0-11: at once, under one’s own name', async () => {
  await state(id, { state: 'under_review' })
  const query = `@evt.name:"Cloud Security Platform" @asset.id:${id} @usr.id:stan@example.com`
  expect((await facet('audit', query, '@evt.name'))['@evt.name']).toEqual([{ value: 'Cloud Security Platform', count: 1 }])
})

test('the audit trail holds', async () => {
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  expect(daemon.reported).toEqual([])
})
