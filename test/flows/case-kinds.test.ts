import { expect, test } from 'vitest'
import { builtInTypes, defaultProject, securityCase } from '../../shared/case.ts'
import { startDaemon } from '../daemon.ts'

// Projects, types and due dates of investigation cases.
const daemon = await startDaemon()
const { admin, analyst, clock } = daemon
const cases = '/api/v2/cases'
const projects = `${cases}/projects`
const types = `${cases}/types`
const body = (type: 'project' | 'case_type' | 'case', attributes: object) => ({ data: { type, attributes } })
const makeCase = async (attributes: object = {}) =>
  String((await analyst.post('/api/local/cases', body('case', { title: 'T', ...attributes }))).at('data.id'))
const caseOf = async (id: string) => (await analyst.get(`${cases}/${id}`)).at('data.attributes') as Record<string, never>
const madeOf = async (path: string, answer: object) => String((await admin.post(path, answer)).at('data.id'))

test('a project is renamed: its cases say so, their keys stay', async () => {
  const id = await madeOf(projects, body('project', { key: 'OPS', name: 'Operations' }))
  const one = await makeCase({ project: 'OPS' })
  const renamed = await analyst.patch(`${projects}/OPS`, body('project', { name: 'Operating' }))
  expect([renamed.status, renamed.at('data.id'), renamed.at('data.attributes.name')]).toEqual([200, id, 'Operating'])
  expect(await caseOf(one)).toMatchObject({ key: 'OPS-1', x_local: { project: { key: 'OPS', name: 'Operating' } } })
})
test('a type is made, renamed and deleted: its cases stay, and are found by what it is called now', async () => {
  const id = await madeOf(types, body('case_type', { name: 'Leak', x_local: { needs_reason: true } }))
  const one = await makeCase({ type_id: id })
  const unsaid = await analyst.post(`${cases}/${one}/status`, body('case', { status: 'CLOSED' }))
  expect([unsaid.status, unsaid.at('errors.0.detail')]).toEqual([400, 'is needed to close a leak'])
  await admin.put(`${types}/${id}`, body('case_type', { name: 'Data leak', x_local: { needs_reason: false } }))
  expect((await analyst.get(`${cases}?filter=type:"Data leak"`)).each('data', 'id')).toEqual([one])
  expect((await admin.delete(`${types}/${id}`)).status).toBe(204)
  expect((await analyst.post('/api/local/cases', body('case', { title: 'T', type_id: id }))).status).toBe(400)
  expect(await caseOf(one)).toMatchObject({ type_id: id, x_local: { type_name: 'Data leak', needs_reason: false } })
  expect((await analyst.post(`${cases}/${one}/status`, body('case', { status: 'CLOSED' }))).status).toBe(200)
  expect((await analyst.get(types)).each('data', 'attributes.name')).toEqual(builtInTypes.map(({ name }) => name))
})
test('a case is due by the end of a day, and overdue from the next one on until it is closed', async () => {
  const day = (offset: number) => new Date(clock.now + offset * 86_400_000).toISOString().slice(0, 10)
  const one = await makeCase({ due_date: day(0), type_id: builtInTypes[1]!.id })
  const overdue = async () => (await analyst.get(`${cases}?filter=overdue:true`)).each('data', 'id')
  expect([(await caseOf(one))['due_date'], await overdue()]).toEqual([day(0), []])
  await analyst.post(`${cases}/${one}/due_date`, body('case', { due_date: day(-1) }))
  expect(await overdue()).toEqual([one])
  expect((await analyst.get(`${cases}/count?query_filter=&group_bys=overdue`)).at('data.attributes.groups.0.group_values')).toContainEqual({
    value: 'true',
    count: 1,
  })
  const said = (await analyst.get(`${cases}/${one}/timelines`)).each('data', 'attributes.cell_content.message')
  expect(said.map(String).some(text => text.endsWith(`set the due date to ${day(-1)}`))).toBe(true)
  await analyst.post(`${cases}/${one}/status`, body('case', { status: 'CLOSED' }))
  expect(await overdue()).toEqual([])
})

test.each<[string, 'post' | 'patch' | 'put' | 'delete', string, object | undefined, number, string]>([
  ['a project with a key that is there', 'post', projects, body('project', { key: 'SEC', name: 'Again' }), 409, 'data.attributes.key'],
  ['a project with a key in small letters', 'post', projects, body('project', { key: 'sec', name: 'S' }), 400, 'data.attributes.key'],
  ['a new key for a project', 'patch', `${projects}/SEC`, body('project', { key: 'NEW' }), 400, 'data.attributes.key'],
  ['a project that is not there', 'patch', `${projects}/NO`, body('project', { name: 'N' }), 404, ''],
  ['the project that is always there, deleted', 'delete', `${projects}/${defaultProject.id}`, undefined, 400, ''],
  ['a project with cases, deleted', 'delete', `${projects}/OPS`, undefined, 409, ''],
  ['a type without a name', 'post', types, body('case_type', { name: ' ' }), 400, 'data.attributes.name'],
  ['a type called like another', 'post', types, body('case_type', { name: 'security CASE' }), 409, 'data.attributes.name'],
  ['a type that is always there, changed', 'put', `${types}/${securityCase.id}`, body('case_type', { name: 'Mine' }), 400, ''],
  ['a type that is always there, deleted', 'delete', `${types}/${securityCase.id}`, undefined, 400, ''],
  ['a type that is not there', 'delete', `${types}/no`, undefined, 404, ''],
  ['a day that there is not', 'post', `${cases}/SEC-1/due_date`, body('case', { due_date: '2026-02-30' }), 400, 'data.attributes.due_date'],
  [
    'a time for a day',
    'post',
    `${cases}/SEC-1/due_date`,
    body('case', { due_date: '2026-02-03T00:00:00Z' }),
    400,
    'data.attributes.due_date',
  ],
])('%s → %5$i naming “%6$s”, in dry run too, and nothing has changed', async (_, method, path, sent, status, field) => {
  const before = await daemon.core.auditHead()
  for (const where of [path, `${path}?dry_run=true`]) {
    const answer = await admin.request(method.toUpperCase(), where, sent)
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(field)])
  }
  expect(await daemon.core.auditHead()).toEqual(before)
})
test('types are everybody’s: who works cases alone may not change them', async () => {
  expect((await analyst.post(types, body('case_type', { name: 'Own' }))).status).toBe(403)
  expect((await analyst.post(projects, body('project', { key: 'OWN', name: 'Own' }))).status).toBe(201)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
