import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// One look-up for values of every kind, and one for many of them at once.
const daemon = await startDaemon()
const { admin, standard, intake, core } = daemon
const md5 = '44d88612fea8a8f36de82e1278abb02f'
const listed = ['203.0.113.0/24', 'evil.example', 'https://bad.example/a?b=1', 'eve@bad.example', md5, 'CVE-2021-44228']
await admin.post('/api/local/feeds', {
  data: { type: 'feed', attributes: { name: 'List', format: 'list', category: 'malware', intention: 'malicious' } },
})
await admin.put('/api/local/feeds/list/content', listed.join('\n'), { 'content-type': 'text/plain' })
const message = `GET https://bad.example/a?b=1 as eve@bad.example from 203.0.113.9 to www.evil.example with ${md5} for CVE-2021-44228`
await intake.post('/api/v2/logs', [{ message, service: 'proxy' }])
await core.caughtUp()
await standard.post('/api/local/signals', {
  data: { type: 'signal', attributes: { title: 'eve@bad.example again', message: `${message} and "quoted"`, severity: 'high' } },
})

const of = (value: string, who = standard) => who.get(`/api/local/indicator?value=${encodeURIComponent(value)}`)
test.each([
  ['203[.]0[.]113[.]9', 'ip', '203.0.113.9'],
  ['203.0.113.0/24', 'ip', '203.0.113.0/24'],
  ['203.0.113.9/28', 'ip', '203.0.113.0/28'],
  ['www[.]evil[.]example', 'domain', 'www.evil.example'],
  ['hxxps://bad[.]example/a?b=1', 'url', 'https://bad.example/a?b=1'],
  ['Eve[at]bad.example', 'email', 'eve@bad.example'],
  [md5.toUpperCase(), 'md5', md5],
  ['cve-2021-44228', 'cve', 'CVE-2021-44228'],
])('%s is the %s %s: in a feed, in a log', async (written, type, value) => {
  const { json } = await of(written)
  expect(json).toMatchObject({ data: { id: value, attributes: { type, verdict: 'malicious', logs: { count: 1 } } } })
})
test('a signal that names it', async () => {
  expect((await of('eve@bad.example')).at('data.attributes.signals')).toMatchObject({ open: 1, total: 1, latest: [{ type: 'signal' }] })
  expect((await of('bob@bad.example')).at('data.attributes')).toMatchObject({ verdict: null, signals: { total: 0 }, logs: { count: 0 } })
})
test('203.0.113.1-203.0.113.9: a range is no query', async () => {
  const { json } = await of('203.0.113.1-203.0.113.9')
  expect(json).toMatchObject({ data: { attributes: { type: 'ip', verdict: 'malicious' } } })
  expect(JSON.stringify(json)).not.toContain('"logs"')
})
test.each(['main.rs:1', 'a b', '"', '999.1.1.1'])('%s: 400', async value => expect((await of(value)).status).toBe(400))

const many = (values: string[], who = standard) =>
  who.post('/api/local/observables', { data: { type: 'observables', attributes: { values } } })
test('many at once: each once, worst kind, and what is none', async () => {
  const answer = await many(['203.0.113.9', '203[.]0[.]113[.]9', '10.1.2.3', 'EVIL.example', 'good.example', 'CVE-2021-44228', 'no value'])
  expect(answer.at('data.attributes.unread')).toEqual(['no value'])
  expect(answer.at('data.attributes.rows')).toMatchObject([
    {
      value: '203.0.113.9',
      kind: expect.stringMatching(/match|signal/),
      sources: ['List'],
      categories: ['malware'],
      scope: 'documentation',
    },
    { value: '10.1.2.3', kind: 'unknown', verdict: null, scope: 'private' },
    { value: 'evil.example', type: 'domain', kind: 'match' },
    { value: 'good.example', type: 'domain', kind: 'unknown' },
    { value: 'CVE-2021-44228', type: 'cve', kind: 'signal' },
  ])
})
test('too many at once: 400', async () => expect((await many(Array.from({ length: 1001 }, () => '1.2.3.4'))).status).toBe(400))

