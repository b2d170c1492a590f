import { describe, expect, test } from 'vitest'
import { isCutOff } from '../../../daemon/cli/audit.ts'
import { asTyped, calledHere } from '../../../daemon/cli/called.ts'
import { describeStatus, nodeVersion } from '../../../daemon/cli/doctor.ts'
import { zoneOf } from '../../../daemon/cli/import.ts'
import { describe as describeIp } from '../../../daemon/cli/lookup.ts'
import { createProgress } from '../../../daemon/cli/progress.ts'
import { Refused } from '../../../daemon/cli/refused.ts'
import { holds } from '../../../daemon/cli/rules.ts'
import { blockHint } from '../../../daemon/cli/search.ts'
import { queryOf } from '../../../daemon/cli/signals.ts'
import { untilJudged } from '../../../daemon/cli/status.ts'
import { defaultDataDir } from '../../../daemon/config.ts'

describe('what the daemon refuses, as a sentence', () => {
  test.each([
    [401, { errors: [{ code: 'unauthorized', title: 'A valid key is needed' }] }, 'refuses these keys'],
    [403, { errors: ['Forbidden'] }, 'refuses these keys'],
    [403, { errors: ['Forbidden', 'This needs the permission logs_write'] }, 'This needs the permission logs_write'],
    [400, { errors: [{ title: 'Nothing follows OR.', detail: 'x', source: { parameter: 'query', at: [1, 3] } }] }, 'Nothing follows OR.'],
    [
      400,
      {
        errors: [
          { title: 't', detail: 'is taken', source: { pointer: 'a.b' } },
          { title: 't', detail: 'is long' },
        ],
      },
      'a.b: is taken\nis long',
    ],
    [400, { error: { message: 'Invalid', details: [{ target: 'cases.0', message: 'is wrong' }] } }, 'is wrong'],
    [400, { errors: ["input_validation_error(Field 'data.attributes.email' is invalid: is taken)"] }, 'email: is taken'],
    [400, { errors: ["input_validation_error(Field '' is invalid: is no JSON (characters 1 to 3))"] }, 'is no JSON'],
    [502, '<html>', 'answers 502 without a reason'],
  ])('%i %j', (status, body, expected) => expect(new Refused(status, body).message).toContain(expected))
})

test.each([
  ['', ['open'], '@workflow.triage.state:(open)'],
  ['severity:high', ['open,under_review'], '(severity:high) @workflow.triage.state:(open OR under_review)'],
  [' a ', ['all'], 'a'],
])('signals %j --state %j', (query, states, expected) => expect(queryOf(query, states)).toBe(expected))

test.each([
  ['UTC', 0],
  ['+05:30', 330],
  ['-0800', -480],
  ['+01', 60],
  [undefined, undefined],
])('--zone %s', (zone, minutes) => expect(zoneOf(zone)).toBe(minutes))
test.each(['Berlin', '+25:00', '5', '+1'])('--zone %s is refused', zone => expect(() => zoneOf(zone)).toThrow('is no zone'))

const hash = 'a'.repeat(64)
test.each([
  ['the same', `7:${hash}`, false],
  ['an earlier one', `6:${'b'.repeat(64)}`, false],
  ['a later one', `8:${hash}`, true],
  ['another event there', `7:${'b'.repeat(64)}`, true],
])('audit verify --head: %s', (_, kept, expected) => expect(isCutOff(kept, { seq: 7, hash })).toBe(expected))

test.each([
  ['20.19.0', 'good'],
  ['22.1.0', 'good'],
  ['20.18.9', 'problem'],
  ['18.20.0', 'problem'],
])('Node %s is %s', (version, level) => expect(nodeVersion(version).level).toBe(level))

test.each([
  [{ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ c: 2 }] }, true],
  [{ b: [{ c: 2 }] }, { b: [{ c: 2 }, { c: 3 }] }, false],
  [{ a: 1 }, { a: '1' }, false],
  [{}, { __proto__: null, toString: 1 }, false],
])('%j holds %j: %s', (there, written, expected) => expect(holds(there, written)).toBe(expected))

