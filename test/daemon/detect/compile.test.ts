import { describe, expect, test } from 'vitest'
import { checkRule } from '../../../daemon/detect/check.ts'
import { compileRule } from '../../../daemon/detect/compile.ts'
import { Refusal } from '../../../daemon/lib/errors.ts'
import { makeLog, makeRule } from './fixtures.ts'

const good = { name: 'rule', queries: [{ query: 'source:sshd' }], cases: [{ status: 'high', condition: 'a > 5' }] }
const problems = (payload: unknown) => {
  try {
    checkRule(payload)
    return []
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
    expect((error as Refusal).status).toBe(400)
    return (error as Refusal).problems.map(({ field, message, at }) => [field, message, at])
  }
}

test('a good rule comes back with its defaults', () => {
  expect(checkRule(good)).toMatchObject({
    isEnabled: true,
    hasExtendedTitle: true,
    options: { evaluationWindow: 300, detectionMethod: 'threshold' },
  })
})

describe('refused by field', () => {
  test.each<[string, object, string, RegExp]>([
    ['not an object', [] as object, '', /./],
    ['no queries', { queries: [] }, 'queries', /./],
    ['an unknown attribute', { colour: 'red' }, 'colour', /not an attribute/],
    ['an unknown attribute of a query', { queries: [{ query: 'x', limit: 3 }] }, 'queries.0.limit', /not an attribute/],
    ['an unknown severity', { cases: [{ status: 'severe' }] }, 'cases.0.status', /./],
    ['keepAlive 999999', { options: { keepAlive: 999999 } }, 'options.keepAlive', /./],
    [
      'keepAlive below the window',
      { options: { evaluationWindow: 600, keepAlive: 300 } },
      'options.keepAlive',
      /at least evaluationWindow, 600/,
    ],
    [
      'maximum below keepAlive',
      { options: { keepAlive: 7200, maxSignalDuration: 3600 } },
      'options.maxSignalDuration',
      /at least keepAlive, 7200/,
    ],
    [
      'a method that is Datadog’s own code',
      { options: { detectionMethod: 'hardcoded' } },
      'options.detectionMethod',
      /“hardcoded” is not evaluated/,
    ],
    ['a method of no wire', { options: { detectionMethod: 'magic' } }, 'options.detectionMethod', /./],
    ['a query that does not parse', { queries: [{ query: 'ok' }, { query: 'a (b' }] }, 'queries.1.query', /./],
    ['a filter that does not parse', { filters: [{ action: 'suppress', query: '"' }] }, 'filters.0.query', /./],
    ['a condition over nothing', { cases: [{ status: 'low', condition: 'b > 1' }] }, 'cases.0.condition', /No query is called “b”/],
    ['a name that no condition can hold', { queries: [{ query: 'x', name: 'two words' }] }, 'queries.0.name', /letter/],
    [
      'one name twice',
      { queries: [{ query: 'x', name: 'b' }, { query: 'y' }], cases: [{ status: 'low', condition: 'b > 1' }] },
      'queries.1.name',
      /taken/,
    ],
    ['cardinality of nothing', { queries: [{ query: 'x', aggregation: 'cardinality' }] }, 'queries.0.distinctFields', /must name/],
    ['the sum of nothing', { queries: [{ query: 'x', aggregation: 'sum' }] }, 'queries.0.metrics', /must name/],
    [
      'an aggregation of another method',
      { queries: [{ query: 'x', aggregation: 'geo_data' }] },
      'queries.0.aggregation',
      /does not go with threshold/,
    ],
    [
      'groups that do not meet',
      { queries: [{ query: 'x', groupByFields: ['host'] }, { query: 'y' }] },
      'queries.1.groupByFields',
      /as many fields as the first query, 1/,
    ],
  ])('%s', (_, change, field, message) => {
    const found = problems(Array.isArray(change) ? change : { ...good, ...change })
    expect(found.map(([field]) => field)).toContain(field)
    expect(found.find(problem => problem[0] === field)?.[1]).toMatch(message)
  })
})

