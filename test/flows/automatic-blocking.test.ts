import { beforeEach, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { until } from '../until.ts'

// rules that block by themselves (S2-48), within what passlist, trust and the guard allow
const blocking = {
  ...bruteForce,
  cases: [{ ...bruteForce.cases[0]!, actions: [{ type: 'block_ip', options: { duration: 900 } }] }],
}
const probing = { ...bruteForce, name: 'Probing', queries: [{ ...bruteForce.queries[0]!, query: 'source:nginx' }] }
const daemon = await startDaemon({ rules: [blocking, probing] })
const { admin, intake, core, clock } = daemon
const filters = '/api/v2/remote_config/products/asm/waf/exclusion_filters'

let next = 1
const address = () => `93.184.${Math.floor(next / 250)}.${(next++ % 250) + 1}`
async function attack(ip: string): Promise<void> {
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  await daemon.daemon.automaticBlocking.idle()
}
const entriesOf = async (ip: string, state = 'current') =>
  (await admin.get(`/api/local/denylist?filter[state]=${state}&page[size]=100`))
    .each('data', 'attributes')
    .filter(one => (one as { value: string }).value === ip) as Record<string, unknown>[]
const signalOf = async (ip: string) =>
  (await admin.get(`/api/v2/security_monitoring/signals?filter[query]=@network.client.ip:${ip}`)).at('data.0.id')
const story = async (ip: string) =>
  (await admin.get(`/api/local/signals/${await signalOf(ip)}/timeline`)).each('data', 'attributes') as { kind: string }[]
const settings = (respond: object) => admin.patch('/api/local/settings', { data: { attributes: { respond } } })

const detailsOf = (asked: string) => {
  const { pathname, searchParams } = new URL(asked.split(' ')[1]!, 'http://a')
  return { path: pathname, queryString: Object.fromEntries(searchParams) }
}

beforeEach(() => {
  clock.now += 5 * 3_600_000
})

test('S2-48: a signal of a case that blocks → its address for as long as the rule says, with signal, rule and a line in the timeline', async () => {
  const ip = address()
  await attack(ip)
  expect(await entriesOf(ip)).toMatchObject([
    { state: 'active', duration_ms: 900_000, signal_id: await signalOf(ip), rule: { name: 'Brute force' }, by: { handle: 'signalbox' } },
  ])
  expect((await story(ip)).map(({ kind }) => kind)).toContain('blocked')
  // more of the same is the same signal
  await attack(ip)
  expect(await entriesOf(ip)).toHaveLength(1)
})

const minutes = 60_000
const days = 86_400_000
test.each([
  [{ factor: 2, longest: '30d' }, [15, 30, 60]],
  [{ factor: 3, longest: '1h' }, [15, 45, 60, 60]],
  [{ factor: 1, longest: '30d' }, [15, 15, 15]],
  // the rule's own time stands
  [{ factor: 2, longest: '5m' }, [15, 15]],
])('S2-48: a repeat offender with respond.repeats %j → %j minutes', async (repeats, expected) => {
  const ip = address()
  await settings({ repeats })
  const blocked: unknown[] = []
  for (const _ of expected) {
    await attack(ip)
    blocked.push(...(await entriesOf(ip)).map(({ duration_ms }) => Number(duration_ms) / minutes))
    clock.now += 26 * 3_600_000
  }
  await settings({ repeats: { factor: 2, longest: '30d' } })
  expect(blocked).toEqual(expected)
})

test('S2-48: who comes back within 30 days of the end of a long block is a repeat offender, later none', async () => {
  const ip = address()
  await settings({ repeats: { factor: 10, longest: '40d' } })
  const blocked: unknown[] = []
  for (const later of [2, 2, 2, 12, 41, 40, 0].map(count => count * days)) {
    await attack(ip)
    blocked.push(...(await entriesOf(ip)).map(({ duration_ms }) => Number(duration_ms) / minutes))
    clock.now += later
  }
  await settings({ repeats: { factor: 2, longest: '30d' } })
  expect(blocked).toEqual([15, 150, 1500, 15_000, 57_600, 150, 15])
})

test.each([
  [{ factor: 0 }, 'data.attributes.respond.repeats.factor', 'must be 1 or more'],
  [{ factor: 11 }, 'data.attributes.respond.repeats.factor', 'must be 10 or less'],
  [{ factor: 1.5 }, 'data.attributes.respond.repeats.factor', 'must be a whole number'],
  [{ factor: null }, 'data.attributes.respond.repeats.factor', 'expected number'],
  [{ longest: 'permanent' }, 'data.attributes.respond.repeats.longest', 'must be a duration such as 12h or 30d, ten years at most'],
  [{ longest: '11y' }, 'data.attributes.respond.repeats.longest', 'ten years at most'],
  [{ longest: '0s' }, 'data.attributes.respond.repeats.longest', 'must be a duration'],
  [{ longer: 2 }, 'data.attributes.respond.repeats', 'longer'],
])('the setting respond.repeats %j → 400 that names the field', async (repeats, field, why) => {
  const refused = await settings({ repeats })
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(field.split('.').at(-1)!)])
  expect(refused.text).toContain(why)
})

