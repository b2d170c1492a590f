import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { levelOf } from '../../../daemon/intake/status.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'
import { parseJson } from '../../../daemon/lib/json.ts'
import type { Json } from '../../../shared/json.ts'

// any UTF-16, lone surrogates too
const anything = fc.string({ unit: fc.nat(0xffff).map(code => String.fromCharCode(code)) })

const now = Date.UTC(2026, 6, 1, 12)
const read = (item: Json, defaults = {}) => normalise(item, { stream: 'live', ...defaults }, { now, zone: 0 })
const failed = 'Failed password for root from 192.0.2.7 port 4022 ssh2'

test('a whole log in Datadog’s form', () => {
  const sent = {
    message: 'hello',
    ddsource: 'app',
    ddtags: 'env:prod, team:web,env:prod,',
    hostname: 'w1',
    service: 'pay',
    status: 'Warning',
    timestamp: now - 1000,
    n: 1,
    usr: { id: 'u1' },
  }
  expect(read(sent)).toEqual({
    stream: 'live',
    timestamp: now - 1000,
    received: now,
    message: 'hello',
    service: 'pay',
    source: 'app',
    host: 'w1',
    status: 'warn',
    tags: ['env:prod', 'team:web'],
    attributes: { n: 1, usr: { id: 'u1' } },
  })
  expect(sent.ddtags).toBe('env:prod, team:web,env:prod,') // what was sent is not written to
})

describe('the time of a log', () => {
  test.each([
    [{ timestamp: '2026-06-30T10:00:00+02:00' }, '2026-06-30T08:00:00Z'],
    [{ date: 1782800000123 }, '2026-06-30T06:13:20.123Z'],
    [{ timestamp: '1782800000123' }, '2026-06-30T06:13:20.123Z'],
    [{ timestamp: 1782800000 }, '2026-06-30T06:13:20Z'],
    [{ '@timestamp': '2026-06-30T10:00:00Z' }, '2026-06-30T10:00:00Z'],
    [{ eventTime: '2026-06-30T10:00:00Z' }, '2026-06-30T10:00:00Z'],
    [{ timestamp: 'soon', date: '2026-06-30T10:00:00Z' }, '2026-06-30T10:00:00Z'],
    [{ timestamp: 'soon' }, '2026-07-01T12:00:00Z'],
    [{ timestamp: -1 }, '2026-07-01T12:00:00Z'],
    [{ timestamp: { at: 1 } }, '2026-07-01T12:00:00Z'],
    [{}, '2026-07-01T12:00:00Z'],
    [{ message: '2026-06-30T10:00:00Z boom' }, '2026-06-30T10:00:00Z'],
    [{ message: '2026-06-30T10:00:00Z boom', timestamp: now }, '2026-07-01T12:00:00Z'],
  ] as [Json, string][])('%j → %s', (item, time) => expect(read(item).timestamp).toBe(Date.parse(time)))

  test('as it was written is kept', () =>
    expect(read({ timestamp: '2026-06-30T10:00:00+02:00' }).attributes).toEqual({ timestamp: '2026-06-30T10:00:00+02:00' }))
})

test.each([
  ['emerg', 'emergency'],
  ['FATAL', 'emergency'],
  ['alert', 'alert'],
  ['Critical', 'critical'],
  ['err', 'error'],
  ['ERROR', 'error'],
  ['E', 'error'],
  ['SEVERE', 'error'],
  ['warning', 'warn'],
  ['W', 'warn'],
  ['notice', 'notice'],
  ['informational', 'info'],
  ['debug', 'debug'],
  ['TRACE', 'debug'],
  ['FINEST', 'debug'],
  ['ok', 'ok'],
  ['success', 'ok'],
  [0, 'emergency'],
  [3, 'error'],
  ['4', 'warn'],
  [7, 'debug'],
  [30, 'info'],
  [200, undefined],
  [3.5, undefined],
  ['', undefined],
  ['???', undefined],
  [null, undefined],
  [true, undefined],
])('the status %j is %s', (value, level) => expect(levelOf(value)).toBe(level))

