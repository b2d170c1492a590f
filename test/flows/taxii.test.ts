import { beforeEach, expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// what is published: read-only, with a key of its own, as TAXII 2.1 has it
const daemon = await startDaemon({ port: true })
const { admin, nobody, clock, core } = daemon
const media = 'application/taxii+json;version=2.1'
const root = '/taxii2/signalbox/'
const keyOf = async (name: string, publishes: boolean) =>
  String(
    (await admin.post('/api/local/bouncers', { data: { attributes: { name, publishes, ranges: 'native' } } })).at('data.attributes.key'),
  )
const key = await keyOf('partner', true)
const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`partner:${password}`).toString('base64')}` })
const get = (path: string, headers: Record<string, string> = {}) => nobody.get(path, { accept: media, ...basic(key), ...headers })
const block = async (value: string, duration = '1h') =>
  String(
    (await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value, duration, reason: 'guesses' } } })).at('data.id'),
  )
const collections = (await get(`${root}collections/`)).at('collections') as { id: string; alias: string }[]
const objectsOf = (alias: string) => `${root}collections/${collections.find(one => one.alias === alias)!.id}/objects/`
interface Indicator {
  id: string
  pattern: string
  modified: string
  revoked?: boolean
}
const read = async (query = '', alias = 'blocks') => {
  const answer = await get(`${objectsOf(alias)}${query}`)
  expect(answer.status).toBe(200)
  return {
    objects: (answer.at('objects') ?? []) as Indicator[],
    more: answer.at('more'),
    next: answer.at('next') as string | undefined,
    last: answer.headers.get('x-taxii-date-added-last'),
    first: answer.headers.get('x-taxii-date-added-first'),
  }
}
const values = (objects: Indicator[]) => objects.map(({ pattern }) => /'([^']+)'\]$/.exec(pattern)?.[1])

beforeEach(() => {
  clock.now += 60_000
})

test('discovery → the API root → its collections, to be read and not written', async () => {
  const discovery = await get('/taxii2/')
  expect([discovery.status, discovery.headers.get('content-type')]).toEqual([200, media])
  expect(discovery.at('api_roots')).toEqual([discovery.at('default')])
  const api = await get(new URL(String(discovery.at('default'))).pathname)
  expect(api.json).toMatchObject({ title: 'Signalbox', versions: [media], max_content_length: expect.any(Number) })
  expect(collections).toMatchObject([
    { alias: 'blocks', can_read: true, can_write: false, media_types: ['application/stix+json;version=2.1'] },
    { alias: 'indicators', can_read: true, can_write: false },
  ])
  expect((await get(`${root}collections/${collections[0]!.id}/`)).json).toEqual(collections[0])
})

test.each([
  ['no key', {}],
  ['a wrong one', basic('guess')],
  ['an enforcer’s', basic(await keyOf('firewall', false))],
])('with %s → 401 that asks for Basic, as TAXII has errors', async (_, headers) => {
  const refused = await nobody.get('/taxii2/', { accept: media, ...headers })
  expect([refused.status, refused.headers.get('www-authenticate'), refused.headers.get('content-type')]).toEqual([
    401,
    expect.stringContaining('Basic'),
    media,
  ])
  expect(refused.json).toMatchObject({ title: expect.any(String), http_status: '401' })
})

test('a key to publish with → opens lists, no decisions, and stands in no proof', async () => {
  const id = await block('93.184.0.1')
  expect((await nobody.get('/api/local/lists/plain', basic(key))).text).toContain('93.184.0.1')
  expect((await nobody.get('/v1/decisions', { 'x-api-key': key })).status).toBe(403)
  const proof = (await admin.get(`/api/local/denylist/${id}/proof`)).at('data') as { bouncer: { name: string } }[]
  expect(proof.map(({ bouncer }) => bouncer.name)).not.toContain('partner')
})

test.each([
  ['application/taxii+json;version=2.1', 200],
  ['application/taxii+json; version=2.1', 200],
  ['application/taxii+json', 200],
  ['*/*', 200],
  ['application/taxii+json;version=2.0', 406],
  ['text/html', 406],
])('Accept: %s → %i', async (accept, status) => {
  expect((await get('/taxii2/', { accept })).status).toBe(status)
})

test('five blocks by pages of two, then what came since → each once, whatever the clock did', async () => {
  const before = (await read()).last ?? '2000-01-01T00:00:00Z'
  for (let i = 1; i <= 5; i++) await block(`93.185.0.${i}`)
  const seen: Indicator[] = []
  let next: string | undefined
  let last = ''
  do {
    const page = await read(`?limit=2&added_after=${before}${next ? `&next=${next}` : ''}`)
    expect(page.objects.length).toBeLessThanOrEqual(2)
    expect(page.more).toBe(page.next === undefined ? undefined : true)
    seen.push(...page.objects)
    next = page.next
    last = page.last!
  } while (next)
  expect(values(seen)).toEqual([1, 2, 3, 4, 5].map(i => `93.185.0.${i}`))
  expect((await read(`?added_after=${last}`)).objects).toEqual([])
  clock.now -= 50_000
  await block('93.185.0.6')
  expect(values((await read(`?added_after=${last}`)).objects)).toEqual(['93.185.0.6'])
})

test('lifted → the same object again, revoked, in a newer version', async () => {
  const id = await block('93.186.0.1')
  const { objects, last } = await read()
  const before = objects.find(one => one.id === `indicator--${id}`)!
  clock.now += 1000
  await admin.delete(`/api/local/denylist/${id}`)
  const [after] = (await read(`?added_after=${last}`)).objects
  expect(after).toMatchObject({ id: before.id, revoked: true })
  expect(Date.parse(after!.modified)).toBeGreaterThan(Date.parse(before.modified))
})

test('the manifest, an object by its id, its versions, and what matches', async () => {
  const id = `indicator--${await block('93.187.0.1')}`
  const path = objectsOf('blocks')
  const manifest = (await get(path.replace('objects/', 'manifest/'))).at('objects') as { id: string; version: string }[]
  const [object] = (await get(`${path}${id}/`)).at('objects') as Indicator[]
  expect(manifest.find(one => one.id === id)).toMatchObject({ version: object!.modified, media_type: 'application/stix+json;version=2.1' })
  expect((await get(`${path}${id}/versions/`)).at('versions')).toEqual([object!.modified])
  const matching = async (name: string, value: string) => (await read(`?match[${name}]=${value}`)).objects.map(one => one.id)
  expect(await matching('id', id)).toEqual([id])
  expect(await matching('version', object!.modified)).toContain(id)
  expect(await matching('type', 'malware')).toEqual([])
  expect(await matching('type', 'malware,indicator')).toContain(id)
  expect(await matching('spec_version', '2.0')).toEqual([])
})

test.each([
  ['?added_after=yesterday', 400],
  ['?limit=0', 400],
  ['?limit=many', 400],
  ['?next=x', 400],
  ['indicator--00000000-0000-4000-8000-000000000000/', 404],
])('objects/%s → %i', async (rest, status) => {
  const refused = await get(`${objectsOf('blocks')}${rest}`)
  expect([refused.status, refused.at('http_status')]).toEqual([status, String(status)])
})
test('a collection that is not there → 404; adding to one, and deleting from it → 403', async () => {
  expect((await get(`${root}collections/none/objects/`)).status).toBe(404)
  expect((await nobody.post(objectsOf('blocks'), { objects: [] }, basic(key))).status).toBe(403)
  expect((await nobody.delete(`${objectsOf('blocks')}indicator--1/`, undefined, basic(key))).status).toBe(403)
})

test('an indicator that somebody has reviewed → published; taken back → revoked', async () => {
  const ctx = { actor: { uuid: 'u', handle: 'ada', name: 'Ada', auth_method: 'session' as const } }
  await core.triageIndicator(ctx, 'evil.example.org', 'reviewed')
  const { objects, last } = await read('', 'indicators')
  expect(objects).toMatchObject([{ pattern: "[domain-name:value = 'evil.example.org']", name: 'evil.example.org' }])
  clock.now += 1000
  await core.triageIndicator(ctx, 'evil.example.org', 'not_reviewed')
  expect((await read(`?added_after=${last}`, 'indicators')).objects).toMatchObject([{ id: objects[0]!.id, revoked: true }])
})

test('our own TAXII client → a feed of another daemon that matches what is blocked here, and no more once it is lifted', async () => {
  const id = await block('93.188.0.1')
  await block('93.188.1.0/24')
  const other = await startDaemon({ now: clock.now })
  const { host, origin } = new URL(daemon.url)
  await other.admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [host] } } } })
  const attributes = {
    ...{ name: 'partner', format: 'stix', category: 'attack', intention: 'malicious' },
    ...{ url: `${origin}${objectsOf('blocks')}`, refresh: { via: 'taxii', every_hours: 1, auth: { type: 'basic', user: 'signalbox' } } },
  }
  const added = await other.admin.post('/api/local/feeds', { data: { type: 'feed', attributes } })
  expect([added.status, added.at('data.id')]).toEqual([201, 'partner'])
  const secret = { data: { type: 'secret', attributes: { secret: key } } }
  expect((await other.admin.put('/api/local/feeds/partner/secret', secret)).status).toBe(200)
  const update = () => other.admin.post('/api/local/feeds/partner/refresh')
  const matches = (ip: string) => other.daemon.feeds.match(ip).map(({ indicator }) => indicator)
  expect((await update()).status).toBe(200)
  expect([matches('93.188.0.1'), matches('93.188.1.77')]).toEqual([['93.188.0.1'], ['93.188.1.0/24']])
  clock.now += 1000
  await admin.delete(`/api/local/denylist/${id}`)
  expect((await update()).status).toBe(200)
  expect([matches('93.188.0.1'), matches('93.188.1.77')]).toEqual([[], ['93.188.1.0/24']])
})

test('a block with a reason, of a user too → neither reason nor user goes out, in any form; what the setting says then does', async () => {
  const [ip, user, reason] = ['93.199.77.1', 'mallory@example.com', 'customer 4711 complained to Ann']
  const why = { duration: '1h', reason }
  for (const [kind, value] of Object.entries({ ip, user }))
    await admin.post('/api/local/denylist', { data: { attributes: { kind, value, ...why } } })
  const forms = ['plain', 'nginx', 'haproxy', 'nftables', 'hosts-deny', 'rules-data', 'stix']
  const all = async () =>
    (
      await Promise.all([
        ...forms.map(form => nobody.get(`/api/local/lists/${form}`, basic(key))),
        get(objectsOf('blocks')),
        get(objectsOf('blocks').replace('objects', 'manifest')),
        get(objectsOf('indicators')),
      ])
    ).map(({ text }) => text)
  for (const text of await all()) for (const inner of [user, reason, 'ada@example.com']) expect(text).not.toContain(inner)
  expect((await nobody.get('/api/local/lists/users', basic(key))).status).toBe(403)
  // an enforcer has to know whom to keep out, and needs no reason for it
  const enforcer = { 'x-api-key': await keyOf('proxy', false) }
  expect((await nobody.get('/api/local/lists/users', enforcer)).text).toBe(`${user}\n`)
  expect((await nobody.get('/api/local/lists/stix', enforcer)).text).not.toContain(reason)
  const etag = (await nobody.get('/api/local/lists/stix', basic(key))).headers.get('etag')!

  const set = (blocks: object) => admin.patch('/api/local/settings', { data: { attributes: { respond: { publish: { blocks } } } } })
  expect((await set({ reasons: true })).at('data.attributes.respond.publish')).toEqual({ blocks: { reasons: true, users: false } })
  expect((await read()).objects.find(({ pattern }) => pattern.includes(ip))).toMatchObject({ description: reason })
  const changed = await nobody.get('/api/local/lists/stix', { ...basic(key), 'if-none-match': etag })
  expect([changed.status, changed.text.includes(reason), changed.text.includes(user)]).toEqual([200, true, false])
  await set({ reasons: false, users: true })
  expect(values((await read()).objects)).toContain(user)
  expect((await nobody.get('/api/local/lists/users', basic(key))).text).toBe(`${user}\n`)
  for (const text of await all()) expect(text).not.toContain(reason)
  await set({ users: false })
})