test('S2-48: a signal that becomes more severe → blocked by the case that it meets then, once', async () => {
  const rising = {
    ...bruteForce,
    name: 'Rising',
    queries: [{ ...bruteForce.queries[0]!, name: 'a', query: 'source:app service:door', groupByFields: ['@network.client.ip'] }],
    cases: [
      { name: 'many', status: 'critical', condition: 'a > 9', actions: [{ type: 'block_ip', options: { duration: 900 } }] },
      { name: 'some', status: 'low', condition: 'a > 3' },
    ],
  }
  expect((await admin.post('/api/v2/security_monitoring/rules', rising)).status).toBe(200)
  const ip = address()
  const knock = async () => {
    const log = { message: 'denied', ddsource: 'app', service: 'door', network: { client: { ip } }, timestamp: clock.now - 60_000 }
    await intake.post('/api/v2/logs', Array(5).fill(log))
    await core.caughtUp()
    await daemon.daemon.automaticBlocking.idle()
  }
  await knock()
  expect([typeof (await signalOf(ip)), await entriesOf(ip)]).toEqual(['string', []])
  await knock()
  await knock()
  expect(await entriesOf(ip)).toMatchObject([{ state: 'active', signal_id: await signalOf(ip), rule: { name: 'Rising' } }])
})

test('S2-48: a rule that blocks users → an attacker, and neither a colleague nor whoever has no name; the timeline says why', async () => {
  const about = (user: string) => `failed for ${user}`
  const rule = {
    ...bruteForce,
    name: 'Guessing for users',
    queries: [{ ...bruteForce.queries[0]!, query: 'source:app', groupByFields: ['@usr.name'] }],
    cases: [{ ...bruteForce.cases[0]!, actions: [{ type: 'block_user', options: { duration: 900 } }] }],
  }
  expect((await admin.post('/api/v2/security_monitoring/rules', rule)).status).toBe(200)
  for (const user of ['mallory', 'stan@example.com', 'null'])
    await intake.post(
      '/api/v2/logs',
      Array(7).fill({
        message: about(user),
        ddsource: 'app',
        usr: { name: user },
        evt: { outcome: 'failure' },
        timestamp: clock.now - 60_000,
      }),
    )
  await core.caughtUp()
  await daemon.daemon.automaticBlocking.idle()
  expect([await entriesOf('mallory'), await entriesOf('stan@example.com'), await entriesOf('null')]).toMatchObject([
    [{ state: 'active', rule: { name: 'Guessing for users' } }],
    [],
    [],
  ])
  const signal = (await admin.get(`/api/v2/security_monitoring/signals?filter[query]=@usr.name:"stan@example.com"`)).at('data.0.id')
  const told = (await admin.get(`/api/local/signals/${signal}/timeline`)).each('data', 'attributes') as { kind: string }[]
  expect(told.find(({ kind }) => kind === 'not_blocked')).toMatchObject({ from: expect.stringContaining('application key') })
})

