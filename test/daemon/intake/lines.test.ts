import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logSources } from '../../../daemon/detect/sigma/log-sources.ts'
import { lineReaders, readMessage } from '../../../daemon/intake/lines/index.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import { isObject, type JsonObject } from '../../../shared/json.ts'

// any UTF-16, lone surrogates too
const anything = fc.string({ unit: fc.nat(0xffff).map(code => String.fromCharCode(code)) })

const context = { now: Date.UTC(2026, 6, 1, 12), zone: 0 }
const client = (ip: string, port?: number): JsonObject => ({ client: port === undefined ? { ip } : { ip, port } })
const failed = { name: 'authentication', outcome: 'failure' }

const messages: Record<string, [message: string, attributes: JsonObject][]> = {
  sshd: [
    [
      'Failed password for root from 192.0.2.7 port 4022 ssh2',
      { evt: failed, auth: { method: 'password' }, usr: { name: 'root' }, network: client('192.0.2.7', 4022) },
    ],
    [
      'Failed none for invalid user admin from 2001:DB8::7 port 4022 ssh2',
      { evt: failed, auth: { method: 'none' }, usr: { name: 'admin', invalid: true }, network: client('2001:db8::7', 4022) },
    ],
    [
      'Failed publickey for sam from 192.0.2.7 port 4022 ssh2: RSA SHA256:abc',
      { evt: failed, auth: { method: 'publickey' }, usr: { name: 'sam' }, network: client('192.0.2.7', 4022) },
    ],
    [
      'Accepted publickey for sam from 192.0.2.7 port 4022 ssh2: ED25519-CERT SHA256:abc ID sam (serial 0) CA RSA SHA256:def',
      {
        evt: { name: 'authentication', outcome: 'success' },
        auth: { method: 'publickey' },
        usr: { name: 'sam' },
        network: client('192.0.2.7', 4022),
      },
    ],
    [
      'Invalid user  0101 from 192.0.2.7',
      { evt: { name: 'invalid_user', outcome: 'failure' }, usr: { name: ' 0101', invalid: true }, network: client('192.0.2.7') },
    ],
    [
      'Invalid user  from 192.0.2.7 port 9',
      { evt: { name: 'invalid_user', outcome: 'failure' }, usr: { name: '', invalid: true }, network: client('192.0.2.7', 9) },
    ],
    ['input_userauth_request: invalid user a b [preauth]', { usr: { name: 'a b', invalid: true } }],
    ['Connection closed by 192.0.2.7 [preauth]', { evt: { name: 'disconnect' }, network: client('192.0.2.7') }],
    [
      'Connection reset by invalid user x 192.0.2.7 port 9 [preauth]',
      { evt: { name: 'disconnect' }, usr: { name: 'x', invalid: true }, network: client('192.0.2.7', 9) },
    ],
    ['Disconnected from user sam 192.0.2.7 port 9', { evt: { name: 'disconnect' }, usr: { name: 'sam' }, network: client('192.0.2.7', 9) }],
    [
      'error: Received disconnect from 192.0.2.7: 14: No more user authentication methods [preauth]',
      { evt: { name: 'disconnect' }, network: client('192.0.2.7') },
    ],
    ['Received disconnect from 2001:db8::1: 11: Bye', { evt: { name: 'disconnect' }, network: client('2001:db8::1') }],
    [
      'Received disconnect from 192.0.2.7 port 9:11: from 192.0.2.99: 11: x',
      { evt: { name: 'disconnect' }, network: client('192.0.2.7', 9) },
    ],
    ['Disconnecting: Too many authentication failures for root [preauth]', { evt: { name: 'disconnect' } }],
    [
      'reverse mapping checking getaddrinfo for ns.example.com [192.0.2.7] failed - POSSIBLE BREAK-IN ATTEMPT!',
      { evt: { name: 'reverse_mapping' }, network: { client: { hostname: 'ns.example.com', ip: '192.0.2.7' } } },
    ],
    [
      'Address 192.0.2.7 maps to ns.example.com, but this does not map back to the address - POSSIBLE BREAK-IN ATTEMPT!',
      { evt: { name: 'reverse_mapping' }, network: { client: { hostname: 'ns.example.com', ip: '192.0.2.7' } } },
    ],
    [
      'User root from 192.0.2.7 not allowed because not listed in AllowUsers',
      { evt: { name: 'user_not_allowed', outcome: 'failure' }, usr: { name: 'root' }, network: client('192.0.2.7') },
    ],
    [
      'error: maximum authentication attempts exceeded for root from 192.0.2.7 port 9 ssh2 [preauth]',
      { evt: { name: 'max_attempts', outcome: 'failure' }, usr: { name: 'root' }, network: client('192.0.2.7', 9) },
    ],
    ['Did not receive identification string from 192.0.2.7', { network: client('192.0.2.7') }],
    [`Bad protocol version identification 'from 192.0.2.99 port 1' from 192.0.2.7 port 9`, { network: client('192.0.2.7', 9) }],
  ],
  sudo: [
    [
      '     sam : TTY=pts/0 ; PWD=/home/sam ; USER=root ; COMMAND=/bin/cat /etc/shadow ; ls',
      {
        evt: { name: 'sudo', outcome: 'success' },
        usr: { name: 'sam', target: 'root' },
        process: { command_line: '/bin/cat /etc/shadow ; ls' },
      },
    ],
    [
      'sam : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
      {
        evt: { name: 'sudo', outcome: 'failure' },
        usr: { name: 'sam', target: 'root' },
        process: { command_line: '/bin/sh' },
        auth: { failures: 3 },
      },
    ],
    [
      'sam : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
      { evt: { name: 'sudo', outcome: 'failure' }, usr: { name: 'sam', target: 'root' }, process: { command_line: '/bin/sh' } },
    ],
    [
      'sam : HOST=w1 ; TTY=pts/0 ; PWD=/ ; USER=www ; GROUP=adm ; COMMAND=/bin/id',
      { evt: { name: 'sudo', outcome: 'success' }, usr: { name: 'sam', target: 'www' }, process: { command_line: '/bin/id' } },
    ],
    [
      'sam : TTY=pts/0 ; PWD=/tmp/x ; USER=nobody ; COMMAND=/bin/ls ; USER=root ; COMMAND=/bin/sh',
      {
        evt: { name: 'sudo', outcome: 'success' },
        usr: { name: 'sam' },
        process: { command_line: '/bin/ls ; USER=root ; COMMAND=/bin/sh' },
      },
    ],
  ],
  pam: [
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
      { evt: { name: 'pam_authentication', outcome: 'failure' }, usr: { name: 'root' }, network: client('192.0.2.7') },
    ],
    [
      'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=dsl.example.net ',
      { evt: { name: 'pam_authentication', outcome: 'failure' }, network: { client: { hostname: 'dsl.example.net' } } },
    ],
    [
      'PAM 5 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  user=root',
      {
        evt: { name: 'pam_authentication', outcome: 'failure' },
        auth: { failures: 5 },
        usr: { name: 'root' },
        network: client('192.0.2.7'),
      },
    ],
    [
      'pam_unix(sudo:auth): authentication failure; logname=sam uid=1000 euid=0 tty=/dev/pts/0 ruser=sam rhost=  user=sam',
      { evt: { name: 'sudo', outcome: 'failure' }, usr: { name: 'sam' } },
    ],
    [
      'authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=192.0.2.7 ',
      { evt: { name: 'pam_authentication', outcome: 'failure' }, network: client('192.0.2.7') },
    ],
    [
      'pam_unix(sshd:session): session opened for user root(uid=0) by sam(uid=1000)',
      { evt: { name: 'session', outcome: 'success' }, usr: { name: 'root' } },
    ],
    ['pam_unix(cron:session): session closed for user a b', { evt: { name: 'session', outcome: 'success' }, usr: { name: 'a b' } }],
  ],
}