describe('what a status says is not lost', () => {
  test.each([
    [{ status: 200 }, 'info', { status: 200 }],
    [{ status: 'completed', level: 'info' }, 'critical', { status: 'completed', level: 'info' }],
    [{ status: 'error' }, 'error', {}],
    [{ level: 'WARN' }, 'warn', { level: 'WARN' }],
  ] as [Json, string, object][])('%j → %s', (item, status, attributes) => expect(read(item)).toMatchObject({ status, attributes }))
})

describe('what the sender says stands', () => {
  test.each([
    [
      'its own address',
      { message: failed, network: { client: { ip: '192.0.2.99' } } },
      { network: { client: { ip: '192.0.2.99', port: 4022 } } },
    ],
    [
      'its own address, dotted',
      { message: failed, 'network.client.ip': '192.0.2.99' },
      { 'network.client.ip': '192.0.2.99', network: { client: { port: 4022 } } },
    ],
    ['its own event name', { message: failed, evt: { name: 'login' } }, { evt: { name: 'login', outcome: 'failure' } }],
    ['something else under that name', { message: failed, network: 'lan' }, { network: 'lan', usr: { name: 'root' } }],
  ] as [string, Json, object][])('%s', (_title, item, attributes) => expect(read(item).attributes).toMatchObject(attributes))

  test('source, service, status and message', () =>
    expect(read({ message: failed, ddsource: 'auth', service: 'bastion', status: 'info' })).toMatchObject({
      source: 'auth',
      service: 'bastion',
      status: 'info',
      message: failed,
    }))
})

describe('a message inside', () => {
  const line = `Jun  1 06:55:46 w1 sshd[1]: ${failed}`
  const nginx = '192.0.2.7 - - [10/Jun/2026:13:55:36 +0000] "GET /a HTTP/1.1" 404 5 "-" "-" "-"'
  const ssh = { evt: { name: 'authentication', outcome: 'failure' }, network: { client: { ip: '192.0.2.7' } } }
  test.each([
    ['sshd without a header', { message: failed, service: 'sshd' }, { message: failed, status: 'warn', source: 'sshd', attributes: ssh }],
    [
      'syslog in JSON',
      { message: line },
      { message: line, host: 'w1', service: 'sshd', timestamp: Date.UTC(2026, 5, 1, 6, 55, 46), attributes: ssh },
    ],
    [
      'nginx in JSON',
      { message: nginx, ddsource: 'nginx' },
      { message: nginx, status: 'warn', source: 'nginx', service: 'nginx', attributes: { http: { status_code: 404 } } },
    ],
    [
      'nginx in syslog',
      `<190>Jun 10 13:55:36 w1 nginx: ${nginx}`,
      { message: nginx, status: 'warn', source: 'nginx', attributes: { http: { status_code: 404 } } },
    ],
    [
      'JSON in syslog',
      '<14>Jun 10 13:55:36 w1 app[3]: {"message":"hi","level":"error","n":1}',
      { message: 'hi', status: 'error', host: 'w1', attributes: { n: 1 } },
    ],
    [
      'JSON in JSON',
      { message: '{"message":"hi","n":1,"a":{"x":1},"service":"in"}', a: { y: 2 }, service: 'out' },
      { message: 'hi', service: 'out', attributes: { n: 1, a: { x: 1, y: 2 } } },
    ],
    ['an object', { message: { msg: 'hi', n: 1 } }, { message: 'hi', attributes: { n: 1 } }],
    ['an object without words', { message: { n: 1 } }, { message: '{"n":1}', attributes: { n: 1 } }],
    ['broken JSON', { message: '{"n":' }, { message: '{"n":', attributes: {} }],
    [
      'a docker line',
      `{"log":"${line}\\n","stream":"stdout","time":"2026-06-01T06:55:47Z"}`,
      { source: 'sshd', timestamp: Date.UTC(2026, 5, 1, 6, 55, 47), attributes: { ...ssh, stream: 'stdout' } },
    ],
    ['none', { n: 1 }, { message: '{"n":1}', attributes: { n: 1 } }],
  ] as [string, Json, object][])('%s', (_title, item, expected) => expect(read(item)).toMatchObject(expected))
})

