import { describe, expect, test } from 'vitest'
import { countsOf, sorted, wanted } from '../../../extension/explorer/rules/filter.ts'
import { changedBy, summaryOf, worstFirst } from '../../../extension/explorer/rules/import-words.ts'
import { duration, measure, optionLines } from '../../../extension/explorer/rules/words.ts'
import type { ImportedRule, RuleNoise, RuleRow } from '../../../extension/rule-messages.ts'

const rule = (id: string, more: Partial<RuleRow> = {}): RuleRow => ({
  id,
  version: 1,
  name: `Rule ${id}`,
  type: 'log_detection',
  method: 'threshold',
  severity: 'low',
  enabled: true,
  isDefault: true,
  imported: false,
  source: 'sshd',
  tags: ['source:sshd'],
  updatedAt: 0,
  ...more,
})
const rules = [
  rule('a', { severity: 'high' }),
  rule('b', { severity: 'critical', enabled: false, source: null, tags: ['team:web'] }),
  rule('c', { isDefault: false, imported: true, severity: null }),
]
const ids = (asked: Record<string, string>) => wanted(rules, asked).map(({ id }) => id)

test.each([
  [{}, ['a', 'b', 'c']],
  [{ search: 'RULE sshd' }, ['a', 'c']],
  [{ search: 'team:web' }, ['b']],
  [{ severity: 'high,critical' }, ['a', 'b']],
  [{ severity: 'high,critical', state: 'on' }, ['a']],
  [{ origin: 'imported' }, ['c']],
  [{ source: 'none' }, ['b']],
  [{ severity: 'info' }, []],
  [{ unknown: 'x' }, ['a', 'b', 'c']],
])('%j: %j', (asked, expected) => expect(ids(asked)).toEqual(expected))

describe('counts', () => {
  test('of a facet leave its own choice out of account, and keep what is chosen', () => {
    expect(countsOf(rules, { severity: 'info', state: 'on' }, 'severity')).toEqual([
      { value: 'high', count: 1 },
      { value: 'info', count: 0 },
      { value: 'none', count: 1 },
    ])
  })
})

test.each([
  ['name', ['a', 'b', 'c']],
  ['-severity', ['b', 'a', 'c']],
  ['-week', ['c', 'a', 'b']],
  ['-nothing', ['c', 'b', 'a']],
])('sorted by %s', (sort, expected) => {
  const noise = { c: { week: 3 } as RuleNoise, a: { week: 1 } as RuleNoise }
  expect(sorted(rules, noise, sort).map(({ id }) => id)).toEqual(expected)
})

test.each([
  [0, 'none'],
  [90, '90 s'],
  [300, '5 min'],
  [7200, '2 h'],
  [86_400, '1 day'],
])('%i s is %s', (seconds, words) => expect(duration(seconds)).toBe(words))

test('options as lines', () =>
  expect(optionLines({ evaluationWindow: 300, newValueOptions: { forgetAfter: 28, learningMethod: 'duration' } })).toEqual([
    ['Evaluation window', '5 min'],
    ['New value, forget after', '28'],
    ['New value, learning method', 'duration'],
  ]))

test('what a query measures', () =>
  expect(measure({ aggregation: 'cardinality', of: ['@usr.name'], groupBy: ['host'] })).toBe('distinct @usr.name for each host'))

describe('an import', () => {
  const one = (outcome: ImportedRule['outcome'], change = ''): ImportedRule => ({
    ...{ file: 'f', line: 1, title: '', outcome, change, losses: [], problem: '', id: null },
  })
  const all = [one('imported', 'created'), one('refused'), one('imported_with_loss', 'kept'), one('imported', 'unchanged')]
  test('says what it would do', () => expect(summaryOf(all, false)).toBe('2 would be imported, 1 with loss, 1 refused.'))
  test('changes what is neither refused, kept nor there already', () => expect(changedBy(all)).toBe(1))
  test('shows what was refused first', () => expect(worstFirst(all)[0]!.outcome).toBe('refused'))
})
