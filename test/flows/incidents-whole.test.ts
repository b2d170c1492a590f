import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// An incident of all that a query found: counted exactly before, the same set when it is done, a job that can be stopped and undone.
const daemon = await startDaemon()
const { admin, analyst, readOnly, core, clock, events } = daemon
const signals = '/api/local/signals'
const many = 30
const titleOf = (i: number) => `scan ${i}`
const ids: string[] = []
for (let i = 0; i < many; i++) {
  ids.push(String((await admin.post(signals, { data: { attributes: { title: titleOf(i), severity: 'low' } } })).at('data.id')))
  clock.now += 1_000
}
const body = (attributes: object) => ({ data: { attributes } })
const select = async (query: string) => {
  const made = await analyst.post(`${signals}/selections`, body({ query }))
  return { id: String(made.at('data.id')), count: Number(made.at('data.attributes.count')) }
}
const into = (selection: string, attributes: object, headers = {}, end = '') =>
  analyst.post(`${signals}/selections/${selection}/incident${end}`, body(attributes), headers)
const incident = async (id: unknown) =>
  (await analyst.get(`/api/v2/incidents/${String(id)}`)).at('data.attributes') as Record<string, never>
const held = async (id: unknown) => (await analyst.get(`/api/local/incidents/${String(id)}/signals`)).each('data', 'id')

test('S0-24, S2-40: the exact count is said first, and that set is what the incident has, whatever came meanwhile', async () => {
  const { id, count } = await select('@title:scan*')
  expect(count).toBe(many)
  // not found then: not in it
  await admin.post(signals, body({ title: 'scan late', severity: 'low' }))
  const begun = await into(id, { title: 'All scans', severity: 'SEV-2' }, { 'idempotency-key': 'whole-1' })
  expect([begun.status, begun.at('data.attributes.total'), begun.at('data.attributes.kind')]).toEqual([202, many, 'incident'])
  await core.jobsDone()
  const publicId = begun.at('meta.incident.public_id')
  const job = await analyst.get(`/api/local/jobs/${begun.at('data.id')}`)
  expect([job.at('data.attributes.state'), job.at('data.attributes.changed')]).toEqual(['done', many])
  expect((await held(publicId)).map(String).sort()).toEqual([...ids].sort())
  // it began with the first of them
  expect(await incident(publicId)).toMatchObject({ severity: 'SEV-2', detected: new Date(clock.now - many * 1_000).toISOString() })
  const triage = (await admin.get(`/api/v2/security_monitoring/signals/${ids[0]}`)).at('data.attributes.custom.workflow.triage')
  expect(triage).toMatchObject({ incidentIds: [publicId], state: 'open' })
  expect(events.some(event => event.type === 'incidents' && event.ids.includes(Number(publicId)))).toBe(true)
  // asked again, it is the same one
  const again = await into(id, { title: 'All scans', severity: 'SEV-2' }, { 'idempotency-key': 'whole-1' })
  expect(again.at('meta.incident.id')).toBe(begun.at('meta.incident.id'))
  // taken back as one
  const undone = await analyst.post(`/api/local/changes/${job.at('data.attributes.change')}/undo`)
  expect([undone.at('data.attributes.undone'), await held(publicId)]).toEqual([many, []])
})
test('into one that is there: what it has stays counted once, and what is too old stays out and is named', async () => {
  const made = await analyst.post('/api/v2/incidents', {
    data: { type: 'incidents', attributes: { title: 'Known', customer_impacted: false, x_local: { signals: ids.slice(0, 5) } } },
  })
  clock.now += 30 * 86_400_000 - many * 1_000 + 3_500
  const { id, count } = await select('@title:scan*')
  const before = await core.auditHead()
  expect((await into(id, { incident_id: String(made.at('data.id')) }, {}, '?dry_run=true')).status).toBe(202)
  expect(await core.auditHead()).toEqual(before)
  const begun = await into(id, { incident_id: String(made.at('data.attributes.public_id')) })
  await core.jobsDone()
  const job = (await analyst.get(`/api/local/jobs/${begun.at('data.id')}`)).at('data.attributes') as {
    changed: number
    skipped: { reason: string }[]
    skipped_total: number
  }
  expect(job.skipped.every(({ reason }) => reason === 'locked')).toBe(true)
  expect((await held(made.at('data.id'))).length).toBe(5 + job.changed)
  expect(job.changed).toBeGreaterThan(0)
  expect(job.changed + job.skipped_total).toBeLessThanOrEqual(count)
})
test.each<[string, object, number, string]>([
  ['an incident that is none', { incident_id: '999' }, 404, 'not found'],
  ['a severity that is none', { title: 'T', severity: 'SEV-9' }, 400, 'data.attributes.severity'],
  ['a commander whom nobody knows', { title: 'T', commander: 'nobody' }, 400, 'nobody'],
  ['no title', { severity: 'SEV-1' }, 400, 'data.attributes.title'],
  ['customers impacted, nobody says how', { title: 'T', customer_impacted: true }, 400, 'customer_impact_scope'],
])('%s → refused, in dry run too, and no incident', async (_, attributes, status, says) => {
  const { id } = await select('*')
  const before = await core.auditHead()
  for (const end of ['', '?dry_run=true']) {
    const answer = await into(id, attributes, {}, end)
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(says)])
  }
  expect(await core.auditHead()).toEqual(before)
})
test('a selection of somebody else, and one that only reads', async () => {
  const { id } = await select('*')
  expect((await admin.post(`${signals}/selections/${id}/incident`, body({ title: 'T' }))).status).toBe(404)
  expect((await readOnly.post(`${signals}/selections/${id}/incident`, body({ title: 'T' }))).status).toBe(403)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
