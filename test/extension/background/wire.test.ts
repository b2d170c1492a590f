import { expect, test } from 'vitest'
import { bySeverity, toCounts, toFacts, toMarks, toRow, toValueFacts } from '../../../extension/background/wire.ts'
import type { Json, JsonObject } from '../../../shared/json.ts'
import { verdictOf } from '../../../shared/verdict.ts'

const day = 86_400_000
const now = Date.UTC(2026, 0, 31)
const body = {
  title: 'SSH brute force',
  workflow: {
    rule: { name: 'the rule' },
    triage: { state: 'under_review', assignee: { id: 'u-1', uuid: 'u-1', name: 'Ana', handle: 'ana' } },
  },
  first_seen: now - 5_000,
  last_seen: now - 1_000,
  events_matched: 286,
  entities: ['@network.client.ip:198.51.100.23', '@usr.name:root', '@usr.name:admin', 'host:web-1'],
}
const signal = (attributes: JsonObject = {}): JsonObject => ({
  id: 'AQ-1',
  type: 'signal',
  attributes: {
    timestamp: new Date(now - day).toISOString(),
    status: 'high',
    service: ['sshd'],
    tags: ['source:sshd', 'env:prod'],
    attributes: body,
    custom: body,
    x_local: {
      version: 4,
      locked: false,
      timestamp_ms: now - day,
      ip: '198.51.100.23',
      verdict: 'malicious',
      users: ['root', 'admin'],
    },
    ...attributes,
  },
})

test('a signal as the daemon sends it', () =>
  expect(toRow(signal())).toEqual({
    id: 'AQ-1',
    version: 4,
    timestamp: now - day,
    title: 'SSH brute force',
    severity: 'high',
    state: 'under_review',
    assignee: { uuid: 'u-1', handle: 'ana', name: 'Ana' },
    services: ['sshd'],
    env: 'prod',
    ip: '198.51.100.23',
    verdict: 'malicious',
    users: ['root', 'admin'],
    events_matched: 286,
    first_seen: now - 5_000,
    last_seen: now - 1_000,
    locked: false,
    archive: null,
  }))

test.each<[string, JsonObject, JsonObject]>([
  [
    'archived',
    {
      custom: {
        workflow: {
          triage: {
            state: 'archived',
            archiveReason: 'true_positive_benign',
            archiveComment: 'ours',
            updater: { name: 'Bo', handle: 'bo' },
          },
        },
      },
    },
    { archive: { reason: 'true_positive_benign', comment: 'ours', by: 'Bo', at: 0 } },
  ],
  [
    'archived for a reason that nobody knows, by nobody',
    { custom: { workflow: { triage: { state: 'archived', archiveReason: 'because' } } } },
    { archive: { reason: 'none', comment: '', by: '', at: 0 } },
  ],
  ['31 days old', { x_local: { locked: true } }, { locked: true }],
  [
    'nobody',
    { custom: { workflow: { triage: { state: 'open', assignee: { id: -1, name: 'Unassigned', uuid: '' } } } } },
    { assignee: null, state: 'open' },
  ],
  ['no address', { x_local: { ip: null } }, { ip: null }],
  ['a verdict nobody knows', { x_local: { verdict: 'evil' } }, { verdict: null }],
  ['a severity nobody knows', { status: 'urgent' }, { severity: 'info' }],
  [
    'objects for text',
    { custom: { title: { toString: 1 } }, service: { a: 1 }, tags: [{}] },
    { title: 'Untitled signal', services: [], env: null },
  ],
])('%s', (_, attributes, shown) => expect(toRow(signal(attributes))).toMatchObject(shown))

test.each([[{}], [{ attributes: null }], [{ id: 7, attributes: [] }]])('a document that is none: %j', data =>
  expect(toRow(data)).toMatchObject({ title: 'Untitled signal', state: 'open', services: [] }))

test('most severe first, then last seen; when it was detected is no matter', () => {
  const row = (id: string, status: string, age: number) =>
    toRow({ ...signal({ status, custom: { last_seen: now - age }, x_local: { timestamp_ms: age } }), id })
  const rows = [row('a', 'low', 1), row('b', 'critical', 9), row('c', 'high', 5), row('d', 'critical', 2), row('e', 'info', 0)]
  expect(rows.sort(bySeverity).map(({ id }) => id)).toEqual(['d', 'b', 'c', 'a', 'e'])
})

test('counts from facets; a state without any is 0', () => {
  const facets = {
    '@workflow.triage.state': [
      { value: 'open', count: 9 },
      { value: 'archived', count: 2 },
    ],
  }
  expect(toCounts({ meta: { facets } })).toEqual({ open: 9, under_review: 0, archived: 2 })
  expect(toCounts({})).toEqual({ open: 0, under_review: 0, archived: 0 })
})

