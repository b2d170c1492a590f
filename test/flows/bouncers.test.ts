import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// CrowdSec's protocol as its bouncers speak it, and the proof that a block landed
const daemon = await startDaemon()
const { admin, intake, core, nobody, clock } = daemon
const day = 24 * 3_600_000

let next = 1
const address = () => `93.184.${Math.floor(next / 250)}.${(next++ % 250) + 1}`
const block = async (value: string, duration = '4h') => {
  const made = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration, confirm: value } } })
  expect(made.status).toBe(201)
  return String(made.at('data.id'))
}
const lift = (id: string) => admin.delete(`/api/local/denylist/${id}`)
const proof = async (id: string) =>
  (await admin.get(`/api/local/denylist/${id}/proof`)).at('data') as { bouncer: { name: string }; state: string; hint?: string }[]
const stateAt = async (id: string, name: string) => (await proof(id)).find(({ bouncer }) => bouncer.name === name)?.state

interface Decision {
  id: number
  scope: string
  value: string
  duration: string
}
let made = 0
async function letIn(ranges = 'native', agent = 'crowdsec-firewall-bouncer/v0.0.34') {
  const name = `bouncer-${++made}`
  const answer = await admin.post('/api/local/bouncers', { data: { attributes: { name, ranges } } })
  const headers = { 'x-api-key': String(answer.at('data.attributes.key')), 'user-agent': agent }
  const get = (path: string) => nobody.get(path, headers)
  return {
    name,
    id: String(answer.at('data.id')),
    headers,
    get,
    /** Values of what is new and what is gone. */
    async pull(query = '') {
      const { json } = await get(`/v1/decisions/stream?${query}`)
      const { new: come, deleted } = json as { new: Decision[]; deleted: Decision[] }
      return { come: come.map(({ value }) => value), gone: deleted.map(({ value }) => value), decisions: come }
    },
    metrics: (active: number, dropped = 12, countedAt = clock.now) =>
      nobody.post(
        '/v1/usage-metrics',
        {
          remediation_components: [
            {
              type: 'crowdsec-firewall-bouncer',
              version: 'v0.0.34',
              os: null,
              utc_startup_timestamp: 1732212345,
              metrics: [
                {
                  meta: { window_size_seconds: 900, utc_now_timestamp: countedAt / 1000 },
                  items: [
                    { name: 'dropped', unit: 'packet', value: dropped, labels: { origin: 'signalbox', ip_type: 'ipv4' } },
                    { name: 'dropped', unit: 'packet', value: 7, labels: { origin: 'CAPI' } },
                    { name: 'processed', unit: 'packet', value: 9001, labels: { ip_type: 'ipv4' } },
                    { name: 'active_decisions', unit: 'ip', value: active, labels: { origin: 'signalbox' } },
                  ],
                },
              ],
            },
          ],
          log_processors: null,
        },
        headers,
      ),
  }
}

beforeEach(async () => {
  clock.now += 60_000
  for (const id of (await admin.get('/api/local/denylist?page[size]=100')).each('data', 'id')) await lift(String(id))
})

test('startup, then polls → all, then only what is new; lifted → deleted once', async () => {
  const bouncer = await letIn()
  const [first, second] = [address(), address()]
  const id = await block(first)
  const all = await bouncer.pull('startup=true')
  expect(all.come).toEqual([first])
  expect(all.decisions[0]).toMatchObject({
    scope: 'Ip',
    type: 'ban',
    origin: 'signalbox',
    duration: '4h0m0s',
    scenario: 'signalbox/manual',
  })
  expect(await bouncer.pull()).toMatchObject({ come: [], gone: [] })
  await block(second)
  expect(await bouncer.pull()).toMatchObject({ come: [second], gone: [] })
  await lift(id)
  expect(await bouncer.pull()).toMatchObject({ come: [], gone: [first] })
  expect(await bouncer.pull()).toMatchObject({ come: [], gone: [] })
})

test('the first poll without startup → everything, as when it came with it', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip)
  expect((await bouncer.pull()).come).toEqual([ip])
})

test('an 8-hour and a 4-hour ban, the longer lifted → told to forget it and to hold the shorter one', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip, '4h')
  const longer = await block(ip, '8h')
  expect((await bouncer.pull('startup=true')).decisions.map(({ duration }) => duration)).toEqual(['8h0m0s'])
  clock.now += 1_800_500
  await lift(longer)
  const { gone, decisions } = await bouncer.pull()
  expect([gone, decisions.map(({ value, duration }) => [value, duration])]).toEqual([[ip], [[ip, '3h30m0s']]])
  expect((await bouncer.get(`/v1/decisions?ip=${ip}`)).each('', 'value')).toEqual([])
})

