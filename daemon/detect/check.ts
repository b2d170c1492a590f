import { RulePayload } from '../../shared/rule.ts'
import { problemsOf, Refusal } from '../lib/errors.ts'
import { compileRule, refusal } from './compile.ts'

/** Check what somebody wrote as a rule: its shape, then whether it can be evaluated. Throws a Refusal (400) with every problem by its field's path. */
export function checkRule(payload: unknown): RulePayload {
  const result = RulePayload.safeParse(payload)
  if (!result.success) throw refusal(problemsOf(result.error.issues))
  compileRule(result.data)
  return result.data
}

/** Check a rule that is part of a request: problems are named by `at`, the path to the rule. */
export function checkRuleAt(rule: RulePayload, at: string): void {
  try {
    compileRule(rule)
  } catch (error) {
    throw error instanceof Refusal ? refusal(error.problems.map(problem => ({ ...problem, field: `${at}.${problem.field ?? ''}` }))) : error
  }
}
