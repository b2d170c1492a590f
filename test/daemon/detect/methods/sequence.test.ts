import { describe, expect, test, vi } from 'vitest'
import { makeRule } from '../fixtures.ts'
import { judge, minute, ofUser, seconds, survives } from './judge.ts'

vi.setConfig({ testTimeout: 60_000 }) // seconds, but not on a machine that does five other things

const byUser = { groupByFields: ['@usr.name'] }
/** More than two failures in a minute, within five minutes a login, within ten a change of roles. */
const rule = (more: object = {}, options: object = {}) =>
  makeRule({
    queries: [
      { query: 'failed', name: 'failures', ...byUser },
      { query: 'login', ...byUser },
      { query: 'role', name: 'roles', ...byUser },
    ],
    cases: [{ status: 'critical', condition: 'raised > 0' }],
    options: {
      detectionMethod: 'sequence_detection',
      evaluationWindow: 0,
      keepAlive: 300,
      maxSignalDuration: 3600,
      sequenceDetectionOptions: {
        steps: [
          { name: 'guessed', condition: 'failures > 2', evaluationWindow: 60 },
          { name: 'in', condition: 'b > 0', evaluationWindow: 60 },
          { name: 'raised', condition: 'roles > 0', evaluationWindow: 0 },
        ],
        stepTransitions: [
          { parent: 'guessed', child: 'in', evaluationWindow: 300 },
          { parent: 'in', child: 'raised', evaluationWindow: 600 },
        ],
      },
      ...options,
    },
    ...more,
  })
const log = ([at, message, user = 'ann']: [number, string, string?]) => ofUser(at, user, {}, { message })
const guess = (at: number): [number, string][] => [0, 1, 2].map(i => [at + i, 'failed'])

describe('time and message', () => {
  test.each<[string, [number, string, string?][], number]>([
    ['all steps in order', [...guess(0), [100, 'login'], [200, 'role']], 1],
    ['out of order', [[0, 'role'], [50, 'login'], ...guess(100)], 0],
    ['the last before the second', [...guess(0), [50, 'role'], [100, 'login']], 0],
    ['a step is missing', [...guess(0), [200, 'role']], 0],
    [
      'too few for the first step',
      [
        [0, 'failed'],
        [1, 'failed'],
        [100, 'login'],
        [200, 'role'],
      ],
      0,
    ],
    ['the second in time', [...guess(0), [302, 'login'], [400, 'role']], 1],
    ['the second too late', [...guess(0), [303, 'login'], [400, 'role']], 0],
    ['the third in time', [...guess(0), [100, 'login'], [700, 'role']], 1],
    ['the third too late', [...guess(0), [100, 'login'], [701, 'role']], 0],
    ['from the latest login', [...guess(0), [100, 'login'], [200, 'login'], [790, 'role']], 1],
    ['steps of two users are no sequence', [...guess(0), [100, 'login', 'bob'], [200, 'role']], 0],
    ['the last step again: the same signal', [...guess(0), [100, 'login'], [200, 'role'], [250, 'role']], 1],
    ['twice, far apart', [...guess(0), [100, 'login'], [200, 'role'], ...guess(5000), [5100, 'login'], [5200, 'role']], 2],
    ['the middle comes late', [...guess(0), [200, 'role'], [100, 'login']], 1],
    ['the first comes last', [[100, 'login'], [200, 'role'], ...guess(30)], 1],
  ])('%s', (_, logs, expected) => expect(judge(rule(), logs.map(log)).length).toBe(expected))
})

test('what was seen: when each step was', () => {
  const [signal] = judge(rule(), [...guess(0), [100, 'login'] as [number, string], [200, 'role'] as [number, string]].map(log))
  const steps = (signal!.evidence![0] as { steps: { name: string; time: number }[] }).steps
  expect(steps.map(({ name, time }) => [name, seconds(time)])).toEqual([
    ['guessed', 2],
    ['in', 100],
    ['raised', 200],
  ])
  expect([signal!.events_matched, signal!.queries.map(({ eventsCount }) => eventsCount)]).toEqual([5, [3, 1, 1]])
})
test('a case for a part of the sequence, raised by the whole', () => {
  const staged = rule({
    cases: [
      { name: 'whole', status: 'critical', condition: 'raised > 0' },
      { name: 'in', status: 'low', condition: 'in > 0' },
    ],
  })
  const half = judge(staged, [...guess(0), [100, 'login'] as [number, string]].map(log))
  const whole = judge(staged, [...guess(0), [100, 'login'] as [number, string], [200, 'role'] as [number, string]].map(log))
  expect([half.map(({ severity }) => severity), whole.map(({ severity, title }) => [severity, title])]).toEqual([
    ['low'],
    [['critical', 'rule - whole']],
  ])
})
test('a case without a condition is the whole sequence', () => {
  const plain = rule({ cases: [{ status: 'low' }] })
  expect([
    judge(plain, guess(0).map(log)).length,
    judge(plain, [...guess(0), [9, 'login'] as [number, string], [10, 'role'] as [number, string]].map(log)).length,
  ]).toEqual([0, 1])
})
test('one log is not two steps', () => {
  const twice = makeRule({
    queries: [{ query: '*' }],
    cases: [{ status: 'low', condition: 'two > 0' }],
    options: {
      detectionMethod: 'sequence_detection',
      sequenceDetectionOptions: {
        steps: [
          { name: 'one', condition: 'a > 0' },
          { name: 'two', condition: 'a > 0' },
        ],
        stepTransitions: [{ parent: 'one', child: 'two', evaluationWindow: 60 }],
      },
    },
  })
  expect([judge(twice, [log([0, 'x'])]).length, judge(twice, [log([0, 'x']), log([0, 'x'])]).length]).toEqual([0, 1])
})
test('steps may be linked by different fields', () => {
  const linked = rule({
    queries: [
      { query: 'failed', name: 'failures', groupByFields: ['@ip'] },
      { query: 'login', groupByFields: ['@ip'] },
      { query: 'role', name: 'roles', groupByFields: ['@from'] },
    ],
  })
  const logs = [0, 1, 2].map(i => ofUser(i, 'x', { ip: '192.0.2.1' }, { message: 'failed' }))
  const more = [ofUser(9, 'y', { ip: '192.0.2.1' }, { message: 'login' }), ofUser(10, 'z', { from: '192.0.2.1' }, { message: 'role' })]
  expect(judge(linked, [...logs, ...more]).map(({ group }) => group)).toEqual([{ '@ip': '192.0.2.1' }])
})
test('whatever dies when', () => {
  const messages = ['failed', 'failed', 'failed', 'login', 'role', 'failed', 'role']
  expect(
    survives(
      rule(),
      Array.from({ length: 90 }, (_, i) => log([(i * 37 * (i % 5)) % (20 * minute), messages[(i * 3) % 7]!])),
    ),
  ).toBe(true)
})
