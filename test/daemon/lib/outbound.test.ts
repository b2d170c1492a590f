import { createServer, type RequestListener, type Server } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createOutbound, OutboundError } from '../../../daemon/lib/outbound.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

let server: Server
let port = 0
let hits = 0
let answer: RequestListener = (_, response) => response.end('hello')
beforeAll(async () => {
  server = createServer((request, response) => {
    hits++
    answer(request, response)
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  port = (server.address() as { port: number }).port
})
afterAll(() => server.close())

const strict = createOutbound({ allowed: () => [], userAgent: 'test' })
const allowed = createOutbound({
  allowed: () => ['127.0.0.1', 'here.example.org'],
  userAgent: 'test/1',
  resolve: async () => ['127.0.0.1'],
})
const here = () => `http://127.0.0.1:${port}/`
const refused = (work: Promise<unknown>, code: string) => expect(work).rejects.toMatchObject({ code, constructor: OutboundError })

describe('nothing inside of a network is asked', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '0177.0.0.1',
    '0',
    '0.0.0.0',
    '１２７.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:7f00:1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fd00::1]',
    '[fe80::1]',
    '[ff02::1]',
    '203.0.113.9',
  ])('%s', async host => {
    hits = 0
    await refused(strict(`https://${host}:${port}/`), 'address_refused')
    expect(hits).toBe(0)
  })
  test.each([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['8.8.8.8', '::ffff:10.0.0.1']]])('a name that leads to %j', async addresses => {
    const outbound = createOutbound({ allowed: () => [], userAgent: 'test', resolve: async () => addresses })
    await refused(outbound(`https://evil.example.org:${port}/`), 'address_refused')
  })
  test('a name is resolved once, and the connection goes where the check looked', async () => {
    const asked: string[] = []
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const outbound = createOutbound({
      allowed: () => ['here.example.org'],
      userAgent: 'test',
      resolve: async host => {
        asked.push(host)
        return answers.shift()!
      },
    })
    answer = (request, response) => response.end(request.headers.host)
    const { body } = await outbound(`http://here.example.org:${port}/`)
    expect(Buffer.from(body).toString()).toBe(`here.example.org:${port}`)
    expect(asked).toEqual(['here.example.org'])
  })
  test.each(['localhost', 'localhost.'])('%s', async host => {
    const outbound = createOutbound({ allowed: () => [], userAgent: 'test', resolve: async () => ['127.0.0.1', '::1'] })
    await refused(outbound(`https://${host}:${port}/`), 'address_refused')
  })
})

test.each([
  ['ftp://example.org/', 'bad_url'],
  ['file:///etc/passwd', 'bad_url'],
  ['https://me:secret@example.org/', 'bad_url'],
  ['nowhere', 'bad_url'],
  ['http://example.org/', 'not_https'],
])('%s: %s', (url, code) => refused(strict(url), code))

describe('a host that is allowed', () => {
  test('is asked by http, too', async () => {
    answer = (request, response) => response.setHeader('X-Agent', request.headers['user-agent']!).end('hello')
    const { status, headers, body } = await allowed(here())
    expect([status, headers['x-agent'], Buffer.from(body).toString()]).toEqual([200, 'test/1', 'hello'])
  })
  test('is not this daemon', async () => {
    const outbound = createOutbound({ allowed: () => ['127.0.0.1'], ownPorts: () => [port], userAgent: 'test' })
    await refused(outbound(here()), 'address_refused')
  })
  test('is never link-local', () =>
    refused(createOutbound({ allowed: () => ['169.254.169.254'], userAgent: 'test' })('http://169.254.169.254/'), 'address_refused'))
  test('a redirect is not followed', async () => {
    hits = 0
    answer = (_, response) => response.writeHead(302, { Location: `${here()}elsewhere` }).end()
    await refused(allowed(here()), 'redirected')
    expect(hits).toBe(1)
  })
  test('304 is an answer', async () => {
    answer = (_, response) => response.writeHead(304).end()
    expect((await allowed(here())).status).toBe(304)
  })
  test.each(Object.entries({ gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }))('%s is unpacked', async (encoding, pack) => {
    answer = (_, response) => response.setHeader('Content-Encoding', encoding).end(pack('hello'))
    expect(Buffer.from((await allowed(here())).body).toString()).toBe('hello')
  })
  test('small as sent, large unpacked', async () => {
    answer = (_, response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(8 << 20)))
    await refused(allowed(here(), { maxBytes: 1 << 20 }), 'too_large')
  })
  test('larger than it says nothing of', async () => {
    answer = (_, response) => {
      response.write(Buffer.alloc(1 << 20))
      response.end(Buffer.alloc(1 << 20))
    }
    await refused(allowed(here(), { maxBytes: 1 << 20 }), 'too_large')
  })
  test('larger, as it says itself', async () => {
    answer = (_, response) => response.setHeader('Content-Length', 1e9).flushHeaders()
    await refused(allowed(here(), { maxBytes: 1 << 20 }), 'too_large')
  })
  test('cut off in the middle', async () => {
    answer = (_, response) => {
      response.setHeader('Content-Length', 1000)
      response.write('x')
      setImmediate(() => response.destroy())
    }
    await refused(allowed(here()), 'not_reached')
  })
  test('one that never ends', async () => {
    answer = (_, response) => void response.write('x')
    await refused(allowed(here(), { timeout: 50 }), 'timeout')
  })
  test('nobody there', () => refused(allowed('http://127.0.0.1:1/'), 'not_connected'))
  test('a header that is none', () => refused(allowed(here(), { headers: { 'X-A': 'a\r\nB: c' } }), 'not_reached'))
})