test('facts of an address', () => {
  const attributes = {
    address: '198.51.100.23',
    version: 4,
    scope: 'public',
    geo: { country_code: 'CN', country: 'China' },
    asn: { number: 4134, organization: 'Chinanet' },
    verdict: 'malicious',
    matches: [
      {
        indicator: '198.51.100.0/24',
        category: 'scanner',
        intention: 'malicious',
        source: { name: 'ipsum' },
        age_ms: 7_200_000,
        stale: false,
      },
    ],
    signals: { open: 1, total: 2, latest: [signal()] },
    logs: {
      count: 867,
      first_seen: 1,
      last_seen: null,
      services: [{ value: 'sshd', count: 867 }],
      users: [],
      histogram: [{ time: 1, count: 2 }],
    },
  }
  const facts = toFacts({ data: { attributes } })
  expect(facts).toMatchObject({ ...attributes, signals: { open: 1, total: 2 }, matches: [{ type: 'IP', ...attributes.matches[0] }] })
  expect(facts.signals.latest[0]).toMatchObject({ id: 'AQ-1', severity: 'high' })
})

test('facts of an address of which nothing is known', () => {
  const facts = toFacts({ data: { attributes: { address: '::1', version: 6, scope: 'loopback' } } })
  expect(facts).toEqual({
    address: '::1',
    version: 6,
    scope: 'loopback',
    verdict: null,
    matches: [],
    known_good: [],
    blocked: null,
    pass: null,
    signals: { open: 0, total: 0, latest: [] },
    logs: { count: 0, first_seen: null, last_seen: null, services: [], users: [], histogram: [] },
  })
})

test('marks of kinds that nobody knows are left out, and so are kinds of names', () =>
  expect(
    toMarks({ data: { attributes: { kinds: { '::1': 'match', '::2': 'evil', '::3': 1 }, names: ['url', 'ip', 7, 'domain'] } } }),
  ).toEqual({ kinds: { '::1': 'match' }, names: ['domain', 'url'], complete: true }))
test.each([undefined, 7, { domain: 1 }])('names as %j: none', names =>
  expect(toMarks({ data: { attributes: { kinds: {}, names } } } as never)).toEqual({ kinds: {}, names: [], complete: true }))
test('marks while the daemon still reads', () =>
  expect(toMarks({ data: { attributes: { kinds: {}, names: [], complete: false } } })).toMatchObject({ complete: false }))

test('a Tor exit that a list knows to be good hides no more, and says by which list', () => {
  const tor = { indicator: '192.0.2.9', category: 'tor', intention: 'unknown', source: { name: 'Exits' } }
  const by = ['Public resolvers']
  const matches = [{ ...tor, downgraded: { from: 'suspicious', by } }]
  const facts = toFacts({ data: { attributes: { address: '192.0.2.9', known_good: [...by, 7], matches } } })
  expect(facts).toMatchObject({ known_good: by, matches: [{ downgraded: { from: 'suspicious', by } }] })
  expect(facts.matches.map(verdictOf)).toEqual(['unknown'])
  const hostile = [{ ...tor, downgraded: { from: { toString: 1 }, by: 'x' } }]
  expect(toFacts({ data: { attributes: { matches: hostile } } }).matches[0]!.downgraded).toEqual({ from: 'unknown', by: ['x'] })
})

test('what is known of what a value lies on; nothing where that is nothing', () => {
  const hostOf = (host: Json) => toValueFacts({ data: { id: 'https://evil.example/', attributes: { type: 'url', host } } }).host
  const none = { value: 'evil.example', verdict: null, matches: [], known_good: [], open_signal: false }
  for (const host of [undefined, 7, none]) expect(hostOf(host as Json)).toBe(undefined)
  expect(hostOf({ ...none, open_signal: true })).toEqual({ ...none, open_signal: true, blocked: null, pass: null })
  const denylist = { id: 'b', value: '203.0.113.0/24', until: 5, reason: 'scans', by: 'Ann', landing: 7 }
  expect(hostOf({ ...none, value: '203.0.113.9', denylist })?.blocked).toEqual({ ...denylist, landing: null })
})
test('what is known of a value that is no address, and of a range without logs and signals', () => {
  const attributes = {
    type: 'domain',
    verdict: 'malicious',
    matches: [],
    known_good: ['list', 7],
    signals: { open: 1, total: 3, latest: [] },
  }
  expect(toValueFacts({ data: { id: 'evil.example', attributes } })).toEqual({
    ...{ value: 'evil.example', type: 'domain', verdict: 'malicious', matches: [], known_good: ['list'], logs: null },
    signals: { open: 1, total: 3, latest: [] },
    ...{ blocked: null, pass: null },
  })
  const inside = { count: 7, more: true, first: [{ value: '10.0.0.2', kind: 'blocked', verdict: null }] }
  expect(toValueFacts({ data: { id: '10.0.0.0/29', attributes: { type: 'ip', inside } } }).inside).toEqual(inside)
  const odd = { count: '7', first: [{ kind: 'x', verdict: 'x' }] }
  expect(toValueFacts({ data: { id: '10.0.0.0/29', attributes: { inside: odd } } }).inside).toEqual({
    ...{ count: 0, more: false, first: [{ value: '', kind: 'unknown', verdict: null }] },
  })
  expect(toValueFacts({ data: { id: '10.0.0.1-10.0.0.9', attributes: { type: 'nonsense', signals: 7 } } })).toMatchObject({
    ...{ type: 'ip', verdict: null, signals: null, logs: null },
  })
})
