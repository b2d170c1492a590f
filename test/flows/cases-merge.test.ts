import { expect, test } from 'vitest'
import { securityCase } from '../../shared/case.ts'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// Cases made of signals, of very many too; merged and split again; written as files.
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, analyst, intake, core } = daemon
const ips = Array.from({ length: 40 }, (_, i) => `198.51.100.${i + 1}`)
/** Of these each signal is used by one test. */
const others = Array.from({ length: 20 }, (_, i) => `203.0.113.${i + 1}`)
for (const ip of [...ips, ...others]) await intake.post('/api/v2/logs', guesses(noon - 60_000, ip, 6), { 'content-type': 'text/plain' })
await core.caughtUp()
const signals = (await admin.get('/api/v2/security_monitoring/signals?page[limit]=100&filter[query]=@network.client.ip:203.0.113.*'))
  .each('data', 'id')
  .map(String)
const take = (count: number) => signals.splice(0, count)

const local = '/api/local/cases'
const wire = '/api/v2/cases'
const make = async (attributes: object) => {
  const made = await analyst.post(local, { data: { attributes: { title: 'Guessing', ...attributes } } })
  expect([made.status, made.text]).toEqual([201, expect.any(String)])
  return { id: String(made.at('data.id')), key: String(made.at('data.attributes.key')), made }
}
const triageOf = async (id: string) => {
  const signal = await admin.get(`/api/v2/security_monitoring/signals/${id}`)
  return {
    state: signal.at('data.attributes.custom.workflow.triage.state'),
    cases: signal.each('data.attributes.x_local.cases', 'key'),
  }
}
const said = async (id: string) =>
  (await analyst.get(`${wire}/${id}/timelines`)).each('data', 'attributes.cell_content.message').map(String)
const held = async (id: string) =>
  (await analyst.get(`${local}/${id}/insights?page[size]=1000`)).each('data', 'attributes.resource_id').map(String).sort()

test('S2-36…39, S0-25: a new case of a signal: the signal is under review, and one undo puts its state back', async () => {
  const [signal = ''] = take(1)
  const { id, key, made } = await make({ signals: [signal], description: 'Who is this' })
  expect(made.at('data.attributes.type_id')).toBe(securityCase.id)
  expect(await triageOf(signal)).toEqual({ state: 'under_review', cases: [key] })
  expect(await said(key)).toEqual(['sana created the case from 1 signal'])
  const undone = await analyst.post(`/api/local/changes/${made.headers.get('signalbox-change')}/undo`)
  expect([undone.status, undone.at('data.attributes')]).toEqual([200, { undone: 1, skipped: [], cases: [{ id, key }] }])
  expect(await triageOf(signal)).toEqual({ state: 'open', cases: [key] })
})

test('an archived signal goes under review with a new case, and stays archived where it is added to one', async () => {
  const [one = '', other = ''] = take(2)
  for (const id of [one, other])
    await analyst.patch(`/api/v2/security_monitoring/signals/${id}/state`, {
      data: { attributes: { state: 'archived', archive_reason: 'other' } },
    })
  const { id } = await make({ signals: [one] })
  const added = await analyst.post(`${local}/${id}/signals`, { data: { attributes: { signals: [other, one] } } })
  expect([added.status, added.at('meta.added')]).toEqual([200, 1])
  expect([(await triageOf(one)).state, (await triageOf(other)).state]).toEqual(['under_review', 'archived'])
})

test('a signal that is nowhere → 404 and no case', async () => {
  const before = await core.auditHead()
  const answer = await analyst.post(local, { data: { attributes: { title: 'T', signals: [...take(1), 'nowhere'] } } })
  expect([answer.status, await core.auditHead()]).toEqual([404, before])
})

test('evidence stands in a case like a signal, with its title', async () => {
  const { id, key } = await make({
    insights: [{ type: 'EVIDENCE', resource_id: 'ev-1', ref: 'https://logs.example/', title: 'Three lines' }],
  })
  const answer = await analyst.get(`${local}/${id}/insights`)
  expect(answer.at('data.0.attributes')).toMatchObject({ type: 'EVIDENCE', resource_id: 'ev-1', title: 'Three lines' })
  expect(await said(key)).toEqual(['sana created the case from 1 piece of evidence'])
})

const select = async (query: string) =>
  String((await analyst.post('/api/local/signals/selections', { data: { attributes: { query } } })).at('data.id'))
