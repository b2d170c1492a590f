import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createCaller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

// what comes over a real port from where it should not, or in a form that it should not have
const daemon = await startDaemon({ port: true })
const port = Number(new URL(daemon.url).port)
const keys = { apiKey: daemon.apiKey, applicationKey: daemon.standard.key.secret }
const caller = createCaller(fetch, daemon.url, keys)
const secrets = `DD-API-KEY: ${keys.apiKey}\r\nDD-APPLICATION-KEY: ${keys.applicationKey}\r\n`
const host = `Host: 127.0.0.1:${port}\r\n`
const path = '/api/v2/security_monitoring/signals'

/** Send bytes as they are and read until the other side ends. */
const raw = (text: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1')
    socket.on('data', chunk => (answer += chunk))
    socket.on('close', () => resolve(answer))
    socket.on('error', error => (answer === '' ? reject(error) : resolve(answer)))
  })
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
const ask = async (head: string) => {
  const answer = await raw(`${head}Connection: close\r\n\r\n`)
  return { status: statusOf(answer), body: answer.slice(answer.indexOf('\r\n\r\n') + 4), answer }
}

test('listens on loopback alone', () => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file => readFileSync(file, 'utf8').split('\n'))
  const listening = lines.map(line => line.trim().split(/\s+/)).filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hex}`))
  expect(listening.map(([, local]) => local)).toEqual([`0100007F:${hex}`])
})

test.each([
  'evil.test:PORT',
  'localhost.evil.test:PORT',
  '127.0.0.1.nip.io:PORT',
  'localhost.:PORT',
  'localhost:PORT, evil.test',
  '2130706433:PORT',
  '127.1:PORT',
  '0x7f000001:PORT',
  '[::ffff:127.0.0.1]:PORT',
  '127.0.0.1:1',
  '127.0.0.1',
  'user@127.0.0.1:PORT',
  '127.0.0.1:PORT/',
])('Host: %s → refused on every path, good keys or not', async name => {
  for (const [method, where] of [
    ['GET', path],
    ['GET', '/health'],
    ['GET', '/openapi.json'],
    ['GET', '/nothing'],
    ['OPTIONS', path],
    ['GET', '/api/local/live'],
  ])
    for (const shown of ['', secrets]) {
      const { status, answer } = await ask(`${method} ${where} HTTP/1.1\r\nHost: ${name.replace('PORT', String(port))}\r\n${shown}`)
      expect([400, 421], `${method} ${where}`).toContain(status)
      expect(answer).not.toContain('"data"')
    }
})

test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])('Host: %s → 200', async name => {
  expect((await ask(`GET ${path} HTTP/1.1\r\nHost: ${name.replace('PORT', String(port))}\r\n${secrets}`)).status).toBe(200)
})

test.each([
  ['HTTP/1.0 without Host', `GET ${path} HTTP/1.0\r\n${secrets}`],
  ['an empty Host', `GET ${path} HTTP/1.1\r\nHost:\r\n${secrets}`],
  ['two Hosts', `GET ${path} HTTP/1.1\r\n${host}Host: evil.test\r\n${secrets}`],
  ['two Hosts, the good one last', `GET ${path} HTTP/1.1\r\nHost: evil.test\r\n${host}${secrets}`],
  ['absolute form', `GET http://evil.test${path} HTTP/1.1\r\n${host}${secrets}`],
  ['absolute form with a port', `GET http://evil.test:${port}${path} HTTP/1.1\r\n${host}${secrets}`],
  ['both lengths', `POST /api/v2/logs HTTP/1.1\r\n${host}${secrets}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n`],
  ['a header of 20 kB', `GET ${path} HTTP/1.1\r\n${host}${secrets}X: ${'a'.repeat(20_000)}\r\n`],
  ['TRACE', `TRACE ${path} HTTP/1.1\r\n${host}${secrets}`],
  ['CONNECT', `CONNECT 127.0.0.1:${port} HTTP/1.1\r\n${host}${secrets}`],
  ['a line feed in a header', `GET ${path} HTTP/1.1\r\n${host}X: a\nY: b\r\n${secrets}`],
  ['NUL in the path', `GET ${path}\0 HTTP/1.1\r\n${host}${secrets}`],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('%s → refused, and the daemon lives', async (_, head) => {
  const { status, body } = await ask(head)
  expect([0, 400, 404, 405, 421, 431, 501, 505]).toContain(status)
  expect(body).not.toContain('"data"')
  expect((await caller.get('/health')).status).toBe(200)
})

