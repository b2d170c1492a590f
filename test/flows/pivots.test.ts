import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultPivots } from '../../daemon/pivots/defaults.ts'
import { openPivots } from '../../daemon/pivots/pivots.ts'
import { startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { admin, standard, readOnly } = daemon
const path = '/api/local/pivots'
const put = (name: string, attributes: object, who = admin) => who.put(`${path}/${encodeURIComponent(name)}`, { data: { attributes } })
const names = async (who = admin) => (await who.get(path)).each('data', 'id')
const cmdb = { template: 'https://cmdb.corp/ip/{value}', kinds: ['ip', 'range'] }
const builtIn = defaultPivots.map(({ name }) => name)

test('links come along, one’s own stand before them, and whoever looks at signals sees them', async () => {
  expect(await names(readOnly)).toEqual(builtIn)
  expect((await put('CMDB', cmdb)).at('data.attributes')).toMatchObject({ ...cmdb, intranet: false, enabled: true, built_in: false })
  expect(await names(readOnly)).toEqual(['CMDB', ...builtIn])
  expect((await readOnly.get(`${path}/CMDB`)).at('data.attributes.template')).toBe(cmdb.template)
  expect((await put('Other', cmdb, standard)).status).toBe(403)
  expect((await standard.delete(`${path}/CMDB`)).status).toBe(403)
})

test.each([
  ['javascript:alert(1)//{value}', [0, 19]],
  ['https://site.example/{ip}', [21, 25]],
  ['https://{value}/', [8, 15]],
  ['https://site.example/', [20, 21]],
])('%s → 400 with the place', async (template, at) => {
  const answer = await put('Bad', { ...cmdb, template })
  expect([answer.status, answer.at('errors.0.source.pointer'), answer.at('errors.0.source.at')]).toEqual([
    400,
    'data.attributes.template',
    at,
  ])
  expect(answer.at('errors.0.detail')).toMatch(/\(character \d+\)$/)
  expect(await names()).not.toContain('Bad')
})
test.each([
  [{ ...cmdb, kinds: [] }, 'data.attributes.kinds'],
  [{ ...cmdb, kinds: ['ssn'] }, 'data.attributes.kinds.0'],
  [{ ...cmdb, intranet: 'yes' }, 'data.attributes.intranet'],
  [{ kinds: ['ip'] }, 'data.attributes.template'],
  [{ ...cmdb, onclick: 'x' }, 'data.attributes.onclick'],
])('%j → 400 naming %s', async (attributes, field) => {
  const answer = await put('Bad', attributes)
  expect([answer.status, answer.at('errors.0.source.pointer')]).toEqual([400, field])
})
test.each(['', ' ', 'a\u202eb', 'x'.repeat(61)])('the name %j is refused', async name =>
  expect((await put(name, cmdb)).status).toBeGreaterThanOrEqual(400))

test('one that comes along is switched off, changed, and put back; it cannot be deleted', async () => {
  const shodan = (await admin.get(`${path}/Shodan`)).at('data.attributes') as Record<string, unknown>
  const { template, kinds } = shodan
  expect((await put('Shodan', { template, kinds, enabled: false })).at('data.attributes')).toMatchObject({ enabled: false, built_in: true })
  expect((await admin.get(`${path}/Shodan`)).at('data.attributes.enabled')).toBe(false)
  expect((await admin.delete(`${path}/Shodan`)).status).toBe(204)
  expect((await admin.get(`${path}/Shodan`)).at('data.attributes')).toEqual(shodan)
  const refused = await admin.delete(`${path}/Shodan`)
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('switch it off')])
  expect((await admin.delete(`${path}/none`)).status).toBe(404)
})

test('each change stands in the audit trail with what was and what is', async () => {
  await put('CMDB', { ...cmdb, intranet: true })
  await admin.delete(`${path}/CMDB`)
  const events = (
    await admin.get('/api/v2/audit/events?filter[query]=@asset.type:pivot&sort=timestamp&filter[from]=0&page[limit]=50')
  ).each('data', 'attributes.message')
  expect(events).toEqual([
    'added the pivot link “CMDB”',
    'changed the pivot link “Shodan”',
    'put the pivot link “Shodan” back as it came',
    'changed the pivot link “CMDB”',
    'deleted the pivot link “CMDB”',
  ])
})

test('the file is yours to edit; what is wrong in it is named', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pivots-')), 'pivots.json')
  const pivots = await openPivots(file)
  await pivots.put({ name: 'Mine', template: 'http://wiki/{value}', kinds: ['domain'], intranet: false, enabled: true }, undefined, {})
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    pivots: [{ name: 'Mine', template: 'http://wiki/{value}', kinds: ['domain'], intranet: false, enabled: true }],
  })
  writeFileSync(file, JSON.stringify({ pivots: [{ name: 'Mine', template: 'javascript:{value}', kinds: ['domain'] }] }))
  await expect(openPivots(file)).rejects.toThrow(/pivots\.json: pivots\.0\.template is wrong: .*\(character 1\)/)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
