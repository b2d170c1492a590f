import { describe, expect, test } from 'vitest'
import { createDetector } from '../../../daemon/detect/detector.ts'
import { lateStream } from '../../../daemon/detect/streams.ts'
import type { Mark, StateRow } from '../../../daemon/store/detection.ts'
import type { Log } from '../../../shared/log.ts'
import type { Rule } from '../../../shared/rule.ts'
import type { Detection } from '../../../shared/signal.ts'
import { makeLog, makeRule, start } from './fixtures.ts'

/** Final signals of a run, in the order they opened; times in seconds after `start`. */
function run(rules: Rule | Rule[], logs: Log[]): (Detection & { id: string })[] {
  const detector = createDetector()
  detector.setRules([rules].flat())
  for (const log of logs) detector.judge(log)
  return detector.takeChanges().signals.map(({ id, detection }) => ({ ...detection, id }))
}
const hour = 3_600_000
const seconds = (time: number) => (time - start) / 1000
const brief = ({ first_seen, last_seen, events_matched }: Detection) => [seconds(first_seen), seconds(last_seen), events_matched]

const overFive = (options: object = {}, more: object = {}) =>
  makeRule({ queries: [{ query: '*' }], cases: [{ status: 'high', condition: 'a > 5' }], options, ...more })
const at = (...times: number[]) => times.map(time => makeLog(time))
const every = (step: number, count: number, from = 0) => at(...Array.from({ length: count }, (_, i) => from + i * step))

describe('a > 5 in 5 minutes, kept alive an hour: first, last, events of each signal', () => {
  test.each<[string, Log[], number[][]]>([
    ['six at once', every(0, 6), [[0, 0, 6]]],
    ['five', every(1, 5), []],
    ['six in 299 s', every(299 / 5, 6), [[0, 299, 6]]],
    ['six in 300 s', every(60, 6), []],
    ['six in 300 s, one more', [...every(60, 6), ...at(301)], [[60, 301, 6]]],
    ['one an hour', every(3600, 40), []],
    ['two before, ten minutes, then six', [...at(0, 1), ...every(1, 6, 600)], [[600, 605, 6]]],
    ['more while it is open, however slowly', [...every(1, 6), ...at(1000, 4000, 7600)], [[0, 7600, 9]]],
    ['keep-alive to the millisecond', [...every(1, 6), ...at(3605)], [[0, 3605, 7]]],
    ['a millisecond after keep-alive', [...every(1, 6), ...at(3605.001)], [[0, 5, 6]]],
    [
      'a second attack after keep-alive',
      [...every(1, 6), ...every(1, 6, 4000)],
      [
        [0, 5, 6],
        [4000, 4005, 6],
      ],
    ],
    ['out of order', at(5, 3, 0, 4, 1, 2), [[0, 5, 6]]],
  ])('%s', (_, logs, expected) => expect(run(overFive(), logs).map(brief)).toEqual(expected))
})

describe('maximum duration of 10 minutes', () => {
  const rule = overFive({ evaluationWindow: 60, keepAlive: 300, maxSignalDuration: 600 })
  test.each<[string, Log[], number[][]]>([
    ['to the second', [...every(1, 6), ...every(100, 6, 100)], [[0, 600, 12]]],
    ['past it, slowly', [...every(1, 6), ...every(100, 7, 100)], [[0, 600, 12]]],
    // the second starts with the window that made it open
    [
      'past it, in one go',
      every(5, 130),
      [
        [0, 600, 121],
        [550, 645, 20],
      ],
    ],
  ])('%s', (_, logs, expected) => expect(run(rule, logs).map(brief)).toEqual(expected))
})

describe('no window: each log by itself', () => {
  const options = { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 3600 }
  test.each<[string, Log[], number[][]]>([
    ['one', at(0), [[0, 0, 1]]],
    ['two within keep-alive', at(0, 60), [[0, 60, 2]]],
    [
      'two further apart',
      at(0, 61),
      [
        [0, 0, 1],
        [61, 61, 1],
      ],
    ],
    [
      'an earlier one later',
      at(61, 0, 62),
      [
        [61, 62, 2],
        [0, 0, 1],
      ],
    ],
  ])('%s', (_, logs, expected) => expect(run(makeRule({ options }), logs).map(brief)).toEqual(expected))
  test('more than five can never be', () => expect(run(overFive(options), every(0, 50))).toEqual([]))
})