describe('options of the methods, refused by field', () => {
  const query = (more: object) => [{ query: 'x', ...more }]
  const newValue = (newValueOptions: object, more: object = {}) => ({
    queries: query({ aggregation: 'new_value', metrics: ['@a'], ...more }),
    options: { detectionMethod: 'new_value', newValueOptions },
  })
  const anomaly = (anomalyDetectionOptions: object) => ({ options: { detectionMethod: 'anomaly_detection', anomalyDetectionOptions } })
  const travel = (more: object, impossibleTravelOptions: object = {}) => ({
    queries: query({ aggregation: 'geo_data', metrics: ['@network.client.geoip'], groupByFields: ['@usr.id'], ...more }),
    options: { detectionMethod: 'impossible_travel', impossibleTravelOptions },
  })
  const content = (contentAnomalyOptions: object, more: object = {}) => ({
    queries: query({ metrics: ['@a'], ...more }),
    options: { detectionMethod: 'content_anomaly', contentAnomalyOptions },
  })
  const steps = [
    { name: 'one', condition: 'a > 0', evaluationWindow: 60 },
    { name: 'two', condition: 'a > 1', evaluationWindow: 60 },
  ]
  const link = { parent: 'one', child: 'two', evaluationWindow: 900 }
  const sequence = (sequenceDetectionOptions: object, condition = 'two > 0') => ({
    cases: [{ status: 'low', condition }],
    options: {
      detectionMethod: 'sequence_detection',
      sequenceDetectionOptions: { steps, stepTransitions: [link], ...sequenceDetectionOptions },
    },
  })
  const thirdParty = (thirdPartyRuleOptions: object | undefined, more: object = {}) => ({
    queries: [],
    cases: [],
    options: { detectionMethod: 'third_party', keepAlive: 0, ...(thirdPartyRuleOptions && { thirdPartyRuleOptions }) },
    ...more,
  })
  const correlation = (more: object, rest: object = {}) => ({
    type: 'signal_correlation',
    queries: [{ ruleId: 'r', aggregation: 'event_count', correlatedByFields: ['host'], ...more }],
    ...rest,
  })

  test.each<[string, object]>([
    [
      'new value, as Datadog’s examples have it',
      newValue({ forgetAfter: 7, learningDuration: 0, learningMethod: 'duration', learningThreshold: 0 }),
    ],
    [
      'anomaly',
      anomaly({
        bucketDuration: 300,
        learningDuration: 24,
        detectionTolerance: 3,
        learningPeriodBaseline: 10,
        instantaneousBaseline: false,
      }),
    ],
    ['anomaly and threshold', { options: { detectionMethod: 'anomaly_threshold' } }],
    ['travel', travel({}, { baselineUserLocations: true })],
    ['travel with the older name of the metric', travel({ metrics: [], metric: '@network.client.geoip' })],
    ['content', content({ learningDuration: 1, forgetAfter: 10, similarityPercentageThreshold: 35, nbSimilarItemsThreshold: 20 })],
    ['sequence', sequence({})],
    [
      'third party',
      thirdParty(
        { defaultStatus: 'info', rootQueries: [{ query: 'source:guardduty', groupByFields: ['instance-id'] }] },
        { thirdPartyCases: [{ query: 'status:error', name: 'high', status: 'high' }] },
      ),
    ],
    ['correlation', correlation({ correlatedQueryIndex: 1 })],
  ])('good: %s', (_, change) => expect(problems({ ...good, ...change })).toEqual([]))

  test.each<[string, object, string]>([
    ['forgetAfter 31', newValue({ forgetAfter: 31 }), 'options.newValueOptions.forgetAfter'],
    ['forgetAfter 0', newValue({ forgetAfter: 0 }), 'options.newValueOptions.forgetAfter'],
    ['learningDuration 0.5', newValue({ learningDuration: 0.5 }), 'options.newValueOptions.learningDuration'],
    ['learningMethod guess', newValue({ learningMethod: 'guess' }), 'options.newValueOptions.learningMethod'],
    ['learningThreshold 2', newValue({ learningThreshold: 2 }), 'options.newValueOptions.learningThreshold'],
    ['an unknown option', newValue({ colour: 'red' }), 'options.newValueOptions.colour'],
    ['new value of nothing', newValue({}, { metrics: [] }), 'queries.0.metrics'],
    ['new value of six fields', newValue({}, { metrics: ['a', 'b', 'c', 'd', 'e', 'f'] }), 'queries.0.metrics'],
    ['new value by count', newValue({}, { aggregation: 'count' }), 'queries.0.aggregation'],
    [
      'two queries of new values',
      { ...newValue({}), queries: [...query({ aggregation: 'new_value', metrics: ['@a'] }), ...query({})] },
      'queries',
    ],
    ['bucketDuration 60', anomaly({ bucketDuration: 60 }), 'options.anomalyDetectionOptions.bucketDuration'],
    ['learningDuration 5', anomaly({ learningDuration: 5 }), 'options.anomalyDetectionOptions.learningDuration'],
    ['detectionTolerance 6', anomaly({ detectionTolerance: 6 }), 'options.anomalyDetectionOptions.detectionTolerance'],
    ['learningPeriodBaseline -1', anomaly({ learningPeriodBaseline: -1 }), 'options.anomalyDetectionOptions.learningPeriodBaseline'],
    ['travel of other places', travel({ metrics: ['@geo'] }), 'queries.0.metrics'],
    ['travel of nobody', travel({ groupByFields: [] }), 'queries.0.groupByFields'],
    ['similarity 34', content({ similarityPercentageThreshold: 34 }), 'options.contentAnomalyOptions.similarityPercentageThreshold'],
    ['21 similar items', content({ nbSimilarItemsThreshold: 21 }), 'options.contentAnomalyOptions.nbSimilarItemsThreshold'],
    ['content of nothing', content({}, { metrics: [] }), 'queries.0.metrics'],
    ['no steps', { options: { detectionMethod: 'sequence_detection' } }, 'options.sequenceDetectionOptions'],
    ['one step', sequence({ steps: steps.slice(1), stepTransitions: [] }), 'options.sequenceDetectionOptions.steps'],
    [
      'a step of 61 s',
      sequence({ steps: [{ ...steps[0], evaluationWindow: 61 }, steps[1]] }),
      'options.sequenceDetectionOptions.steps.0.evaluationWindow',
    ],
    [
      'a step about nothing',
      sequence({ steps: [{ ...steps[0], condition: 'c > 0' }, steps[1]] }),
      'options.sequenceDetectionOptions.steps.0.condition',
    ],
    [
      'two steps of one name',
      sequence({ steps: [steps[0], { ...steps[1], name: 'one' }] }),
      'options.sequenceDetectionOptions.steps.1.name',
    ],
    [
      'a transition from nowhere',
      sequence({ stepTransitions: [{ ...link, parent: 'zero' }] }),
      'options.sequenceDetectionOptions.stepTransitions.0.parent',
    ],
    [
      'steps in a circle',
      sequence({ stepTransitions: [link, { ...link, parent: 'two', child: 'one' }] }),
      'options.sequenceDetectionOptions.stepTransitions',
    ],
    ['steps that are not linked', sequence({ stepTransitions: [] }), 'options.sequenceDetectionOptions.stepTransitions'],
    [
      'longer than a day',
      sequence({ stepTransitions: [{ ...link, evaluationWindow: 86_400 }] }),
      'options.sequenceDetectionOptions.stepTransitions',
    ],
    ['a case about a query', sequence({}, 'a > 0'), 'cases.0.condition'],
    ['no root query', thirdParty(undefined), 'options.thirdPartyRuleOptions'],
    ['an empty list of root queries', thirdParty({ rootQueries: [] }), 'options.thirdPartyRuleOptions.rootQueries'],
    [
      'a root query that does not parse',
      thirdParty({ rootQueries: [{ query: 'a (b' }] }),
      'options.thirdPartyRuleOptions.rootQueries.0.query',
    ],
    [
      'a case that does not parse',
      thirdParty({ rootQueries: [{ query: 'a' }] }, { thirdPartyCases: [{ query: '"', status: 'low' }] }),
      'thirdPartyCases.0.query',
    ],
    ['third-party cases of a threshold', { thirdPartyCases: [{ query: 'a', status: 'low' }] }, 'thirdPartyCases'],
    ['a correlation of no rule', correlation({ ruleId: undefined }), 'queries.0.ruleId'],
    ['a correlation by four fields', correlation({ correlatedByFields: ['a', 'b', 'c', 'd'] }), 'queries.0.correlatedByFields'],
    ['a correlation with a query', correlation({ query: 'x' }), 'queries.0.query'],
    ['a correlation of sums', correlation({ aggregation: 'sum' }), 'queries.0.aggregation'],
    ['a correlation of new values', correlation({}, { options: { detectionMethod: 'new_value' } }), 'options.detectionMethod'],
    ['a rule id in a rule of logs', { queries: query({ ruleId: 'r' }) }, 'queries.0.ruleId'],
  ])('%s', (_, change, field) => expect(problems({ ...good, ...change }).map(([field]) => field)).toContain(field))
})

