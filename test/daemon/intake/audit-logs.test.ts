import { expect, test } from 'vitest'
import { normalise } from '../../../daemon/intake/normalise.ts'
import type { JsonObject } from '../../../shared/json.ts'

const read = (item: JsonObject) => normalise(item, { stream: 'live' }, { now: 1, zone: 0 })

const okta: JsonObject = {
  published: '2024-12-10T06:00:00.123Z',
  eventType: 'user.session.start',
  actor: { id: '00u1', alternateId: 'ann@example.com' },
  client: { ipAddress: '203.0.113.9', userAgent: { rawUserAgent: 'Mozilla/5.0' } },
  outcome: { result: 'FAILURE' },
}
const cloudtrail: JsonObject = {
  eventVersion: '1.09',
  eventTime: '2024-12-10T06:00:00Z',
  eventSource: 'iam.amazonaws.com',
  eventName: 'CreateUser',
  sourceIPAddress: '203.0.113.9',
  userAgent: 'aws-cli/2',
  userIdentity: { type: 'IAMUser', principalId: 'AIDA', userName: 'ann' },
}
const github: JsonObject = {
  _document_id: 'x',
  '@timestamp': 1733810400000,
  action: 'repo.create',
  actor: 'ann',
  actor_ip: '203.0.113.9',
  user_agent: 'git/2',
}

test.each([
  [
    'okta',
    okta,
    {
      evt: { name: 'user.session.start', outcome: 'failure', category: 'authentication' },
      usr: { id: '00u1', name: 'ann@example.com' },
      http: { useragent: 'Mozilla/5.0' },
    },
  ],
  [
    'cloudtrail',
    cloudtrail,
    { evt: { name: 'CreateUser', outcome: 'success' }, usr: { id: 'AIDA', name: 'ann' }, http: { useragent: 'aws-cli/2' } },
  ],
  ['github', github, { evt: { name: 'repo.create' }, usr: { name: 'ann' }, http: { useragent: 'git/2' } }],
])('%s: who did what from where, named by the sender or known by its form', (source, event, expected) => {
  for (const log of [read({ ddsource: source, ...event }), read(event)]) {
    expect(log.source).toBe(source)
    expect(log.attributes).toMatchObject({ ...expected, network: { client: { ip: '203.0.113.9' } } })
    expect(Math.floor(log.timestamp / 1000)).toBe(1733810400)
  }
})

test('a failure is a warning', () => expect(read(okta).status).toBe('warn'))
test('a call that was refused has failed, and so has a login that says so', () => {
  expect(read({ ...cloudtrail, errorCode: 'AccessDenied' }).attributes).toMatchObject({ evt: { outcome: 'failure' } })
  const login = {
    ...cloudtrail,
    eventSource: 'signin.amazonaws.com',
    eventName: 'ConsoleLogin',
    responseElements: { ConsoleLogin: 'Failure' },
  }
  expect(read(login).attributes).toMatchObject({ evt: { outcome: 'failure', category: 'authentication' } })
})
test('a service in place of an address is a host name', () =>
  expect(read({ ...cloudtrail, sourceIPAddress: 'ec2.amazonaws.com' }).attributes['network']).toEqual({
    client: { hostname: 'ec2.amazonaws.com' },
  }))
test('the root account has no name but that', () =>
  expect(read({ ...cloudtrail, userIdentity: { type: 'Root' } }).attributes['usr']).toEqual({ name: 'Root' }))
test('what the sender says stands', () =>
  expect(read({ ...okta, usr: { name: 'Ann' }, evt: { name: 'login' } }).attributes).toMatchObject({
    usr: { name: 'Ann' },
    evt: { name: 'login' },
  }))
test('first-level keys in small letters, as data warehouses export them, get their own names', () => {
  const { eventType, ...rest } = okta
  const log = read({ ddsource: 'okta', ...rest, eventtype: eventType!, debugcontext: { debugData: { url: '/' } } })
  expect(log.attributes).toMatchObject({ eventType, debugContext: { debugData: { url: '/' } } })
  expect(log.attributes).not.toHaveProperty('eventtype')
})
test.each([
  ['another source', { ddsource: 'nodejs', ...cloudtrail }, 'nodejs'],
  ['an application that has actors too', { actor: { id: 'x' }, outcome: { result: 'ok' } }, undefined],
  ['an action that is no audit event', { action: 'save', actor: 'ann' }, undefined],
])('%s: nothing is added', (_, item, source) => {
  const log = read(item as JsonObject)
  expect(log.source).toBe(source)
  expect(log.attributes).not.toHaveProperty('evt')
})
test('a web server that names itself by its line is no audit log, whatever it carries', () => {
  const log = read({ message: '203.0.113.9 - - [10/Dec/2024:06:00:00 +0000] "GET / HTTP/1.1" 200 5', ...cloudtrail })
  expect(log.source).toBe('http')
})
