import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createDetector } from '../../../../daemon/detect/detector.ts'
import type { Mark, StateRow } from '../../../../daemon/store/detection.ts'
import type { Hidden } from '../../../../daemon/store/suppressions.ts'
import type { Log } from '../../../../shared/log.ts'
import type { Detection } from '../../../../shared/signal.ts'
import { type Suppression, SuppressionPayload } from '../../../../shared/suppression.ts'
import { makeLog, makeRule, start } from '../fixtures.ts'

vi.setConfig({ testTimeout: 120_000 }) // seconds, but not on a machine that does five other things

const makeSuppression = (payload: Partial<Suppression>): Suppression => ({
  ...SuppressionPayload.parse({ name: 'hide', rule_query: '*', suppression_query: '-*', ...pick(payload) }),
  id: 'hide-1',
  version: 1,
  seq: 0,
  created: 0,
  updated: 0,
  creator: { handle: 'ann', name: 'Ann' },
  updater: { handle: 'ann', name: 'Ann' },
  isDeleted: false,
  ...payload,
})
const pick = ({ id: _, version: __, isDeleted: ___, ...rest }: Partial<Suppression>) => rest

const rule = makeRule({
  name: 'Guessing',
  tags: ['source:sshd', 'team:a'],
  queries: [{ query: 'failed', name: 'failures', groupByFields: ['@usr.name'] }],
  cases: [
    { name: 'much', status: 'high', condition: 'failures > 3' },
    { name: 'some', status: 'low', condition: 'failures > 1' },
  ],
  options: { evaluationWindow: 60, keepAlive: 60, maxSignalDuration: 300 },
})
const failed = (at: number, name: string, more: Partial<Log> = {}) => makeLog(at, { usr: { name } }, { message: 'failed', ...more })

/** What is shown, and what each suppression has counted. */
function judge(logs: Log[], suppressions: Suppression[], rules = [rule]) {
  const detector = createDetector()
  detector.setRules(rules)
  detector.setSuppressions(suppressions)
  for (const log of logs) detector.judge(log)
  const { signals, hidden } = detector.takeChanges()
  return {
    shown: signals.map(({ detection, opened }) => [
      Object.values(detection.group)[0],
      detection.severity,
      detection.events_matched,
      opened,
    ]),
    hidden: Object.fromEntries(hidden.map(({ owner, signals, logs }) => [owner, [signals, logs]])),
    items: hidden.find(({ owner }) => owner.startsWith('rule:'))?.items ?? [],
    bySuppression: hidden.find(({ owner }) => owner === 'hide-1')?.items,
  }
}
const four = (name: string, from = 0) => [0, 1, 2, 3].map(n => failed(from + n, name))

