import { expect, test } from 'vitest'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { noon, startDaemon } from '../daemon.ts'

const { tests: _, id: __, ...contact } = readDefaultRules().find(({ id }) => id === 'default-threat-intel-contact')!
const path = '/api/v2/security/siem/ioc-explorer'
const day = 86_400_000

test.each([
  'engine',
  'each log',
])('D-14: indicators that logs matched, by %s: score, sources, matches, order, query, pages, one of them', async way => {
  const daemon = await startDaemon({ rules: [contact] })
  const { admin, intake, core } = daemon
  if (way === 'engine') await core.logsReady()
  const feed = async (name: string, category: string, intention: string, text: string) => {
    const added = await admin.post('/api/local/feeds', { data: { attributes: { name, format: 'netset', category, intention } } })
    await admin.put(`/api/local/feeds/${added.at('data.id')}/content`, text, { 'content-type': 'text/plain' })
  }
  await intake.post('/api/v2/logs', [
    { message: 'from 203.0.113.9', timestamp: noon - 5 * day, host: 'web-1', network: { client: { ip: '203.0.113.9' } } },
    { message: 'from 198.51.100.4 long ago', timestamp: noon - 40 * day },
  ])
  await feed('Drop', 'C2', 'malicious', '203.0.113.9\n198.51.100.4')
  await feed('Proxies', 'hosting_proxy', 'suspicious', '203.0.113.0/24')
  await intake.post('/api/v2/logs', [
    { message: 'from 203.0.113.9 and 203.0.113.8', timestamp: noon, ddsource: 'sshd', usr: { name: 'root' }, evt: { outcome: 'success' } },
  ])
  await daemon.daemon.hunting.idle()
  await core.caughtUp()

  const all = await admin.get(path)
  expect(all.status).toBe(200)
  expect(all.at('data.attributes.metadata.count')).toBe(2)
  expect(all.at('data.attributes.data')).toMatchObject([
    {
      ...{ indicator: '203.0.113.9', indicator_type: 'ip', score: 100, log_matches: 2, as_type: 'hosting' },
      ...{ malicious_sources: [{ name: 'Drop' }], suspicious_sources: [{ name: 'Proxies' }], benign_sources: [] },
      ...{ first_seen: new Date(noon - 5 * day).toISOString(), last_seen: new Date(noon).toISOString() },
      ...{ m_sources: 'RAISE_SCORE', m_persistence: 'RAISE_SCORE', m_signal: 'RAISE_SCORE', m_as_type: 'RAISE_SCORE' },
      ...{ triage_state: 'not_reviewed' },
    },
    { indicator: '203.0.113.8', log_matches: 1, m_persistence: 'LOWER_SCORE', categories: ['hosting_proxy'] },
  ])
  expect(all.at('data.attributes.data.0.signal_matches')).toBeGreaterThan(0)
  const indicators = async (query: string) => (await admin.get(`${path}?${query}`)).each('data.attributes.data', 'indicator')
  expect(await indicators('sort[column]=indicator&sort[order]=asc&limit=1&offset=1')).toEqual(['203.0.113.9'])
  expect(await indicators('query=category:C2')).toEqual(['203.0.113.9'])
  expect(await indicators('query=score:%3C60')).toEqual(['203.0.113.8'])
  expect(await indicators('query=-source:Drop')).toEqual(['203.0.113.8'])
  expect(await indicators('ocsf=true')).toEqual(['203.0.113.9'])
  expect((await admin.get(`${path}?query=(`)).status).toBe(400)

  const marked = await admin.post(`${path}/triage`, {
    data: { type: 'ioc_triage_state', attributes: { indicator: '203.0.113.8', triage_state: 'reviewed' } },
  })
  expect(marked.status).toBe(201)
  const mark = (indicator: string) =>
    admin.post(`${path}/triage`, { data: { type: 'ioc_triage_state', attributes: { indicator, triage_state: 'reviewed' } } })
  // before any log matched it, and however it was written
  expect([(await mark('hxxp://Evil[.]example/x')).status, (await mark('2001:DB8::7')).at('data.id')]).toEqual([201, '2001:db8::7'])
  for (const none of ['somebody', '203.0.113.0/24'])
    expect((await mark(none)).at('errors.0')).toMatch(/data.attributes.indicator.*is no address, domain, URL or hash/)
  expect(await indicators('triage_state=reviewed')).toEqual(['203.0.113.8'])
  expect(await indicators('worked_by=ada@example.com')).toEqual(['203.0.113.8'])
  const one = await admin.get(`${path}/indicator?indicator=203.0.113.9&include_triage_history=true`)
  expect(one.at('data.attributes.data')).toMatchObject({
    ...{ hosts: ['web-1'], log_sources: ['sshd'], users: { name: ['root'] }, triage_history: [] },
    signal_severity: expect.arrayContaining([{ severity: 'high', count: expect.any(Number) }]),
  })
  expect((await admin.get(`${path}/indicator?indicator=198.51.100.4`)).status).toBe(404)
  expect((await daemon.nobody.get(path)).status).toBe(403)
  expect(daemon.reported).toEqual([])
  await daemon.stop()
})