const into = (selection: string, attributes: object, headers = {}) =>
  analyst.post(`/api/local/signals/selections/${selection}/case`, { data: { attributes } }, headers)

test('S2-40, S2-52: all signals that a query finds into one new case, and the exact count', async () => {
  const selection = await select('@network.client.ip:198.51.100.3?')
  const begun = await into(selection, { title: 'A whole network', priority: 'P1' }, { 'idempotency-key': 'bulk-1' })
  expect([begun.status, begun.at('data.attributes.total')]).toEqual([202, 10])
  await core.jobsDone()
  const key = String(begun.at('meta.case.key'))
  const job = await analyst.get(`/api/local/jobs/${begun.at('data.id')}`)
  expect([job.at('data.attributes.state'), job.at('data.attributes.changed')]).toEqual(['done', 10])
  const found = await analyst.get(`${wire}/${key}`)
  expect([found.at('data.attributes.x_local.insights_total'), (await held(key)).length]).toEqual([10, 10])
  expect(await said(key)).toEqual(['sana created the case', 'sana added 10 signals, of 10 that a query found'])
  const review = await admin.post('/api/local/explorer', {
    track: 'signals',
    query: `@workflow.triage.cases:${key} @workflow.triage.state:under_review`,
    from: 0,
  })
  expect(review.at('meta.total')).toBe(10)
  expect(daemon.events.some(event => event.type === 'cases' && event.ids.includes(String(found.at('data.id'))))).toBe(true)
  // asked again, it is the same case
  const again = await into(selection, { title: 'A whole network', priority: 'P1' }, { 'idempotency-key': 'bulk-1' })
  expect(again.at('meta.case.key')).toBe(key)
})

test('S2-40, S2-52: added to a case that has some of them: those are counted once', async () => {
  const { id, key } = await make({})
  await into(await select('@network.client.ip:198.51.100.2?'), { case_id: key })
  await core.jobsDone()
  const second = await into(await select('@network.client.ip:(198.51.100.2? OR 198.51.100.1?)'), { case_id: id })
  await core.jobsDone()
  const job = await analyst.get(`/api/local/jobs/${second.at('data.id')}`)
  expect([job.at('data.attributes.total'), job.at('data.attributes.changed')]).toEqual([20, 10])
  expect((await said(key)).slice(1)).toEqual([
    'sana added 10 signals, of 10 that a query found',
    'sana added 10 signals, of 20 that a query found',
  ])
  expect((await held(id)).length).toBe(20)
})

test('a selection into a closed case → 409, and no job', async () => {
  const { id } = await make({ type_id: '5ec0ca5e-0000-4000-8000-000000000002' })
  await analyst.post(`${wire}/${id}/status`, { data: { type: 'case', attributes: { status: 'CLOSED' } } })
  const before = await core.auditHead()
  const answer = await into(await select('*'), { case_id: id })
  expect([answer.status, answer.at('errors.0.code'), await core.auditHead()]).toEqual([409, 'closed', before])
})

test('a case that is closed while a job adds to it: the job says so, and what is counted is in it', async () => {
  const { id, key } = await make({ type_id: '5ec0ca5e-0000-4000-8000-000000000002' })
  const begun = into(await select('@network.client.ip:198.51.100.*'), { case_id: id })
  const job = String((await begun).at('data.id'))
  await analyst.post(`${wire}/${id}/status`, { data: { type: 'case', attributes: { status: 'CLOSED' } } })
  await core.jobsDone()
  const after = await analyst.get(`/api/local/jobs/${job}`)
  const count = Number(after.at('data.attributes.changed'))
  if (count < 40) expect([after.at('data.attributes.state'), after.text.includes(`${key} is closed`)]).toEqual(['failed', true])
  expect((await held(id)).length).toBe(count)
})

