import { createServer, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { printAddress, readAddress } from '../../shared/ip.ts'
import { noon, startDaemon } from '../daemon.ts'

// The rows of the feature table on addresses in logs and on threat intelligence, each through the whole daemon.
const daemon = await startDaemon()
const { admin, standard, intake, core, clock } = daemon
const hour = 3_600_000

const requests: IncomingMessage[] = []
let list = '203.0.113.50\n'
const source = createServer((request, response) => {
  requests.push(request)
  response.end(list)
})
await new Promise<void>(done => source.listen(0, '127.0.0.1', done))
afterAll(() => source.close())
const origin = `http://127.0.0.1:${(source.address() as { port: number }).port}`
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: ['127.0.0.1'] } } } })

async function feed(attributes: Record<string, unknown>, content?: string): Promise<string> {
  const made = await admin.post('/api/local/feeds', {
    data: { attributes: { format: 'netset', category: 'attack', intention: 'malicious', ...attributes } },
  })
  expect([made.status, made.text]).toEqual([201, expect.stringContaining('"id"')])
  const id = String(made.at('data.id'))
  if (content !== undefined)
    expect((await admin.put(`/api/local/feeds/${id}/content`, content, { 'content-type': 'text/plain' })).status).toBe(200)
  return id
}
const send = async (...logs: object[]) => {
  const sent = logs.map((log, i) => ({ timestamp: clock.now + i, message: 'something', ...log }))
  expect((await intake.post('/api/v2/logs', sent)).status).toBe(202)
  await core.caughtUp()
}
const search = (track: string, query: string, more: object = {}) =>
  standard.post('/api/local/explorer', { track, query, from: 0, to: clock.now + hour, limit: 100, sort: 'timestamp', ...more })
const messages = async (query: string) => (await search('logs', query)).each('data', 'attributes.message')

test('S0-36, S0-37: @network.ip.list finds an address anywhere in a log: message, tag, host, attribute, error; IPv6 however it is written', async () => {
  await send(
    { message: 'at 192.0.2.1:22 in the text', ddsource: 's036' },
    { message: 'in a tag', ddtags: 'peer:192.0.2.1', ddsource: 's036' },
    { message: 'deep inside', a: { b: [{ c: 'via 192.0.2.1!' }] }, ddsource: 's036' },
    { message: 'in an error', error: { stack: 'connect ECONNREFUSED 192.0.2.1' }, ddsource: 's036' },
    { message: 'mapped', peer: '::ffff:192.0.2.1', ddsource: 's036' },
    { message: 'long', peer: '2001:0DB8:0000:0000:0000:0000:0000:0001', ddsource: 's036' },
    { message: 'twice 192.0.2.9 and 192.0.2.9', ddsource: 's036' },
  )
  expect(await messages('source:s036 @network.ip.list:192.0.2.1')).toEqual([
    'at 192.0.2.1:22 in the text',
    'in a tag',
    'deep inside',
    'in an error',
    'mapped',
  ])
  expect(await messages('source:s036 @network.ip.list:"2001:db8::1"')).toEqual(['long'])
  expect(await messages('source:s036 CIDR(@network.ip.list, 192.0.2.0/30, 2001:db8::/32)')).toHaveLength(6)
  const [twice] = (await search('logs', 'source:s036 @network.ip.list:192.0.2.9')).each('data', 'attributes.attributes.network.ip.list')
  expect(twice).toEqual(['192.0.2.9'])
})