describe('a suppression query', () => {
  test.each<[query: string, shown: number]>([
    ['@usr.name:ann', 1],
    ['@usr.name:*', 0],
    ['status:low', 2],
    ['status:(low OR high)', 0],
    ['@workflow.rule.name:Guessing', 0],
    ['team:a', 0],
    ['team:b', 2],
    ['Guessing', 0],
    ['@title:"Guessing - some" OR @title:"Guessing - much"', 0],
    ['-@usr.name:ann', 1],
  ])('%s: %i of two show', (suppression_query, shown) => {
    expect(judge([...four('ann'), ...four('bob')], [makeSuppression({ suppression_query })]).shown).toHaveLength(shown)
  })
  test.each<[query: string, hides: boolean]>([
    ['*', true],
    ['source:sshd', true],
    ['source:cloudtrail', false],
    ['type:log_detection severity:low', true],
    ['severity:critical', false],
    ['status:high', true],
    ['ruleId:rule-1', true],
    ['ruleId:rule-2', false],
    ['name:Guessing', true],
    ['guess*', true],
  ])('of the rules %s: hides %s', (rule_query, hides) => {
    expect(judge(four('ann'), [makeSuppression({ rule_query, suppression_query: '*' })]).shown.length === 0).toBe(hides)
  })
  test('a signal that comes to be more than it hides shows, whole and as one that has just opened', () => {
    const found = judge(four('ann'), [makeSuppression({ suppression_query: 'status:low' })])
    expect(found.shown).toEqual([['ann', 'high', 4, true]])
    expect(found.hidden).toEqual({ 'hide-1': [1, 0], 'rule:rule-1': [1, 0] })
  })
  test('what shows is never hidden again', () => {
    expect(judge(four('ann'), [makeSuppression({ suppression_query: 'status:high' })]).shown).toEqual([['ann', 'high', 4, true]])
  })
  test('a log alone is kept of a hidden signal: what it was', () => {
    const { items, bySuppression, hidden } = judge(four('ann'), [makeSuppression({ suppression_query: '*' })])
    expect(hidden).toEqual({ 'hide-1': [1, 0], 'rule:rule-1': [1, 0] })
    expect(bySuppression).toEqual(items)
    expect(items).toMatchObject([
      {
        kind: 'signal',
        body: { title: 'Guessing - much', severity: 'high', group: { '@usr.name': 'ann' }, events_matched: 4, suppression: 'hide-1' },
      },
    ])
  })
  test('of thirty hidden signals all are counted and the last twenty kept', () => {
    const logs = Array.from({ length: 30 }, (_, n) => four(`u${n}`, n)).flat()
    const { hidden, items } = judge(logs, [makeSuppression({ suppression_query: '*' })])
    expect([hidden, items.length]).toEqual([{ 'hide-1': [30, 0], 'rule:rule-1': [30, 0] }, 20])
    expect(items.at(-1)).toMatchObject({ body: { group: { '@usr.name': 'u29' } } })
  })
})

describe('it is in force by the time of the event', () => {
  const at = (seconds: number) => start + seconds * 1000
  test.each<[what: string, more: Partial<Suppression>, shown: string[]]>([
    ['from its start on', { start_date: at(100) }, ['early']],
    ['before its end', { expiration_date: at(100) }, ['late']],
    ['in between', { start_date: at(100), expiration_date: at(500) }, ['early']],
    ['never, switched off', { enabled: false }, ['early', 'late']],
    ['never, deleted', { isDeleted: true }, ['early', 'late']],
  ])('%s', (_, more, shown) => {
    const logs = [...four('early', 0), ...four('late', 200)]
    const found = judge(logs, [makeSuppression({ suppression_query: '*', ...more })])
    expect(found.shown.map(([name]) => name)).toEqual(shown)
  })
  test('a late log is of its own time', () => {
    const logs = [failed(101, 'ann'), failed(99, 'ann', { received: start + 101_000 })]
    expect(judge(logs, [makeSuppression({ suppression_query: '*', start_date: at(100) })]).shown).toHaveLength(1)
    expect(judge(logs, [makeSuppression({ suppression_query: '*', start_date: at(98) })]).shown).toHaveLength(0)
  })
})

describe('what rules never see', () => {
  test('a data exclusion: counted, a sample kept, and no part of any signal', () => {
    const logs = [...four('ann').slice(0, 3), failed(4, 'ann', { tags: ['env:test'] })]
    const found = judge(logs, [makeSuppression({ suppression_query: '', data_exclusion_query: 'env:test' })])
    expect(found.shown).toEqual([['ann', 'low', 3, true]])
    expect(found.hidden).toEqual({ 'hide-1': [0, 1], 'rule:rule-1': [0, 1] })
    const body = { rule: { id: 'rule-1' }, log: { message: 'failed' }, suppression: 'hide-1' }
    expect(found.items).toMatchObject([{ kind: 'log', id: logs[3]!.id, body }])
    expect(found.bySuppression).toEqual(found.items)
  })
  test('the filters of the rule: the same, under the name of the rule', () => {
    const filtered = makeRule({ queries: [{ query: 'failed' }], filters: [{ action: 'suppress', query: '@usr.name:bot' }] })
    const found = judge([failed(0, 'bot'), failed(1, 'ann'), makeLog(2, { usr: { name: 'bot' } })], [], [filtered])
    expect(found.hidden).toEqual({ 'rule:rule-1': [0, 1] })
    expect(found.items).toEqual([
      expect.objectContaining({ kind: 'log', body: expect.not.objectContaining({ suppression: expect.anything() }) }),
    ])
    expect(found.shown).toEqual([[undefined, 'high', 1, true]])
  })
})

