import type { Doc } from '../../shared/log.ts'
import { type Query, QueryError } from '../../shared/query/ast.ts'
import { toField, toPredicate, valuesAt } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import type { Aggregation, RulePayload } from '../../shared/rule.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import type { Method } from '../lib/kinds.ts'
import { type Condition, ConditionError, compileCondition, queryName } from './condition.ts'
import { fingerprint } from './fingerprint.ts'
import { combinations } from './groups.ts'
import { methods } from './methods/index.ts'
import { sourcesOf } from './sources.ts'

/** One query of a rule; what suppress filters leave out is no part of it. `groups` are the values of its group-by fields, `amounts` what its aggregation counts in a log. */
export interface CompiledQuery {
  name: string
  aggregation: Aggregation
  keeps(doc: Doc): boolean
  groups(doc: Doc): string[][]
  amounts(doc: Doc): readonly number[]
}

/** A rule made ready. Durations are ms. `sources` are the only log sources it can match, where that is known. */
export interface CompiledRule<R extends RulePayload = RulePayload> {
  rule: R
  method: Method
  sources: ReadonlySet<string> | undefined
  queries: CompiledQuery[]
  /** Whether all queries group by the same fields, so that one query's groups are every query's. */
  alike: boolean
  groupBy: readonly string[]
  conditions: Condition[]
  /** Whether the rule's own suppress filters leave a log out. */
  suppresses(doc: Doc): boolean
  window: number
  keepAlive: number
  maxDuration: number
}

type Wrong = (field: string, message: string, at?: Problem['at']) => void

const nothing: readonly number[] = []
const defaultName = (index: number): string => String.fromCharCode(97 + index)

/** Make a rule ready to judge logs. Throws a Refusal (400) with every problem by the path of its field. */
export function compileRule<R extends RulePayload>(rule: R): CompiledRule<R> {
  const problems: Problem[] = []
  const wrong: Wrong = (field, message, at) => void problems.push({ field, message, ...(at && { at }) })
  const method = methods.find(({ name }) => name === rule.options.detectionMethod)
  if (!method)
    wrong(
      'options.detectionMethod',
      `“${rule.options.detectionMethod}” is not evaluated yet; there is ${methods.map(({ name }) => name).join(', ')}`,
    )
  checkDurations(rule, wrong)
  const filters = rule.filters.map(({ action, query }, i) => ({ action, keeps: toPredicate(parseOr(query, `filters.${i}.query`, wrong)) }))
  const filtersThat = (wanted: 'require' | 'suppress') => filters.filter(({ action }) => action === wanted).map(({ keeps }) => keeps)
  const required = filtersThat('require')
  const suppressed = filtersThat('suppress')
  const trees = rule.queries.map(({ query }, i) => parseOr(query, `queries.${i}.query`, wrong))
  const queries = rule.queries.map((_, i) => compileQuery(rule, i, trees[i]!, required, method, wrong))
  checkGroups(rule, wrong)
  const names = queries.map(({ name }) => name)
  checkNames(names, wrong)
  const conditions = rule.cases.map(({ condition }, i) => conditionOr(condition, names, `cases.${i}.condition`, wrong))
  if (problems.length > 0 || !method) throw refusal(problems)
  const first = rule.queries[0]!
  return {
    rule,
    method,
    sources: union(trees.map(sourcesOf)),
    queries,
    alike: rule.queries.every(
      q => q.groupByFields.join('\n') === first.groupByFields.join('\n') && !q.hasOptionalGroupByFields === !first.hasOptionalGroupByFields,
    ),
    groupBy: first.groupByFields,
    conditions,
    suppresses: doc => suppressed.some(matches => matches(doc)),
    window: rule.options.evaluationWindow * 1000,
    keepAlive: rule.options.keepAlive * 1000,
    maxDuration: rule.options.maxSignalDuration * 1000,
  }
}