test('merged, two cases hold all that they held and say so; split again, each is as it was', async () => {
  const [a = '', b = '', c = '', d = ''] = take(4)
  const into_ = await make({ title: 'Into', signals: [a, b] })
  const first = await make({ title: 'First', signals: [b, c] })
  const second = await make({ title: 'Second', signals: [c, d] })
  await analyst.post(`${wire}/${first.id}/comment`, { data: { type: 'case', attributes: { comment: 'Mine' } } })
  const merged = await analyst.post(`${local}/${into_.id}/merge`, { data: { attributes: { case_ids: [first.key, second.id] } } })
  expect(merged.status).toBe(200)
  expect(merged.each('data.attributes.x_local.merged', 'key')).toEqual([first.key, second.key])
  expect(await held(into_.id)).toEqual([a, b, c, d].sort())
  expect(await held(first.id)).toEqual([b, c].sort())
  expect(await triageOf(c)).toEqual({ state: 'under_review', cases: [into_.key] })
  expect((await said(into_.id)).slice(1)).toEqual([
    `sana merged ${first.key} into this case, with 1 signal that it did not have`,
    `sana merged ${second.key} into this case, with 1 signal that it did not have`,
  ])
  expect(await said(first.id)).toEqual(['sana created the case from 2 signals', 'Mine', `sana merged this case into ${into_.key}`])
  const part = await analyst.get(`${wire}/${first.id}`)
  expect([part.at('data.attributes.merge_status'), part.at('data.attributes.status')]).toEqual(['MERGED', 'CLOSED'])
  const late = await analyst.post(`${local}/${first.id}/signals`, { data: { attributes: { signals: [a] } } })
  expect([late.status, late.at('errors.0.code')]).toEqual([409, 'merged'])

  const split = await analyst.post(`${local}/${into_.id}/split`, { data: { attributes: { case_id: first.id } } })
  expect(split.each('data', 'attributes.status')).toEqual(['OPEN', 'OPEN'])
  // c came with the other one too
  expect(await held(into_.id)).toEqual([a, b, c, d].sort())
  expect(await triageOf(c)).toEqual({ state: 'under_review', cases: [into_.key, first.key] })
  await analyst.post(`${local}/${into_.id}/split`, { data: { attributes: { case_id: second.id } } })
  expect([await held(into_.id), await held(first.id), await held(second.id)]).toEqual([[a, b].sort(), [b, c].sort(), [c, d].sort()])
  expect((await triageOf(c)).cases.sort()).toEqual([first.key, second.key].sort())
  expect((await triageOf(a)).cases).toEqual([into_.key])
  expect((await said(first.id)).at(-1)).toBe(`sana split this case from ${into_.key}`)
  expect((await analyst.get(`${wire}/${into_.id}`)).at('data.attributes.x_local.insights_total')).toBe(2)
})

test.each([
  ['itself', (id: string) => [id], 400],
  ['one that is not there', () => ['SEC-9999'], 404],
])('merged with %s → refused, and nothing has changed', async (_, sources, status) => {
  const one = await make({})
  const before = await core.auditHead()
  for (const end of ['', '?dry_run=true']) {
    const answer = await analyst.post(`${local}/${one.id}/merge${end}`, { data: { attributes: { case_ids: sources(one.id) } } })
    expect(answer.status).toBe(status)
  }
  expect(await core.auditHead()).toEqual(before)
})

test('merged with the same twice, by its id and by its key: once', async () => {
  const [one, other] = [await make({}), await make({ signals: take(1) })]
  const answer = await analyst.post(`${local}/${one.id}/merge`, { data: { attributes: { case_ids: [other.id, other.key] } } })
  expect([answer.status, answer.at('data.attributes.x_local.merged')]).toEqual([200, [{ id: other.id, key: other.key }]])
  expect(await held(one.id)).toHaveLength(1)
})

test.each<[string, object, string]>([
  ['nothing', {}, 'title'],
  ['a title alone', { title: 'x' }, 'insights'],
  ['an empty title', { title: '', insights: [{ type: 'SECURITY_SIGNAL', resource_id: 'a' }] }, 'title'],
  ['an insight without its id', { title: 'x', insights: [{ type: 'SECURITY_SIGNAL' }] }, 'insights.0.resource_id'],
  ['a case and a title', { case_id: 'SEC-1', title: 'x' }, 'title'],
  ['an unknown attribute', { case_id: 'SEC-1', colour: 1 }, 'colour'],
])('split: %s → 400 that names the field', async (_, attributes, field) => {
  const { id } = await make({})
  const answer = await analyst.post(`${local}/${id}/split`, { data: { attributes } })
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, `data.attributes.${field}`])
})
test('a case of a project that there is not → 400 that names the field of this body', async () => {
  const answer = await analyst.post(local, { data: { attributes: { title: 'x', project: 'NOPE' } } })
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, 'data.attributes.project'])
})
test('exported as md and as markdown: the same file', async () => {
  const { id } = await make({})
  const [md, markdown] = await Promise.all(['md', 'markdown'].map(format => analyst.get(`${local}/${id}/export?format=${format}`)))
  expect([md!.status, md!.text]).toEqual([200, markdown!.text])
})