test('S0-37: whatever addresses a log names, and wherever, @network.ip.list finds it by each of them', async () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter(text => /\d/.test(text) && text.length > 3)
  const places = [
    (ip: string) => ({ message: `from ${ip} on` }),
    (ip: string) => ({ peer: ip }),
    (ip: string) => ({ a: { list: ['x', { deep: `<${ip}>` }] } }),
    (ip: string) => ({ error: { message: `no route to ${ip}` } }),
  ]
  let at = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(address, fc.nat(places.length - 1)), { minLength: 1, maxLength: 20 }), async all => {
      const run = `run${at++}`
      await send(...all.map(([ip, place]) => ({ ddsource: run, ...places[place]!(ip) })))
      for (const [ip] of all) {
        const wanted = printAddress(readAddress(ip)!)
        const found = await search('logs', `source:${run} @network.ip.list:"${wanted}"`)
        const same = all.filter(([other]) => printAddress(readAddress(other)!) === wanted).length
        expect([ip, found.at('meta.total')]).toEqual([ip, same])
      }
    }),
    { numRuns: 15 },
  )
}, 60_000)

test('S0-29, S0-30: a feed is a record with source, licence, entries and when it was fetched; asked for again within a day, told nothing', async () => {
  const id = await feed({ name: 'Open list', url: `${origin}/list`, licence: 'CC0', refresh: {} })
  await send({ message: 'secret-of-ours from 203.0.113.50', usr: { name: 'secret-of-ours' } })
  expect(await daemon.daemon.updates.run()).toBe(1)
  const shown = async () => (await admin.get('/api/local/feeds')).each('data', 'attributes')[0]
  expect(await shown()).toMatchObject({
    ...{ name: 'Open list', url: `${origin}/list`, licence: 'CC0', entries: 1, updated_at: clock.now },
    refresh: { every_hours: expect.any(Number), checked_at: clock.now },
  })
  list += '203.0.113.51\n'
  clock.now += 24 * hour
  expect(await daemon.daemon.updates.run()).toBe(1)
  expect(await shown()).toMatchObject({ entries: 2, refresh: { checked_at: clock.now } })
  expect(requests).toHaveLength(2)
  for (const { method, url, headers } of requests) {
    expect([method, url, headers['content-length']]).toEqual(['GET', '/list', undefined])
    expect(JSON.stringify(headers)).not.toContain('secret-of-ours')
  }
  await admin.patch(`/api/local/feeds/${id}`, { data: { attributes: { enabled: false } } })
  clock.now += 48 * hour
  expect(await daemon.daemon.updates.run()).toBe(0)
})

test('S0-31, S0-32: threat_intel stands in a log as it comes in, and in those stored once a feed has changed; nothing of private addresses', async () => {
  await send({ message: 'before 203.0.113.60', ddsource: 's031' })
  const own = { name: 'By rows', format: 'csv', category: 'attack', intention: 'suspicious' }
  await feed(own, 'ip_address,category,intention,note\n203.0.113.60,C2,malicious,seen by us\n10.1.2.3,malware,malicious,inside\n')
  await daemon.daemon.hunting.idle()
  await send({ message: 'after 203.0.113.60', ddsource: 's031' }, { message: 'private 10.1.2.3', ddsource: 's031' })
  expect(await messages('source:s031 @threat_intel.indicators_matched:*')).toEqual(['before 203.0.113.60', 'after 203.0.113.60'])
  const [, after] = (await search('logs', 'source:s031 @threat_intel.indicators_matched:*')).each(
    'data',
    'attributes.attributes.threat_intel',
  )
  expect(after).toEqual({
    indicators_matched: ['203.0.113.60'],
    results: [
      {
        ...{ indicator: '203.0.113.60', type: 'IP', category: 'C2', intention: 'malicious' },
        ...{ source: { name: 'By rows' }, additional_data: { note: 'seen by us' } },
      },
    ],
  })
})

