import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logFormats } from '../../../daemon/intake/log-formats/index.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { readLine } from '../../../daemon/intake/read.ts'

// any UTF-16, lone surrogates too
const anything = fc.string({ unit: fc.nat(0xffff).map(code => String.fromCharCode(code)) })

const context = { now: Date.UTC(2026, 6, 1, 12), zone: 0 }

/** Lines of each format: what they are recognised as, their time, and the attributes and words they must have at least. */
const lines: Record<string, [line: string, time: string | undefined, expected: object][]> = {
  datadog: [
    [
      '{"timestamp":"2026-06-30T10:00:00Z","message":"hi","ddsource":"app","service":"pay","hostname":"w1","status":"ERROR","ddtags":"a:b, c","n":1}',
      '2026-06-30T10:00:00Z',
      { message: 'hi', source: 'app', service: 'pay', host: 'w1', status: 'error', tags: ['a:b', 'c'], attributes: { n: 1 } },
    ],
    [
      '  {"level":30,"time":1782800000000,"msg":"pino"}',
      '2026-06-30T06:13:20Z',
      { message: 'pino', status: 'info', attributes: { level: 30 } },
    ],
    ['{"a":{"b":1}}', undefined, { message: '{"a":{"b":1}}', attributes: { a: { b: 1 } } }],
  ],
  rfc5424: [
    [
      `<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su 42 ID47 - \ufeff'su root' failed`,
      '2003-10-11T22:14:15.003Z',
      {
        message: `'su root' failed`,
        host: 'mymachine.example.com',
        service: 'su',
        source: 'su',
        status: 'critical',
        attributes: { process: { pid: 42 }, syslog: { facility: 'auth', msgid: 'ID47', timestamp: '2003-10-11T22:14:15.003Z' } },
      },
    ],
    [
      '<165>1 2026-06-30T10:00:00.000003-07:00 192.0.2.1 myproc 8710 - [ex@32473 iut="3" text="a \\"b\\] \\\\c"][x@1] %% It is time',
      '2026-06-30T17:00:00Z',
      { message: '%% It is time', status: 'notice', attributes: { 'ex@32473': { iut: '3', text: 'a "b] \\c' }, 'x@1': {} } },
    ],
    ['<14>1 - - app worker.1 - -', undefined, { message: '', service: 'app', attributes: { syslog: { procid: 'worker.1' } } }],
  ],
  rfc3164: [
    [
      'Dec 10 06:55:46 web-1 app[24200]: hello: there',
      '2025-12-10T06:55:46Z',
      {
        message: 'hello: there',
        host: 'web-1',
        service: 'app',
        source: 'app',
        attributes: { process: { pid: 24200 }, syslog: { timestamp: 'Dec 10 06:55:46' } },
      },
    ],
    [
      '<38>Jun  1 06:55:46 web-1 CRON[7]: (root) CMD (true)',
      '2026-06-01T06:55:46Z',
      { service: 'CRON', source: 'cron', status: 'info', attributes: { syslog: { facility: 'auth' } } },
    ],
    ['<13>Jun  1 06:55:46 sam[7]: no host here', '2026-06-01T06:55:46Z', { message: 'no host here', service: 'sam' }],
    [
      'Jun  1 06:55:46 web-1 last message repeated 2 times',
      '2026-06-01T06:55:46Z',
      { message: 'last message repeated 2 times', host: 'web-1' },
    ],
    ['Jun  1 06:55:46 web-1 kernel: [12.5] usb 1-1: new', '2026-06-01T06:55:46Z', { message: '[12.5] usb 1-1: new', source: 'kernel' }],
    [
      'Jun  1 06:55:46 web-1 postfix/smtpd[9]: connect',
      '2026-06-01T06:55:46Z',
      { service: 'postfix', attributes: { syslog: { appname: 'postfix/smtpd' } } },
    ],
    [
      'Jun  1 06:55:46 web-1 sshd-session[9]: hello',
      '2026-06-01T06:55:46Z',
      { source: 'sshd', attributes: { syslog: { appname: 'sshd-session' } } },
    ],
    ['Jun  1 06:55:46 web-1 gdm-password]: hello', '2026-06-01T06:55:46Z', { source: 'gdm-password', message: 'hello' }],
    ['Jun  1 06:55:46 web-1', '2026-06-01T06:55:46Z', { host: 'web-1', message: '' }],
    [
      '2026-06-30T10:00:00.123456+02:00 web-1 sudo:      sam : hi',
      '2026-06-30T08:00:00.123Z',
      { host: 'web-1', source: 'sudo', message: '     sam : hi' },
    ],
    ['<86>2026-06-30T10:00:00Z web-1 app[3]: hi', '2026-06-30T10:00:00Z', { host: 'web-1', message: 'hi' }],
  ],
  access: [
    [
      '192.0.2.7 - frank [10/Jun/2026:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326',
      '2026-06-10T20:55:36Z',
      {
        status: 'ok',
        attributes: {
          evt: { name: 'http_request' },
          http: {
            method: 'GET',
            url: '/a.gif',
            url_details: { path: '/a.gif' },
            version: '1.0',
            status_code: 200,
            status_category: 'OK',
            auth: 'frank',
          },
          network: { client: { ip: '192.0.2.7' }, bytes_written: 2326 },
        },
      },
    ],
    [
      '2001:DB8::1 - - [10/Jun/2026:13:55:36 +0000] "POST /x?a=1&b=%27&a=2&c HTTP/2" 503 - "http://r.example/" "curl/8 \\"x\\""',
      '2026-06-10T13:55:36Z',
      {
        status: 'error',
        attributes: {
          http: {
            url_details: { path: '/x', queryString: { a: ['1', '2'], b: '%27', c: '' } },
            useragent: 'curl/8 \\"x\\"',
            referer: 'http://r.example/',
            version: '2',
          },
          network: { client: { ip: '2001:db8::1' } },
        },
      },
    ],
    [
      'shop.example:443 192.0.2.7 - - [10/Jun/2026:13:55:36 +0000] "GET / HTTP/1.1" 301 5 "-" "-" 0.003',
      '2026-06-10T13:55:36Z',
      {
        status: 'notice',
        attributes: { http: { vhost: 'shop.example:443', status_category: 'notice' }, network: { client: { ip: '192.0.2.7' } } },
      },
    ],
    [
      '192.0.2.7 - - [10/Jun/2026:13:55:36 +0000] "\\x16\\x03\\x01" 400 0 "-" "-"',
      '2026-06-10T13:55:36Z',
      { status: 'warn', attributes: { http: { status_code: 400 } } },
    ],
    ['192.0.2.7 - - [10/Jun/2026:13:55:36 +0000] "-" 408 -', '2026-06-10T13:55:36Z', { attributes: { http: { status_code: 408 } } }],
    [
      'host.example - - [10/Jun/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 1',
      '2026-06-10T13:55:36Z',
      { attributes: { network: { client: { hostname: 'host.example' } } } },
    ],
    [
      '192.0.2.7 - a [01/Jan/2020:00:00:00 +0000] b [10/Jun/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 1',
      '2026-06-10T13:55:36Z',
      { attributes: { http: { auth: 'a [01/Jan/2020:00:00:00 +0000] b' } } },
    ],
  ],
  apache_error: [
    [
      '[Sun Dec 04 04:47:44 2005] [error] [client 192.0.2.7] Directory index forbidden by rule: /var/www/',
      '2005-12-04T04:47:44Z',
      {
        status: 'error',
        attributes: {
          level: 'error',
          network: { client: { ip: '192.0.2.7' } },
          error: { message: 'Directory index forbidden by rule: /var/www/' },
        },
      },
    ],
    [
      '[Sun Dec  4 04:47:44 2005] [notice] caught SIGTERM',
      '2005-12-04T04:47:44Z',
      { status: 'notice', attributes: { error: { message: 'caught SIGTERM' } } },
    ],
    [
      '[Wed Jun 10 14:32:52.123456 2026] [core:error] [pid 35708:tid 4328636416] [client 192.0.2.7:5678] AH00035: denied, referer: http://r.example/',
      '2026-06-10T14:32:52.123Z',
      {
        attributes: {
          apache: { module: 'core' },
          process: { pid: 35708, tid: '4328636416' },
          network: { client: { ip: '192.0.2.7', port: 5678 } },
          http: { referer: 'http://r.example/' },
          error: { message: 'AH00035: denied' },
        },
      },
    ],
    [
      '[Wed Jun 10 14:32:52 2026] [:warn] [pid 1] [client 2001:db8::1:5678] x',
      '2026-06-10T14:32:52Z',
      { attributes: { network: { client: { ip: '2001:db8::1', port: 5678 } } } },
    ],
    [
      '[Wed Jun 10 14:32:52 2026] [warn] [client 2001:db8::1] x',
      '2026-06-10T14:32:52Z',
      { attributes: { network: { client: { ip: '2001:db8::1' } } } },
    ],
  ],
  nginx_error: [
    [
      '2026/06/10 14:36:50 [error] 9#9: *31 open() "/srv/x" failed (2: No such file), client: 192.0.2.7, server: s, request: "GET /x?q="1" HTTP/1.1", host: "h", referrer: "http://r.example/"',
      '2026-06-10T14:36:50Z',
      {
        status: 'error',
        attributes: {
          level: 'error',
          process: { pid: 9 },
          evt: { name: 'http_request' },
          http: { method: 'GET', url: '/x?q="1"', referer: 'http://r.example/' },
          network: { client: { ip: '192.0.2.7' } },
          error: { message: '9#9: *31 open() "/srv/x" failed (2: No such file)' },
        },
      },
    ],
    [
      '2026/06/10 14:36:50 [notice] 1#1: start worker processes',
      '2026-06-10T14:36:50Z',
      { status: 'notice', attributes: { error: { message: '1#1: start worker processes' } } },
    ],
    ['2026/06/10 14:36:50 [emerg] bind() failed', '2026-06-10T14:36:50Z', { status: 'emergency' }],
  ],
  logfmt: [
    [
      'time="2026-06-30T10:00:00Z" level=warning msg="a \\"b\\"\\nc" user.id=7 ok=true zip=007 path=/x?y=1',
      '2026-06-30T10:00:00Z',
      { message: 'a "b"\nc', status: 'warn', attributes: { level: 'warning', 'user.id': 7, ok: true, zip: '007', path: '/x?y=1' } },
    ],
    ['a= b=""', undefined, { message: 'a= b=""', attributes: { a: '', b: '' } }],
  ],
  plain: [
    ['hello world', undefined, { message: 'hello world' }],
    ['', undefined, { message: '' }],
    ['2026-06-30T10:00:00Z ERROR main: boom', '2026-06-30T10:00:00Z', { message: '2026-06-30T10:00:00Z ERROR main: boom' }],
    ['[2026-06-30 10:00:00,250] boom', '2026-06-30T10:00:00.250Z', {}],
    ['2026-06-30 10:00:00 +0200 boom', '2026-06-30T08:00:00Z', {}],
    ['1782800000 boom', '2026-06-30T06:13:20Z', {}],
    ['1782800000123: boom', '2026-06-30T06:13:20.123Z', {}],
    ['5551234567 called', undefined, {}],
    ['x=1 is the value of y=2', undefined, {}],
    ['a="b"c d=1', undefined, {}],
    ['a="b d=1', undefined, {}],
    ['<34>1 - - - - - [a b="c] x', undefined, {}],
    ['<34>1 - - - - - [a b=c] x', undefined, {}],
    ['{"broken": ', undefined, { message: '{"broken": ' }],
    ['[]', undefined, {}],
    ['<999>Jun  1 06:55:46 web-1 app: x', undefined, {}],
    ['Jun 31 06:55:46 web-1 app: no such day', undefined, {}],
    ['192.0.2.7 - - [99/Jun/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 1', undefined, {}],
  ],
}