describe('late logs: watermark 1000 s, window 300 s', () => {
  const judged = (...times: number[]) => {
    const detector = createDetector()
    detector.setRules([overFive()])
    let received = 0
    for (const log of at(...times)) detector.judge({ ...log, received: (received = Math.max(received, log.timestamp)) })
    const { signals, late } = detector.takeChanges()
    return { late, signals: signals.map(({ detection }) => brief(detection)) }
  }
  test.each<[string, number[], { late: number; signals: number[][] }]>([
    ['at the edge: too late', [1000, 700], { late: 1, signals: [] }],
    ['within: judged', [1000, 701, 701, 701, 701, 701], { late: 0, signals: [[701, 1000, 6]] }],
    ['an earlier window, complete by itself', [1000, ...Array<number>(6).fill(701)], { late: 0, signals: [[701, 1000, 7]] }],
    ['completes a window that ended before', [500, 510, 520, 780, 790, 770], { late: 0, signals: [[500, 790, 6]] }],
    ['completes one of which logs came after', [600, 610, 620, 630, 640, 900, 650], { late: 0, signals: [[600, 900, 7]] }],
  ])('%s', (_, times, expected) => expect(judged(...times)).toEqual(expected))

  test('a host whose clock is a day ahead closes nobody else’s window', () => {
    const ahead = makeLog(86_400, {}, { received: start })
    expect(run(overFive(), [ahead, ...every(1, 6)]).map(brief)).toEqual([[0, 5, 6]])
  })
  test('the daemon’s clock was three hours ahead and is put right', () => {
    const detector = createDetector()
    detector.setRules([overFive()])
    detector.judge(makeLog(0, {}, { timestamp: start + 3 * hour, received: start + 3 * hour }))
    expect(detector.takeChanges().watermarks).toEqual([{ stream: 'live', watermark: start + 3 * hour, received: start + 3 * hour }])
    // of the past hour, as they arrive once a forwarder has its connection again
    for (const log of every(1, 6, 2000)) detector.judge({ ...log, received: start + hour })
    const { signals, watermarks, late } = detector.takeChanges()
    expect([late, watermarks]).toEqual([6, [{ stream: 'live', watermark: start + hour, received: start + hour }]])
    for (const log of every(1, 6, 3600)) detector.judge(log)
    const next = detector.takeChanges()
    expect([signals, next.late, next.signals.map(({ detection }) => brief(detection))]).toEqual([[], 0, [[3600, 3605, 6]]])
  })
  test.each([
    [60, 1],
    [61, 0],
  ])('committed %i s out of order, timestamp as old as the window: %i late', (seconds, late) => {
    const detector = createDetector()
    detector.setRules([overFive({ evaluationWindow: 60 })])
    detector.judge(makeLog(seconds))
    detector.judge(makeLog(0))
    expect(detector.takeChanges().late).toBe(late)
  })
  test('an import of old logs beside live ones', () => {
    const old = every(1, 6).map(log => ({ ...log, stream: 'import-1', timestamp: log.timestamp - 20 * 365 * 86_400_000 }))
    const live = every(1, 6)
    const mixed = live.flatMap((log, i) => [log, old[i]!])
    expect(run(overFive(), mixed).map(({ stream, events_matched }) => [stream, events_matched])).toEqual([
      ['live', 6],
      ['import-1', 6],
    ])
  })
})

