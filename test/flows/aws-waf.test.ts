import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { type IpSet, startAwsWaf } from '../aws-waf.ts'
import { startDaemon } from '../daemon.ts'

// S2-20c: AWS WAF holds the denylist in IP sets, and only what it has acknowledged counts as delivered
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const id = 'AKIDEXAMPLE'
const foreign = ['192.0.2.44/32', '198.51.100.0/24']
const set = (Name: string, IPAddressVersion: IpSet['IPAddressVersion'], Addresses: string[]): IpSet => ({
  ...{ Name, IPAddressVersion, Addresses, Id: `id-${Name}`, Scope: 'REGIONAL', Description: 'kept', lock: 1 },
})
const v4 = set('blocked-4', 'IPV4', [...foreign])
const v6 = set('blocked-6', 'IPV6', [])
const waf = await startAwsWaf('eu-central-1', { id, secret }, [v4, v6])
afterAll(waf.close)
const daemon = await startDaemon()
const { admin, clock } = daemon
const endpoint = `http://127.0.0.1:${waf.port}`
const arn = (name: string) => `arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/${name}/id-${name}`
const enforcer = (name: string, options: object, secrets: object = { access_key_id: id, secret_access_key: secret }) =>
  admin.post('/api/local/enforcers', { data: { attributes: { name, kind: 'aws-waf', options: { endpoint, ...options }, secrets } } })
const allow = (hosts: string[]) => admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: hosts } } } })

const refused = await enforcer('too-early', { ipv4_set: arn('blocked-4') })
await allow([`127.0.0.1:${waf.port}`])
const made = await enforcer('waf', { ipv4_set: arn('blocked-4'), ipv6_set: arn('blocked-6') })
const told = async () => {
  daemon.daemon.enforcing.wake()
  await daemon.daemon.enforcing.idle()
}
const block = async (value: string, duration = '1h') =>
  String((await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration, confirm: value } } })).at('data.id'))
const lift = (entry: string) => admin.delete(`/api/local/denylist/${entry}`)
const proof = async (entry: string) => {
  const all = (await admin.get(`/api/local/denylist/${entry}/proof`)).at('data') as {
    bouncer: { name: string }
    state: string
    hint?: string
    stale: boolean
  }[]
  return all.find(({ bouncer }) => bouncer.name === 'waf')!
}
const listed = async () =>
  (await admin.get('/api/local/enforcers')).at('data.0.attributes') as { error: { message: string } | null; left: number }

beforeEach(async () => {
  clock.now += 11 * 60_000
  for (const entry of (await admin.get('/api/local/denylist?page[size]=100')).each('data', 'id')) await lift(String(entry))
  await told()
})

test('its endpoint is not allowed → 400 that names it; allowed → set up', () => {
  expect([refused.status, refused.at('errors.0.source.pointer'), made.status]).toEqual([400, 'data.attributes.options.endpoint', 201])
})

test.each([
  [{}, 'options'],
  [{ ipv4_set: 'blocked' }, 'options.ipv4_set'],
  [{ ipv4_set: arn('blocked-4'), color: 'red' }, 'options'],
  [{ ipv4_set: arn('blocked-4'), endpoint: 'ftp://a' }, 'options.endpoint'],
])('options %j → 400 at %s', async (options, field) => {
  const wrong = await enforcer('wrong', options)
  expect([wrong.status, wrong.at('errors.0.source.pointer')]).toEqual([400, `data.attributes.${field}`])
})

test('its keys → in a file of mode 0600, and never shown: not in an answer, the audit trail or the list', async () => {
  const file = join(daemon.dir, 'enforcer-secrets.json')
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([0o600, expect.stringContaining(secret)])
  expect(made.at('data.attributes.secrets')).toEqual(['access_key_id', 'secret_access_key'])
  const shown = [
    made,
    await admin.get('/api/local/enforcers'),
    await admin.get('/api/local/bouncers'),
    await admin.get('/api/v2/audit/events?page[limit]=1000'),
  ]
  for (const answer of shown) {
    expect(answer.text).not.toContain(secret)
    expect(answer.text).not.toContain(id)
  }
})

test('an address, a range and IPv6 → in the sets beside what others put there; delivered once acknowledged; lifted → gone, and only that', async () => {
  const address = await block('93.184.216.34')
  expect((await proof(address)).state).toBe('pending')
  const range = await block('93.185.0.0/24')
  const six = await block('2a00:1450::bad')
  await told()
  expect([v4.Addresses, v6.Addresses, v4.Description]).toEqual([
    [...foreign, '93.184.216.34/32', '93.185.0.0/24'],
    ['2a00:1450::bad/128'],
    'kept',
  ])
  expect([(await proof(address)).state, (await proof(range)).state, (await proof(six)).state]).toEqual([
    'delivered',
    'delivered',
    'delivered',
  ])
  await lift(address)
  expect((await proof(address)).state).toBe('pending')
  await told()
  expect([v4.Addresses, (await proof(address)).state]).toEqual([[...foreign, '93.185.0.0/24'], 'lifted'])
})