const nameOf = (line: string) => logFormats.find(format => format.recognises(line) && format.read(line, context))?.name

describe.each(logFormats.map(format => [format.name, format] as const))('%s', (name, format) => {
  test('has lines to be tested with', () => expect(lines[name]?.length).toBeGreaterThan(0))

  test.each(lines[name]!)('%s', (line, time, expected) => {
    expect(nameOf(line)).toBe(name)
    const log = format.read(line, context)!
    expect(log).toMatchObject(expected)
    expect(log.timestamp === undefined ? undefined : new Date(log.timestamp).toISOString()).toBe(time && new Date(time).toISOString())
  })

  // strings that begin like a line of some format and go on as they please
  const starts = Object.values(lines).flatMap(table => table.map(([line]) => line))
  const mangled = fc
    .tuple(fc.constantFrom(...starts), fc.nat(), fc.nat(40), anything)
    .map(([line, at, skip, put]) => line.slice(0, at % (line.length + 1)) + put + line.slice((at % (line.length + 1)) + skip))

  test('never throws, and gives a message and a whole number of milliseconds', () => {
    fc.assert(
      fc.property(fc.oneof(anything, mangled), line => {
        const recognised = format.recognises(line)
        const log = format.read(line, context)
        if (!recognised || !log) return
        expect(typeof log.message).toBe('string')
        if (log.timestamp !== undefined) expect(Number.isSafeInteger(log.timestamp)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

test('every line is read by some format', () => {
  fc.assert(fc.property(anything, line => readLine(line, context) !== undefined))
})

describe('a line made to be slow is not', { timeout: 20_000 }, () => {
  const n = 50_000
  test.each([
    ['access', `1.2.3.4 ${'[10/Jun/2026:'.repeat(n)}`],
    ['access, quotes', `1.2.3.4 - - [10/Jun/2026:13:55:36 +0000] "${'\\'.repeat(4 * n)}" 200 1`],
    ['nginx_error', `2026/06/10 14:36:50 [error] ${', request: "x'.repeat(n)}`],
    ['nginx_error, clients', `2026/06/10 14:36:50 [error] ${', client: x'.repeat(n)}`],
    ['logfmt', `a=1 ${'b '.repeat(n)}`],
    ['logfmt, escapes', `a=1 b="${'\\"'.repeat(n)}`],
    ['rfc5424', `<34>1 - - - - - [a ${'b="c" '.repeat(n)}`],
    ['rfc3164', `2026-06-30T10:00:00.123456+02:00 a b${'[1'.repeat(n)}`],
    ['datadog', `{"a":${'['.repeat(n)}`],
    ['apache_error', `[Sun Dec 04 04:47:44 2005] [error] [client ${'['.repeat(n)}`],
    ['logfmt, megabytes', `a="${'x\\"'.repeat(100 * n)}" b=1`],
    ['rfc5424, megabytes', `<34>1 - - - - - [a b="${'x\\"'.repeat(100 * n)}"]`],
    ['access, megabytes', `1.2.3.4 - - [10/Jun/2026:13:55:36 +0000] "GET /${'x\\"'.repeat(100 * n)} HTTP/1.1" 200 1`],
    ['nginx_error, megabytes', `2026/06/10 14:36:50 [error] x, request: "${'GET /x"'.repeat(50 * n)}", host: "h"`],
    ['carriage returns', `${'\r'.repeat(20 * n)}x`],
    ['sshd', `Jun  1 06:55:46 h sshd[1]: Failed password for ${' from x port'.repeat(n)}`],
    ['pam', `Jun  1 06:55:46 h sshd[1]: PAM 1 more authentication failures; logname=${' rhost='.repeat(n)}`],
    ['sudo', `Jun  1 06:55:46 h sudo: ${' : '.repeat(n)} ; COMMAND=`],
  ])('%s', (_, line) => {
    const start = performance.now()
    normalise(line, { stream: 'live' }, context)
    expect(performance.now() - start).toBeLessThan(10_000)
  })
})
