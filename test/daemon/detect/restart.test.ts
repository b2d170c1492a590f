import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createDetector } from '../../../daemon/detect/detector.ts'
import type { Limits } from '../../../daemon/detect/runner.ts'
import type { Mark, StateRow } from '../../../daemon/store/detection.ts'
import type { Log } from '../../../shared/log.ts'
import type { Detection } from '../../../shared/signal.ts'
import { makeRule, start } from './fixtures.ts'

vi.setConfig({ testTimeout: 120_000 }) // seconds, but not on a machine that does five other things

const byUser = { groupByFields: ['@usr.name'] }
const rules = [
  makeRule(
    {
      name: 'count',
      queries: [{ query: 'failed', ...byUser }],
      cases: [
        { status: 'high', condition: 'a > 3' },
        { status: 'low', condition: 'a > 1' },
      ],
      options: { evaluationWindow: 60, keepAlive: 60, maxSignalDuration: 300 },
    },
    { id: 'count' },
  ),
  makeRule(
    {
      name: 'two',
      queries: [
        { query: 'failed', name: 'failures', ...byUser },
        { query: 'login', name: 'success', ...byUser },
      ],
      cases: [
        { status: 'critical', condition: 'failures > 2 && success > 0' },
        { status: 'low', condition: 'failures > 2' },
      ],
      options: { evaluationWindow: 300, keepAlive: 300, maxSignalDuration: 600, decreaseCriticalityBasedOnEnv: true },
    },
    { id: 'two' },
  ),
  makeRule(
    {
      name: 'distinct',
      queries: [{ query: '*', aggregation: 'cardinality', distinctFields: ['@usr.name'] }],
      cases: [{ status: 'medium', condition: 'a > 2' }],
      options: { evaluationWindow: 60, keepAlive: 300, maxSignalDuration: 900 },
    },
    { id: 'distinct' },
  ),
  makeRule(
    {
      name: 'sum',
      queries: [
        { query: '*', aggregation: 'sum', metrics: ['@n'] },
        { query: '*', aggregation: 'max', metrics: ['@n'] },
      ],
      cases: [{ status: 'low', condition: 'a > 1 && b > 0.5' }],
      options: { evaluationWindow: 60, keepAlive: 60, maxSignalDuration: 60 },
    },
    { id: 'sum' },
  ),
  makeRule(
    { name: 'each', queries: [{ query: 'login', ...byUser }], options: { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 } },
    { id: 'each' },
  ),
  makeRule(
    {
      name: 'new value',
      queries: [{ query: '*', aggregation: 'new_value', metrics: ['@word', 'env'], ...byUser }],
      options: {
        detectionMethod: 'new_value',
        evaluationWindow: 0,
        keepAlive: 300,
        maxSignalDuration: 600,
        newValueOptions: { learningDuration: 0, forgetAfter: 1 },
      },
    },
    { id: 'new-value' },
  ),
  makeRule(
    {
      name: 'travel',
      queries: [{ query: '*', aggregation: 'geo_data', metrics: ['@network.client.geoip'], ...byUser }],
      options: { detectionMethod: 'impossible_travel', evaluationWindow: 900, keepAlive: 3600 },
    },
    { id: 'travel' },
  ),
  makeRule(
    {
      name: 'travel from home',
      queries: [{ query: '*', aggregation: 'geo_data', metrics: ['@network.client.geoip'], ...byUser }],
      options: {
        detectionMethod: 'impossible_travel',
        evaluationWindow: 0,
        keepAlive: 60,
        impossibleTravelOptions: { baselineUserLocations: true },
      },
    },
    { id: 'travel-from-home' },
  ),
  makeRule(
    {
      name: 'anomaly',
      queries: [{ query: '*' }],
      cases: [{ status: 'low', condition: 'a > 0.995' }],
      options: {
        detectionMethod: 'anomaly_detection',
        evaluationWindow: 300,
        keepAlive: 600,
        anomalyDetectionOptions: { learningDuration: 1, detectionTolerance: 1, learningPeriodBaseline: 5 },
      },
    },
    { id: 'anomaly' },
  ),
  makeRule(
    {
      name: 'anomaly and threshold',
      queries: [{ query: '*', aggregation: 'cardinality', distinctFields: ['@word'] }],
      cases: [
        { status: 'high', condition: 'a > 3' },
        { status: 'low', condition: 'a > 2' },
      ],
      options: {
        detectionMethod: 'anomaly_threshold',
        evaluationWindow: 600,
        keepAlive: 600,
        anomalyDetectionOptions: { bucketDuration: 600, learningDuration: 1, detectionTolerance: 1, learningPeriodBaseline: 2 },
      },
    },
    { id: 'anomaly-threshold' },
  ),
  makeRule(
    {
      name: 'content',
      queries: [{ query: '*', metrics: ['@text'] }],
      cases: [
        { status: 'medium', condition: 'a > 1' },
        { status: 'low', condition: 'a > 0' },
      ],
      options: {
        detectionMethod: 'content_anomaly',
        evaluationWindow: 300,
        keepAlive: 600,
        contentAnomalyOptions: { learningDuration: 1, forgetAfter: 1, similarityPercentageThreshold: 60, nbSimilarItemsThreshold: 2 },
      },
    },
    { id: 'content' },
  ),
  makeRule(
    {
      name: 'sequence',
      queries: [
        { query: 'failed', ...byUser },
        { query: 'login', ...byUser },
      ],
      cases: [
        { status: 'high', condition: 'in > 0' },
        { status: 'info', condition: 'guess > 0' },
      ],
      options: {
        detectionMethod: 'sequence_detection',
        evaluationWindow: 0,
        keepAlive: 300,
        maxSignalDuration: 600,
        sequenceDetectionOptions: {
          steps: [
            { name: 'in', condition: 'b > 0', evaluationWindow: 0 },
            { name: 'guess', condition: 'a > 1', evaluationWindow: 60 },
          ],
          stepTransitions: [{ parent: 'guess', child: 'in', evaluationWindow: 300 }],
        },
      },
    },
    { id: 'sequence' },
  ),
  makeRule(
    {
      name: 'third party',
      queries: [],
      cases: [],
      thirdPartyCases: [{ name: 'in', query: 'login', status: 'high' }],
      options: {
        detectionMethod: 'third_party',
        thirdPartyRuleOptions: {
          defaultStatus: 'low',
          rootQueries: [
            { query: 'env:prod', groupByFields: ['@usr.name'] },
            { query: '*', groupByFields: ['@word'] },
          ],
          signalTitleTemplate: '{{@usr.name}} says {{@word}}',
        },
      },
    },
    { id: 'third-party' },
  ),
  makeRule(
    {
      name: 'both',
      type: 'signal_correlation',
      queries: [
        { ruleId: 'count', aggregation: 'event_count', correlatedByFields: ['@usr.name'] },
        { ruleId: 'new-value', aggregation: 'event_count', correlatedByFields: ['@usr.name'] },
      ],
      cases: [
        { status: 'critical', condition: 'a > 0 && b > 1' },
        { status: 'high', condition: 'a > 0 && b > 0' },
      ],
      options: { evaluationWindow: 600, keepAlive: 3600 },
    },
    { id: 'both' },
  ),
]

