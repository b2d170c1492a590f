import type { Doc } from '../../../shared/log.ts'
import { QueryError } from '../../../shared/query/ast.ts'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { type Suppression, SuppressionPayload } from '../../../shared/suppression.ts'
import { type Problem, problemsOf, Refusal } from '../../lib/errors.ts'

/** A suppression made ready. It is in force for event times of which `from <= time < to`, ms UTC. */
export interface CompiledSuppression {
  from: number
  to: number
  /** Whether it is about a rule, as `ruleDoc` shows it. */
  concerns(rule: Doc): boolean
  /** Whether it hides a signal, as `signalDoc` shows it; undefined where it hides none. */
  hides: ((signal: Doc) => boolean) | undefined
  /** Whether its rules never see a log; undefined where they see all. */
  excludes: ((log: Doc) => boolean) | undefined
}

const queries = ['rule_query', 'suppression_query', 'data_exclusion_query'] as const

/** Make a suppression ready. Throws a Refusal (400) with every problem by its field, under `prefix`. */
export function compileSuppression(payload: SuppressionPayload, prefix = ''): CompiledSuppression {
  const problems: Problem[] = []
  const wrong = (field: string, message: string, at?: Problem['at']) =>
    void problems.push({ field: prefix + field, message, ...(at && { at }) })
  const [concerns, hides, excludes] = queries.map(field => {
    if (payload[field].trim() === '') return undefined
    try {
      return toPredicate(parse(payload[field]))
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      wrong(field, error.message, error.at)
      return undefined
    }
  })
  const isEmpty = (field: (typeof queries)[number]) => payload[field].trim() === ''
  if (isEmpty('rule_query')) wrong('rule_query', 'must say which rules it is about; * is all of them')
  if (isEmpty('suppression_query') && isEmpty('data_exclusion_query'))
    wrong('suppression_query', 'must say what to hide, unless data_exclusion_query says what to leave out')
  const { start_date: start, expiration_date: end } = payload
  if (start !== null && end !== null && end <= start) wrong('expiration_date', 'must lie after start_date')
  if (problems.length > 0 || !concerns)
    throw new Refusal(400, 'invalid_suppression', `Invalid suppression: ${problems[0]?.field ?? ''} ${problems[0]?.message ?? ''}`, {
      problems,
    })
  return { from: start ?? -Infinity, to: end ?? Infinity, concerns, hides, excludes }
}

/** Check what somebody wrote as a suppression. Throws a Refusal (400) with every problem by its field, under `data.attributes`. */
export function checkSuppression(payload: unknown): SuppressionPayload {
  const result = SuppressionPayload.safeParse(payload)
  if (!result.success) {
    const problems = problemsOf(result.error.issues, ['data', 'attributes'])
    throw new Refusal(400, 'invalid_suppression', `Invalid suppression: ${problems[0]!.field} ${problems[0]!.message}`, { problems })
  }
  compileSuppression(result.data, 'data.attributes.')
  return result.data
}

/** The suppressions that take part in detection. */
export const isInForce = ({ enabled, isDeleted }: Suppression): boolean => enabled && !isDeleted