describe('groups', () => {
  const rule = (groupByFields: string[], more: object = {}) => overFive({}, { queries: [{ query: '*', groupByFields, ...more }] })
  const six = (attributes: Parameters<typeof makeLog>[1], more: Partial<Log> = {}) =>
    Array.from({ length: 6 }, (_, i) => makeLog(i, attributes, more))
  test.each<[string, Rule, Log[], Record<string, string>[]]>([
    [
      'two users',
      rule(['@usr.name']),
      [...six({ usr: { name: 'ann' } }), ...six({ usr: { name: 'bob' } })],
      [{ '@usr.name': 'ann' }, { '@usr.name': 'bob' }],
    ],
    ['three logs each', rule(['@usr.name']), [...six({ usr: { name: 'ann' } }).slice(3), ...six({ usr: { name: 'bob' } }).slice(3)], []],
    ['a log without the value', rule(['@usr.name']), six({}), []],
    [
      'a log without the value, where that is allowed',
      rule(['@usr.name'], { hasOptionalGroupByFields: true }),
      six({}),
      [{ '@usr.name': 'N/A' }],
    ],
    ['a list is in each', rule(['@ip']), six({ ip: ['a', 'b'] }), [{ '@ip': 'a' }, { '@ip': 'b' }]],
    ['two fields', rule(['host', '@usr.name']), six({ usr: { name: 'ann' } }, { host: 'web-1' }), [{ host: 'web-1', '@usr.name': 'ann' }]],
    ['200 and "200"', rule(['@code']), [...six({ code: 200 }).slice(3), ...six({ code: '200' }).slice(3)], [{ '@code': '200' }]],
    ['__proto__', rule(['@usr.name']), six({ usr: { name: '__proto__' } }), [{ '@usr.name': '__proto__' }]],
  ])('%s', (_, rule, logs, expected) => expect(run(rule, logs).map(({ group }) => group)).toEqual(expected))

  test('queries that group by different fields meet by place', () => {
    const rule = makeRule({
      queries: [
        { query: 'failed', name: 'failures', groupByFields: ['@usr.name'] },
        { query: 'login', name: 'success', groupByFields: ['@usr.id'] },
      ],
      cases: [{ status: 'critical', condition: 'failures > 1 && success > 0' }],
    })
    const failed = (at: number) => makeLog(at, { usr: { name: 'ann', id: 'x' } }, { message: 'failed' })
    expect(run(rule, [failed(0), failed(1), makeLog(2, { usr: { id: 'ann' } }, { message: 'login' })])).toMatchObject([
      { group: { '@usr.name': 'ann' }, events_matched: 3 },
    ])
  })
})

describe('aggregations: value of the query, or no signal', () => {
  const rule = (query: object, condition: string) =>
    makeRule({ queries: [{ query: '*', ...query }], cases: [{ status: 'low', condition }] })
  const logs = (...values: unknown[]) => values.map((n, i) => makeLog(i * 10, { n: n as number }))
  test.each<[string, Rule, Log[], number | undefined]>([
    ['three different of five', rule({ aggregation: 'cardinality', distinctFields: ['@n'] }, 'a > 2'), logs(1, 1, 2, 2, 3), 3],
    ['two different of five', rule({ aggregation: 'cardinality', distinctFields: ['@n'] }, 'a > 2'), logs(1, 1, 2, 2, 1), undefined],
    [
      'different ones too far apart',
      rule({ aggregation: 'cardinality', distinctFields: ['@n'] }, 'a > 2'),
      [makeLog(0, { n: 1 }), makeLog(200, { n: 2 }), makeLog(400, { n: 3 })],
      undefined,
    ],
    ['sum', rule({ aggregation: 'sum', metrics: ['@n'] }, 'a >= 60'), logs(10, 20.5, '29.5'), 60],
    ['sum with nothing in it', rule({ aggregation: 'sum', metrics: ['@n'] }, 'a >= 60'), logs('x', null, 59), undefined],
    ['maximum', rule({ aggregation: 'max', metric: '@n' }, 'a > 8'), logs(3, 9, 4), 9],
    ['a negative maximum', rule({ aggregation: 'max', metric: '@n' }, 'a < 0'), logs(-3, -9), -3],
  ])('%s', (_, rule, logs, expected) => expect(run(rule, logs)[0]?.queries[0]?.value).toBe(expected))
})