describe('progress', () => {
  const at = (isTerminal: boolean, times: number[]) => {
    const said: string[] = []
    let now = 0
    const progress = createProgress({ err: text => said.push(text), isTerminal }, () => now)
    for (now of times) progress.tell(() => `at ${now}\x1b[31m`)
    progress.clear()
    return said.map(text => text.trim())
  }
  test('nothing in the first second', () => expect(at(true, [0, 500, 999])).toEqual([]))
  test('on a terminal it is drawn over and over and goes away', () =>
    expect(at(true, [1000, 1050, 1200])).toEqual(['at 1000␛[31m', 'at 1200␛[31m', '']))
  test('elsewhere a line every five seconds', () => expect(at(false, [1000, 2000, 5999, 6000])).toEqual(['at 1000␛[31m', 'at 6000␛[31m']))
})

test('an address, with names that strangers gave', () => {
  const text = describeIp({
    address: '203.0.113.9',
    version: 4,
    scope: 'documentation',
    geo: { country_code: 'XX', country: 'Nowhere\x1b[2J' },
    verdict: 'malicious',
    matches: [
      {
        indicator: '203.0.113.0/24',
        category: 'scanner',
        intention: 'malicious',
        source: { name: 'list\n' },
        age_ms: 3_600_000,
        stale: false,
      },
    ],
    signals: {
      open: 1,
      total: 2,
      latest: [
        {
          id: 's',
          type: 'signal',
          attributes: {
            timestamp: '2026-01-31T00:00:00Z',
            status: 'high',
            custom: { title: 'T\x07', events_matched: 3, workflow: { triage: { state: 'open' } } },
          },
        },
      ],
    },
    logs: { count: 3, first_seen: 0, last_seen: 1000, services: [{ value: 'sshd\u202e', count: 3 }], users: [] },
  })
  expect(text).toBe(`203.0.113.9  IPv4, documentation
  Country   Nowhere␛[2J (XX)
  Verdict   malicious
  Feeds     list : malicious, scanner (203.0.113.0/24, 1 h old)
  Signals   1 open of 2
            high, open, 2026-01-31 00:00:00Z: T␇ (3 events)
  Logs      3, from 1970-01-01 00:00:00Z to 1970-01-01 00:00:01Z
  Services  sshd\ufffd (3)
`)
})

test('an address that tried a thousand names, one of them a page long', () => {
  const users = Array.from({ length: 1000 }, (_, i) => ({ value: i === 0 ? 'x'.repeat(5000) : `user-${i}`, count: 1 }))
  const signals = { open: 0, total: 0, latest: [] }
  const logs = { count: 1000, first_seen: 0, last_seen: 0, services: [], users }
  const text = describeIp({ address: '203.0.113.9', version: 4, scope: 'documentation', verdict: null, matches: [], signals, logs })
  expect(text).toContain(`  Users     ${'x'.repeat(64)}… (1), user-1 (1), `)
  expect(text).toMatch(/user-9 \(1\) and 990 more\n$/)
})

test.each([
  ['@network.client.ip:91.240.118.0/24', ' For the addresses of a block, write CIDR(@network.client.ip,91.240.118.0/24)'],
  ['a (@network.ip.list:"2001:db8::/32")', ' For the addresses of a block, write CIDR(@network.ip.list,2001:db8::/32)'],
  ['@http.url:/a/24', ''],
  ['CIDR(@network.client.ip,10.0.0.0/8)', ''],
])('nothing found by %s', (query, hint) => expect(blockHint(query)).toBe(hint))