test.each([['trusted', { on_match: 'monitor' }]])('S2-48: %s → a signal, no block, and why', async (_, more) => {
  const ip = address()
  await admin.post(filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'our scanner', enabled: true, ip_list: [ip], ...more } },
  })
  await attack(ip)
  expect(await entriesOf(ip)).toEqual([])
  expect((await story(ip)).find(({ kind }) => kind === 'not_blocked')).toMatchObject({ from: expect.stringContaining('trusted') })
})

test('S2-20d: on the passlist, unmonitored → neither a signal nor a block; the day after it has expired both', async () => {
  const ip = address()
  const filter = { description: 'load test', enabled: true, ip_list: [`${ip}/32`], x_local: { expires_at: 'now+1d' } }
  await admin.post(filters, { data: { type: 'exclusion_filter', attributes: filter } })
  await attack(ip)
  expect([await signalOf(ip), await entriesOf(ip)]).toEqual([undefined, []])
  clock.now += 86_400_000
  await attack(ip)
  expect([typeof (await signalOf(ip)), (await entriesOf(ip)).length]).toEqual(['string', 1])
})

test.each([
  ['a path', { path_glob: '/wp-*' }, 'GET /wp-login.php?user=a HTTP/1.1', 'GET /admin HTTP/1.1'],
  [
    'a service',
    { scope: [{ service: 'shop', env: 'test' }] },
    { service: 'shop', ddtags: 'env:test' },
    { service: 'shop', ddtags: 'env:prod' },
  ],
  ['a parameter', { parameters: ['user'] }, 'GET /a?user=a HTTP/1.1', 'GET /a?name=a HTTP/1.1'],
])('S2-20d: passlisted for %s → its logs make no signals, all others do', async (_, narrowed, spared, judged) => {
  const ip = address()
  const filter = { description: 'load test', enabled: true, ip_list: [ip], ...narrowed }
  const made = await admin.post(filters, { data: { type: 'exclusion_filter', attributes: filter } })
  const send = async (given: string | object) => {
    const one =
      typeof given === 'string'
        ? { message: given, ddsource: 'nginx', network: { client: { ip } }, http: { url_details: detailsOf(given) } }
        : { message: 'denied', ddsource: 'nginx', network: { client: { ip } }, ...given }
    expect((await intake.post('/api/v2/logs', Array(7).fill(one))).status).toBe(202)
    await core.caughtUp()
  }
  await send(spared)
  expect([made.status, await signalOf(ip)]).toEqual([200, undefined])
  const about = await admin.post('/api/local/explorer', {
    track: 'logs',
    query: made.at('data.attributes.search_query'),
    from: 0,
    to: clock.now + 1,
    limit: 10,
  })
  expect(about.at('meta.total')).toBe(7)
  await send(judged)
  expect(await signalOf(ip)).toBeDefined()
  await admin.delete(`${filters}/${made.at('data.id')}`)
})

test.each([
  [{ rules_target: [{ tags: { category: 'attack_attempt', type: 'lfi' } }] }, 'rules_target'],
  [{ on_match: 'monitor', path_glob: '/admin/*' }, 'path_glob'],
  [{ on_match: 'monitor', scope: [{ env: 'prod' }] }, 'scope'],
  [{ scope: [{}] }, 'scope'],
  [{ ip_list: [] }, 'ip_list'],
])('S2-20d: a filter %j, which would do nothing → 400 that names the field', async (more, field) => {
  const refused = await admin.post(filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'partner', enabled: true, ip_list: [address()], ...more } },
  })
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining(field)])
})

test('S2-20e: trusted → still observed: its signals open', async () => {
  const ip = address()
  await admin.post(filters, {
    data: { type: 'exclusion_filter', attributes: { description: 'partner', enabled: true, ip_list: [ip], on_match: 'monitor' } },
  })
  await attack(ip)
  expect(await signalOf(ip)).toBeDefined()
})