describe.each(lineReaders.map(reader => [reader.name, reader] as const))('%s', (name, reader) => {
  test.each(messages[name]!)('%s', (message, attributes) => expect(reader.read(message)?.attributes).toEqual(attributes))

  const starts = Object.values(messages).flatMap(table => table.map(([message]) => message))
  test('never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom('', ...starts), fc.nat(), anything, (message, at, put) => {
        reader.read(message.slice(0, at % (message.length + 1)) + put + message.slice(at % (message.length + 1)))
      }),
      { numRuns: 1000 },
    )
  })
})

const pathsOf = (object: JsonObject, prefix = ''): string[] =>
  Object.entries(object).flatMap(([key, value]) => (isObject(value) ? pathsOf(value, `${prefix}${key}.`) : [`${prefix}${key}`]))

// what a Sigma rule may look for in such logs, so that its import can say what they never have
test.each([
  ['sshd', ['sshd', 'pam']],
  ['sudo', ['sudo', 'pam']],
  ['auth', ['sshd', 'sudo', 'pam']],
  ['cron', ['pam']],
])('the log source of %s has all that these lines come to, and nothing else', (service, readers) => {
  const made = readers.flatMap(name => messages[name]!.flatMap(([, attributes]) => pathsOf(attributes)))
  const [known] = logSources.filter(one => one.service === service && one.only)
  expect([...new Set(known!.only)].sort()).toEqual([...new Set(made)].sort())
})