/** What every refused rule looks like; the message is the first problem's. */
export const refusal = (problems: Problem[]): Refusal =>
  new Refusal(400, 'invalid_rule', `Invalid rule: ${problems[0]?.field ?? ''} ${problems[0]?.message ?? ''}`.trimEnd(), { problems })

function checkDurations({ options }: RulePayload, wrong: Wrong): void {
  const { evaluationWindow, keepAlive, maxSignalDuration } = options
  if (keepAlive < evaluationWindow) wrong('options.keepAlive', `must be at least evaluationWindow, ${evaluationWindow} s`)
  if (maxSignalDuration < keepAlive) wrong('options.maxSignalDuration', `must be at least keepAlive, ${keepAlive} s`)
}

/** Groups are joined by place: the first group-by field of one query meets the first of the other. */
function checkGroups({ queries }: RulePayload, wrong: Wrong): void {
  const expected = queries[0]?.groupByFields.length ?? 0
  for (const [i, { groupByFields }] of queries.entries())
    if (groupByFields.length !== expected) wrong(`queries.${i}.groupByFields`, `must have as many fields as the first query, ${expected}`)
}

function checkNames(names: string[], wrong: Wrong): void {
  for (const [i, name] of names.entries()) {
    if (!queryName.test(name)) wrong(`queries.${i}.name`, 'must be a letter or _, then letters, digits, _, . or -')
    else if (names.indexOf(name) !== i) wrong(`queries.${i}.name`, `“${name}” is taken by another query`)
  }
}

function parseOr(text: string, field: string, wrong: Wrong): Query {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    wrong(field, error.message, error.at)
    return { kind: 'all', at: [0, 0] }
  }
}

function conditionOr(text: string, names: string[], field: string, wrong: Wrong): Condition {
  try {
    return compileCondition(text, names)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    wrong(field, error.message, error.at)
    return () => false
  }
}

function compileQuery(
  rule: RulePayload,
  index: number,
  tree: Query,
  required: ((doc: Doc) => boolean)[],
  method: Method | undefined,
  wrong: Wrong,
): CompiledQuery {
  const query = rule.queries[index]!
  const path = `queries.${index}`
  const { aggregation } = query
  const fields = (names: readonly string[], key: string) =>
    names.map((name, i) => {
      try {
        return toField(name)
      } catch (error) {
        if (!(error instanceof QueryError)) throw error
        wrong(`${path}.${key}.${i}`, error.message)
        return toField('host')
      }
    })
  const metrics = query.metric ? [query.metric] : query.metrics.slice(0, 1)
  const groupBy = fields(query.groupByFields, 'groupByFields')
  const distinct = fields(query.distinctFields, 'distinctFields')
  const metric = fields(metrics, 'metrics')[0]
  if (method && !method.aggregations.includes(aggregation))
    wrong(`${path}.aggregation`, `“${aggregation}” does not go with ${method.name}; there is ${method.aggregations.join(', ')}`)
  if (aggregation === 'cardinality' && distinct.length === 0) wrong(`${path}.distinctFields`, 'must name what cardinality counts')
  if ((aggregation === 'sum' || aggregation === 'max') && !metric) wrong(`${path}.metrics`, `must name what ${aggregation} is taken of`)

  const matches = toPredicate(tree)
  const numbers = (doc: Doc) => (metric ? valuesAt(doc, metric).map(Number).filter(Number.isFinite) : nothing)
  const fingerprints = (doc: Doc) => combinations(doc, distinct, false).map(values => fingerprint(values.join('\n')))
  return {
    name: query.name || defaultName(index),
    aggregation,
    keeps: required.length === 0 ? matches : doc => matches(doc) && required.every(keeps => keeps(doc)),
    groups: doc => combinations(doc, groupBy, query.hasOptionalGroupByFields === true),
    amounts: aggregation === 'cardinality' ? fingerprints : aggregation === 'count' ? () => nothing : numbers,
  }
}

function union(sets: (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  for (const set of sets) {
    if (!set) return undefined
    for (const item of set) all.add(item)
  }
  return all
}