async function block(value: string) {
  const made = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '1h', reason: 'scans' } } })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
}
// What a value lies on is told apart from the value itself.
const onHost = (value: string, who = standard) => of(value, who).then(answer => answer.at('data.attributes'))
test.each([
  ['https://www.evil.example/x', 'www.evil.example', 'evil.example', true],
  ['http://203.0.113.77:8080/x', '203.0.113.77', '203.0.113.0/24', false],
  ['who@evil.example', 'evil.example', 'evil.example', false],
])('%s is in no feed; its host %s is, by %s; in a signal: %s', async (value, host, indicator, open) => {
  expect(await onHost(value)).toMatchObject({
    ...{ verdict: null, matches: [] },
    host: { value: host, verdict: 'malicious', matches: [{ indicator, source: { name: 'List' } }], known_good: [], open_signal: open },
  })
})
test('a URL that is listed, whose host is not: each says its own', async () => {
  const facts = await onHost('https://bad.example/a?b=1')
  expect(facts).toMatchObject({ verdict: 'malicious', host: { value: 'bad.example', verdict: null, matches: [], open_signal: true } })
})
test('a host on the denylist: for those who may read it', async () => {
  const value = '93.184.20.7'
  await block('93.184.20.0/28')
  expect(await onHost(`https://${value}/x`)).toMatchObject({ host: { value, denylist: { value: '93.184.20.0/28', reason: 'scans' } } })
  const [row] = (await many([`https://${value}/x`])).at('data.attributes.rows') as object[]
  expect(row).toMatchObject({ kind: 'unknown', verdict: null, host: { value, kind: 'blocked', verdict: null } })
})
test('what has no host says nothing of one', async () => {
  for (const value of ['evil.example', '203.0.113.9', md5]) expect(await onHost(value), value).not.toHaveProperty('host')
})
test('many at once: the kind of a URL is never that of its host', async () => {
  const { rows } = (
    await many(['https://evil.example/x', 'https://bad.example/a?b=1', 'https://good.example/', 'http://203.0.113.8/', 'x@evil.example'])
  ).at('data.attributes') as { rows: Record<string, unknown>[] }
  expect(rows.map(({ kind, verdict, host }) => ({ kind, verdict, host }))).toMatchObject([
    {
      ...{ kind: 'unknown', verdict: null },
      host: { value: 'evil.example', type: 'domain', kind: 'match', verdict: 'malicious', sources: ['List'], indicators: ['evil.example'] },
    },
    { kind: 'signal', verdict: 'malicious', host: { value: 'bad.example', kind: 'signal', verdict: null } },
    { kind: 'unknown', verdict: null, host: undefined },
    { kind: 'unknown', verdict: null, host: { value: '203.0.113.8', kind: 'match', indicators: ['203.0.113.0/24'] } },
    { kind: 'unknown', verdict: null, host: { value: 'evil.example', kind: 'match' } },
  ])
})

const mark = async (values: string[], who = standard) =>
  (await who.post('/api/local/marks', { data: { type: 'marks', attributes: { values } } })).at('data.attributes') as {
    kinds: Record<string, string>
    names: string[]
  }
const raise = (title: string, message: string) =>
  standard.post('/api/local/signals', { data: { type: 'signal', attributes: { title, message, severity: 'high' } } })
test('marks: what feeds and open signals name, of every kind, as it was written; the rest is left out', async () => {
  const { kinds, names } = await mark([
    ...listed.slice(1),
    'www.evil.example',
    'WWW[.]Evil.example',
    'evil.example.org',
    'main.rs',
    'no value',
  ])
  expect(kinds).toEqual({
    ...{ 'https://bad.example/a?b=1': 'signal', 'eve@bad.example': 'signal', [md5]: 'signal', 'CVE-2021-44228': 'signal' },
    ...{ 'evil.example': 'match', 'www.evil.example': 'signal', 'WWW[.]Evil.example': 'signal' },
  })
  expect(names.sort()).toEqual(['cve', 'domain', 'email', 'md5', 'url'])
})
test('marks: a signal names what is new, until it is archived, and again once it is reopened', async () => {
  const about = async () => (await mark(['fresh.example'])).kinds
  expect(await about()).toEqual({})
  const id = (await raise('Beacon', 'to fresh.example')).at('data.id')
  expect(await about()).toEqual({ 'fresh.example': 'signal' })
  const move = (attributes: object) => standard.patch(`/api/v2/security_monitoring/signals/${id}/state`, { data: { attributes } })
  await move({ state: 'archived', archive_reason: 'none' })
  expect(await about()).toEqual({})
  await move({ state: 'open' })
  expect(await about()).toEqual({ 'fresh.example': 'signal' })
})
test('marks: a rule’s signal names what its logs name as a value, not what stands in a user agent', async () => {
  const bot = {
    service: 'dns',
    message: 'q',
    attributes: { dns: { question: { name: 'c2.example' } }, http: { useragent: 'Bot (+https://bot.example)' } },
  }
  const made = await admin.post('/api/v2/security_monitoring/rules', {
    ...{
      name: 'DNS',
      message: 'see https://docs.example',
      isEnabled: true,
      tags: [],
      options: { detectionMethod: 'threshold', evaluationWindow: 0 },
    },
    ...{ queries: [{ name: 'a', query: 'service:dns' }], cases: [{ name: '', status: 'high', condition: 'a > 0' }], type: 'log_detection' },
  })
  expect(made.status).toBe(200)
  await intake.post('/api/v2/logs', [{ ...bot, ...bot.attributes }])
  await core.caughtUp()
  await expect.poll(async () => (await mark(['c2.example', 'bot.example', 'docs.example'])).kinds).toEqual({ 'c2.example': 'signal' })
})
test.each([
  ['1,001 values', Array.from({ length: 1001 }, () => 'a.example')],
  ['2,049 characters', ['a'.repeat(2049)]],
  ['a number', [7]],
])('marks: %s: 400', async (_, values) => {
  const { status } = await standard.post('/api/local/marks', { data: { type: 'marks', attributes: { values } } })
  expect(status).toBe(400)
})