const anyLog = fc.record({
  // mostly forward, now and then far back, far ahead or a day later
  step: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    { weight: 3, arbitrary: fc.integer({ min: -300_000, max: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(400_000, 4_000_000, 86_400_000, -500_000) },
  ),
  ahead: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 500_000 }) }),
  user: fc.constantFrom('ann', 'bob', '__proto__', 'x'),
  message: fc.constantFrom('failed', 'login'),
  env: fc.constantFrom('env:dev', 'env:dev', 'env:prod'),
  n: fc.double({ min: -1, max: 1, noNaN: true }),
  word: fc.constantFrom('a', 'b', 'c', 'd'),
  text: fc.constantFrom('the cat sat here', 'the cat sat there', 'a dog ran', 'rm -rf /', ''),
  country: fc.constantFrom('DE', 'DE', 'US', 'JP', 'CH', '??'),
  stream: fc.constantFrom('live', 'live', 'import-1', 'import-2'),
  // the daemon's own clock is wrong now and then
  clock: fc.oneof({ weight: 14, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(90_000, 7_200_000, -7_200_000) }),
})

type Part = typeof anyLog extends fc.Arbitrary<infer T> ? T : never

const hour = 3_600_000

function toLogs(parts: Part[]): Log[] {
  let time = start
  return parts.map(({ step, ahead, user, message, env, n, stream, clock, word, text, country }, i) => {
    time += step
    // an import that ended and comes back may be of the same hour again
    const then = stream === 'import-2' ? start + ((time - start + hour) % hour) : time
    return {
      id: `log-${i}`,
      seq: i,
      stream,
      timestamp: then + ahead,
      received: time + clock,
      message,
      status: 'info',
      tags: [env],
      attributes: { usr: { name: user }, n, word, text, network: { client: { geoip: { country: { iso_code: country } } } } },
    }
  })
}

