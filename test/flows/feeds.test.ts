import { createServer, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeTar } from '../../daemon/lib/archive/tar.ts'
import { writeMmdb } from '../daemon/intel/write-mmdb.ts'
import { startDaemon, type TestDaemon } from '../daemon.ts'

let daemon: TestDaemon
let server: Server
let origin = ''
let asked = 0
let text = '203.0.113.9\nevil.example.org\n'
beforeAll(async () => {
  daemon = await startDaemon({ port: true })
  server = createServer((_, response) => {
    asked++
    response.end(text)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(() => server.close())

const add = (attributes: object) => daemon.admin.post('/api/local/feeds', { data: { type: 'feed', attributes } })
const feed = (part: object = {}) => ({ name: 'List', format: 'list', category: 'malware', intention: 'malicious', ...part })

describe('a feed that is fetched', () => {
  test('its host must be allowed first; then it fills, and an update that fails leaves what is there', async () => {
    expect((await add(feed({ url: `${origin}/list`, refresh: { auth: { type: 'bearer' } } }))).status).toBe(201)
    const put = await daemon.admin.request('PUT', '/api/local/feeds/list/secret', {
      data: { type: 'secret', attributes: { secret: 'hush-hush' } },
    })
    expect(put.json).toMatchObject({ data: { attributes: { refresh: { auth: { type: 'bearer', secret: '***' } } } } })
    const refused = await daemon.admin.post('/api/local/feeds/list/refresh', {})
    expect([refused.status, asked]).toEqual([503, 0])
    const outbound = { allowed_hosts: ['127.0.0.1'] }
    expect((await daemon.admin.request('PATCH', '/api/local/settings', { data: { attributes: { outbound } } })).status).toBe(200)
    const filled = await daemon.admin.post('/api/local/feeds/list/refresh', {})
    expect(filled.json).toMatchObject({ data: { attributes: { entries: 2 } } })
    expect(filled.json).not.toMatchObject({ data: { attributes: { error: expect.anything() } } })
    text = '<html>moved</html>'
    expect((await daemon.admin.post('/api/local/feeds/list/refresh', {})).status).toBe(400)
    const { json: body } = await daemon.admin.get('/api/local/feeds')
    expect(body).toMatchObject({ data: [{ attributes: { entries: 2, error: { since: daemon.clock.now }, refresh: { failures: 1 } } }] })
    const audit = await daemon.admin.get('/api/v2/audit/events?page[limit]=100')
    expect(JSON.stringify([audit.json, body, put.json])).not.toContain('hush-hush')
  })
  test('the daemon itself is never asked', async () => {
    await add(feed({ name: 'Self', url: `${daemon.url}/health`, refresh: {} }))
    const { status, json: body } = await daemon.admin.post('/api/local/feeds/self/refresh', {})
    expect([status, JSON.stringify(body)]).toEqual([503, expect.stringContaining('this daemon')])
  })
  test('of several things that are wrong each is told by itself', async () => {
    const { json: body } = await add(feed({ category: 'two words', expire_days: 0 }))
    const { errors } = body as { errors: { title: string; detail: string; source: { pointer: string } }[] }
    expect(errors.map(({ source }) => source.pointer)).toEqual(['data.attributes.category', 'data.attributes.expire_days'])
    for (const { title, detail, source } of errors) expect(title).toBe(`${source.pointer}: ${detail}`)
  })
  test.each([
    [{ refresh: {} }, 'url'],
    [{ url: 'https://example.org/', refresh: { via: 'taxii' } }, 'format'],
    [{ url: 'https://example.org/', refresh: { every_hours: 48 } }, 'refresh.every_hours'],
    [{ columns: { value: 1 } }, 'columns'],
  ])('%j is refused: %s', async (part, field) => {
    const { status, json: body } = await add(feed({ name: 'Bad', ...part }))
    const at = `data.attributes.${field}`
    const [error] = (body as { errors: { title: string; detail: string; source: { pointer: string } }[] }).errors
    expect([status, error!.source.pointer, error!.title]).toEqual([400, at, `${at}: ${error!.detail}`])
  })
})

test('whatever is asked outside stands in the audit trail, by whom, and what came of it', async () => {
  text = '203.0.113.7\n'
  await add(feed({ name: 'Told', url: `${origin}/told?key=hush-hush`, refresh: {} }))
  const trail = async () => {
    const found = await daemon.admin.get('/api/v2/audit/events?filter[query]=@asset.id:told&sort=timestamp&page[limit]=100')
    return found.each('data', 'attributes').map(event => {
      const { message, attributes } = event as { message: string; attributes: { usr: { name: string } } }
      return `${attributes.usr.name}: ${message}`
    })
  }
  await daemon.daemon.updates.run()
  daemon.clock.now += 25 * 3_600_000
  text = '<html>moved</html>'
  await daemon.daemon.updates.run()
  await daemon.admin.post('/api/local/feeds/told/refresh', {})
  const { host } = new URL(origin)
  const vain = `fetched the feed “Told” from ${host} in vain`
  expect(await trail()).toEqual([
    'ada: added the feed “Told”',
    `Signalbox: fetched the feed “Told” from ${host}: 1 entries`,
    expect.stringContaining(`Signalbox: ${vain}`),
    expect.stringContaining(`ada: ${vain}`),
  ])
  expect(JSON.stringify(await trail())).not.toContain('hush-hush')
})

test('options of a feed are changed, and the audit trail says which', async () => {
  await add(feed({ name: 'Options' }))
  const changed = await daemon.admin.patch('/api/local/feeds/options', {
    data: { attributes: { intention: 'suspicious', licence: 'CC0' } },
  })
  expect(changed.json).toMatchObject({ data: { attributes: { intention: 'suspicious', licence: 'CC0', enabled: true } } })
  expect((await daemon.admin.patch('/api/local/feeds/options', { data: { attributes: {} } })).status).toBe(400)
  expect((await daemon.admin.patch('/api/local/feeds/options', { data: { attributes: { colour: 'red' } } })).status).toBe(400)
  expect((await daemon.readOnly.patch('/api/local/feeds/options', { data: { attributes: { enabled: false } } })).status).toBe(403)
  const audit = await daemon.admin.get('/api/v2/audit/events?page[limit]=100')
  expect(JSON.stringify(audit.json)).toContain('changed intention, licence of the feed “Options”')
})

describe('the catalogue', () => {
  test('is listed, and nothing of it is on', async () => {
    const { json: body } = await daemon.admin.get('/api/local/feed-catalogue')
    const { data } = body as { data: { id: string; attributes: Record<string, unknown> }[] }
    expect(data.length).toBeGreaterThan(20)
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length)
    for (const { attributes } of data) {
      expect(attributes).toMatchObject({
        url: expect.stringMatching(/^https:/),
        licence: expect.stringMatching(/./),
        feed_id: null,
        enabled: false,
      })
      expect(attributes['refresh']).toMatchObject({ every_hours: expect.any(Number) })
    }
  })
  test('each of its feeds could be added', async () => {
    const { json: body } = await daemon.admin.get('/api/local/feed-catalogue')
    for (const { id } of (body as { data: { id: string }[] }).data) {
      const { status } = await daemon.admin.post(`/api/local/feed-catalogue/${id}/enable?dry_run=true`, {})
      expect([id, status]).toEqual([id, 200])
    }
    expect((await daemon.readOnly.post('/api/local/feed-catalogue/ipsum/enable', {})).status).toBe(403)
    expect((await daemon.admin.post('/api/local/feed-catalogue/nothing/enable', {})).status).toBe(404)
  })
})

describe('looking up', () => {
  test('a name, and what is known to be good of it', async () => {
    await add(feed({ name: 'Good', format: 'misp-warninglist', category: 'known_good', intention: 'benign' }))
    const list = JSON.stringify({ name: 'x', type: 'cidr', list: ['203.0.113.0/24'] })
    await daemon.admin.request('PUT', '/api/local/feeds/good/content', list)
    const of = async (value: string) => (await daemon.admin.get(`/api/local/indicator?value=${encodeURIComponent(value)}`)).json
    expect(await of('www.evil.example.org')).toMatchObject({
      data: {
        type: 'indicator',
        attributes: { type: 'domain', verdict: 'malicious', matches: [{ indicator: 'evil.example.org', type: 'DOMAIN' }] },
      },
    })
    const downgraded = { verdict: 'unknown', known_good: ['Good'], matches: [{ downgraded: { from: 'malicious', by: ['Good'] } }] }
    expect(await of('203.0.113.9')).toMatchObject({ data: { attributes: downgraded } })
    expect((await daemon.admin.get('/api/local/ip/203.0.113.9')).json).toMatchObject({ data: { attributes: downgraded } })
    expect((await daemon.admin.get('/api/local/indicator?value=nothing%20of%20the%20kind')).status).toBe(400)
  })
  test('a log says it too', async () => {
    await daemon.intake.post('/api/v2/logs', [{ message: 'GET evil.example.org from 203.0.113.9', service: 'proxy' }])
    const query = '@threat_intel.results.downgraded.by:Good'
    const { json: body } = await daemon.admin.get(`/api/v2/logs/events?filter[query]=${encodeURIComponent(query)}`)
    expect(JSON.stringify(body)).toContain('evil.example.org')
  })
})

test('a database of places says where a client is', async () => {
  await add(feed({ name: 'Places', format: 'mmdb', intention: 'unknown' }))
  const database = writeMmdb({ '8.8.8.0/24': { country: { iso_code: 'DE' }, location: { latitude: 50.9, longitude: 6.9 } } })
  const content = gzipSync(database)
  const put = await daemon.admin.request('PUT', '/api/local/feeds/places/content', new Uint8Array(content))
  expect(put.json).toMatchObject({ data: { attributes: { entries: 1 } } })
  expect((await daemon.admin.get('/api/local/ip/8.8.8.8')).json).toMatchObject({
    data: { attributes: { geo: { country_code: 'DE', latitude: 50.9, longitude: 6.9 } } },
  })
})

test('a bundle goes out and comes in', async () => {
  const got = await daemon.admin.get('/api/local/feed-bundle')
  expect([got.status, got.headers.get('content-type')]).toEqual([200, 'application/gzip'])
  expect((await daemon.intake.get('/api/local/feed-bundle')).status).toBe(401)
  const bundle = writeTar([{ name: 'manifest.json', bytes: Buffer.from(JSON.stringify({ version: 1, feeds: [] })) }], 0)
  const { status, json: body } = await daemon.admin.request('POST', '/api/local/feed-bundle', new Uint8Array(bundle))
  expect([status, body]).toEqual([200, { data: { type: 'feed_bundle', attributes: { feeds: [] } } }])
  const bad = writeTar([{ name: '../manifest.json', bytes: Buffer.from('{}') }], 0)
  expect((await daemon.admin.request('POST', '/api/local/feed-bundle', new Uint8Array(bad))).status).toBe(400)
})