test('somebody else has put it there before → stays when the block is lifted', async () => {
  const entry = await block('192.0.2.44')
  await told()
  expect((await proof(entry)).state).toBe('delivered')
  await lift(entry)
  await told()
  expect(v4.Addresses).toEqual(foreign)
})

test('somebody changes the set between reading and writing → read again, and nothing of theirs is lost', async () => {
  const entry = await block('93.184.216.35')
  waf.next('UpdateIPSet', () => {
    v4.Addresses.push('203.0.113.7/32')
    v4.lock++
    return undefined
  })
  await told()
  expect(v4.Addresses).toEqual([...foreign, '203.0.113.7/32', '93.184.216.35/32'])
  expect((await proof(entry)).state).toBe('delivered')
  v4.Addresses = v4.Addresses.filter(one => one !== '203.0.113.7/32')
})

test('somebody takes ours out of the set → put back with the next look', async () => {
  await block('93.184.216.36')
  await told()
  v4.Addresses = [...foreign]
  clock.now += 61_000
  await told()
  expect(v4.Addresses).toEqual([...foreign, '93.184.216.36/32'])
})

test('it refuses → pending with its reason, tried less and less often, stale; then delivered', async () => {
  const entry = await block('93.184.216.37')
  waf.next('GetIPSet', () => [400, 'WAFUnavailableEntityException'])
  await told()
  expect(await proof(entry)).toMatchObject({ state: 'pending', hint: expect.stringContaining('WAFUnavailableEntity') })
  expect((await listed()).error?.message).toContain('WAFUnavailableEntity')
  // not again at once
  const before = waf.asked.length
  await told()
  expect(waf.asked.length).toBe(before)
  waf.next('GetIPSet', () => [400, 'WAFUnavailableEntityException'])
  clock.now += 5 * 60_000
  await told()
  expect(await proof(entry)).toMatchObject({ state: 'pending', stale: true })
  clock.now += 11 * 60_000
  await told()
  expect([await proof(entry), (await listed()).error]).toMatchObject([{ state: 'delivered', stale: false }, null])
})

test('the daemon dies after the update and before it heard of it → what it put there is still its own to take away', async () => {
  const entry = await block('93.184.216.38')
  waf.next('UpdateIPSet', () => {
    // done, and nobody hears of it
    v4.Addresses = [...v4.Addresses, '93.184.216.38/32']
    v4.lock++
    return [500, 'WAFInternalErrorException']
  })
  // the library tries again by itself, with a lock token that is not good any more: then it is read again
  await told()
  clock.now += 11 * 60_000
  await told()
  expect([v4.Addresses, (await proof(entry)).state]).toEqual([[...foreign, '93.184.216.38/32'], 'delivered'])
  await lift(entry)
  await told()
  expect(v4.Addresses).toEqual(foreign)
})

test('a set with room for one more → the older one is delivered, the other pending since it is full', async () => {
  const others = Array.from({ length: 9_997 }, (_, i) => `11.0.${i >>> 8}.${i & 255}/32`)
  v4.Addresses = [...foreign, ...others]
  const [first, second] = [await block('93.184.216.39'), await block('93.184.216.40')]
  await told()
  expect((await proof(first)).state).toBe('delivered')
  expect(await proof(second)).toMatchObject({ state: 'pending', hint: expect.stringContaining('1 entries do not fit') })
  expect([v4.Addresses.length, (await listed()).left]).toEqual([10_000, 1])
  await lift(first)
  await told()
  expect((await proof(second)).state).toBe('delivered')
  await lift(second)
  await told()
  v4.Addresses = [...foreign]
})

test('a user → unsupported, with why', async () => {
  const entry = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'user', value: 'mallory', duration: '1h' } } })
  expect(await proof(String(entry.at('data.id')))).toMatchObject({ state: 'unsupported', hint: 'It knows addresses, not users' })
})

test('a wrong key → the error says so and the secret is not in it; the right one again → told', async () => {
  const wafId = made.at('data.id')
  const other = 'x'.repeat(40)
  const give = (key: string) =>
    admin.patch(`/api/local/enforcers/${wafId}`, { data: { attributes: { secrets: { secret_access_key: key } } } })
  expect((await give(other)).status).toBe(200)
  await block('93.184.216.41')
  await told()
  expect((await listed()).error?.message).toContain('signature')
  expect(JSON.stringify(await listed())).not.toContain(other)
  await give(secret)
  clock.now += 11 * 60_000
  await told()
  expect((await listed()).error).toBe(null)
})