interface Run {
  signals: Record<string, Detection>
  opened: string[]
  groups: string[]
  marks: Mark[]
  late: number
  suppressed: Record<string, number>
}

/** Judge logs, storing after each of `commits` and dying after each of `crashes`, where what was not stored is judged again. */
function run(logs: Log[], commits: Set<number>, crashes: Set<number>, limits?: Partial<Limits>): Run {
  const stored: Run = { signals: {}, opened: [], groups: [], marks: [], late: 0, suppressed: {} }
  const rows = new Map<string, StateRow>()
  const marks = new Map<string, Mark>()
  const begin = () => {
    const detector = createDetector(limits)
    detector.setRules(rules)
    // through JSON, as the store keeps it
    detector.restore(
      [...rows.values()],
      {
        detectionOf: id => (stored.signals[id] ? structuredClone(JSON.parse(JSON.stringify(stored.signals[id])) as Detection) : undefined),
        logOf: id => logs.find(log => log.id === id),
      },
      [...marks.values()],
    )
    return detector
  }
  let detector = begin()
  let position = 0
  const died = new Set<number>()
  const commit = (next: number) => {
    const { states, signals, watermarks, late, suppressed } = detector.takeChanges()
    for (const row of states) {
      const key = JSON.stringify([row.rule, row.version, row.stream, row.group])
      if (row.state === null) rows.delete(key)
      else rows.set(key, row)
    }
    for (const { id, detection, opened } of signals) {
      expect(opened).toBe(!stored.opened.includes(id))
      if (opened) stored.opened.push(id)
      stored.signals[id] = detection
    }
    for (const mark of watermarks) {
      if (mark.watermark === null) marks.delete(mark.stream)
      else marks.set(mark.stream, mark)
    }
    stored.late += late
    for (const { rule, count } of suppressed) stored.suppressed[rule] = (stored.suppressed[rule] ?? 0) + count
    position = next
  }
  for (let i = 0; i < logs.length; i++) {
    detector.judge(logs[i]!)
    // what has opened is told at once; a crash may come before the rest
    if (i % 3 === 0) for (const { id, detection } of detector.takeOpened()) stored.signals[id] = detection
    if (commits.has(i)) commit(i + 1)
    if (crashes.has(i) && !died.has(i)) {
      died.add(i)
      detector = begin()
      i = position - 1
    }
  }
  commit(logs.length)
  stored.groups = [...rows.keys()].toSorted()
  stored.marks = [...marks.values()].toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
  return stored
}

const places = fc.uniqueArray(fc.nat(119), { maxLength: 12 }).map(list => new Set(list))

test('whatever dies when: the same signals, groups and late logs', () => {
  fc.assert(
    fc.property(fc.array(anyLog, { maxLength: 120 }), places, places, (parts, commits, crashes) => {
      const logs = toLogs(parts)
      const expected = run(logs, new Set(), new Set())
      const actual = run(logs, commits, crashes)
      expect(actual.signals).toEqual(expected.signals)
      expect(actual.opened.toSorted()).toEqual(expected.opened.toSorted())
      // a row may still hold what time has overtaken, but there is one for each group alive and no other
      expect(actual.groups).toEqual(expected.groups)
      expect(actual.marks).toEqual(expected.marks)
      expect(actual.late).toBe(expected.late)
    }),
    { numRuns: 100 },
  )
})

