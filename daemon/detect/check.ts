import { RulePayload } from '../../shared/rule.ts'
import { compileRule, refusal } from './compile.ts'

/** Check what somebody wrote as a rule: its shape, then whether it can be evaluated. Throws a Refusal (400) with every problem by its field's path. */
export function checkRule(payload: unknown): RulePayload {
  const result = RulePayload.safeParse(payload)
  if (!result.success)
    throw refusal(
      result.error.issues.flatMap(issue => {
        const field = (...more: string[]) => [...issue.path, ...more].map(String).join('.')
        if (issue.code === 'unrecognized_keys')
          return issue.keys.map(key => ({ field: field(key), message: 'is not an attribute of a rule' }))
        return [{ field: field(), message: issue.message }]
      }),
    )
  compileRule(result.data)
  return result.data
}