test.each([
  ['See: signalbox keys list', 'See: SIGNALBOX_DATA=/tmp/a npm run -s signalbox -- keys list'],
  ['Run `signalbox doctor --accept-loss`.', 'Run `SIGNALBOX_DATA=/tmp/a npm run -s signalbox -- doctor --accept-loss`.'],
  ['/home/x/signalbox data', '/home/x/signalbox data'],
  ['No daemon runs on /tmp/signalbox', 'No daemon runs on /tmp/signalbox'],
])('in a clone: %s', (text, expected) => expect(asTyped(text, '/tmp/a', {})).toBe(expected))
test('the usual data directory needs no word, one with a quote is quoted', () => {
  const env = { XDG_DATA_HOME: '/data' }
  expect(calledHere(defaultDataDir(env), env)).toBe('npm run -s signalbox --')
  expect(calledHere("/it's", env)).toBe("SIGNALBOX_DATA='/it'\\''s' npm run -s signalbox --")
})
test('on Windows the directory stands before the command', () => {
  const env = { LOCALAPPDATA: 'C:\\local' }
  expect(calledHere(defaultDataDir(env, 'win32'), env, 'win32')).toBe('npm run -s signalbox --')
  expect(calledHere('D:\\my data', env, 'win32')).toBe('npm run -s signalbox -- --data "D:\\my data"')
})

describe('what the daemon says of its store', () => {
  const status = {
    logs: 12,
    last_log_seq: 20,
    judged: 20,
    seq: 25,
    late: 0,
    suppressed_signals: 0,
    refused_groups: 0,
    refused_values: 0,
    caught_up: true,
    damaged_blocks: 0,
    disk_full: false,
  }
  test.each([
    [{}, ['good: 12 logs, all judged']],
    [{ logs: undefined }, ['good: logs, all judged']],
    [{ logs: undefined, caught_up: false }, ['note: logs, of which detection has some before it']],
    [{ judged: 15, caught_up: false }, ['note: 12 logs, of which detection has about 5 before it']],
    [{ late: 1 }, ['good: 12 logs, all judged', 'note: 1 log came too late to be judged together with those of the same time']],
    [
      { refused_groups: 2, refused_values: 1 },
      [
        'good: 12 logs, all judged',
        'note: 2 logs were not judged by a rule that already watches as many groups as it can',
        'note: 1 value was not counted by a rule that already tells apart as many as it can',
      ],
    ],
    [
      { suppressed_signals: 7 },
      ['good: 12 logs, all judged', 'note: 7 signals more there would have been of rules that open too many within an hour'],
    ],
    [{ disk_full: true }, ['good: 12 logs, all judged', 'problem: the disk is full: the daemon refuses logs']],
    [{ damaged_blocks: 2 }, ['good: 12 logs, all judged', 'problem: 2 blocks of logs cannot be read']],
    [
      {
        silent_enforcers: [
          { id: 'a', name: 'edge-1', type: 'crowdsec-firewall-bouncer', last_pull: Date.UTC(2026, 2, 14, 12) },
          { id: 'b', name: 'proxy', type: '', last_pull: null },
        ],
      },
      [
        'good: 12 logs, all judged',
        'problem: the enforcer edge-1 (crowdsec-firewall-bouncer) is silent: it last asked at 2026-03-14T12:00:00.000Z',
        'problem: the enforcer proxy has never asked for the denylist',
      ],
    ],
  ])('%j', (part, expected) =>
    expect(describeStatus({ ...status, ...part }).map(({ level, what }) => `${level}: ${what}`)).toEqual(expected))
})

describe('waiting for detection', () => {
  const wait = async (judged: number[], step = 0) => {
    let now = 0
    const answers = [...judged]
    const get = async <T>() => {
      const judgedNow = answers.shift() ?? judged.at(-1)!
      return { data: { attributes: { judged: judgedNow, last_log_seq: 9, caught_up: judgedNow >= 9 } } } as T
    }
    const client = { url: '', get, send: get, bytes: async () => Buffer.alloc(0) }
    const progress = createProgress({ err: () => {}, isTerminal: false })
    return { done: await untilJudged(client, { progress, pause: async () => true, now: () => (now += step) }), left: answers.length }
  }
  test('it has caught up', async () => expect(await wait([9, 0])).toEqual({ done: true, left: 1 }))
  test('until it has', async () => expect(await wait([1, 5, 9, 0])).toEqual({ done: true, left: 1 }))
  test('no longer than a minute', async () => expect(await wait([1], 10_000)).toEqual({ done: false, left: 0 }))
})