test('every rule finds something in such logs, or the runs say nothing of it', () => {
  const found = new Set<string>()
  for (const parts of fc.sample(fc.array(anyLog, { minLength: 100, maxLength: 120 }), { numRuns: 30, seed: 7 }))
    for (const { rule } of Object.values(run(toLogs(parts), new Set(), new Set()).signals)) found.add(rule.id)
  expect([...found].toSorted()).toEqual(rules.map(({ id }) => id).toSorted())
})

test('the same where a rule may open two signals an hour: what is too many is counted once each, whatever dies when', () => {
  const limits = { signals: 2 }
  fc.assert(
    fc.property(fc.array(anyLog, { maxLength: 120 }), places, places, (parts, commits, crashes) => {
      const logs = toLogs(parts)
      const expected = run(logs, new Set(), new Set(), limits)
      const actual = run(logs, commits, crashes, limits)
      expect([actual.signals, actual.suppressed]).toEqual([expected.signals, expected.suppressed])
    }),
    { numRuns: 60 },
  )
})

test('the same where there is not room for everything', () => {
  const limits = { groups: 2, values: 3, samples: 1000 }
  fc.assert(
    fc.property(fc.array(anyLog, { maxLength: 120 }), places, places, (parts, commits, crashes) => {
      const logs = toLogs(parts)
      expect(run(logs, commits, crashes, limits).signals).toEqual(run(logs, new Set(), new Set(), limits).signals)
    }),
    { numRuns: 60 },
  )
})

test('what came in order makes signals without negative durations that count nothing twice at once', () => {
  fc.assert(
    fc.property(fc.array(anyLog, { maxLength: 120 }), parts => {
      const logs = toLogs(parts)
      for (const detection of Object.values(run(logs, new Set(), new Set()).signals)) {
        expect(detection.last_seen).toBeGreaterThanOrEqual(detection.first_seen)
        expect(detection.events_matched).toBeLessThanOrEqual(logs.length)
        for (const { eventsCount } of detection.queries) expect(eventsCount).toBeLessThanOrEqual(detection.events_matched)
        expect(detection.samples.length).toBeLessThanOrEqual(Math.min(10, detection.events_matched))
      }
    }),
    { numRuns: 60 },
  )
})

/** Hand-made logs of one user: seconds after `start`, message, environment; `received` where it is not when it happened. */
const logOf = ([at, message, env, received = at]: [number, string, string, number?], i: number): Log => ({
  ...toLogs([
    {
      step: 0,
      ahead: 0,
      user: 'ann',
      message: message as 'failed',
      env: env as 'env:dev',
      n: 0,
      stream: 'live',
      clock: 0,
      word: 'a',
      text: '',
      country: 'DE',
    },
  ])[0]!,
  id: `log-${i}`,
  timestamp: start + at * 1000,
  received: start + received * 1000,
})

test.each<[string, [number, string, string, number?][]]>([
  [
    'production was hit before, and the case that raises is met in development',
    [
      [0, 'failed', 'env:prod'],
      [1, 'failed', 'env:dev'],
      [2, 'failed', 'env:dev'],
      [3, 'login', 'env:dev'],
    ],
  ],
  [
    'a signal from the future, which one of the present reaches',
    [
      [200, 'failed', 'env:dev', 0],
      [200, 'failed', 'env:dev', 0],
      [0, 'failed', 'env:dev'],
      [0, 'failed', 'env:dev'],
      [50, 'failed', 'env:dev'],
      [100, 'failed', 'env:dev'],
      [140.1, 'failed', 'env:dev'],
    ],
  ],
  [
    'the clock was ahead and is put right: what time had overtaken by then stays forgotten',
    [
      [1000, 'failed', 'env:dev'],
      [1300, 'failed', 'env:dev', 1000],
      [1200, 'something else', 'env:dev'],
      [1010, 'something else', 'env:dev'],
      [1011, 'failed', 'env:dev'],
    ],
  ],
])('a crash at any log: %s', (_, parts) => {
  const logs = parts.map(logOf)
  const expected = run(logs, new Set(), new Set())
  const all = new Set(logs.keys())
  for (const i of all) for (const commits of [new Set([i]), all]) expect(run(logs, commits, new Set([i])).signals).toEqual(expected.signals)
})