test('a shorter ban beside a longer one, and its end → nothing that a bouncer need hear', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip, '8h')
  await bouncer.pull('startup=true')
  const short = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value: ip, duration: '1h' } } })
  expect(short.at('data.attributes.duration_ms')).toBe(8 * 3_600_000)
  expect(await bouncer.pull()).toMatchObject({ come: [], gone: [] })
})

test('extended → in deleted and in new of the same poll, or the old timeout would stay', async () => {
  const bouncer = await letIn()
  const ip = address()
  const id = await block(ip, '1h')
  await bouncer.pull('startup=true')
  await admin.patch(`/api/local/denylist/${id}`, { data: { attributes: { duration: '12h' } } })
  const { gone, decisions } = await bouncer.pull()
  expect([gone, decisions.map(({ duration }) => duration)]).toEqual([[ip], ['12h0m0s']])
})

test('the time has come between two polls → deleted; a clock that jumps back → not blocked again', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip, '15m')
  await bouncer.pull('startup=true')
  clock.now += 900_000
  expect((await bouncer.pull()).gone).toEqual([ip])
  clock.now -= 600_000
  expect(await bouncer.pull()).toMatchObject({ come: [], gone: [] })
  expect((await bouncer.pull('startup=true')).come).toEqual([])
})