test('S0-32: a signal has what feeds said of its logs', async () => {
  const rule = await standard.post('/api/v2/security_monitoring/rules', {
    ...{
      name: 'Any contact',
      message: 'x',
      queries: [{ query: 'source:s032', groupByFields: ['@network.client.ip'] }],
      cases: [{ status: 'low' }],
    },
    options: { detectionMethod: 'threshold', evaluationWindow: 0, keepAlive: 300, maxSignalDuration: 600 },
  })
  expect(rule.status).toBe(200)
  await send(
    { message: 'bad', ddsource: 's032', network: { client: { ip: '203.0.113.60' } } },
    { message: 'not', ddsource: 's032', network: { client: { ip: '203.0.113.61' } } },
  )
  const found = await search('signals', '@threat_intel.indicators_matched:*')
  expect(found.each('data', 'attributes.custom.network.client.ip')).toEqual(['203.0.113.60'])
})

const disguises = ['anonymizer', 'tor', 'vpn', 'corp_vpn', 'residential_proxy', 'hosting_proxy', 'botnet_proxy']
test.each(disguises)('S0-33: the category %s is kept as it is, and means one who hides', async category => {
  const ip = `203.0.113.${70 + disguises.indexOf(category)}`
  await feed({ name: `Of ${category}`, category, intention: 'suspicious' }, ip)
  await send({ message: `of ${category}: ${ip}`, ddsource: 's033' })
  expect(await messages(`source:s033 @threat_intel.results.category:${category}`)).toEqual([`of ${category}: ${ip}`])
  const known = await standard.get(`/api/local/ip/${ip}`)
  expect(known.each('data.attributes.matches', 'category')).toContain(category)
  expect(known.at('data.attributes.verdict')).toBe('anonymizer')
})
test('S0-33: scanner is no disguise', async () => {
  await feed({ name: 'Scanners', category: 'scanner', intention: 'suspicious' }, '203.0.113.100')
  expect((await standard.get('/api/local/ip/203.0.113.100')).at('data.attributes.verdict')).toBe('suspicious')
})

test('S0-34: each intention is searched for and counted; the worst of an address comes first', async () => {
  for (const intention of ['benign', 'unknown', 'suspicious', 'malicious'])
    await feed({ name: `Is ${intention}`, intention }, '203.0.113.110')
  await send({ message: 'from 203.0.113.110', ddsource: 's034' })
  for (const intention of ['benign', 'unknown', 'suspicious', 'malicious'])
    expect(await messages(`source:s034 @threat_intel.results.intention:${intention}`)).toEqual(['from 203.0.113.110'])
  const facet = '@threat_intel.results.intention'
  const counted = await search('logs', 'source:s034', { facets: [facet] })
  const counts = (counted.at('meta.facets') as Record<string, { value: string; count: number }[]>)[facet]!
  expect(counts.map(({ value, count }) => `${value} ${count}`).sort()).toEqual(['benign 1', 'malicious 1', 'suspicious 1', 'unknown 1'])
  const known = await standard.get('/api/local/ip/203.0.113.110')
  expect(known.each('data.attributes.matches', 'intention')).toEqual(['malicious', 'suspicious', 'unknown', 'benign'])
})

test('S0-35: a subcategory is there only where the source gives one, with the name of the source', async () => {
  await feed({ name: 'IPinfo', format: 'csv' }, 'ip_address,category,subcategory\n203.0.113.120,anonymizer,tor\n')
  await feed({ name: 'Plain', category: 'anonymizer' }, '203.0.113.121')
  await send({ message: 'from 203.0.113.120', ddsource: 's035' }, { message: 'from 203.0.113.121', ddsource: 's035' })
  expect(await messages('source:s035 @threat_intel.results.subcategory:tor')).toEqual(['from 203.0.113.120'])
  const results = (await search('logs', 'source:s035')).each('data', 'attributes.attributes.threat_intel.results.0')
  expect(results).toEqual([
    expect.objectContaining({ subcategory: 'tor', source: { name: 'IPinfo' } }),
    expect.not.objectContaining({ subcategory: expect.anything() }),
  ])
})

test('nothing went wrong that the daemon did not expect', () => {
  expect(clock.now).toBeGreaterThan(noon)
  expect(daemon.reported).toEqual([])
})
