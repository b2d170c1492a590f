import { expect, test } from 'vitest'
import { readDefaultRules } from '../../daemon/detect/default-rules/index.ts'
import { allOf, type Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { noon, startDaemon, type TestDaemon } from '../daemon.ts'
import { until } from '../until.ts'

// A feed that knows an address only after its log came: the log says so, late, and a signal opens once.
const { tests: _, ...contact } = readDefaultRules().find(({ id }) => id === 'default-threat-intel-contact')!
const { id: __, ...rule } = contact

const bad = '203.0.113.9'
const contactOf = (ip: string, more: object = {}) => ({ message: `connection with ${ip}`, timestamp: noon - 3_600_000, ...more })

async function addFeed(caller: Caller, name: string, text: string, more: object = {}): Promise<string> {
  const attributes = { name, format: 'netset', category: 'attack', intention: 'malicious', ...more }
  const added = await caller.post('/api/local/feeds', { data: { attributes } })
  expect(added.status).toBe(201)
  const id = String(added.at('data.id'))
  expect((await caller.put(`/api/local/feeds/${id}/content`, text, { 'content-type': 'text/plain' })).status).toBe(200)
  return id
}
async function settled({ daemon, core }: TestDaemon): Promise<void> {
  await daemon.hunting.idle()
  await core.caughtUp()
}
const explorer = async (caller: Caller, query: string, more: object = {}) => {
  const answer = await caller.post('/api/local/explorer', { track: 'logs', query, from: 0, to: noon + 1e9, limit: 50, ...more })
  expect(answer.status).toBe(200)
  return answer
}
const late = '@threat_intel.results.late:true'

test.each(['engine', 'each log'])('a late match shows wherever its log does: by %s', async way => {
  const daemon = await startDaemon({ rules: [rule] })
  const { admin, intake, core } = daemon
  if (way === 'engine') await core.logsReady()
  await intake.post('/api/v2/logs', [
    contactOf(bad),
    contactOf('203.0.113.10', { host: 'web-1' }),
    contactOf('198.51.100.1', { host: 'web-1', timestamp: noon - 3_599_000 }),
    contactOf(bad, { host: 'web-1' }),
  ])
  await addFeed(admin, 'Drop', `${bad}\n203.0.113.10/31`)
  await settled(daemon)
  if (way === 'engine') expect(await core.logsReady()).toBe(true)

  const found = await explorer(admin, late, { facets: ['@threat_intel.results.indicator', '@threat_intel.indicators_matched'] })
  expect(found.at('meta.total')).toBe(3)
  expect(found.at('meta.facets')).toEqual({
    '@threat_intel.results.indicator': [
      { value: bad, count: 2 },
      { value: '203.0.113.10/31', count: 1 },
    ],
    '@threat_intel.indicators_matched': [
      { value: bad, count: 2 },
      { value: '203.0.113.10', count: 1 },
    ],
  })
  const [id] = found.each('data', 'id')
  expect((await admin.get(`/api/local/logs/${id}`)).text).toContain('"late":true')
  expect((await admin.get(`/api/local/logs/${id}/context?same=none`)).text.split('"late":true')).toHaveLength(4)
  const aggregated = await admin.post('/api/v2/logs/analytics/aggregate', {
    filter: { query: '*', from: '0', to: String(noon + 1e9) },
    compute: [{ aggregation: 'count' }],
    group_by: [{ facet: '@threat_intel.results.intention' }],
  })
  expect(aggregated.at('data.buckets')).toEqual([{ by: { '@threat_intel.results.intention': 'malicious' }, computes: { c0: 3 } }])
  expect((await explorer(admin, '@threat_intel.indicators_matched:* -@threat_intel.results.late:true')).at('meta.total')).toBe(0)

  // what comes from now on says so by itself
  await intake.post('/api/v2/logs', [contactOf(bad)])
  await settled(daemon)
  expect((await explorer(admin, '@threat_intel.indicators_matched:* -@threat_intel.results.late:true')).at('meta.total')).toBe(1)
  expect((await explorer(admin, late)).at('meta.total')).toBe(3)
  expect(daemon.reported).toEqual([])
  await daemon.stop()
})

test('signals of late matches say that they are late, open once, and a feed that goes leaves them', async () => {
  const daemon = await startDaemon({ rules: [rule] })
  await daemon.intake.post('/api/v2/logs', [contactOf(bad), contactOf(bad, { timestamp: noon - 3_000_000 }), contactOf('198.51.100.1')])
  const first = await addFeed(daemon.admin, 'Drop', bad)
  await settled(daemon)
  const signals = async () => (await allOf(daemon.admin, 'signals', '', 'attributes.custom')) as Record<string, unknown>[]
  expect(await signals()).toMatchObject([{ title: 'Contact with a known bad address (late match)', events_matched: 2 }])
  expect((await daemon.admin.get('/api/v2/security_monitoring/signals')).each('data', 'attributes.tags').flat()).toContain(
    'threat_intel:late',
  )

  // the same word of another feed is news of the log, but not of the group
  await addFeed(daemon.admin, 'Other', `${bad}\n198.51.100.0/24`)
  await settled(daemon)
  expect((await signals()).map(({ events_matched }) => events_matched).sort()).toEqual([1, 2])

  // nothing happens twice: not when a feed is switched, not when it is loaded again
  await daemon.admin.patch(`/api/local/feeds/${first}`, { data: { attributes: { enabled: false } } })
  await daemon.intake.post('/api/v2/logs', [contactOf('198.51.100.1')])
  await daemon.admin.patch(`/api/local/feeds/${first}`, { data: { attributes: { enabled: true } } })
  await daemon.admin.put(`/api/local/feeds/${first}/content`, `${bad}\n203.0.113.77`, { 'content-type': 'text/plain' })
  await settled(daemon)
  expect((await signals()).filter(({ title }) => String(title).includes('late'))).toHaveLength(2)
  expect((await explorer(daemon.admin, late)).at('meta.total')).toBe(3)

  await daemon.admin.delete(`/api/local/feeds/${first}`)
  await settled(daemon)
  expect((await explorer(daemon.admin, '@threat_intel.results.source.name:Drop')).at('meta.total')).toBe(2)
  expect((await daemon.admin.get('/api/local/hunts')).each('data', 'attributes.state')).toContain('done')
  expect((await daemon.core.auditVerify()) === null).toBe(true)
  expect(daemon.reported).toEqual([])
  await daemon.stop()
})

test('domains, URLs and hashes are found late as well, but not in what was added to a log', async () => {
  const daemon = await startDaemon({ rules: [rule] })
  await daemon.intake.post('/api/v2/logs', [
    { message: 'lookup of cdn.evil.example', timestamp: noon },
    { message: 'fetched', http: { url: 'http://evil.example/x' }, timestamp: noon },
    { message: 'evil example', timestamp: noon },
  ])
  await addFeed(daemon.admin, 'Names', 'evil.example\nd41d8cd98f00b204e9800998ecf8427e\n', { format: 'list' })
  await settled(daemon)
  const found = await explorer(daemon.admin, late, { facets: ['@threat_intel.results.type'] })
  expect(found.at('meta.total')).toBe(2)
  expect(found.at('meta.facets')).toEqual({ '@threat_intel.results.type': [{ value: 'DOMAIN', count: 2 }] })
  expect(daemon.reported).toEqual([])
  await daemon.stop()
})

test('a log that retention gives up takes what was found in it along', async () => {
  const daemon = await startDaemon({ rules: [rule] })
  await daemon.intake.post('/api/v2/logs', [contactOf(bad)])
  await addFeed(daemon.admin, 'Drop', bad)
  await settled(daemon)
  const day = 86_400_000
  daemon.clock.now += 50 * day
  await daemon.core.retain({ days: 90, max_bytes: null })
  await daemon.intake.post('/api/v2/logs', [contactOf(bad, { timestamp: daemon.clock.now })])
  await settled(daemon)
  daemon.clock.now += 60 * day
  expect(await daemon.core.retain({ days: 90, max_bytes: null })).toHaveLength(1)
  expect((await explorer(daemon.admin, late, { to: 8e15 })).at('meta.total')).toBe(0)
  expect((await daemon.core.statistics()).late_matches).toBe(0)
  await daemon.stop()
})

test('killed again and again: every late match is there once, and one signal for each address', { timeout: 240_000 }, async () => {
  const dir = temporary()
  let child = await startChild(dir)
  const addresses = Array.from({ length: 40 }, (_, i) => `203.0.113.${i + 1}`)
  const count = 8000
  for (let from = 0; from < count; from += 1000) {
    const logs = Array.from({ length: 1000 }, (_, i) => ({
      message: `connection with ${addresses[(from + i) % 400] ?? '198.51.100.7'}`,
      timestamp: noon + from + i,
    }))
    expect((await child.admin.post('/api/v2/logs', logs)).status).toBe(202)
  }
  await addFeed(child.admin, 'Drop', addresses.join('\n'))
  const isDone = async () => {
    const hunts = await child.admin.get('/api/local/hunts')
    const states = hunts.each('data', 'attributes.state')
    return states.length > 0 && !states.includes('running')
  }
  for (let i = 0; i < 3; i++) {
    child.kill('SIGKILL')
    await child.ended
    child = await startChild(dir)
  }
  await until(isDone, 30_000)
  const found = await explorer(child.admin, late, { facets: ['@threat_intel.results.indicator'] })
  expect(found.at('meta.total')).toBe(count / 10)
  const facets = found.at('meta.facets') as Record<string, { count: number }[]>
  expect(facets['@threat_intel.results.indicator']!.map(({ count }) => count)).toEqual(addresses.map(() => count / 400))
  const matched = () => allOf(child.admin, 'signals', 'threat_intel:late', 'attributes.custom.events_matched')
  // a signal shows as soon as it opens, and then what comes to it
  await until(async () => (await matched()).reduce<number>((sum, events) => sum + Number(events), 0) >= count / 10, 30_000)
  expect(await matched()).toEqual(addresses.map(() => count / 400))
  expect(await stop(child)).toBe(0)
})