test('some signals of a case are split into a new one', async () => {
  const [a = '', b = ''] = take(2)
  const { id, key } = await make({ signals: [a, b] })
  const split = await analyst.post(`${local}/${id}/split`, {
    data: { attributes: { title: 'Another matter', insights: [{ type: 'SECURITY_SIGNAL', resource_id: b }] } },
  })
  const [, other] = split.each('data', 'attributes.key').map(String)
  expect([await held(id), await held(other!)]).toEqual([[a], [b]])
  expect(await triageOf(b)).toEqual({ state: 'under_review', cases: [other] })
  expect([(await said(key)).at(-1), await said(other!)]).toEqual([
    `sana split ${other} off, with 1 signal`,
    [`sana split this case from ${key}`],
  ])
})

const hostile = '<img src=x onerror=alert(1)>|[x](javascript:alert(1)) **b** `c` \u202etxt.exe'
const written = async (format: string) => {
  const { id } = await make({ title: hostile, description: `# ${hostile}\n</pre><script>alert(1)</script>`, signals: take(1) })
  await analyst.post(`${wire}/${id}/comment`, { data: { type: 'case', attributes: { comment: `</li><b>${hostile}` } } })
  const path = `${local}/${id}/export?format=${format}`
  expect((await analyst.get(path)).text).toBe((await analyst.get(path)).text)
  return analyst.get(path)
}
test('the incidents of a case stand in its exports by their keys', async () => {
  const one = await make({})
  const attributes = { title: 'From it', customer_impacted: false, x_local: { case: one.id } }
  const incident = await admin.post('/api/v2/incidents', { data: { type: 'incidents', attributes } })
  const key = `INC-${incident.at('data.attributes.public_id')}`
  const exported = async (format: string) => (await analyst.get(`${local}/${one.id}/export?format=${format}`)).text
  expect(await exported('md')).toContain(`- Incidents: ${key.replace('-', '\\-')}\n`)
  expect(await exported('html')).toContain(key)
  expect(JSON.parse(await exported('json')).incidents).toEqual([{ id: incident.at('data.id'), key }])
})
test('html: a page without script, in which all text is text', async () => {
  const answer = await written('html')
  expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; .*sandbox$/)
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="SEC-\d+\.html"$/)
  const tags = [...answer.text.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name!.toLowerCase())
  expect([...new Set(tags)].filter(name => ['script', 'img', 'b', 'a', 'iframe'].includes(name))).toEqual([])
  expect(answer.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(answer.text).toContain('U+202Etxt.exe')
  expect(answer.text).not.toContain('\u202e')
  expect(answer.text).toContain('<meta http-equiv="Content-Security-Policy" content="default-src')
})
test('markdown: signs of Markdown in titles mean nothing, HTML nowhere', async () => {
  const { text } = await written('markdown')
  expect(text.split('\n')[0]).toMatch(/^# SEC\\-\d+ \\<img src=x onerror=alert\\\(1\\\)\\>\\\|\\\[x\\\]\\\(javascript:/)
  expect(text).not.toMatch(/(^|[^\\])<(img|script|b)\b/m)
  expect(text).toContain('> &lt;/li>&lt;b>')
  expect(text).not.toContain('\u202e')
})
test('json: all of it, as it is stored', async () => {
  const { json } = await written('json')
  expect(json).toMatchObject({ case: { title: hostile }, insights: [{ signal: { title: expect.any(String) } }], insights_left_out: 0 })
})
test('stix: a bundle of 2.1 in which every reference leads somewhere, the same each time', async () => {
  const answer = await written('stix')
  const { objects } = answer.json as { objects: Record<string, unknown>[] }
  const ids = new Set(objects.map(({ id }) => id))
  for (const object of objects) {
    expect(object['id']).toMatch(new RegExp(`^${object['type']}--[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
    for (const ref of (object['object_refs'] as string[] | undefined) ?? []) expect(ids).toContain(ref)
  }
  expect(ids.size).toBe(objects.length)
  expect(new Set(objects.map(({ type }) => type))).toEqual(
    new Set(['identity', 'grouping', 'incident', 'ipv4-addr', 'user-account', 'observed-data', 'note']),
  )
  expect(objects.find(({ type }) => type === 'ipv4-addr')!['value']).toMatch(/^203\.0\.113\./)
})