describe('cases', () => {
  const rule = makeRule({
    name: 'Brute force',
    queries: [
      { query: 'failed', name: 'failures' },
      { query: 'login', name: 'success' },
    ],
    cases: [
      { status: 'critical', name: 'with success', condition: 'failures > 5 && success > 0' },
      { status: 'medium', name: 'many', condition: 'failures > 10' },
      { status: 'low', name: 'some', condition: 'failures > 5' },
    ],
  })
  const failed = (n: number, from = 0) => Array.from({ length: n }, (_, i) => makeLog(from + i, {}, { message: 'failed' }))
  const login = (at: number) => makeLog(at, {}, { message: 'login' })
  test.each<[string, Log[], string[]]>([
    ['six failures', failed(6), ['low Brute force - some']],
    ['eleven failures', failed(11), ['medium Brute force - many']],
    ['six failures, a login', [...failed(6), login(7)], ['critical Brute force - with success']],
    ['a login, six failures', [login(0), ...failed(6, 1)], ['critical Brute force - with success']],
    ['a login ten minutes after', [...failed(6), login(610)], ['low Brute force - some']],
    ['never lowered', [...failed(6), login(7), ...failed(11, 1000)], ['critical Brute force - with success']],
  ])('%s', (_, logs, expected) => expect(run(rule, logs).map(({ severity, title }) => `${severity} ${title}`)).toEqual(expected))

  test('raised on the same signal, with the counts of each query', () => {
    const detector = createDetector()
    detector.setRules([rule])
    for (const log of failed(6)) detector.judge(log)
    const [before] = detector.takeChanges().signals
    detector.judge(login(7))
    const [after] = detector.takeChanges().signals
    expect([before!.opened, after!.opened, before!.id === after!.id]).toEqual([true, false, true])
    expect(after!.detection.queries.map(({ eventsCount }) => eventsCount)).toEqual([6, 1])
    expect(before!.detection).toMatchObject({ severity: 'low', events_matched: 6, samples: { length: 6 } })
  })
  test('a title without the case', () => expect(run({ ...rule, hasExtendedTitle: false }, failed(6))[0]!.title).toBe('Brute force'))

  test.each([
    ['critical', ['env:staging'], 'high'],
    ['high', ['env:test-2'], 'medium'],
    ['medium', ['env:development'], 'info'],
    ['low', ['env:dev'], 'info'],
    ['info', ['env:dev'], 'info'],
    ['high', ['env:prod'], 'high'],
    ['high', ['staging'], 'high'],
    ['high', [], 'high'],
  ] as const)('%s lowered for %j: %s', (status, tags, expected) => {
    const rule = makeRule({ cases: [{ status }], options: { decreaseCriticalityBasedOnEnv: true } })
    expect(run(rule, [makeLog(0, {}, { tags: [...tags] })])[0]!.severity).toBe(expected)
  })
  test('lowered until production is hit too', () => {
    const rule = makeRule({ cases: [{ status: 'high' }], options: { decreaseCriticalityBasedOnEnv: true } })
    expect(
      run(rule, [makeLog(0, {}, { tags: ['env:dev'] }), makeLog(1, {}, { tags: ['env:prod'] }), makeLog(2, {}, { tags: ['env:dev'] })])[0]!
        .severity,
    ).toBe('high')
  })
})

describe('what a signal holds', () => {
  const log = (i: number) =>
    makeLog(
      i,
      {
        network: { client: { ip: '203.0.113.9' }, ip: { list: ['203.0.113.9', '192.0.2.1'] } },
        usr: { name: `user${i % 3}` },
        evt: { name: 'authentication', outcome: 'failure' },
      },
      { host: 'gate', service: 'ssh', source: 'sshd', tags: ['env:prod', `n:${i}`] },
    )
  const [signal] = run(
    overFive(
      {},
      { tags: ['security:attack'], message: 'see {{@usr.name}}', queries: [{ query: '*', groupByFields: ['@network.client.ip'] }] },
    ),
    Array.from({ length: 20 }, (_, i) => log(i)),
  )
  test('the first five and the last five samples', () =>
    expect(signal!.samples.map(({ timestamp }) => seconds(timestamp))).toEqual([0, 1, 2, 3, 4, 15, 16, 17, 18, 19]))
  test('entities', () =>
    expect(signal!.entities).toEqual([
      '@network.client.ip:203.0.113.9',
      '@usr.name:user0',
      'host:gate',
      '@usr.name:user1',
      '@usr.name:user2',
    ]))
  test('tags of the rule and those that all samples share', () =>
    expect(signal!.tags).toEqual(['security:attack', 'env:prod', 'source:sshd', 'service:ssh']))
  test('attributes', () =>
    expect(signal!.attributes).toEqual({
      evt: { name: 'authentication', outcome: 'failure' },
      network: { client: { ip: '203.0.113.9' }, ip: { list: ['203.0.113.9', '192.0.2.1'] } },
      usr: { name: ['user0', 'user1', 'user2'] },
    }))
  test('the message as it was written, hosts and services', () =>
    expect(signal).toMatchObject({ message: 'see {{@usr.name}}', hosts: ['gate'], services: ['ssh'] }))
  test('an id that any run comes to', () => expect(signal!.id).toMatch(/^[0-9a-f]{32}$/))

  test('150 users: the first hundred and how often there was another', () => {
    const rule = makeRule({ queries: [{ query: '*' }] })
    const [signal] = run(
      rule,
      Array.from({ length: 150 }, (_, i) => makeLog(i, { usr: { name: `u${i}` } })),
    )
    expect(signal!.entities).toHaveLength(100)
    expect(signal!.high_cardinality).toEqual({ '@usr.name': 50 })
  })
  test('a megabyte in a log is not a megabyte in a signal', () => {
    const [signal] = run(makeRule({}), [makeLog(0, { usr: { name: 'ann' }, big: 'x'.repeat(1e6) }, { message: 'y'.repeat(1e6) })])
    expect(JSON.stringify(signal).length).toBeLessThan(20_000)
    expect(signal!.samples[0]!.attributes).toEqual({ usr: { name: 'ann' } })
  })
  test('the sample of a rare query stays', () => {
    const rule = makeRule({ queries: [{ query: 'failed' }, { query: 'login' }], cases: [{ status: 'low', condition: 'a > 0' }] })
    const logs = Array.from({ length: 40 }, (_, i) => makeLog(i, {}, { message: i === 8 ? 'login' : 'failed' }))
    expect(run(rule, logs)[0]!.samples.map(({ queryIndex }) => queryIndex)).toContain(1)
  })
})

