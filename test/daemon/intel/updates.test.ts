import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFeeds, type Feeds } from '../../../daemon/intel/feeds.ts'
import { createUpdates } from '../../../daemon/intel/updates.ts'
import { createOutbound } from '../../../daemon/lib/outbound.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

let server: Server
let origin = ''
let requests: IncomingMessage[] = []
let answer: RequestListener
beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterAll(() => server.close())

let dir: string
let time: number
const hour = 3_600_000
const now = () => time
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'feeds-'))
  time = Date.UTC(2026, 0, 1)
  requests = []
  answer = (_, response) => response.end(lines(10))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function open(): Promise<{ feeds: Feeds; updates: ReturnType<typeof createUpdates> }> {
  const feeds = createFeeds({ dir, now })
  await feeds.open()
  const outbound = createOutbound({ allowed: () => ['127.0.0.1'], userAgent: 'test' })
  return { feeds, updates: createUpdates({ feeds, outbound, now, record: async () => {}, random: () => 1 }) }
}
const lines = (count: number) => Array.from({ length: count }, (_, i) => `203.0.113.${i}`).join('\n')
const list = (part: object = {}) => ({
  ...{ name: 'List', format: 'netset', category: 'scanner', intention: 'malicious' as const, url: `${origin}/list.txt`, refresh: {} },
  ...part,
})

/** Whatever the source does, the old entries answer, and the feed says what is wrong and since when. */
describe('an update that fails', () => {
  test.each<[what: string, code: string, answer: RequestListener]>([
    ['the connection ends', 'not_reached', (request, _) => request.destroy()],
    [
      'the body ends in the middle',
      'not_reached',
      (_, response) => {
        response.setHeader('Content-Length', 1000)
        response.write('203.0.113.1\n')
        setImmediate(() => response.destroy())
      },
    ],
    ['the file is gone', 'bad_answer', (_, response) => response.writeHead(404).end('not here')],
    ['the server is broken', 'bad_answer', (_, response) => response.writeHead(500).end()],
    ['a redirect inside', 'redirected', (_, response) => response.writeHead(302, { Location: 'http://169.254.169.254/' }).end()],
    ['nothing', 'feed_empty', (_, response) => response.end()],
    ['comments alone', 'feed_empty', (_, response) => response.end('# 0 entries\n')],
    ['HTML', 'feed_html', (_, response) => response.end('<!DOCTYPE html><p>Log in</p>')],
    ['another format', 'feed_invalid', (_, response) => response.end('ip,category\nx,y\nz,w')],
    ['the whole internet', 'feed_too_wide', (_, response) => response.end(`${lines(10)}\n0.0.0.0/0`)],
    ['60 % fewer entries', 'feed_shrunk', (_, response) => response.end(lines(4))],
    ['an archive that is damaged', 'bad_archive', (_, response) => response.end(Buffer.from('PK\x03\x04 nothing', 'latin1'))],
  ])('%s: %s', async (_, code, bad) => {
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list())
    await updates.refresh(id)
    const loadedAt = time
    time += 24 * hour
    const failedAt = time
    answer = bad
    let asked = 0
    let missed = 0
    const update = updates.refresh(id).catch((error: unknown) => error)
    const done = update.then(() => true)
    // the tables are asked in every turn that the update takes
    for (let over = false; !over; over = await Promise.race([done, new Promise<false>(later => setImmediate(() => later(false)))]))
      for (let i = 0; i < 100; i++, asked++) if (feeds.match('203.0.113.9').length !== 1) missed++
    expect(await update).toMatchObject({ code })
    expect(asked).toBeGreaterThan(0)
    expect(missed).toBe(0)
    const stale = { entries: 10, updated_at: loadedAt, error: { message: expect.any(String), since: failedAt }, refresh: { failures: 1 } }
    expect(feeds.list()[0]).toMatchObject(stale)
    // a second failure does not make it younger, and a restart forgets nothing
    time += hour
    expect(await updates.run()).toBe(1)
    const again = await open()
    expect(again.feeds.list()[0]).toMatchObject({ ...stale, refresh: { failures: 2 } })
    expect(again.feeds.match('203.0.113.9')).toHaveLength(1)
    // and what is good again is taken
    answer = (_, response) => response.end(lines(12))
    time += 24 * hour
    await again.updates.run()
    expect(again.feeds.list()[0]).toMatchObject({ entries: 12, updated_at: time, refresh: { failures: 0 } })
    expect(again.feeds.list()[0]).not.toHaveProperty('error')
  })
})

