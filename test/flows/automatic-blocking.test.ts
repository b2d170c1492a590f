import { beforeEach, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { until } from '../until.ts'

// rules that block by themselves (S2-48), within what passlist, trust and the guard allow
const blocking = {
  ...bruteForce,
  cases: [{ ...bruteForce.cases[0]!, actions: [{ type: 'block_ip', options: { duration: 900 } }] }],
}
const daemon = await startDaemon({ rules: [blocking] })
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

test('S2-48: a repeat offender → twice as long each time', async () => {
  const ip = address()
  for (const expected of [900_000, 1_800_000, 3_600_000]) {
    await attack(ip)
    expect((await entriesOf(ip)).map(({ duration_ms }) => duration_ms)).toEqual([expected])
    clock.now += 26 * 3_600_000
  }
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