test('a TLS hello → 400', async () => {
  expect(statusOf(await raw(Buffer.from('16030100a5010000a10303', 'hex')))).toBe(400)
})

test.each([
  '//api/v2/security_monitoring/signals',
  '/api%2Fv2/security_monitoring/signals',
  '/API/v2/security_monitoring/signals',
  '/api/v2/./security_monitoring/signals',
  '/x/../api/v2/security_monitoring/signals',
  '/api/v2/security_monitoring/signals%00',
  '/api/v2/security_monitoring\\signals',
  '/api/v2/security_monitoring/signals/',
  '/api/v2//security_monitoring/signals',
  '/%61pi/v2/security_monitoring/signals',
  '/health/../api/v2/security_monitoring/signals',
  '/health/%2e%2e/api/v2/security_monitoring/signals',
  '/openapi.json/../api/local/audit/head',
])('%s without a key → refused, never data', async where => {
  const { status, answer } = await ask(`GET ${where} HTTP/1.1\r\n${host}`)
  expect([400, 401, 403, 404]).toContain(status)
  expect(answer).not.toContain('"data"')
})

const headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: expect.stringContaining('Origin'),
  'content-security-policy': expect.stringContaining("default-src 'none'"),
}
test.each([
  ['GET', '/health', {}, 200],
  ['GET', '/docs', {}, 200],
  ['GET', path, {}, 200],
  ['GET', '/nothing', {}, 404],
  ['DELETE', path, {}, 405],
  ['GET', path, { 'dd-api-key': 'x' }, 403],
  ['GET', '/api/local/feeds', { 'dd-api-key': 'x' }, 401],
  ['OPTIONS', path, { origin: 'https://evil.test', 'access-control-request-method': 'GET' }, 403],
  ['GET', path, { origin: 'https://evil.test' }, 403],
  ['GET', path, { origin: 'null' }, 403],
  ['GET', path, { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' }, 403],
  ['POST', path, { origin: 'http://127.0.0.1:7420' }, 403],
])('%s %s %j → %i with the headers that keep others out, and no CORS', async (method, where, extra, status) => {
  const answer = await caller.request(method, where, undefined, extra)
  expect(answer.status).toBe(status)
  expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
  expect([...answer.headers.keys()].filter(name => name.startsWith('access-control-'))).toEqual([])
})

test.each([
  ['cross-site', 403],
  ['same-site', 403],
  ['same-origin', 200],
  ['none', 200],
])('Sec-Fetch-Site: %s with good keys → %i', async (site, status) => {
  expect((await ask(`GET ${path} HTTP/1.1\r\n${host}${secrets}Sec-Fetch-Site: ${site}\r\n`)).status).toBe(status)
})

test.each([
  ['a form without keys', 'text/plain', false, 403],
  ['a form with keys', 'text/plain', true, 415],
  ['a urlencoded form with keys', 'application/x-www-form-urlencoded', true, 415],
  ['multipart with keys', 'multipart/form-data; boundary=x', true, 415],
  ['no type with keys', '', true, 415],
])('%s → %s', async (_, type, shown, status) => {
  const body = '{"data":{"attributes":{"state":"archived"}}}'
  const head = `PATCH ${path}/x/state HTTP/1.1\r\n${host}${shown ? secrets : ''}${type && `Content-Type: ${type}\r\n`}Content-Length: ${body.length}\r\n`
  expect(statusOf(await raw(`${head}Connection: close\r\n\r\n${body}`))).toBe(status)
})

test.each(['token', 'api_key', 'application_key', 'dd-api-key'])('keys in the query as %s → 403', async name => {
  const query = `${name}=${keys.apiKey}&dd-application-key=${keys.applicationKey}`
  expect((await ask(`GET ${path}?${query} HTTP/1.1\r\n${host}`)).status).toBe(403)
})

test.each([`${path}/x/archive`, `${path}/x/state?state=archived`])('GET %s → changes nothing: 404 or 405', async where => {
  expect([404, 405]).toContain((await caller.get(where)).status)
})

test.each(['PUT', 'PATCH', 'DELETE', 'POST'])('%s on the audit trail → 405', async method => {
  expect((await caller.request(method, '/api/v2/audit/events')).status).toBe(405)
})

/** A body in chunks, so that nothing says how long it is. */
function chunked(bytes: number): string {
  const piece = 64 * 1024
  const chunk = `${piece.toString(16)}\r\n${' '.repeat(piece)}\r\n`
  return (
    chunk.repeat(Math.floor(bytes / piece)) + (bytes % piece ? `${(bytes % piece).toString(16)}\r\n${' '.repeat(bytes % piece)}\r\n` : '')
  )
}
const intakeHead = `POST /api/v2/logs HTTP/1.1\r\n${host}DD-API-KEY: ${keys.apiKey}\r\nContent-Type: application/json\r\nConnection: close\r\n`

test('6 MB → 413', async () => {
  expect(statusOf(await raw(`${intakeHead}Content-Length: ${6 * 1024 * 1024}\r\n\r\n${' '.repeat(6 * 1024 * 1024)}`))).toBe(413)
})
test('5 MB and a byte in chunks → 413', async () => {
  expect(statusOf(await raw(`${intakeHead}Transfer-Encoding: chunked\r\n\r\n${chunked(5 * 1024 * 1024 + 1)}0\r\n\r\n`))).toBe(413)
})
test('5 MB less a byte in chunks → read', async () => {
  expect(statusOf(await raw(`${intakeHead}Transfer-Encoding: chunked\r\n\r\n${chunked(5 * 1024 * 1024 - 20)}2\r\n[]\r\n0\r\n\r\n`))).toBe(
    202,
  )
})

const post = (body: Uint8Array, encoding: string) => caller.post('/api/v2/logs', body, { 'content-encoding': encoding })
test('204 kB of gzip that hold 200 MB → 413, without taking their room', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  const before = process.memoryUsage().rss
  expect((await post(bomb, 'gzip')).status).toBe(413)
  expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(64)
})
test.each([
  ['br', Buffer.from('[]'), 415],
  ['gzip, gzip', gzipSync(gzipSync('[]')), 415],
  ['zstd', Buffer.from('[]'), 415],
  ['__proto__', Buffer.from('[]'), 415],
  ['gzip', gzipSync('[{"message":"a"}]').subarray(0, 20), 400],
  ['gzip', Buffer.from('not gzip'), 400],
  ['deflate', Buffer.from('not deflate'), 400],
  ['GZIP', gzipSync('[{"message":"a"}]'), 202],
  ['identity', Buffer.from('[{"message":"a"}]'), 202],
])('Content-Encoding: %s of %o → %i', async (encoding, body, status) => {
  expect((await post(body, encoding)).status).toBe(status)
})

test.each([
  ['100,000 arrays in each other', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['100,000 opening brackets', '['.repeat(100_000)],
  ['20,000 objects in each other', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
])('%s → 400 at once, wherever they are sent', async (_, body) => {
  for (const where of ['/api/v2/logs', '/api/local/explorer', `${path}/x/state`, '/api/v2/security_monitoring/rules']) {
    const started = performance.now()
    const method = where.endsWith('state') ? 'PATCH' : 'POST'
    expect((await caller.request(method, where, body)).status, where).toBe(400)
    expect(performance.now() - started).toBeLessThan(1000)
  }
})

test.each([
  ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ['half a character', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
])('a body that is %s → 400', async (_, body) => {
  expect((await caller.post('/api/v2/logs', body)).status).toBe(400)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