describe('one that succeeds', () => {
  test('asks the next time only for what has changed, a restart in between', async () => {
    answer = (_, response) => response.setHeader('ETag', '"a"').setHeader('Last-Modified', 'Thu, 01 Jan 2026 00:00:00 GMT').end(lines(10))
    const first = await open()
    const { id } = await first.feeds.add(list())
    await first.updates.run()
    time += 24 * hour
    answer = (_, response) => response.writeHead(304).end()
    const { feeds, updates } = await open()
    expect(await updates.run()).toBe(1)
    expect(requests[1]!.headers).toMatchObject({ 'if-none-match': '"a"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' })
    expect(feeds.list()[0]).toMatchObject({ id, entries: 10, updated_at: time })
    // the state of before is kept with it
    time += 24 * hour
    await updates.run()
    expect(requests[2]!.headers['if-none-match']).toBe('"a"')
  })
  test('is asked for in its time, and no more often', async () => {
    const { feeds, updates } = await open()
    await feeds.add(list({ refresh: { every_hours: 6 } }))
    const hours: number[] = []
    for (let i = 0; i < 24; i++, time += hour) if ((await updates.run()) > 0) hours.push(i)
    expect(hours).toEqual([0, 6, 12, 18])
  })
  test('seldom while it fails, but daily at least', async () => {
    const { feeds, updates } = await open()
    await feeds.add(list())
    answer = (_, response) => response.writeHead(500).end()
    const minutes: number[] = []
    for (let i = 0; i < 3 * 24 * 60; i += 5, time += 5 * 60_000) if ((await updates.run()) > 0) minutes.push(i)
    expect(minutes.slice(0, 5)).toEqual([0, 5, 15, 35, 75])
    expect(minutes.at(-1)).toBeGreaterThan(2 * 24 * 60)
  })
  test('asked to wait, it waits', async () => {
    const { feeds, updates } = await open()
    await feeds.add(list())
    answer = (_, response) => response.writeHead(429, { 'Retry-After': '7200' }).end()
    await updates.run()
    expect(feeds.list()[0]).toMatchObject({ refresh: { next_at: time + 2 * hour } })
  })
  test('never twice at once', async () => {
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list())
    await Promise.all([updates.refresh(id), updates.refresh(id), updates.run()])
    expect(requests).toHaveLength(1)
  })
  test('nothing is asked for what is off, or has no refresh', async () => {
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list())
    await feeds.setEnabled(id, false)
    await feeds.add({ ...list({ name: 'By hand' }), refresh: undefined })
    expect(await updates.run()).toBe(0)
    expect(requests).toEqual([])
    await expect(updates.refresh('by-hand')).rejects.toMatchObject({ status: 409 })
  })
  test('a clock that was set back leaves no feed alone', async () => {
    const { feeds, updates } = await open()
    await feeds.add(list())
    await updates.run()
    time -= 365 * 24 * hour
    expect(await updates.run()).toBe(1)
  })
})

describe('who asks', () => {
  test.each([
    [{ type: 'basic', user: 'me' }, { authorization: `Basic ${Buffer.from('me:hush').toString('base64')}` }],
    [{ type: 'bearer' }, { authorization: 'Bearer hush' }],
    [{ type: 'header', header: 'Auth-Key' }, { 'auth-key': 'hush' }],
  ])('%j', async (auth, headers) => {
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list({ refresh: { auth } }))
    await expect(updates.refresh(id)).rejects.toMatchObject({ code: 'no_secret' })
    expect(requests).toEqual([])
    expect(await feeds.setSecret(id, 'hush')).toMatchObject({ refresh: { auth: { secret: '***' } } })
    await updates.refresh(id)
    expect(requests[0]!.headers).toMatchObject(headers)
    expect(readFileSync(join(dir, 'feeds.json'), 'utf8')).not.toContain('hush')
    if (process.platform !== 'win32') expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect((await open()).feeds.secretOf(id)).toBe('hush')
    await feeds.remove(id)
    expect(readFileSync(join(dir, 'secrets.json'), 'utf8')).not.toContain('hush')
  })
})