test('a private address → the guard keeps it, and the timeline says why', async () => {
  const ip = '10.20.30.40'
  await attack(ip)
  expect(await entriesOf(ip)).toEqual([])
  expect((await story(ip)).find(({ kind }) => kind === 'not_blocked')).toMatchObject({ from: expect.stringContaining('private') })
  const said = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:denylist&filter[from]=0&page[limit]=1000')
  expect(said.each('data', 'attributes.message')).toContainEqual(
    expect.stringMatching(/^did not block ip 10\.20\.30\.40 for the rule “Brute force”: .*private/),
  )
})

test('more within the hour than rules may → they stop, each says so, and the list says so', async () => {
  await settings({ per_hour: 2 })
  const ips = [address(), address(), address()]
  for (const ip of ips) await attack(ip)
  expect((await Promise.all(ips.map(ip => entriesOf(ip)))).map(one => one.length)).toEqual([1, 1, 0])
  expect((await story(ips[2]!)).find(({ kind }) => kind === 'not_blocked')).toMatchObject({
    from: expect.stringContaining('2 within the hour'),
  })
  expect((await admin.get('/api/local/denylist')).at('meta.by_rules')).toEqual({ last_hour: 2, per_hour: 2, stopped: true })
  await settings({ per_hour: 100 })
})

test('a rule that blocks for good where two have to agree → its block waits, the timeline says so, and whoever agrees puts it in force', async () => {
  const permanently = {
    ...bruteForce,
    name: 'For good',
    queries: [{ ...bruteForce.queries[0]!, query: 'source:app service:vault', groupByFields: ['@network.client.ip'] }],
    cases: [{ ...bruteForce.cases[0]!, actions: [{ type: 'block_ip', options: { duration: 0 } }] }],
  }
  expect((await admin.post('/api/v2/security_monitoring/rules', permanently)).status).toBe(200)
  const fails = async (ip: string) => {
    const log = { message: 'denied', ddsource: 'app', service: 'vault', network: { client: { ip } }, evt: { outcome: 'failure' } }
    await intake.post('/api/v2/logs', Array(7).fill({ ...log, timestamp: clock.now - 60_000 }))
    await core.caughtUp()
    await daemon.daemon.automaticBlocking.idle()
  }
  const [waiting, blocked] = [address(), address()]
  await settings({ approval: { permanent: true } })
  await fails(waiting)
  await settings({ approval: { permanent: false } })
  await fails(blocked)
  const [[first], [second]] = await Promise.all([entriesOf(waiting), entriesOf(blocked)])
  expect([first, second]).toMatchObject([{ state: 'waiting', until: null }, { state: 'active' }])
  expect((await story(waiting)).map(({ kind }) => kind)).toContain('block_asked')
  expect((await story(waiting)).map(({ kind }) => kind)).not.toContain('blocked')
  const { id } = ((await admin.get(`/api/local/denylist?filter[text]=${waiting}`)).at('data') as { id: string }[])[0]!
  expect((await admin.post(`/api/local/denylist/${id}/approve`)).at('data.attributes.state')).toBe('active')
})

test('read-only when the signal opens → settled once writes are allowed again', async () => {
  const ip = address()
  // the log was taken in before, and is judged all the same
  await core.setReadOnly(true)
  await attack(ip)
  expect(await entriesOf(ip)).toHaveLength(0)
  await admin.patch('/api/local/settings', { data: { attributes: { read_only: true } } })
  await admin.patch('/api/local/settings', { data: { attributes: { read_only: false } } })
  await until(async () => (await entriesOf(ip)).length === 1)
})

test.each([
  [{ type: 'block_ip', options: { duration: -1 } }],
  [{ type: 'block_ip', options: { duration: 'long' } }],
  [{ type: 'block_user', duration: 5 }],
])('a rule with the action %j → 400 that names it', async action => {
  const refused = await admin.post('/api/v2/security_monitoring/rules', {
    ...blocking,
    name: 'Wrong',
    cases: [{ ...bruteForce.cases[0]!, actions: [action] }],
  })
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('actions')])
})
