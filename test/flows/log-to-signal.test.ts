import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { accepted, bruteForce, failed, guesses } from '../logs.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, intake, standard, core, events, clock } = daemon
const text = { 'content-type': 'text/plain' }
const signals = (query: string) => standard.get(`/api/v2/security_monitoring/signals?filter[query]=${encodeURIComponent(query)}`)

test('eight failed passwords → 202, enriched logs, one signal, its timeline, a live event', async () => {
  events.length = 0
  const answer = await intake.post('/api/v2/logs', guesses(noon - 60_000, '198.51.100.7', 8), text)
  expect([answer.status, answer.text]).toEqual([202, '{}'])
  await core.caughtUp()

  const logs = await standard.get('/api/v2/logs/events?filter[query]=@network.client.ip:198.51.100.7&filter[from]=now-1h&page[limit]=100')
  expect(logs.each('data', 'type')).toEqual(Array(8).fill('log'))
  expect(logs.at('data.0.attributes.attributes.network.ip.list')).toEqual(['198.51.100.7'])
  expect(logs.at('data.0.attributes.attributes.usr.name')).toBe('root')
  expect(logs.at('data.0.attributes.attributes.evt.outcome')).toBe('failure')

  const found = await signals('@network.client.ip:198.51.100.7')
  expect(found.each('data', 'attributes.status')).toEqual(['high'])
  const id = String(found.at('data.0.id'))
  expect(found.at('data.0.attributes.timestamp')).toBe(new Date(noon).toISOString())
  expect(found.at('data.0.attributes.custom.workflow.triage.state')).toBe('open')
  expect(found.at('data.0.attributes.custom.first_seen')).toBe(noon - 60_000)
  expect(found.at('data.0.attributes.custom.last_seen')).toBe(noon - 53_000)
  expect(found.at('data.0.attributes.custom.events_matched')).toBe(8)
  expect(found.at('data.0.attributes.message')).toBe('Somebody guesses passwords')

  const timeline = await standard.get(`/api/local/signals/${id}/timeline`)
  expect(timeline.each('data', 'attributes.kind')).toEqual(['opened'])
  expect(events.at(-1)).toEqual({ type: 'signals', ids: [id], counts: { open: 1, under_review: 0, archived: 0 } })
  // detection is not a change that somebody made: the audit trail knows nothing of it
  expect((await admin.get('/api/v2/audit/events?filter[query]=@asset.type:security_signal')).at('data')).toEqual([])
})

test('brief: the explorer says the body of a signal once, and leaves the samples out', async () => {
  const asked = { track: 'signals', query: '@network.client.ip:198.51.100.7', from: 0 }
  const [whole, brief] = await Promise.all([{}, { brief: true }].map(more => standard.post('/api/local/explorer', { ...asked, ...more })))
  const { attributes, custom, ...rest } = whole!.at('data.0.attributes') as Record<string, Record<string, unknown>>
  expect(attributes).toEqual(custom)
  const { samples, ...body } = custom!
  expect(samples).toHaveLength(8)
  expect(brief!.at('data.0.attributes')).toEqual({ ...rest, custom: body })
})

test('three more within keepAlive → the same signal with eleven events', async () => {
  await intake.post('/api/v2/logs', guesses(noon, '198.51.100.7', 3), text)
  await core.caughtUp()
  const found = await signals('@network.client.ip:198.51.100.7')
  expect(found.each('data', 'attributes.custom.events_matched')).toEqual([11])
})

