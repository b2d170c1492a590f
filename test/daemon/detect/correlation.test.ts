import { describe, expect, test } from 'vitest'
import { createDetector } from '../../../daemon/detect/detector.ts'
import { makeRule } from './fixtures.ts'
import { judge, ofUser, seconds, survives } from './methods/judge.ts'

const options = { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 }
const of = (query: string, id: string, groupByFields = ['@usr.name']) =>
  makeRule({ name: id, queries: [{ query, groupByFields }], options }, { id })
const expired = of('expired', 'expired')
const login = of('login', 'login')
const both = (queries: object = {}, more: object = {}) =>
  makeRule(
    {
      name: 'Both',
      type: 'signal_correlation',
      queries: ['expired', 'login'].map(ruleId => ({ ruleId, aggregation: 'event_count', correlatedByFields: ['@usr.name'], ...queries })),
      cases: [
        { status: 'critical', name: 'often', condition: 'a > 0 && b > 1' },
        { status: 'high', condition: 'a > 0 && b > 0' },
      ],
      options: { evaluationWindow: 900, keepAlive: 3600, maxSignalDuration: 86_400 },
      ...more,
    },
    { id: 'both' },
  )
const log = ([at, message, user = 'ann']: [number, string, string?]) => ofUser(at, user, {}, { message, host: 'gate' })
const found = (logs: [number, string, string?][], rule = both()) =>
  judge([expired, login, rule], logs.map(log)).filter(({ rule }) => rule.id === 'both')

describe('signals of two rules', () => {
  test.each<[string, [number, string, string?][], string[]]>([
    [
      'of the same user',
      [
        [0, 'expired'],
        [60, 'login'],
      ],
      ['high'],
    ],
    [
      'of two users',
      [
        [0, 'expired', 'ann'],
        [60, 'login', 'bob'],
      ],
      [],
    ],
    [
      'one only',
      [
        [0, 'expired'],
        [60, 'expired'],
      ],
      [],
    ],
    [
      'too far apart',
      [
        [0, 'expired'],
        [901, 'login'],
      ],
      [],
    ],
    [
      'another signal of the second rule raises it',
      [
        [0, 'expired'],
        [1, 'login'],
        [200, 'login'],
      ],
      ['critical'],
    ],
    [
      'a log that joins an open signal is no other signal',
      [
        [0, 'expired'],
        [1, 'login'],
        [30, 'login'],
      ],
      ['high'],
    ],
    ['in one log', [[0, 'expired login']], ['high']],
  ])('%s', (_, logs, expected) => expect(found(logs).map(({ severity }) => severity)).toEqual(expected))
})

test('what it holds: the signals as samples, when the first and the last was, who', () => {
  const all = judge([expired, login, both()], [log([0, 'expired']), log([60, 'login'])])
  const signal = all.find(({ rule }) => rule.id === 'both')!
  expect(signal).toMatchObject({
    title: 'Both',
    rule: { type: 'signal_correlation' },
    group: { '@usr.name': 'ann' },
    events_matched: 2,
    entities: ['@usr.name:ann', 'host:gate'],
    samples: [{ message: 'expired' }, { message: 'login' }],
    queries: [
      { query: 'ruleId:expired', value: 1 },
      { query: 'ruleId:login', value: 1 },
    ],
  })
  expect([seconds(signal.first_seen), seconds(signal.last_seen)]).toEqual([0, 60])
})
test('by host, and by several fields', () => {
  const logs: [number, string, string?][] = [
    [0, 'expired', 'ann'],
    [60, 'login', 'bob'],
  ]
  expect(found(logs, both({ correlatedByFields: ['host'] })).map(({ group }) => group)).toEqual([{ host: 'gate' }])
  expect(found(logs, both({ correlatedByFields: ['host', '@usr.name'] }))).toEqual([])
})
test('by a field that only the other query of a rule groups by', () => {
  const joined = makeRule(
    {
      queries: [
        { query: 'first', groupByFields: ['@usr.name'] },
        { query: 'second', groupByFields: ['@account'] },
      ],
      cases: [{ status: 'low', condition: 'a > 0' }],
      options,
    },
    { id: 'expired' },
  )
  const rule = both({ correlatedByFields: ['@account'], correlatedQueryIndex: 1 })
  const logs = [ofUser(0, 'ann', {}, { message: 'first' }), ofUser(1, 'x', { account: 'ann' }, { message: 'login' })]
  expect(judge([joined, of('login', 'login', ['@account']), rule], logs).map(({ rule }) => rule.id)).toContain('both')
})
test('a correlation counts no correlation', () => {
  const chain = { ...both(), id: 'chain', queries: both().queries.map(query => ({ ...query, ruleId: 'both' })) }
  expect(judge([expired, login, both(), chain], [log([0, 'expired']), log([60, 'login'])]).map(({ rule }) => rule.id)).not.toContain(
    'chain',
  )
})
test('a signal that is hidden counts for nobody', () => {
  const detector = createDetector()
  detector.setRules([expired, login, both()])
  const none = {
    enabled: true,
    description: '',
    reason: '',
    data_exclusion_query: '',
    start_date: null,
    expiration_date: null,
    tags: [],
    version: 1,
    seq: 0,
    created: 0,
    updated: 0,
    isDeleted: false,
  }
  const who = { handle: 'a', name: 'a' }
  detector.setSuppressions([
    { ...none, id: 's', name: 's', rule_query: '*', suppression_query: '@usr.name:ann', creator: who, updater: who },
  ])
  for (const one of [log([0, 'expired']), log([60, 'login'])]) detector.judge(one)
  expect(detector.takeChanges().signals).toEqual([])
})
test('whatever dies when', () => {
  const messages = ['expired', 'login', 'login', 'nothing']
  expect(
    survives(
      [expired, login, both()],
      Array.from({ length: 80 }, (_, i) => log([i * i * 3, messages[(i * 3) % 4]!, i % 3 ? 'ann' : 'bob'])),
    ),
  ).toBe(true)
})