test('every problem at once, with its place in the text', () => {
  const found = problems({
    ...good,
    queries: [{ query: 'a (b' }],
    cases: [{ status: 'low', condition: 'a >' }],
    options: { keepAlive: 60 },
  })
  expect(found.map(([field]) => field)).toEqual(['options.keepAlive', 'queries.0.query', 'cases.0.condition'])
  expect(found[1]![2]).toHaveLength(2)
  expect(found[2]![2]).toEqual([3, 3])
})

describe('log sources', () => {
  test.each<[string[], string[] | undefined]>([
    [['source:sshd failed'], ['sshd']],
    [['failed source:(nginx OR apache)'], ['nginx', 'apache']],
    [['source:sshd OR source:sudo x'], ['sshd', 'sudo']],
    [
      ['source:sshd', 'source:sudo'],
      ['sshd', 'sudo'],
    ],
    [['source:sshd OR x'], undefined],
    [['source:ssh*'], undefined],
    [['-source:sshd'], undefined],
    [['source:sshd', 'x'], undefined],
    [['service:sshd'], undefined],
  ])('%j', (queries, expected) => {
    const { sources } = compileRule(makeRule({ queries: queries.map(query => ({ query })) }))
    expect(sources && [...sources]).toEqual(expected)
  })
})

describe('filters', () => {
  const { queries, suppresses } = compileRule(
    makeRule({
      queries: [{ query: 'x' }, { query: 'y' }],
      filters: [
        { action: 'require', query: 'env:prod' },
        { action: 'suppress', query: '@usr.name:bot' },
      ],
    }),
  )
  test.each([
    ['prod', 'ann', true],
    ['prod', 'bot', false],
    ['dev', 'ann', false],
  ])('%s %s', (env, name, expected) => {
    const log = makeLog(0, { usr: { name } }, { message: 'x y', tags: [`env:${env}`] })
    expect(queries.map(query => query.keeps(log) && !suppresses(log))).toEqual([expected, expected])
  })
})