describe('what the sender says of all its logs', () => {
  const access = '192.0.2.7 - - [10/Jun/2026:13:55:36 +0000] "GET /a HTTP/1.1" 200 5'
  test.each([
    ['fills in', 'hello', { service: 'a', source: 'b', host: 'c', tags: ['x:y'] }, { service: 'a', source: 'b', host: 'c', tags: ['x:y'] }],
    [
      'gives way to the item',
      { message: 'm', service: 'own', ddtags: 'k:v' },
      { service: 'a', tags: ['x:y'] },
      { service: 'own', tags: ['k:v', 'x:y'] },
    ],
    [
      'gives way to a syslog tag',
      `Jun  1 06:55:46 w1 sshd[1]: ${failed}`,
      { service: 'a', source: 'b', host: 'c' },
      { service: 'sshd', source: 'sshd', host: 'w1' },
    ],
    ['wins over a guess', access, { source: 'caddy' }, { service: 'caddy', source: 'caddy' }],
    ['is guessed where it is silent', access, {}, { service: 'http', source: 'http' }],
    ['names a format', 'Jun  1 06:55:46 w1 app: x', { format: 'plain' }, { message: 'Jun  1 06:55:46 w1 app: x', timestamp: now }],
    ['names a format that does not fit', 'hello', { format: 'access' }, { message: 'hello' }],
  ] as [string, Json, object, object][])('%s', (_title, item, defaults, expected) => expect(read(item, defaults)).toMatchObject(expected))

  test('an unknown format is refused by name', () =>
    expect(() => read('x', { format: 'leef' })).toThrow(
      expect.objectContaining({ status: 400, code: 'unknown_format', problems: [expect.objectContaining({ field: 'format' })] }),
    ))
})

test('a line ends without its line end', () => expect(read('hello\r\n').message).toBe('hello'))

test.each(['__proto__', 'constructor', 'prototype'])('%s is data', key => {
  const log = read(parseJson(`{"message":"m","${key}":{"admin":true},"a":{"${key}":1},"ddtags":"${key}:1"}`))
  expect(Object.hasOwn(log.attributes, key)).toBe(true)
  expect(log.tags).toEqual([`${key}:1`])
  expect(Reflect.get({}, 'admin')).toBeUndefined()
})

test('a message that is JSON with __proto__ in it', () => {
  const log = read({ message: '{"__proto__":{"admin":true},"n":1}' })
  expect(Object.keys(log.attributes)).toEqual(['__proto__', 'n'])
  expect(Reflect.get({}, 'admin')).toBeUndefined()
})

test('digits beyond 2^53 survive', () =>
  expect(read('{"message":"m","id":9007199254740993}').attributes).toEqual({ id: '9007199254740993' }))

test('any JSON is a log or a Refusal, and what comes out can be written as UTF-8', () => {
  const key = fc.oneof(
    fc.constantFrom('message', 'ddtags', 'service', 'status', 'timestamp', 'level', 'date', 'http', 'network', 'signalbox'),
    anything,
  )
  const { item } = fc.letrec<{ item: Json; leaf: Json }>(tie => ({
    leaf: fc.oneof(
      anything,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.constant(failed),
    ),
    item: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.dictionary(key, tie('item')), fc.array(tie('item'), { maxLength: 4 })),
  }))
  fc.assert(
    fc.property(item, item => {
      try {
        const log = read(item)
        const text = JSON.stringify(log)
        return Number.isSafeInteger(log.timestamp) && Buffer.from(text).toString() === text && !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text)
      } catch (error) {
        return error instanceof Refusal
      }
    }),
    { numRuns: 1000 },
  )
})