describe('rules', () => {
  const changesAfter = (next: Rule[]) => {
    const detector = createDetector()
    detector.setRules([overFive()])
    for (const log of every(1, 5)) detector.judge(log)
    const before = detector.takeChanges()
    detector.setRules(next)
    const dropped = detector.takeChanges().states
    detector.judge(makeLog(6))
    return {
      before: before.states.length,
      dropped: dropped.map(({ version, state }) => [version, state]),
      signals: detector.takeChanges().signals.length,
    }
  }
  test('edited, and a log of the same time: another signal, which leaves the old one as it is', () => {
    const detector = createDetector()
    const [first, second] = [1, 2].map(version => {
      detector.setRules([{ ...makeRule({}), version }])
      detector.judge({ ...makeLog(0), id: 'log' })
      return detector.takeChanges().signals[0]!
    })
    expect([second!.opened, second!.detection.first_seen]).toEqual([true, first!.detection.first_seen])
    expect(second!.id).not.toBe(first!.id)
  })

  test.each<[string, Rule[], object]>([
    ['the same again', [overFive()], { before: 1, dropped: [], signals: 1 }],
    ['a new version starts afresh', [{ ...overFive(), version: 2 }], { before: 1, dropped: [[1, null]], signals: 0 }],
    ['disabled', [{ ...overFive(), isEnabled: false }], { before: 1, dropped: [[1, null]], signals: 0 }],
    ['deleted', [{ ...overFive(), isDeleted: true }], { before: 1, dropped: [[1, null]], signals: 0 }],
    ['gone', [], { before: 1, dropped: [[1, null]], signals: 0 }],
  ])('%s', (_, next, expected) => expect(changesAfter(next)).toEqual(expected))

  test('one that cannot be evaluated does not stop the others', () => {
    const detector = createDetector()
    detector.setRules([makeRule({ options: { detectionMethod: 'hardcoded' } }, { id: 'odd' }), makeRule({})])
    detector.judge(makeLog(0))
    expect(detector.takeChanges().signals).toHaveLength(1)
    expect(detector.load().find(({ rule }) => rule === 'odd')?.problem?.problems[0]?.field).toBe('options.detectionMethod')
  })
  test('a rule of one source does not see others', () => {
    const rule = makeRule({ queries: [{ query: 'source:sshd' }] })
    expect(run(rule, [makeLog(0, {}, { source: 'sudo' }), makeLog(0)])).toEqual([])
    expect(run(rule, [makeLog(0, {}, { source: 'sshd' })])).toHaveLength(1)
    expect(run(rule, [makeLog(0, {}, { tags: ['source:sshd'] })])).toHaveLength(1)
    expect(run(rule, [makeLog(0, {}, { source: 'x', tags: ['source:sshd'] })])).toHaveLength(1)
  })
})