describe('an attacker picks the user name, but not the address', () => {
  const names = [
    'x from 192.0.2.99 port 22 ssh2',
    'x from 192.0.2.99 port 22 ssh2: RSA SHA256:abc',
    'root from 192.0.2.99',
    'invalid user root from 192.0.2.99 port 22',
    'x 192.0.2.99 port 22 [preauth]',
    ' rhost=192.0.2.99  user=root',
    '',
    '<script>alert(1)</script>',
    'message repeated 5 times: [ x]',
  ]
  const forms = [
    (user: string) => `Failed password for invalid user ${user} from 192.0.2.7 port 4022 ssh2`,
    (user: string) => `Invalid user ${user} from 192.0.2.7 port 4022`,
    (user: string) => `Connection closed by invalid user ${user} 192.0.2.7 port 4022 [preauth]`,
    (user: string) => `maximum authentication attempts exceeded for invalid user ${user} from 192.0.2.7 port 4022 ssh2 [preauth]`,
  ]
  test.each(names.flatMap(name => forms.map(form => [form(name), name] as const)))('%s', (message, name) => {
    expect(readMessage(message, 'sshd')?.attributes).toMatchObject({ usr: { name, invalid: true }, network: client('192.0.2.7', 4022) })
  })

  test('a certificate may be named anything as well', () => {
    const id = 'x from 192.0.2.99 port 1 ssh2: RSA SHA256:aa'
    const message = `Failed publickey for root from 192.0.2.7 port 4022 ssh2: RSA-CERT SHA256:bb ID ${id} (serial 0) CA RSA SHA256:cc`
    expect(readMessage(message)?.attributes).toMatchObject({ usr: { name: 'root' }, network: client('192.0.2.7', 4022) })
  })

  test('any name at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(' ', 'from', 'port', '192.0.2.99', '22', 'ssh2', ':', 'x') })),
        name => {
          const message = `Failed password for invalid user ${name} from 192.0.2.7 port 4022 ssh2`
          expect(readMessage(message)?.attributes['network']).toEqual(client('192.0.2.7', 4022))
        },
      ),
    )
  })

  test.each([
    'pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=192.0.2.99  user=y rhost=192.0.2.7 ',
    'pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser= rhost=192.0.2.7  user=x rhost=192.0.2.99',
  ])('two hosts, so none is blamed: %s', message => expect(readMessage(message)?.attributes).not.toHaveProperty('network'))

  test('nginx: a path or a referrer that names a client', () => {
    const line =
      '2026/06/10 14:36:50 [error] 9#9: *1 open() "/srv/x, client: 192.0.2.99, server: y" failed, client: 192.0.2.7, server: s, request: "GET / HTTP/1.1"'
    expect(normalise(line, { stream: 'live' }, context).attributes).not.toHaveProperty('network')
  })
})

describe('message repeated', () => {
  test('counts beside what the message itself says', () =>
    expect(readMessage('message repeated 5 times: [ Failed password for root from 192.0.2.7 port 4022 ssh2]')?.attributes).toEqual({
      evt: failed,
      auth: { method: 'password' },
      usr: { name: 'root' },
      network: client('192.0.2.7', 4022),
      repeated: 5,
    }))
  test('counts for a message of nobody we know', () =>
    expect(readMessage('message repeated 2 times: [ x]')?.attributes).toEqual({ repeated: 2 }))
})

describe('who may speak for sshd', () => {
  const said = 'Failed password for root from 192.0.2.7 port 4022 ssh2'
  test.each([
    [`Jun  1 06:55:46 w1 sshd[1]: ${said}`, 'authentication'],
    [`Jun  1 06:55:46 w1 sshd-session[1]: ${said}`, 'authentication'],
    [`Jun  1 06:55:46 w1 guestbook[1]: ${said}`, undefined],
    [said, 'authentication'],
  ])('%s → %s', (line, name) => {
    const { attributes } = normalise(line, { stream: 'live' }, context)
    expect((attributes['evt'] as JsonObject | undefined)?.['name']).toBe(name)
  })
})
