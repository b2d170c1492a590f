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
      'a method of the future',
      { options: { detectionMethod: 'new_value' } },
      'options.detectionMethod',
      /“new_value” is not evaluated yet/,
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