test('the state of a signal stays when detection goes on', async () => {
  const id = String((await signals('@network.client.ip:198.51.100.7')).at('data.0.id'))
  await standard.patch(`/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes: { state: 'under_review' } } })
  await intake.post('/api/v2/logs', guesses(noon + 10_000, '198.51.100.7', 2), text)
  await core.caughtUp()
  const found = await signals('@network.client.ip:198.51.100.7')
  expect(found.each('data', 'attributes.custom.workflow.triage.state')).toEqual(['under_review'])
  expect(found.each('data', 'attributes.custom.events_matched')).toEqual([13])
})

test('five failed passwords and a success → no signal', async () => {
  await intake.post('/api/v2/logs', `${guesses(noon, '198.51.100.8', 5)}\n${accepted(noon + 6000, '198.51.100.8')}`, text)
  await core.caughtUp()
  expect((await signals('@network.client.ip:198.51.100.8')).at('data')).toEqual([])
})

test('an import of 2005 → a signal with event times of then and a timestamp of now', async () => {
  const time = Date.UTC(2005, 5, 14, 15)
  const sha = 'a'.repeat(64)
  const lines = Array.from(
    { length: 7 },
    (_, i) => `${new Date(time + i * 1000).toISOString()} gate sshd[1]: Failed password for root from 198.51.100.9 port 1 ssh2`,
  )
  const query = `stream=import:old&fingerprint=${sha}&offset=700&hash=${sha}&ddsource=sshd`
  const answer = await standard.post(`/api/local/imports/lines?${query}`, lines.join('\n'), text)
  expect(answer.at('data.attributes')).toEqual({ count: 7, duplicate: false })
  const again = await standard.post(`/api/local/imports/lines?${query}`, lines.join('\n'), text)
  expect(again.at('data.attributes')).toEqual({ count: 0, duplicate: true })
  await core.caughtUp()
  const found = await signals('@network.client.ip:198.51.100.9')
  expect(found.each('data', 'attributes.custom.first_seen')).toEqual([time])
  expect(found.at('data.0.attributes.timestamp')).toBe(new Date(clock.now).toISOString())
})

test('imports and live logs that arrive at once are all judged, each in its own stream', async () => {
  const sha = (i: number) => String(i).padStart(64, '0')
  const arrivals = Array.from({ length: 12 }, (_, i) => {
    const lines = guesses(noon + 30_000, `203.0.113.${i}`, 6)
    return i % 2 === 0
      ? intake.post('/api/v2/logs', lines, text)
      : standard.post(`/api/local/imports/lines?stream=import:${i}&fingerprint=${sha(i)}&offset=1&hash=${sha(i)}`, lines, text)
  })
  expect((await Promise.all(arrivals)).map(({ status }) => status)).toEqual(Array(12).fill(202))
  await core.caughtUp()
  const found = await standard.get('/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:203.0.113.*&page[limit]=50')
  expect(found.each('data', 'attributes.custom.network.client.ip').sort()).toEqual(
    Array.from({ length: 12 }, (_, i) => `203.0.113.${i}`).sort(),
  )
})

test.each([
  ['not JSON', '[{"message":"a"},', 'application/json', 400],
  ['a number', '17', 'application/json', 422],
  ['one bad item of two', '[{"message":"kept?"},17]', 'application/json', 422],
  ['1,001 logs', JSON.stringify(Array(1001).fill({ message: 'a' })), 'application/json', 413],
  ['XML', '<log/>', 'application/xml', 415],
])('%s → refused as a whole', async (_, body, type, status) => {
  const before = (await core.statistics()).logs
  const answer = await intake.post('/api/v2/logs', body, { 'content-type': type })
  expect(answer.status).toBe(status)
  expect((await core.statistics()).logs).toBe(before)
})

test('malformed JSON → the position', async () => {
  const answer = await intake.post('/api/v2/logs', '[{"message":"a"},\n{"message":]')
  expect(answer.text).toMatch(/character 29/)
})

test('the same Idempotency-Key → stored once; with other logs → 422 and nothing stored', async () => {
  const key = { ...text, 'idempotency-key': 'batch-1' }
  const before = (await core.statistics()).logs
  for (let i = 0; i < 3; i++) expect((await intake.post('/api/v2/logs', failed(noon, '192.0.2.1'), key)).status).toBe(202)
  expect((await core.statistics()).logs).toBe(before + 1)
  const other = await intake.post('/api/v2/logs', failed(noon, '192.0.2.2'), key)
  expect([other.status, other.text]).toEqual([422, expect.stringContaining('Idempotency-Key')])
  expect((await core.statistics()).logs).toBe(before + 1)
})

test('two equal lines → two logs', async () => {
  const line = failed(noon, '192.0.2.3')
  await intake.post('/api/v2/logs', `${line}\n${line}`, text)
  const logs = await standard.get('/api/v2/logs/events?filter[query]=@network.client.ip:192.0.2.3')
  expect(logs.each('data', 'attributes.message')).toHaveLength(2)
})

test('a rule changes → only logs that come later are judged by it', async () => {
  const created = await standard.post('/api/v2/security_monitoring/rules', {
    ...bruteForce,
    name: 'Two',
    message: 'two',
    cases: [{ status: 'low', condition: 'failures > 1' }],
    queries: [{ ...bruteForce.queries[0], query: '@usr.name:carol' }],
  })
  const ask = () => signals('@workflow.rule.name:Two').then(found => found.each('data', 'attributes.custom.network.client.ip'))
  await intake.post('/api/v2/logs', [failed(noon, '192.0.2.10', 'dave'), failed(noon, '192.0.2.10', 'dave')].join('\n'), text)
  const rule = `/api/v2/security_monitoring/rules/${String(created.at('id'))}`
  const changed = await standard.put(rule, { queries: [{ ...bruteForce.queries[0], query: '@usr.name:dave' }] })
  expect([changed.status, changed.at('version')]).toEqual([200, 2])
  await core.caughtUp()
  expect(await ask()).toEqual([])
  await intake.post('/api/v2/logs', [failed(noon, '192.0.2.11', 'dave'), failed(noon, '192.0.2.11', 'dave')].join('\n'), text)
  await core.caughtUp()
  expect(await ask()).toEqual(['192.0.2.11'])
  await standard.put(rule, { isEnabled: false })
  await intake.post('/api/v2/logs', [failed(noon, '192.0.2.12', 'dave'), failed(noon, '192.0.2.12', 'dave')].join('\n'), text)
  await core.caughtUp()
  expect(await ask()).toEqual(['192.0.2.11'])
  expect((await standard.delete(rule)).status).toBe(204)
  expect((await standard.get(rule)).status).toBe(404)
  const trail = await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${String(created.at('id'))}&sort=timestamp`)
  expect(trail.each('data', 'attributes.attributes.action')).toEqual(['created', 'modified', 'modified', 'deleted'])
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
