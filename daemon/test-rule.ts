import type { JsonObject } from '../shared/json.ts'
import { RuleFile } from '../shared/rule.ts'
import { type RuleTestResult, runTests, type ToLog } from './detect/rule-tests.ts'
import { normalise } from './intake/normalise.ts'
import { Refusal } from './lib/errors.ts'
import { invalid } from './lib/http.ts'

/** Makes logs of what tests are written as. Lines without a year take the latest that is not after `now`, ms UTC. */
export const testLogs =
  (now: number): ToLog =>
  (item, i) => ({ ...normalise(item, { stream: 'live' }, { now, zone: 0 }), id: `log-${i}`, seq: i })

/** Run a rule, as a file has it, against its own test logs. Throws a Refusal where the rule or its tests are wrong. */
export function testRule(rule: JsonObject, now: number): RuleTestResult[] {
  if (rule['tests'] === undefined)
    throw new Refusal(400, 'no_tests', 'has none', { problems: [{ field: 'tests', message: 'there are none in the file' }] })
  const named = { id: rule['name'] ?? 'rule', ...rule }
  const read = RuleFile.safeParse(named)
  if (!read.success) throw invalid(read.error.issues)
  const { id: _, ...payload } = read.data
  return runTests(payload, testLogs(now))
}