test('one that cannot be read any more hides nothing and stops nobody', () => {
  const bad = makeSuppression({ suppression_query: 'status:(' })
  expect(judge(four('ann'), [bad, makeSuppression({ id: 'good', suppression_query: '*' })]).hidden).toEqual({
    good: [1, 0],
    'rule:rule-1': [1, 0],
  })
})

// logs and changes of suppressions are one sequence
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ name: fc.constantFrom('ann', 'bob'), after: fc.integer({ min: -20, max: 40 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      hides: fc.constantFrom('', '*', 'status:low', '@usr.name:ann', 'status:high'),
      excludes: fc.constantFrom('', '', '@usr.name:bob'),
      from: fc.constantFrom(null, start + 60_000),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Judge, storing after each of `commits` and dying after each of `crashes`; a change of suppressions commits, as the daemon does. */
function run(steps: readonly Step[], commits: Set<number>, crashes: Set<number>) {
  const rows = new Map<string, StateRow>()
  const marks = new Map<string, Mark>()
  const logs = new Map<string, Log>()
  const shown: Record<string, Detection> = {}
  const hidden: Record<string, Omit<Hidden, 'owner'>> = {}
  let stored: Suppression[] = []
  const begin = () => {
    const detector = createDetector()
    detector.setRules([rule])
    detector.setSuppressions(stored)
    detector.restore([...rows.values()], { detectionOf: id => structuredClone(shown[id]), logOf: id => logs.get(id) }, marks.values())
    return detector
  }
  let detector = begin()
  let position = 0
  const commit = (next: number) => {
    const changes = detector.takeChanges()
    for (const row of changes.states) {
      if (row.state === null) rows.delete(row.group)
      else rows.set(row.group, row)
    }
    for (const { id, detection, opened } of changes.signals) {
      expect(opened).toBe(!(id in shown))
      shown[id] = JSON.parse(JSON.stringify(detection)) as Detection
    }
    for (const mark of changes.watermarks) marks.set(mark.stream, mark)
    for (const { owner, signals, logs, last, items } of changes.hidden) {
      const before = hidden[owner] ?? { signals: 0, logs: 0, last, items: [] }
      const kept = new Map([...before.items, ...items].map(item => [`${item.kind} ${item.id}`, item]))
      hidden[owner] = {
        signals: before.signals + signals,
        logs: before.logs + logs,
        last: Math.max(before.last, last),
        items: JSON.parse(JSON.stringify([...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)))) as Hidden['items'],
      }
    }
    position = next
  }
  const times: number[] = []
  let time = 0
  for (const one of steps) times.push((time += 'after' in one ? one.after : 0))
  const died = new Set<number>()
  for (let i = 0; i < steps.length; i++) {
    const one = steps[i]!
    if ('name' in one) {
      const log = { ...failed(times[i]!, one.name), id: `log-${i}`, seq: i, received: start + times[i]! * 1000 }
      logs.set(log.id, log)
      detector.judge(log)
    } else {
      commit(i)
      stored = [
        makeSuppression({ id: `s${i}`, suppression_query: one.hides || '-*', data_exclusion_query: one.excludes, start_date: one.from }),
      ]
      detector.setSuppressions(stored)
      position = i + 1
    }
    if (commits.has(i)) commit(i + 1)
    if (crashes.has(i) && !died.has(i)) {
      died.add(i)
      detector = begin()
      i = position - 1
    }
  }
  commit(steps.length)
  return { shown, hidden }
}

test('whatever dies when: the same is shown and the same is hidden', () => {
  const places = fc.uniqueArray(fc.nat(59), { maxLength: 10 }).map(list => new Set(list))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), places, places, (steps, commits, crashes) => {
      expect(run(steps, commits, crashes)).toEqual(run(steps, new Set(), new Set()))
    }),
    { numRuns: 100 },
  )
})