// A block or a range: what holds all of it, and what holds some of it.
const range = '93.184.30.0/24'
const partly = async (value: string, who = standard) => (await of(value, who)).at('data.attributes') as Record<string, unknown>
test('a range: a feed’s addresses, a block and a signal in it are inside, and say nothing of all of it', async () => {
  await admin.post('/api/local/feeds', {
    data: { type: 'feed', attributes: { name: 'Scans', format: 'netset', category: 'scanner', intention: 'suspicious' } },
  })
  // the last begins inside and ends behind it; neighbours of the range are none of it
  const entries = ['93.184.30.7', '93.184.30.7', '93.184.30.128/30', '93.184.30.250-93.184.31.9', '93.184.29.255', '93.184.31.128']
  const filled = await admin.put('/api/local/feeds/scans/content', entries.join('\n'), { 'content-type': 'text/plain' })
  expect(filled.status, JSON.stringify(filled.json)).toBe(200)
  await block('93.184.30.9')
  // for the rule above
  await intake.post('/api/v2/logs', [{ service: 'dns', message: 'q from 93.184.30.11 and 93.184.3.11' }])
  await core.caughtUp()
  await expect
    .poll(() => partly(range))
    .toMatchObject({
      ...{ verdict: null, matches: [], known_good: [] },
      inside: {
        ...{ count: 5, more: false },
        first: [
          { value: '93.184.30.9', kind: 'blocked', verdict: null },
          { value: '93.184.30.11', kind: 'signal', verdict: null },
          { value: '93.184.30.7', kind: 'match', verdict: 'suspicious' },
          { value: '93.184.30.128/30', kind: 'match', verdict: 'suspicious' },
          { value: '93.184.30.250-93.184.31.9', kind: 'match', verdict: 'suspicious' },
        ],
      },
    })
  expect(await partly('93.184.30.8-93.184.30.11')).toMatchObject({ inside: { count: 2 } })
  expect(await partly('93.184.30.128/31')).toMatchObject({ verdict: 'suspicious', inside: { count: 0, more: false, first: [] } })
  expect(await partly('93.184.30.7')).not.toHaveProperty('inside')
  expect((await mark([range, '93.184.30.8-93.184.30.11', '93.184.30.129/32'])).kinds).toEqual({ '93.184.30.129/32': 'match' })
  const [row] = (await many([range])).at('data.attributes.rows') as object[]
  expect(row).toMatchObject({ kind: 'unknown', verdict: null, sources: [], inside: { count: 5 } })
})
test('a range of which an entry holds all: match, blocked, trusted; what holds only its start does not count', async () => {
  const kinds = async (...values: string[]) => (await mark(values)).kinds
  expect(await kinds('203.0.113.0/25', '203[.]0[.]113[.]5-203[.]0[.]113[.]9', '203.0.112.0/23', '203.0.113.200-203.0.114.3')).toEqual({
    '203.0.113.0/25': 'match',
    '203[.]0[.]113[.]5-203[.]0[.]113[.]9': 'match',
  })
  await block('93.184.20.0/26')
  expect(await kinds('93.184.20.0/27', '93.184.20.1-93.184.20.63', '93.184.20.1-93.184.20.64')).toEqual({
    ...{ '93.184.20.0/27': 'blocked', '93.184.20.1-93.184.20.63': 'blocked' },
  })
  expect(await partly('93.184.20.1-93.184.20.63')).toMatchObject({ denylist: { value: '93.184.20.0/26' } })
  const passed = await admin.post('/api/v2/remote_config/products/asm/waf/exclusion_filters', {
    data: {
      type: 'exclusion_filter',
      attributes: { description: 'Office', enabled: true, ip_list: ['93.184.40.0/24'], on_match: 'monitor' },
    },
  })
  expect(passed.status, JSON.stringify(passed.json)).toBe(200)
  expect(await kinds('93.184.40.0/25', '93.184.40.0/23')).toEqual({ '93.184.40.0/25': 'trusted' })
  expect(await partly('93.184.40.0/25')).toMatchObject({ passlist: { description: 'Office', trusted: true } })
})
test('a range that a list knows only in part to be good is not called good, nor is what is said of all of it taken back', async () => {
  await admin.post('/api/local/feeds', {
    data: { type: 'feed', attributes: { name: 'Good', format: 'netset', category: 'good', intention: 'benign', known_good: true } },
  })
  await admin.put('/api/local/feeds/good/content', '203.0.113.0\n93.184.30.7', { 'content-type': 'text/plain' })
  expect(await partly('203.0.113.0/24')).toMatchObject({ verdict: 'malicious', known_good: [] })
  // the address in it that is known to be good is no longer counted
  expect(await partly(range)).toMatchObject({ inside: { count: 4 } })
})
