import { describe, expect, test } from 'vitest'
import { checkRule } from '../../../daemon/detect/check.ts'
import { readDefaultRules } from '../../../daemon/detect/default-rules/index.ts'
import { runRuleTests } from '../../../daemon/detect/rule-tests.ts'
import { normalise } from '../../../daemon/intake/normalise.ts'
import type { Json } from '../../../shared/json.ts'
import type { Log } from '../../../shared/log.ts'
import { ordinaryLines } from './fixtures.ts'

const now = Date.UTC(2024, 11, 31)
const toLog = (item: Json, i: number): Log => ({ ...normalise(item, { stream: 'live' }, { now, zone: 0 }), id: `log-${i}`, seq: i })
const rules = readDefaultRules()

test('there are 77', () => expect(rules).toHaveLength(77))
test('no two share an id', () => expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length))

describe.each(rules.map(rule => [rule.id, rule] as const))('%s', (_, rule) => {
  const { id, ...payload } = rule
  const { tests } = rule
  test('is a rule that the API takes', () => expect(checkRule(payload)).toEqual(payload))
  test('has a test that expects a signal and one that expects none', () => {
    expect(tests.some(({ signals }) => signals.length > 0)).toBe(true)
    expect(tests.some(({ signals }) => signals.length === 0)).toBe(true)
  })
  test('says what happened and how to triage, and is tagged', () => {
    expect(payload.message).toMatch(/^## What happened\n[\s\S]+\n## Triage\n1\. /)
    for (const key of ['security:attack', 'tactic:TA', 'technique:T', 'category:'])
      expect(payload.tags.some(tag => tag.startsWith(key))).toBe(true)
  })
  test('its own test logs', () => expect(runRuleTests(rule, toLog)).toEqual([]))
  test('an ordinary day', () =>
    expect(runRuleTests({ ...rule, tests: [{ name: 'an ordinary day', logs: ordinaryLines(), signals: [] }] }, toLog)).toEqual([]))
})
