import { beforeEach, expect, test } from 'vitest'
import { unrestricted } from '../../daemon/lib/restrictions.ts'
import { lockAfter, undoableFor } from '../../shared/triage.ts'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { until } from '../until.ts'

// undoing, snoozing, notes and changes of all that a query finds
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, readOnly, intake, core, clock, events } = daemon
const base = '/api/v2/security_monitoring/signals'
const local = '/api/local/signals'

let next = 1
const address = () => `198.51.${100 + Math.floor(next / 250)}.${(next++ % 250) + 1}`
async function opened(ip = address()): Promise<string> {
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  const found = await standard.get(`${base}?filter[query]=@network.client.ip:${ip}`)
  return String(found.at('data.0.id'))
}
const body = (attributes: object) => ({ data: { attributes } })
const state = (id: string, attributes: object, who = standard) => who.patch(`${base}/${id}/state`, body(attributes))
const undo = (change: string | null, who = standard) => who.post(`/api/local/changes/${change}/undo`)
const changeOf = (answer: { headers: Headers }) => answer.headers.get('signalbox-change')
const shown = async (id: string) =>
  (await standard.get(`${base}/${id}`)).at('data.attributes.custom.workflow.triage') as Record<string, unknown>
const audited = async (id: string) =>
  (await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&sort=timestamp&page[limit]=100`)).each('data', 'attributes.message')
const kinds = async (id: string) => (await standard.get(`${local}/${id}/timeline`)).each('data', 'attributes.kind')
const found = async (query: string) =>
  (await standard.post('/api/local/explorer', { track: 'signals', query, from: 0, to: 'now+1d', limit: 100 })).each('data', 'id')

let id = ''
beforeEach(async () => {
  clock.now += 60_000
  id = await opened()
  events.length = 0
})

test('archived, undone → open again with nothing of the reason, in audit and timeline; undone once more → archived', async () => {
  const archived = await state(id, { state: 'archived', archive_reason: 'false_positive', archive_comment: 'our scanner' })
  const undone = await undo(changeOf(archived))
  expect([undone.status, undone.at('data.attributes')]).toEqual([200, { undone: 1, skipped: [], cases: [] }])
  expect(undone.at('data.id')).toBe(changeOf(undone))
  expect(await shown(id)).toMatchObject({ state: 'open' })
  expect(await shown(id)).not.toHaveProperty('archiveReason')
  expect((await audited(id)).at(-1)).toBe(`changed the state of signal ${id} from archived to open, undoing a change`)
  expect(await kinds(id)).toEqual(['opened', 'state', 'state'])
  expect((await undo(changeOf(undone))).at('data.attributes.undone')).toBe(1)
  expect(await shown(id)).toMatchObject({ state: 'archived', archiveReason: 'false_positive', archiveComment: 'our scanner' })
})

test('bulk undone → every signal but the one that somebody changed since, with who and when', async () => {
  const other = await opened()
  const bulk = await standard.patch(`${base}/bulk/update`, {
    data: [id, other].map(one => ({ id: one, attributes: { state: 'under_review', assignee: { uuid: standard.user.uuid } } })),
  })
  clock.now += 5000
  await state(other, { state: 'archived' }, admin)
  const undone = await undo(changeOf(bulk))
  expect(undone.at('data.attributes')).toEqual({
    undone: 1,
    skipped: [{ id: other, reason: 'changed', by: 'ada@example.com', at: clock.now }],
    cases: [],
  })
  expect(await shown(id)).toMatchObject({ state: 'open', assignee: { uuid: '' } })
  expect(await shown(other)).toMatchObject({ state: 'archived', assignee: { handle: 'stan@example.com' } })
})

test('two changes, the later one undone → the earlier can be undone too; not where a colleague came between', async () => {
  const assign = (uuid: string) => standard.patch(`${base}/${id}/assignee`, body({ assignee: { uuid } }))
  const first = await assign(standard.user.uuid)
  const second = await state(id, { state: 'under_review' })
  const third = await state(id, { state: 'archived' })
  for (const change of [third, second, first]) expect((await undo(changeOf(change))).at('data.attributes.undone')).toBe(1)
  expect(await shown(id)).toMatchObject({ state: 'open', assignee: { uuid: '' } })
  const mine = await assign(standard.user.uuid)
  await state(id, { state: 'under_review' }, admin)
  const later = await state(id, { state: 'archived' })
  expect((await undo(changeOf(later))).at('data.attributes.undone')).toBe(1)
  expect((await undo(changeOf(mine))).at('data.attributes')).toMatchObject({ undone: 0, skipped: [{ id, reason: 'changed' }] })
})

test('an undo after a note → done: a note changes no triage', async () => {
  const change = changeOf(await state(id, { state: 'archived' }))
  await standard.post(`${local}/${id}/notes`, body({ text: 'Checked' }))
  expect((await undo(change)).at('data.attributes.undone')).toBe(1)
})

test.each([
  ['after 30 days', 400],
  ['by who may only read', 403],
  ['of what nobody knows', 404],
  ['after a week', 404],
])('undo %s → %i, nothing changed', async (how, status) => {
  const made = clock.now
  if (how === 'after 30 days') clock.now = made + lockAfter - 1000
  const change = changeOf(await state(id, { state: 'archived' }))
  if (how === 'after 30 days') clock.now += 2000
  if (how === 'after a week') clock.now += undoableFor + 1
  const answer = await undo(how === 'of what nobody knows' ? 'nope' : change, how === 'by who may only read' ? readOnly : standard)
  expect(answer.status).toBe(status)
  expect(await shown(id)).toMatchObject({ state: 'archived' })
})

test('a dry run names no change', async () => {
  const answer = await standard.patch(`${base}/${id}/state?dry_run=true`, body({ state: 'archived' }))
  expect([answer.status, changeOf(answer)]).toEqual([200, null])
})

test('snoozed → out of the open ones, found as snoozed; back when due, and the timeline says so', async () => {
  const snoozed = await standard.put(`${local}/${id}/snooze`, body({ until: 'now+4h', reason: 'Asked the owner' }))
  expect(snoozed.at('data.attributes.x_local_snooze')).toMatchObject({ until: clock.now + 4 * 3_600_000, reason: 'Asked the owner' })
  expect(await found('@workflow.triage.state:open -@workflow.triage.snoozed:true')).not.toContain(id)
  expect(await found(`@workflow.triage.snoozed:true @workflow.triage.snoozed_until:>${clock.now}`)).toContain(id)
  const counts = await core.counts(unrestricted)
  clock.now += 4 * 3_600_000
  expect(await found('-@workflow.triage.snoozed:true')).toContain(id)
  expect((await core.counts(unrestricted)).open).toBe(counts.open + 1)
  const timeline = await standard.get(`${local}/${id}/timeline`)
  expect(timeline.each('data', 'attributes.kind')).toEqual(['opened', 'snooze', 'woken'])
  expect(timeline.at('data.2.attributes')).toMatchObject({ why: 'due', reason: 'Asked the owner' })
})

test('snoozed and woken early → back; the snooze undone → as before', async () => {
  const snoozed = await standard.put(`${local}/${id}/snooze`, body({ until: 'now+4h', reason: 'Lunch' }))
  expect((await undo(changeOf(snoozed))).at('data.attributes.undone')).toBe(1)
  expect(await shown(id)).not.toHaveProperty('snoozed')
  await standard.put(`${local}/bulk/snooze`, body({ ids: [id], until: 'now+4h', reason: 'Lunch' }))
  const ended = await standard.delete(`${local}/${id}/snooze`)
  expect(ended.at('data.attributes.x_local_snooze')).toBeUndefined()
  expect((await undo(changeOf(ended))).at('data.attributes.undone')).toBe(1)
  expect(await shown(id)).toMatchObject({ snoozed: true, snooze_reason: 'Lunch' })
})

test('snoozed, then archived → the snooze is over; undone → snoozed again', async () => {
  await standard.put(`${local}/${id}/snooze`, body({ until: 'now+4h', reason: 'Lunch' }))
  const archived = await state(id, { state: 'archived' })
  expect(await shown(id)).not.toHaveProperty('snoozed')
  await undo(changeOf(archived))
  expect(await shown(id)).toMatchObject({ state: 'open', snoozed: true })
})

test.each([
  ['now-1m', 'data.attributes.until'],
  ['now+31d', 'data.attributes.until'],
  ['soon', 'data.attributes.until'],
])('snooze until %s → 400 naming %s', async (until, field) => {
  const answer = await standard.put(`${local}/${id}/snooze`, body({ until, reason: 'x' }))
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
})

test('an archived signal is not snoozed → 400', async () => {
  await state(id, { state: 'archived' })
  expect((await standard.put(`${local}/${id}/snooze`, body({ until: 'now+1h', reason: 'x' }))).status).toBe(400)
})

test('a note written, edited and deleted → in timeline and audit with what it said before', async () => {
  const note = await standard.post(`${local}/${id}/notes`, body({ text: '<b>Asked</b> the owner' }))
  expect([note.status, note.at('data.attributes.text')]).toEqual([201, '<b>Asked</b> the owner'])
  const path = `${local}/${id}/notes/${String(note.at('data.id'))}`
  expect((await standard.patch(path, body({ text: 'It is theirs' }))).at('data.attributes.edited_at')).toBe(clock.now)
  expect((await admin.patch(path, body({ text: 'Mine' }))).status).toBe(403)
  expect((await standard.get(`${local}/${id}/notes`)).each('data', 'attributes.text')).toEqual(['It is theirs'])
  expect(await found('@workflow.triage.notes:1')).toContain(id)
  expect((await standard.delete(path)).status).toBe(204)
  const timeline = await standard.get(`${local}/${id}/timeline`)
  expect(timeline.each('data', 'attributes.kind')).toEqual(['opened', 'note', 'note_edited', 'note_deleted'])
  expect(timeline.each('data', 'attributes.from.text').slice(2)).toEqual(['<b>Asked</b> the owner', 'It is theirs'])
  expect(await audited(id)).toHaveLength(3)
  expect(await found('@workflow.triage.notes:*')).not.toContain(id)
})

test.each([
  ['', 400],
  ['  ', 400],
  ['é'.repeat(5000), 201],
  [`${'é'.repeat(5000)}x`, 400],
])('a note of %j → %i', async (text, status) => {
  expect((await standard.post(`${local}/${id}/notes`, body({ text }))).status).toBe(status)
})

test('a selection is what the query found then, applied as a job, undone by one change', async () => {
  const ids = [id, await opened(), await opened()]
  const query = '@network.client.ip:*'
  await state(ids[1]!, { state: 'under_review' })
  const from = clock.now
  const selection = await standard.post(`${local}/selections`, body({ query, from }))
  expect(selection.at('data.attributes')).toMatchObject({ count: 3, locked: 0, by_state: { open: 2, under_review: 1, archived: 0 } })
  const late = await opened()
  const path = `${local}/selections/${String(selection.at('data.id'))}/apply`
  expect((await admin.post(path, body({ state: 'archived' }))).status).toBe(404)
  const job = await standard.post(path, body({ state: 'archived', archive_reason: 'remediated', assignee: admin.user.uuid }))
  expect([job.status, job.at('data.attributes.total')]).toEqual([202, 3])
  const done = await until(async () => {
    const now = await standard.get(`/api/local/jobs/${String(job.at('data.id'))}`)
    return now.at('data.attributes.state') === 'done' ? now : undefined
  })
  expect(done.at('data.attributes')).toMatchObject({ done: 3, changed: 3, skipped: [] })
  for (const one of ids) expect(await shown(one)).toMatchObject({ state: 'archived', archiveReason: 'remediated' })
  expect(await shown(late)).toMatchObject({ state: 'open' })
  expect(events.find(event => event.type === 'assigned')).toMatchObject({ to: admin.user.uuid, by: 'stan@example.com' })
  expect(events.findLast(event => event.type === 'job')).toMatchObject({ to: standard.user.uuid, job: { state: 'done' } })
  const undone = await undo(changeOf(job))
  expect(undone.at('data.attributes')).toEqual({ undone: 3, skipped: [], cases: [] })
  expect(await shown(ids[1]!)).toMatchObject({ state: 'under_review', assignee: { uuid: '' } })
})

test('an undo that is a job, of 501 signals, names the case that they stay in', async () => {
  const ids = await Promise.all(
    Array.from({ length: 501 }, async (_, i) => (await standard.post(local, body({ title: `S${i}`, severity: 'low' }))).at('data.id')),
  )
  const selection = async () => String((await standard.post(`${local}/selections`, body({ query: '@title:S*' }))).at('data.id'))
  const made = await standard.post(`${local}/selections/${await selection()}/case`, body({ title: 'All of them' }))
  await core.jobsDone()
  const archived = await standard.post(`${local}/selections/${await selection()}/apply`, body({ state: 'archived' }))
  await core.jobsDone()
  const undone = await undo(changeOf(archived))
  expect(undone.status).toBe(202)
  await core.jobsDone()
  const job = await standard.get(`/api/local/jobs/${String(undone.at('data.id'))}`)
  const key = (await standard.get('/api/v2/cases')).each('data', 'attributes.key').at(-1)
  expect(job.at('data.attributes')).toMatchObject({ state: 'done', changed: 501, cases: [{ key }] })
  expect([made.status, await shown(String(ids[0]))]).toMatchObject([202, { state: 'under_review' }])
})

test('a job skips what is locked and says so; nobody else sees the job', async () => {
  const old = id
  clock.now += lockAfter
  const young = await opened()
  clock.now += 30_000
  const selection = await standard.post(
    `${local}/selections`,
    body({ query: '@network.client.ip:*', from: clock.now - lockAfter - 60_000 }),
  )
  expect(selection.at('data.attributes')).toMatchObject({ count: 2, locked: 1 })
  const job = await standard.post(`${local}/selections/${String(selection.at('data.id'))}/apply`, body({ state: 'archived' }))
  await core.jobsDone()
  const path = `/api/local/jobs/${String(job.at('data.id'))}`
  expect((await standard.get(path)).at('data.attributes')).toMatchObject({ done: 2, changed: 1, skipped: [{ id: old, reason: 'locked' }] })
  expect(await shown(young)).toMatchObject({ state: 'archived' })
  expect((await admin.get(path)).status).toBe(404)
})

test.each([
  [{}, 400],
  [{ state: 'gone' }, 400],
  [{ assignee: 'nobody-knows' }, 400],
  [{ state: 'archived', snooze: { until: 'now+1h', reason: 'x' } }, 400],
  [{ snooze: { until: 'now-1h', reason: 'x' } }, 400],
])('apply %j → %i, no job', async (attributes, status) => {
  const selection = await standard.post(`${local}/selections`, body({ query: '*' }))
  expect((await standard.post(`${local}/selections/${String(selection.at('data.id'))}/apply`, body(attributes))).status).toBe(status)
})

test('a selection of a query with an error → 400 with its place', async () => {
  const answer = await standard.post(`${local}/selections`, body({ query: 'a:(b' }))
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, 'data.attributes.query'])
})

test('triage.assign_on_act → who moves a signal of nobody’s takes it; who moves somebody’s does not', async () => {
  await state(id, { state: 'under_review' })
  expect(await shown(id)).toMatchObject({ assignee: { uuid: '' } })
  await admin.patch('/api/local/settings', body({ triage: { assign_on_act: true } }))
  await state(id, { state: 'archived' })
  expect(await shown(id)).toMatchObject({ assignee: { handle: 'stan@example.com' } })
  await state(id, { state: 'under_review' }, admin)
  expect(await shown(id)).toMatchObject({ assignee: { handle: 'stan@example.com' } })
  await admin.patch('/api/local/settings', body({ triage: { assign_on_act: false } }))
})

test('the audit trail holds', async () => {
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  expect(daemon.reported).toEqual([])
})