describe('TAXII', () => {
  const object = (n: number) => ({
    type: 'indicator',
    id: `indicator--${n}`,
    pattern_type: 'stix',
    pattern: `[ipv4-addr:value = '203.0.113.${n}']`,
  })
  /** One collection of objects that were added a minute after the other, three a page. */
  function serve(count: () => number): RequestListener {
    return (request, response) => {
      const url = new URL(request.url!, origin)
      if (url.pathname === '/api/collections/')
        return response.end(
          JSON.stringify({
            collections: [
              { id: 'a', can_read: true },
              { id: 'b', can_read: false },
            ],
          }),
        )
      if (url.pathname !== '/api/collections/a/objects/') return response.writeHead(404).end()
      const added = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString()
      const since = url.searchParams.get('added_after') ?? ''
      const wanted = Array.from({ length: count() }, (_, n) => n).filter(n => added(n) > since)
      const from = Number(url.searchParams.get('next') ?? 0)
      const page = wanted.slice(from, from + 3)
      const more = from + 3 < wanted.length
      if (page.length > 0) response.setHeader('X-TAXII-Date-Added-Last', added(page.at(-1)!))
      return response.end(JSON.stringify({ more, ...(more && { next: String(from + 3) }), objects: page.map(object) }))
    }
  }
  test.each(['/api/', '/api/collections/a/', '/api/collections/a/objects'])('%s: pages, then what was added since', async path => {
    let count = 7
    answer = serve(() => count)
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list({ format: 'stix', url: `${origin}${path}`, refresh: { via: 'taxii' } }))
    expect(await updates.refresh(id)).toMatchObject({ entries: 7 })
    expect(requests[0]!.headers.accept).toBe('application/taxii+json;version=2.1')
    count = 8
    const before = requests.length
    expect(await updates.refresh(id)).toMatchObject({ entries: 8 })
    expect(requests.slice(before).at(-1)!.url).toContain(`added_after=${encodeURIComponent('2026-01-01T00:06:00.000Z')}`)
    time += hour
    expect(await updates.refresh(id)).toMatchObject({ entries: 8, updated_at: time })
    const again = await open()
    expect(again.feeds.match('203.0.113.7')).toHaveLength(1)
  })
  test('pages without end are refused', async () => {
    answer = (_, response) => response.end(JSON.stringify({ more: true, next: String(requests.length), objects: [] }))
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list({ format: 'stix', url: `${origin}/api/collections/a/`, refresh: { via: 'taxii' } }))
    await expect(updates.refresh(id)).rejects.toMatchObject({ code: 'too_large' })
  })
})

describe('a MISP feed', () => {
  const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  test('events that are new or have changed are fetched, those that are gone go', async () => {
    let manifest: Record<string, { timestamp: string }> = { [uuid(1)]: { timestamp: '1' }, [uuid(2)]: { timestamp: '1' } }
    answer = (request, response) => {
      const [, name = ''] = request.url!.match(/^\/feed\/(.*)\.json$/) ?? []
      if (name === 'manifest') return response.end(JSON.stringify(manifest))
      const n = name.slice(-1)
      const value = `203.0.113.${n}${manifest[name]!.timestamp}`
      return response.end(
        JSON.stringify({ Event: { uuid: name, info: `Event ${n}`, Attribute: [{ type: 'ip-dst', value, to_ids: true }] } }),
      )
    }
    const { feeds, updates } = await open()
    const { id } = await feeds.add(list({ format: 'misp', url: `${origin}/feed/`, refresh: { via: 'misp' } }))
    expect(await updates.refresh(id)).toMatchObject({ entries: 2 })
    manifest = { [uuid(2)]: { timestamp: '2' }, [uuid(3)]: { timestamp: '1' }, '../x': { timestamp: '1' } }
    requests = []
    expect(await updates.refresh(id)).toMatchObject({ entries: 2 })
    expect(requests.map(({ url }) => url).sort()).toEqual([`/feed/${uuid(2)}.json`, `/feed/${uuid(3)}.json`, '/feed/manifest.json'])
    expect(['203.0.113.11', '203.0.113.21', '203.0.113.22', '203.0.113.31'].map(address => feeds.match(address).length)).toEqual([
      0, 0, 1, 1,
    ])
    requests = []
    await updates.refresh(id)
    expect(requests).toHaveLength(1)
  })
})