describe('bounds', () => {
  const user = (at: number, name: string) => makeLog(at, { usr: { name } })
  const byUser = makeRule({ queries: [{ query: '*', groupByFields: ['@usr.name'] }], cases: [{ status: 'low', condition: 'a > 1' }] })
  test('a group too many is refused, counted, and taken when the others have gone', () => {
    const detector = createDetector({ groups: 2, values: 10, samples: 10_000 })
    detector.setRules([byUser])
    for (const name of ['a', 'b', 'c', 'c']) detector.judge(user(0, name))
    expect(detector.load()[0]).toMatchObject({ groups: 2, refused: { groups: 2 } })
    for (const at of [1000, 1001]) detector.judge(user(at, 'c'))
    const { signals, states } = detector.takeChanges()
    expect(signals.map(({ detection }) => detection.group)).toEqual([{ '@usr.name': 'c' }])
    // the one without a name is how many signals the rule has opened
    expect(states.filter(({ state }) => state !== null).map(({ group }) => group)).toEqual(['["c"]', ''])
  })
  test('signals too many in an hour: not opened, each counted once, and the last one says how many', () => {
    const detector = createDetector({ signals: 2 })
    const each = makeRule({
      queries: [{ query: '*', groupByFields: ['@usr.name'] }],
      options: { evaluationWindow: 0, keepAlive: 600, maxSignalDuration: 3600 },
    })
    detector.setRules([each])
    for (const [i, name] of ['a', 'b', 'c', 'c', 'd', 'a'].entries()) detector.judge(user(i, name))
    const first = detector.takeChanges()
    expect(first.signals.map(({ detection }) => [detection.group['@usr.name'], detection.events_matched, detection.suppressed])).toEqual([
      ['a', 2, undefined],
      ['b', 1, 2],
    ])
    expect(first.suppressed).toEqual([{ rule: 'rule-1', count: 2 }])
    // what was not opened goes on not to be, until its own end; another hour has room again
    for (const [at, name] of [
      [590, 'c'],
      [3600, 'e'],
      [3601, 'f'],
      [3602, 'g'],
    ] as const)
      detector.judge(user(at, name))
    const second = detector.takeChanges()
    expect(second.signals.map(({ detection }) => [detection.group['@usr.name'], detection.suppressed])).toEqual([
      ['e', undefined],
      ['f', 1],
    ])
    expect(second.suppressed).toEqual([{ rule: 'rule-1', count: 1 }])
  })
  test('of what a feed has come to say of stored logs there are so many in all, over whatever hours, also after a restart', () => {
    const each = makeRule({
      queries: [{ query: '*', groupByFields: ['@usr.name'] }],
      options: { evaluationWindow: 0, keepAlive: 600, maxSignalDuration: 3600 },
    })
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const late = (generation: number) =>
      names.map((name, i) => ({ ...user(i * 3600, name), stream: lateStream(generation, 'live'), received: start + 30 * hour }))
    const run = (restartsAfter: number) => {
      const stored = new Map<string, StateRow>()
      const signals = new Map<string, Detection>()
      let detector = createDetector({ signals: 2 })
      detector.setRules([each])
      let marks: Mark[] = []
      let suppressed = 0
      const take = () => {
        const changes = detector.takeChanges()
        for (const row of changes.states) stored.set(`${row.stream} ${row.group}`, row)
        for (const { id, detection } of changes.signals) signals.set(id, detection)
        marks = changes.watermarks.length > 0 ? changes.watermarks : marks
        for (const { count } of changes.suppressed) suppressed += count
      }
      for (const [i, log] of late(7).entries()) {
        detector.judge(log)
        if (i !== restartsAfter) continue
        take()
        detector = createDetector({ signals: 2 })
        detector.setRules([each])
        const rows = [...stored.values()].filter(({ state }) => state !== null)
        detector.restore(rows, { detectionOf: id => signals.get(id), logOf: () => undefined }, marks)
      }
      take()
      return { suppressed, signals: [...signals.values()].map(({ group, suppressed }) => [group['@usr.name'], suppressed]) }
    }
    const expected = {
      suppressed: 4,
      signals: [
        ['a', undefined],
        ['b', 4],
      ],
    }
    expect(run(-1)).toEqual(expected)
    expect(run(3)).toEqual(expected)
    // the next feed that changes has a number of its own
    const detector = createDetector({ signals: 2 })
    detector.setRules([each])
    for (const log of [...late(7), ...late(8)]) detector.judge(log)
    expect(detector.takeChanges().signals).toHaveLength(4)
  })
  test('timestamps of a year make no room for more signals in an hour', () => {
    const detector = createDetector({ signals: 2 })
    detector.setRules([makeRule({ options: { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 } })])
    for (let i = 0; i < 50; i++) detector.judge(makeLog(i * 86_400, {}, { received: start }))
    expect(detector.takeChanges().signals).toHaveLength(2)
  })
  test('signals that are hidden take no place of others', () => {
    const detector = createDetector({ signals: 1 })
    detector.setRules([
      makeRule({
        queries: [{ query: '*', groupByFields: ['@usr.name'] }],
        options: { evaluationWindow: 0, keepAlive: 60, maxSignalDuration: 60 },
      }),
    ])
    const who = { handle: 'a', name: 'a' }
    detector.setSuppressions([
      {
        ...{
          id: 's',
          name: 's',
          enabled: true,
          description: '',
          reason: '',
          rule_query: '*',
          suppression_query: '@usr.name:a',
          data_exclusion_query: '',
        },
        ...{
          start_date: null,
          expiration_date: null,
          tags: [],
          version: 1,
          seq: 0,
          created: 0,
          updated: 0,
          creator: who,
          updater: who,
          isDeleted: false,
        },
      },
    ])
    for (const [i, name] of ['a', 'b', 'c'].entries()) detector.judge(user(i, name))
    const { signals, suppressed } = detector.takeChanges()
    expect([signals.map(({ detection }) => detection.group['@usr.name']), suppressed]).toEqual([['b'], [{ rule: 'rule-1', count: 1 }]])
  })
  test('distinct values too many are refused and counted', () => {
    const detector = createDetector({ groups: 2, values: 3, samples: 10_000 })
    detector.setRules([
      makeRule({
        queries: [{ query: '*', aggregation: 'cardinality', distinctFields: ['@usr.name'] }],
        cases: [{ status: 'low', condition: 'a > 3' }],
      }),
    ])
    for (let i = 0; i < 10; i++) detector.judge(user(i, `u${i}`))
    expect(detector.takeChanges().signals).toEqual([])
    expect(detector.load()[0]!.refused.values).toBe(7)
  })
  test('no room for samples: a signal still has the log that opened it', () => {
    const detector = createDetector({ groups: 9, values: 9, samples: 0 })
    detector.setRules([byUser])
    for (const at of [0, 1]) detector.judge(user(at, 'a'))
    expect(detector.takeChanges().signals[0]!.detection).toMatchObject({ events_matched: 2, samples: { length: 1 } })
  })
  test.each([
    ['message', (n: number) => makeLog(n, {}, { message: 'x'.repeat(1000) })],
    ['attributes', (n: number) => makeLog(n, { text: 'x'.repeat(1000) })],
    ['tags', (n: number) => makeLog(n, {}, { tags: Array<string>(100).fill('ten-letter') })],
  ])('room for two and a half samples of a kilobyte in the %s, for ten of little, and again once time has gone on', (_, large) => {
    const rule = makeRule({ cases: [{ status: 'low', condition: 'a > 9' }], options: { evaluationWindow: 60, keepAlive: 60 } })
    const detector = createDetector({ groups: 9, values: 9, samples: 3500 })
    detector.setRules([rule])
    const samplesOf = (logs: Log[]) => {
      for (const log of logs) detector.judge(log)
      return detector.takeChanges().signals.map(({ detection }) => detection.samples.length)
    }
    const ten = Array.from({ length: 10 }, (_, n) => n)
    for (const from of [0, 1000, 2000]) {
      // what is kept, and the log that opened it
      expect(samplesOf(ten.map(n => large(from + n)))).toEqual([3])
      expect(samplesOf(ten.map(n => makeLog(from + 500 + n)))).toEqual([10])
    }
  })
  test('imports take no room from live logs', () => {
    const detector = createDetector({ groups: 1, values: 9, samples: 10_000 })
    detector.setRules([byUser])
    for (const name of ['a', 'b']) detector.judge({ ...user(0, name), stream: 'import-1' })
    for (const at of [0, 1]) detector.judge(user(at, 'c'))
    expect(detector.takeChanges().signals.map(({ detection }) => detection.stream)).toEqual(['live'])
    expect(detector.load()[0]).toMatchObject({ groups: 2, refused: { groups: 1 } })
  })
  test('a stream that has gone quiet is let go of as time goes on', () => {
    const detector = createDetector()
    detector.setRules([byUser])
    for (let i = 0; i < 1000; i++) detector.judge(user(i * 10, `u${i}`))
    expect(detector.load()[0]!.groups).toBeLessThan(120)
  })
})
