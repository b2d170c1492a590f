import { describe, expect, test } from 'vitest'
import { makeLog, makeRule } from '../fixtures.ts'
import { hour, judge, seconds, survives } from './judge.ts'

const rule = (thirdPartyRuleOptions: object = {}, more: object = {}) =>
  makeRule({
    name: 'Guard',
    queries: [],
    cases: [],
    thirdPartyCases: [
      { name: 'severe', query: '@severity:>=7', status: 'critical' },
      { name: '', query: '@severity:>=4', status: 'medium' },
    ],
    options: {
      detectionMethod: 'third_party',
      keepAlive: 0,
      maxSignalDuration: 600,
      thirdPartyRuleOptions: {
        defaultStatus: 'info',
        rootQueries: [
          { query: 'source:guard @type:EC2*', groupByFields: ['@instance'] },
          { query: 'source:guard', groupByFields: ['@account'] },
        ],
        ...thirdPartyRuleOptions,
      },
    },
    ...more,
  })
const alert = (at: number, type: string, severity: number, instance = 'i-1', account = 'acme') =>
  makeLog(at, { type, severity, instance, account, usr: { name: 'ann' } }, { source: 'guard', message: `${type} on ${instance}` })

describe('alerts → severity and title', () => {
  test.each<[string, ReturnType<typeof alert>[], string[]]>([
    ['the first case that matches', [alert(0, 'EC2/Scan', 8)], ['critical Guard - severe']],
    ['the second', [alert(0, 'EC2/Scan', 5)], ['medium Guard']],
    ['none of them: the default', [alert(0, 'EC2/Scan', 1)], ['info Guard']],
    ['another source', [{ ...alert(0, 'EC2/Scan', 8), source: 'other' }], []],
    [
      'one signal for each value of the root query',
      [alert(0, 'EC2/Scan', 5, 'i-1'), alert(1, 'EC2/Scan', 5, 'i-2'), alert(2, 'EC2/Scan', 5, 'i-1')],
      ['medium Guard', 'medium Guard'],
    ],
    ['the same value within a day raises it', [alert(0, 'EC2/Scan', 1), alert(23 * hour, 'EC2/Scan', 8)], ['critical Guard - severe']],
    ['the same value a day later is another', [alert(0, 'EC2/Scan', 1), alert(25 * hour, 'EC2/Scan', 1)], ['info Guard', 'info Guard']],
    ['never lowered', [alert(0, 'EC2/Scan', 8), alert(1, 'EC2/Scan', 1)], ['critical Guard - severe']],
  ])('%s', (_, logs, expected) => expect(judge(rule(), logs).map(({ severity, title }) => `${severity} ${title}`)).toEqual(expected))
})

test('each root query has its own group; the first that matches counts', () =>
  expect(judge(rule(), [alert(0, 'EC2/Scan', 5), alert(1, 'S3/Read', 5)]).map(({ group }) => group)).toEqual([
    { '@instance': 'i-1' },
    { '@account': 'acme' },
  ]))
test('alerts of a day without fields are one', () => {
  const one = rule({ rootQueries: [{ query: 'source:guard', groupByFields: [] }] })
  const found = judge(one, [alert(0, 'a', 1), alert(1, 'b', 1)])
  expect(found.map(({ group, events_matched }) => [group, events_matched])).toEqual([[{}, 2]])
})
test('a title of the rule’s own', () => {
  const titled = rule({ signalTitleTemplate: '{{@instance}} of {{@usr.name}}' })
  expect(judge(titled, [alert(0, 'EC2/Scan', 5, 'i-9')])[0]!.title).toBe('i-9 of ann')
})
test('what it keeps: the alert as a sample, the entity, the severity lowered outside production', () => {
  const lowered = rule({}, { options: { ...rule().options, decreaseCriticalityBasedOnEnv: true } })
  const [signal] = judge(lowered, [{ ...alert(0, 'EC2/Scan', 8), tags: ['env:dev'] }])
  expect(signal).toMatchObject({
    severity: 'high',
    entities: ['@usr.name:ann'],
    samples: [{ message: 'EC2/Scan on i-1' }],
    events_matched: 1,
  })
  expect(seconds(signal!.first_seen)).toBe(0)
})
test('whatever dies when', () =>
  expect(
    survives(
      rule(),
      Array.from({ length: 60 }, (_, i) => alert(i * 2000, i % 3 ? 'EC2/x' : 'S3', i % 9, `i-${i % 4}`)),
    ),
  ).toBe(true))
