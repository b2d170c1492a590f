import type { Json, JsonObject } from '../shared/json.ts'
import type { Log } from '../shared/log.ts'
import { RuleFile } from '../shared/rule.ts'
import { runRuleTests } from './detect/rule-tests.ts'
import { normalise } from './intake/normalise.ts'
import { Refusal } from './lib/errors.ts'
import { invalid } from './lib/http.ts'

/**
 * Run a rule, as a file has it, against its own test logs: how many there are, and a sentence for each that fails. Lines without a year take
 * the latest that is not after `now`, ms UTC. Throws a Refusal where the rule or its tests are wrong.
 */
export function testRule(rule: JsonObject, now: number): { tests: number; failures: string[] } {
  if (rule['tests'] === undefined)
    throw new Refusal(400, 'no_tests', 'has none', { problems: [{ field: 'tests', message: 'there are none in the file' }] })
  const named = { id: rule['name'] ?? 'rule', ...rule }
  const read = RuleFile.safeParse(named)
  if (!read.success) throw invalid(read.error.issues)
  const toLog = (item: Json, i: number): Log => ({ ...normalise(item, { stream: 'live' }, { now, zone: 0 }), id: `log-${i}`, seq: i })
  return { tests: read.data.tests.length, failures: runRuleTests(read.data, toLog) }
}