test('a clock that jumps over the end of a block → no decision about the address, told as gone once, one line in the trail', async () => {
  const bouncer = await letIn()
  const ip = address()
  const id = await block(ip, '15m')
  await bouncer.pull('startup=true')
  expect((await bouncer.get(`/v1/decisions?ip=${ip}`)).json).toMatchObject([{ value: ip }])
  clock.now += 3 * day
  expect((await bouncer.get(`/v1/decisions?ip=${ip}`)).text).toBe('null')
  expect([(await bouncer.pull()).gone, (await bouncer.pull()).gone]).toEqual([[ip], []])
  const said = await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&filter[from]=0&sort=timestamp`)
  expect(said.each('data', 'attributes.message')).toEqual([`blocked ip ${ip} for 15 min`, `the time has come for the block of ip ${ip}`])
})

test('two machines with one key → each hears all', async () => {
  const bouncer = await letIn()
  const ip = address()
  const other = () =>
    daemon.app.request(
      'http://127.0.0.1:7420/v1/decisions/stream',
      { headers: { ...bouncer.headers, host: '127.0.0.1:7420' } },
      { incoming: { socket: { remoteAddress: '192.0.2.44' } } },
    )
  await block(ip)
  await bouncer.pull()
  expect(((await (await other()).json()) as { new: Decision[] }).new.map(({ value }) => value)).toEqual([ip])
  expect((await bouncer.pull()).come).toEqual([])
})

test('a bouncer and lists with one key, from one machine → the proof of one is not taken for another’s', async () => {
  const bouncer = await letIn()
  const id = await block(address())
  const states = async () => {
    const found = (await proof(id)).filter(one => one.bouncer.name === bouncer.name) as unknown as { type: string; state: string }[]
    return Object.fromEntries(found.map(({ type, state }) => [type, state]))
  }
  await bouncer.get('/api/local/lists/users')
  expect(await states()).toEqual({})
  await bouncer.pull('startup=true')
  const later = await block(address())
  await bouncer.get('/api/local/lists/plain')
  expect(await states()).toEqual({ 'list/plain': 'delivered', 'crowdsec-firewall-bouncer': 'delivered' })
  const other = { ...bouncer.headers, 'user-agent': 'crowdsec-nginx-bouncer/v1.1' }
  await nobody.get('/v1/decisions/stream', other)
  const found = (await proof(later)).filter(one => one.bouncer.name === bouncer.name) as unknown as { type: string; state: string }[]
  expect(found.map(({ type, state }) => `${type} ${state}`).sort()).toEqual([
    'crowdsec-firewall-bouncer pending',
    'crowdsec-nginx-bouncer delivered',
    'list/plain delivered',
  ])
})

test.each([
  ['origins=CAPI'],
  ['scopes=username'],
  ['scenarios_containing=ssh'],
  ['scenarios_not_containing=manual'],
])('asked with %s, which leaves a block out → never said to be delivered, whatever it reports; asked without it, told and delivered', async query => {
  const bouncer = await letIn()
  const ip = address()
  const id = await block(ip)
  expect((await bouncer.pull(`startup=true&${query}`)).come).toEqual([])
  clock.now += 1000
  await bouncer.metrics(1)
  const found = (await proof(id)).find(one => one.bouncer.name === bouncer.name)
  expect([found?.state, found?.hint]).toEqual(['unsupported', expect.stringContaining('does not ask for such')])
  clock.now += 1000
  expect((await bouncer.pull()).come).toEqual([ip])
  // what it reported before says nothing of it
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  expect((await bouncer.pull()).come).toEqual([])
})

test.each([
  ['startup=true', 'native', 'ip', 'yes'],
  ['startup=true&origins=CAPI', 'native', 'ip', 'no'],
  ['startup=true&origins=CAPI,signalbox', 'native', 'ip', 'yes'],
  ['startup=true&scopes=username', 'native', 'ip', 'no'],
  ['startup=true&scopes=ip', 'native', 'range', 'no'],
  // taken apart, a range is addresses
  ['startup=true&scopes=ip', 'single', 'range', 'yes'],
  ['startup=true&scopes=range', 'single', 'range', 'no'],
  ['startup=true&scenarios_containing=ssh', 'native', 'ip', 'uncertain'],
  ['startup=true&scenarios_not_containing=manual', 'native', 'ip', 'uncertain'],
  ['startup=true', 'native', 'user', 'no'],
])('a preview for one that asks with %s, ranges %s: an %s → %s, with the reason; its counts are those of the search', async (query, ranges, what, holds) => {
  const bouncer = await letIn(ranges)
  await bouncer.pull(query)
  const [net, user] = [`93.186.${made}`, `mallory-${made}`]
  const [kind, value, logs] = { ip: ['ip', `${net}.7`, 2], range: ['ip', `${net}.0/24`, 3], user: ['user', user, 4] }[what]!
  const by = (ip: string) => ({
    message: 'x',
    service: 'shop',
    timestamp: clock.now - 1000,
    usr: { name: user },
    network: { client: { ip } },
  })
  const sent = await intake.post('/api/v2/logs', [`${net}.7`, `${net}.7`, `${net}.8`, '93.187.1.1'].map(by))
  expect(sent.status).toBe(202)
  await core.caughtUp()
  const preview = await admin.post('/api/local/denylist/preview', { kind, value })
  const found = (preview.at('enforcers') as { bouncer: { name: string }; holds: string; hint?: string }[]).find(
    one => one.bouncer.name === bouncer.name,
  )
  expect([found?.holds, typeof found?.hint]).toEqual([holds, holds === 'yes' ? 'undefined' : 'string'])
  const facets = {
    services: 'service',
    users: '@usr.name',
    countries: '@network.client.geoip.country.name',
    addresses: '@network.client.ip',
  }
  const { query: asked, from, to } = preview.json as Record<string, unknown>
  const search = await admin.post('/api/local/explorer', { track: 'logs', query: asked, from, to, limit: 0, facets: Object.values(facets) })
  const counted = search.at('meta.facets') as Record<string, unknown>
  expect(preview.json).toMatchObject({
    logs: search.at('meta.total'),
    ...Object.fromEntries(Object.entries(facets).map(([name, path]) => [name, counted[path]])),
  })
  expect([preview.at('logs'), preview.at('users')]).toEqual([logs, [{ value: user, count: logs }]])
})

test('asked for our origin alone → delivered, and applied once it reports as much', async () => {
  const bouncer = await letIn()
  const id = await block(address())
  await bouncer.pull('startup=true&origins=signalbox,CAPI&scopes=ip')
  await block('93.195.1.0/24')
  await bouncer.pull('origins=signalbox,CAPI&scopes=ip')
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  clock.now += 1000
  await bouncer.metrics(1)
  expect(await stateAt(id, bouncer.name)).toBe('applied')
})

test('a bouncer that asks about each address → seen; delivered is what it was answered with, and no other block', async () => {
  const bouncer = await letIn()
  const [ip, other] = [address(), address()]
  const [id, unasked] = [await block(ip), await block(other)]
  expect((await bouncer.get('/v1/decisions?ip=93.199.1.1')).text).toBe('null')
  const seen = (await proof(id)).find(one => one.bouncer.name === bouncer.name)
  expect(seen).toMatchObject({ state: 'pending', last_pull: clock.now, stale: false, hint: expect.stringContaining('as it comes') })
  await bouncer.get(`/v1/decisions?ip=${ip}`)
  expect([await stateAt(id, bouncer.name), await stateAt(unasked, bouncer.name)]).toEqual(['delivered', 'pending'])
  expect((await bouncer.pull()).come.sort()).toEqual([ip, other].sort())
  expect(await stateAt(unasked, bouncer.name)).toBe('delivered')
})

test('asked about one address after the other → delivered of each; stopped at once, none of that is lost', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-'))
  const first = await startDaemon({ dir })
  const attributes = { name: 'each', ranges: 'native' }
  const key = String((await first.admin.post('/api/local/bouncers', { data: { attributes } })).at('data.attributes.key'))
  const ids: string[] = []
  for (const value of Array.from({ length: 20 }, address)) {
    const blocked = await first.admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration: '4h' } } })
    ids.push(String(blocked.at('data.id')))
    await first.nobody.get(`/v1/decisions?ip=${value}`, { 'x-api-key': key })
  }
  await first.stop()
  const copy = `${dir}-copy`
  cpSync(dir, copy, { recursive: true })
  const second = await startDaemon({ dir: copy, now: first.clock.now })
  for (const id of ids) expect((await second.admin.get(`/api/local/denylist/${id}/proof`)).at('data.0.state')).toBe('delivered')
  await second.stop()
  for (const one of [dir, copy]) rmSync(one, { recursive: true })
})

test('HEAD → 200 without a body, and the next pull has not missed anything; a wrong key → 403 in their words', async () => {
  const bouncer = await letIn()
  const ip = address()
  await bouncer.pull('startup=true')
  await block(ip)
  const head = await nobody.request('HEAD', '/v1/decisions/stream', undefined, bouncer.headers)
  expect([head.status, head.text]).toEqual([200, ''])
  expect((await bouncer.pull()).come).toEqual([ip])
  const wrong = await nobody.get('/v1/decisions/stream', { 'x-api-key': 'guess' })
  expect([wrong.status, wrong.json]).toEqual([403, { message: 'access forbidden' }])
  expect([(await bouncer.get('/v1/alerts')).status, (await bouncer.get('/v1/alerts')).text]).toEqual([404, ''])
  expect((await nobody.delete('/v1/decisions', undefined, bouncer.headers)).status).toBe(405)
})

test.each([
  ['ip=93.200.1.7', ['93.200.1.0/24', '93.200.1.7']],
  ['ip=93.200.2.7', null],
  ['range=93.200.1.0/25', ['93.200.1.0/24']],
  ['range=93.200.0.0/16&contains=false', ['93.200.1.0/24', '93.200.1.7']],
  ['value=93.200.1.7', ['93.200.1.7']],
  ['scope=Range', ['93.200.1.0/24']],
  ['scope=country', null],
  ['type=captcha', null],
  ['origins=CAPI', null],
  ['scenarios_containing=MANUAL', ['93.200.1.0/24', '93.200.1.7']],
  ['scenarios_not_containing=manual', null],
])('decisions?%s → %j', async (query, expected) => {
  const bouncer = await letIn()
  await block('93.200.1.0/24')
  await block('93.200.1.7')
  const answer = await bouncer.get(`/v1/decisions?${query}`)
  if (expected === null) expect(answer.text).toBe('null')
  else expect((answer.json as Decision[]).map(({ value }) => value).sort()).toEqual(expected)
})

test('not an address → refused in their words', async () => {
  const bouncer = await letIn()
  const refused = await bouncer.get('/v1/decisions?ip=banana')
  expect([refused.status, refused.at('message')]).toEqual([400, expect.stringContaining('banana')])
})

test('permanent → ten years; a second left and less → one second: no fraction, never 0s', async () => {
  const bouncer = await letIn()
  await block(address(), 'permanent')
  await block(address(), '1m')
  clock.now += 59_900
  expect((await bouncer.pull('startup=true')).decisions.map(({ duration }) => duration)).toEqual(['87600h0m0s', '1s'])
})

test('a /30 for a bouncer that holds addresses alone → four; one of them banned by itself stays when the range is lifted', async () => {
  const bouncer = await letIn('single')
  const range = await block('93.201.1.4/30')
  await block('93.201.1.5', '1h')
  const all = await bouncer.pull('startup=true')
  expect(all.decisions.map(({ value, scope, duration }) => `${scope} ${value} ${duration}`)).toEqual([
    'Ip 93.201.1.4 4h0m0s',
    'Ip 93.201.1.5 4h0m0s',
    'Ip 93.201.1.6 4h0m0s',
    'Ip 93.201.1.7 4h0m0s',
  ])
  await lift(range)
  const { gone, decisions } = await bouncer.pull()
  expect(gone.sort()).toEqual(['93.201.1.4', '93.201.1.5', '93.201.1.6', '93.201.1.7'])
  expect(decisions.map(({ value, duration }) => [value, duration])).toEqual([['93.201.1.5', '1h0m0s']])
})

test('a /23 and an IPv6 range for it → not told, and the proof says that it cannot hold them', async () => {
  const bouncer = await letIn('single')
  const wide = await block('93.202.0.0/23')
  const v6 = await block('2a00:1450::/64')
  expect((await bouncer.pull('startup=true')).come).toEqual([])
  expect([await stateAt(wide, bouncer.name), await stateAt(v6, bouncer.name)]).toEqual(['unsupported', 'unsupported'])
})

test('proof: pending, delivered once it asked, applied once it reports as much, lifted once it asked again', async () => {
  const bouncer = await letIn()
  const id = await block(address())
  expect(await stateAt(id, bouncer.name)).toBe('pending')
  await bouncer.pull('startup=true')
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  clock.now += 1000
  expect((await bouncer.metrics(0)).status).toBe(201)
  expect(await stateAt(id, bouncer.name)).toBe('partly')
  await bouncer.metrics(1)
  const applied = (await proof(id)).find(one => one.bouncer.name === bouncer.name)
  expect(applied).toMatchObject({ state: 'applied', stale: false, metrics: { dropped_packets: 24, processed_packets: 18_002, active: 1 } })
  await lift(id)
  expect(await stateAt(id, bouncer.name)).toBe('pending')
  await bouncer.pull()
  expect(await stateAt(id, bouncer.name)).toBe('lifted')
})

test('a report of before the block → not applied; of six minutes ahead → 400; a count below nothing → 400 that names it', async () => {
  const bouncer = await letIn()
  const id = await block(address())
  await bouncer.pull('startup=true')
  clock.now += 60_000
  expect((await bouncer.metrics(1, 12, clock.now - 120_000)).status).toBe(201)
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  const early = await bouncer.metrics(1, 12, clock.now + 360_000)
  expect([early.status, early.at('message')]).toEqual([400, expect.stringContaining('utc_now_timestamp')])
  const negative = await bouncer.metrics(1, -3)
  expect([negative.status, negative.at('message')]).toEqual([400, expect.stringContaining('value')])
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  expect((await bouncer.metrics(1, 12, clock.now + 240_000)).status).toBe(201)
  expect(await stateAt(id, bouncer.name)).toBe('applied')
})

test('a range at a firewall bouncer of which nobody said how it holds ranges → uncertain, with what to do', async () => {
  const bouncer = await letIn('unknown')
  const id = await block('93.203.1.0/24')
  await bouncer.pull('startup=true')
  const found = (await proof(id)).find(one => one.bouncer.name === bouncer.name)
  expect([found?.state, found?.hint]).toEqual(['uncertain', expect.stringContaining('only the first address')])
})

test('silent for longer than three of its turns → stale', async () => {
  const bouncer = await letIn()
  await bouncer.pull('startup=true')
  clock.now += 10_000
  await bouncer.pull()
  const instance = async () =>
    (await admin.get('/api/local/bouncers')).each('data', 'attributes').find(one => (one as { name: string }).name === bouncer.name)
  expect(await instance()).toMatchObject({ instances: [{ stale: false, interval: 10_000, type: 'crowdsec-firewall-bouncer' }] })
  clock.now += 61_000
  expect(await instance()).toMatchObject({ instances: [{ stale: true }] })
})

test('longer than an ipset can hold → told again after twenty days, though nothing has changed', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip, 'permanent')
  await bouncer.pull('startup=true')
  for (let i = 0; i < 4; i++) {
    clock.now += 5 * day
    expect((await bouncer.pull()).come).toEqual([])
  }
  clock.now += day
  expect(await bouncer.pull()).toMatchObject({ come: [ip], gone: [ip] })
  expect((await bouncer.pull()).come).toEqual([])
})

test('away for more than a week → told all anew', async () => {
  const bouncer = await letIn()
  const ip = address()
  await block(ip, 'permanent')
  await bouncer.pull('startup=true')
  clock.now += 8 * day
  expect((await bouncer.pull()).come).toEqual([ip])
})

test.each([
  [{ remediation_components: [] }],
  [{ remediation_components: [{ version: 'v1' }] }],
  [{}],
])('metrics %j → 400 with a message', async body => {
  const bouncer = await letIn()
  const refused = await nobody.post('/v1/usage-metrics', body, bouncer.headers)
  expect([refused.status, typeof refused.at('message')]).toEqual([400, 'string'])
})

test('a key is shown once, its name is taken, and shut out it is nobody’s', async () => {
  const bouncer = await letIn()
  expect((await admin.get('/api/local/bouncers')).text).not.toContain(bouncer.headers['x-api-key'])
  expect((await admin.post('/api/local/bouncers', { data: { attributes: { name: bouncer.name } } })).status).toBe(409)
  expect((await admin.delete(`/api/local/bouncers/${bouncer.id}`)).status).toBe(204)
  expect((await bouncer.get('/v1/decisions/stream')).status).toBe(403)
})

test('a reason goes to programs as one line of what can be seen', async () => {
  const bouncer = await letIn()
  const value = address()
  await admin.post('/api/local/denylist', {
    data: { attributes: { kind: 'ip', value, duration: '1h', reason: 'a\0b\nc\u001b[31m\u202e' } },
  })
  const told = (await bouncer.get(`/v1/decisions?ip=${value}`)).json as unknown as { scenario: string }[]
  expect(told.map(({ scenario }) => scenario)).toEqual(['aU+0000b cU+001B[31mU+202E'])
})

test('a list: its ETag stays until the denylist changes, and who fetched it has been told', async () => {
  const bouncer = await letIn('native', 'curl/8.5.0')
  const ip = address()
  const id = await block(ip)
  const path = '/api/local/lists/nginx'
  const first = await bouncer.get(path)
  expect([first.status, first.text]).toEqual([200, `deny ${ip};\n`])
  const etag = first.headers.get('etag')!
  clock.now += 1000
  const same = await nobody.get(path, { ...bouncer.headers, 'if-none-match': etag })
  expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag])
  for (const [known, status] of [
    [`W/${etag}`, 304],
    [`"a", ${etag}`, 304],
    ['*', 304],
    ['"a"', 200],
  ] as const)
    expect([known, (await nobody.get(path, { ...bouncer.headers, 'if-none-match': known })).status]).toEqual([known, status])
  expect(await stateAt(id, bouncer.name)).toBe('delivered')
  await lift(id)
  expect(await stateAt(id, bouncer.name)).toBe('pending')
  const gone = await nobody.get(path, { ...bouncer.headers, 'if-none-match': etag })
  expect([gone.status, gone.text]).toEqual([200, ''])
  expect(await stateAt(id, bouncer.name)).toBe('lifted')
})

test('a list by the password of Basic; with another one → 403; of an unknown form → 400', async () => {
  const { headers } = await letIn()
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`any:${password}`).toString('base64')}` })
  expect((await nobody.get('/api/local/lists/plain', basic(headers['x-api-key']))).status).toBe(200)
  expect((await nobody.get('/api/local/lists/plain', basic('guess'))).status).toBe(403)
  expect((await nobody.get('/api/local/lists/rtf', basic(headers['x-api-key']))).status).toBe(400)
})

test('a user with a line break in the name → not on a list of lines, which would name another, and the proof says so', async () => {
  const proxy = await letIn()
  const made = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'user', value: 'eve\nmallory', duration: '1h' } } })
  expect((await proxy.get('/api/local/lists/users')).text).toBe('')
  const found = (await proof(String(made.at('data.id')))).find(one => one.bouncer.name === proxy.name)
  expect([found?.state, found?.hint]).toEqual(['unsupported', expect.stringContaining('such a name')])
})

test('a user → on lists of users, and no bouncer is said to hold it', async () => {
  const firewall = await letIn()
  const proxy = await letIn()
  const made = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'user', value: 'mallory', duration: '1h' } } })
  const id = String(made.at('data.id'))
  await firewall.pull('startup=true')
  expect((await proxy.get('/api/local/lists/users')).text).toBe('mallory\n')
  expect([await stateAt(id, firewall.name), await stateAt(id, proxy.name)]).toEqual(['unsupported', 'delivered'])
})
