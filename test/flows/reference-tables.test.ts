import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'

const path = '/api/v2/reference-tables/tables'
const schema = {
  fields: [
    { name: 'ip', type: 'STRING' },
    { name: 'intention', type: 'STRING' },
    { name: 'ticket', type: 'STRING' },
    { name: 'severity', type: 'INT32' },
  ],
  primary_keys: ['ip'],
}
const table = (name: string, more: object = {}) => ({
  data: { type: 'reference_table', attributes: { table_name: name, source: 'LOCAL_FILE', schema, ...more } },
})
const row = (id: string, values: object = {}) => ({ id, type: 'row', attributes: { values } })

test('D-13: rows: created, replaced, looked up, listed by pages, deleted; what is wrong is named', async () => {
  const { admin, readOnly, reported } = await startDaemon()
  const created = await admin.post(path, table('seen'))
  expect(created.status).toBe(201)
  expect(created.at('data.attributes')).toMatchObject({ table_name: 'seen', row_count: 0, status: 'DONE', source: 'LOCAL_FILE', schema })
  const own = `${path}/${created.at('data.id')}`
  const ids = Array.from({ length: 7 }, (_, i) => `203.0.113.${i}`)
  expect((await admin.post(`${own}/rows`, { data: ids.map(ip => row(ip, { ticket: `T-${ip}`, severity: 3 })) })).status).toBe(200)
  expect((await admin.post(`${own}/rows`, { data: [row(ids[0]!, { ticket: 'T-0' })] })).text).toBe('')

  expect((await admin.get(`${own}/rows?row_id=${ids[0]}&row_id=nobody&row_id=${ids[1]}`)).each('data', 'attributes.values')).toEqual([
    { ip: ids[0], ticket: 'T-0' },
    { ip: ids[1], ticket: `T-${ids[1]}`, severity: 3 },
  ])
  const first = await admin.get(`${own}/rows/list?page[limit]=5`)
  expect(first.each('data', 'id')).toEqual(ids.slice(0, 5))
  const rest = await admin.get(String(first.at('links.next')))
  expect([rest.each('data', 'id'), rest.at('links.next')]).toEqual([ids.slice(5), undefined])
  const batch = { type: 'reference-tables-batch-rows-query', attributes: { table_id: created.at('data.id'), row_ids: [ids[2], 'nobody'] } }
  expect((await admin.post('/api/v2/reference-tables/queries/batch-rows', { data: batch })).at('data.relationships.rows.data')).toEqual([
    { id: ids[2], type: 'row' },
  ])
  const deleted = { data: [{ id: ids[6], type: 'row' }] }
  expect((await admin.request('DELETE', `${own}/rows?dry_run=true`, deleted)).status).toBe(200)
  expect((await admin.get(own)).at('data.attributes.row_count')).toBe(7)
  await admin.request('DELETE', `${own}/rows`, deleted)
  expect((await admin.get(own)).at('data.attributes.row_count')).toBe(6)

  const refused = await admin.post(`${own}/rows`, { data: [row('a', { nobody: 1, severity: 1.5 }), row('b', { ip: 'c' }), row('b')] })
  expect(refused.status).toBe(400)
  expect(String(refused.text)).toMatch(/data\.0\.attributes\.values\.nobody.*severity.*data\.1\.attributes\.values\.ip.*data\.2\.id/s)
  expect((await admin.post(path, table('seen'))).status).toBe(400)
  expect((await admin.post(path, table('other', { schema: { ...schema, primary_keys: ['severity'] } }))).status).toBe(400)
  const fewer = { data: { type: 'reference_table', attributes: { schema: { fields: schema.fields.slice(0, 2), primary_keys: ['ip'] } } } }
  expect((await admin.patch(own, fewer)).status).toBe(400)
  expect((await admin.patch(own, { data: { type: 'reference_table', attributes: { description: 'ours' } } })).status).toBe(200)
  expect((await admin.get(`${path}?filter[table_name][contains]=see&sort=table_name`)).each('data', 'attributes.description')).toEqual([
    'ours',
  ])
  expect((await readOnly.post(`${own}/rows`, { data: [row('a')] })).status).toBe(403)
  expect((await admin.delete(own)).status).toBe(200)
  expect((await admin.get(own)).status).toBe(404)
  const trail = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:reference_table&sort=timestamp')
  expect(trail.each('data', 'attributes.message')).toEqual([
    'created the reference table “seen”',
    'put 7 rows into the reference table “seen”',
    'put 1 rows into the reference table “seen”',
    'took 1 rows out of the reference table “seen”',
    'changed the reference table “seen”',
    'deleted, with 6 rows, the reference table “seen”',
  ])
  expect(reported).toEqual([])
})

test('D-13: a table as a feed: its rows match, with their other columns, logs to come and logs that are there', async () => {
  const { admin, intake, core, daemon, reported } = await startDaemon()
  await intake.post('/api/v2/logs', [{ message: 'from 203.0.113.9', timestamp: noon }])
  const own = String((await admin.post(path, table('seen'))).at('data.id'))
  await admin.post(`${path}/${own}/rows`, { data: [row('203.0.113.8', { intention: 'malicious', ticket: 'T-8' }), row('no address')] })
  const feed = await admin.put(`/api/local/reference-tables/${own}/feed`, {
    data: { attributes: { category: 'attack', intention: 'suspicious' } },
  })
  expect(feed.status).toBe(200)
  expect(feed.at('data.attributes')).toMatchObject({ name: 'Table seen', entries: 1, enabled: true })
  expect((await admin.get('/api/local/ip/203.0.113.8')).at('data.attributes.matches')).toMatchObject([
    { intention: 'malicious', category: 'attack', source: { name: 'Table seen' }, additional_data: { ticket: 'T-8' } },
  ])
  await admin.post(`${path}/${own}/rows`, { data: [row('203.0.113.9')] })
  await daemon.hunting.idle()
  const late = { track: 'logs', query: '@threat_intel.results.late:true @threat_intel.results.intention:suspicious', from: 0, to: noon + 1 }
  expect((await admin.post('/api/local/explorer', { ...late, limit: 5 })).at('meta.total')).toBe(1)
  const all = { data: ['203.0.113.8', '203.0.113.9', 'no address'].map(id => ({ id, type: 'row' })) }
  await admin.request('DELETE', `${path}/${own}/rows`, all)
  expect((await admin.get('/api/local/feeds')).each('data', 'attributes.enabled')).toEqual([false])
  expect((await admin.get('/api/local/ip/203.0.113.8')).at('data.attributes.matches')).toEqual([])
  expect((await admin.delete(`${path}/${own}`)).status).toBe(200)
  expect((await admin.get('/api/local/feeds')).at('data')).toEqual([])
  await core.caughtUp()
  expect(reported).toEqual([])
})
