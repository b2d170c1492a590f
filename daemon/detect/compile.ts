import type { Json } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import { type Query, QueryError } from '../../shared/query/ast.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { casesOf, type RuleCase, type RulePayload } from '../../shared/rule.ts'
import { type Problem, Refusal } from '../lib/errors.ts'
import type { Memory, Method, Room, Wrong } from '../lib/kinds.ts'
import { readerOf } from './amounts.ts'
import { type Clause, clausesOf } from './clauses.ts'
import { type Condition, ConditionError, compileCondition, queryName } from './condition.ts'
import { compileCorrelation } from './correlation.ts'
import { combinations } from './groups.ts'
import { methods } from './methods/index.ts'
import { queryNames } from './names.ts'
import { type CompiledQueries, type CompiledQuery, fieldsOr, type ParseOr, union } from './queries.ts'
import { sourcesOf } from './sources.ts'
import { compileThirdParty } from './third-party.ts'

/**
 * A rule made ready. Durations are ms. `sources` are the only log sources it can match, where that is known, and `clauses` what each query
 * needs a log to have.
 */
export interface CompiledRule<R extends RulePayload = RulePayload> {
  rule: R
  /** Makes the memory of one group. */
  start(room: Room, saved?: Json): Memory
  sources: ReadonlySet<string> | undefined
  clauses: readonly (readonly Clause[])[]
  queries: CompiledQuery[]
  /** Whether all queries group by the same fields, so that one query's groups are every query's. */
  alike: boolean
  /** The values of a group by the paths that they are of. */
  groupOf(values: readonly string[]): Record<string, string>
  cases: RuleCase[]
  conditions: Condition[]
  /** Whether the rule's own suppress filters leave a log out. */
  suppresses(doc: Doc): boolean
  window: number
  keepAlive: number
  maxDuration: number
}

const day = 86_400_000

/** Make a rule ready to judge logs. Throws a Refusal (400) with every problem by the path of its field. */
export function compileRule<R extends RulePayload>(rule: R): CompiledRule<R> {
  const problems: Problem[] = []
  const wrong: Wrong = (field, message, at) => void problems.push({ field, message, ...(at && { at }) })
  const method = methods.find(({ name }) => name === rule.options.detectionMethod)
  if (!method)
    wrong(
      'options.detectionMethod',
      `“${rule.options.detectionMethod}” is not evaluated; there is ${methods.map(({ name }) => name).join(', ')}`,
    )
  const thirdParty = method?.name === 'third_party'
  if (!thirdParty) checkStandard(rule, method, wrong)
  method?.check?.(rule, wrong)
  // nothing below could be made of what is not there
  if (!method || problems.some(({ field = '' }) => /^(?:queries|cases|options\.\w+Options)$/.test(field))) throw refusal(problems)

  const parseOr: ParseOr = (text, field) => read(text, field, wrong)
  const filters = rule.filters.map(({ action, query }, i) => ({ action, keeps: toPredicate(parseOr(query, `filters.${i}.query`)) }))
  const filtersThat = (wanted: 'require' | 'suppress') => filters.filter(({ action }) => action === wanted).map(({ keeps }) => keeps)
  const required = filtersThat('require')
  const suppressed = filtersThat('suppress')
  const made = thirdParty
    ? compileThirdParty(rule, required, parseOr, wrong)
    : rule.type === 'signal_correlation'
      ? compileCorrelation(rule, required, wrong)
      : compileQueries(rule, required, method, parseOr, wrong)
  const names = made.queries.map(({ name }) => name)
  if (!thirdParty) checkNames(names, wrong)
  const cases = casesOf(rule)
  const conditions = thirdParty
    ? cases.map((_, i) => (values: readonly number[]) => values[i]! > 0)
    : cases.map(({ condition }, i) => conditionOr(condition ?? '', method.names?.(rule.options), names, `cases.${i}.condition`, wrong))
  if (problems.length > 0) throw refusal(problems)
  const window = method.window ? method.window(rule.options) : rule.options.evaluationWindow * 1000
  const plan = { options: rule.options, window, names, aggregations: made.queries.map(({ aggregation }) => aggregation) }
  return {
    rule,
    start: method.prepare(plan),
    ...made,
    cases,
    conditions,
    suppresses: doc => suppressed.some(matches => matches(doc)),
    window,
    // the wire has no word on how long the alerts of a third party are one: it is a day
    keepAlive: thirdParty ? day : rule.options.keepAlive * 1000,
    maxDuration: thirdParty ? day : rule.options.maxSignalDuration * 1000,
  }
}

function compileQueries(
  rule: RulePayload,
  required: ((doc: Doc) => boolean)[],
  method: Method,
  parseOr: ParseOr,
  wrong: Wrong,
): CompiledQueries {
  const trees = rule.queries.map(({ query }, i) => parseOr(query, `queries.${i}.query`))
  const names = queryNames(rule.queries)
  checkGroups(rule, wrong)
  const first = rule.queries[0]!
  return {
    queries: rule.queries.map((_, i) => compileQuery(rule, i, names[i]!, trees[i]!, required, method, wrong)),
    sources: union(trees.map(sourcesOf)),
    clauses: trees.map(clausesOf),
    alike: rule.queries.every(
      q => q.groupByFields.join('\n') === first.groupByFields.join('\n') && !q.hasOptionalGroupByFields === !first.hasOptionalGroupByFields,
    ),
    groupOf: values => Object.fromEntries(first.groupByFields.map((path, i) => [path, values[i]!])),
  }
}

/** What every rule with queries and cases of its own must keep to. */
function checkStandard(rule: RulePayload, method: Method | undefined, wrong: Wrong): void {
  const { queries, cases, options, type, thirdPartyCases } = rule
  if (queries.length === 0) wrong('queries', 'there must be at least one')
  if (method?.single && queries.length > 1) wrong('queries', `${method.name} takes one query`)
  if (cases.length === 0) wrong('cases', 'there must be at least one')
  if (thirdPartyCases?.length) wrong('thirdPartyCases', 'are for the detection method third_party')
  if (type === 'signal_correlation' && method && method.name !== 'threshold')
    wrong('options.detectionMethod', 'of a signal correlation must be threshold')
  if (type !== 'signal_correlation')
    for (const [i, { ruleId, correlatedByFields }] of queries.entries()) {
      if (ruleId !== undefined) wrong(`queries.${i}.ruleId`, 'is for rules of the type signal_correlation')
      if (correlatedByFields !== undefined) wrong(`queries.${i}.correlatedByFields`, 'is for rules of the type signal_correlation')
    }
  checkDurations(options, wrong)
}

/** What every refused rule looks like; the message is the first problem's. */
export const refusal = (problems: Problem[]): Refusal =>
  new Refusal(400, 'invalid_rule', `Invalid rule: ${problems[0]?.field ?? ''} ${problems[0]?.message ?? ''}`.trimEnd(), { problems })

function checkDurations({ evaluationWindow, keepAlive, maxSignalDuration }: RulePayload['options'], wrong: Wrong): void {
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

function read(text: string, field: string, wrong: Wrong): Query {
  try {
    const query = parse(text)
    // an expression shows only when it is compiled whether it is one
    toPredicate(query)
    return query
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    wrong(field, error.message, error.at)
    return { kind: 'all', at: [0, 0] }
  }
}

/** Conditions name queries, or what the method has `instead`: then the last of that must hold where nothing is said. */
function conditionOr(text: string, instead: string[] | undefined, names: string[], field: string, wrong: Wrong): Condition {
  if (instead && text.trim() === '') return values => values[instead.length - 1]! > 0
  try {
    return compileCondition(text, instead ?? names)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    wrong(field, error.message, error.at)
    return () => false
  }
}

function compileQuery(
  rule: RulePayload,
  index: number,
  name: string,
  tree: Query,
  required: ((doc: Doc) => boolean)[],
  method: Method,
  wrong: Wrong,
): CompiledQuery {
  const query = rule.queries[index]!
  const path = `queries.${index}`
  const { aggregation, groupByFields } = query
  const metrics = query.metrics.length === 0 && query.metric ? [query.metric] : query.metrics
  const groupBy = fieldsOr(groupByFields, `${path}.groupByFields`, wrong)
  const distinct = fieldsOr(query.distinctFields, `${path}.distinctFields`, wrong)
  const measured = fieldsOr(metrics, `${path}.metrics`, wrong).map((field, i) => ({ name: metrics[i]!, field }))
  if (!method.aggregations.includes(aggregation))
    wrong(`${path}.aggregation`, `“${aggregation}” does not go with ${method.name}; there is ${method.aggregations.join(', ')}`)
  if (aggregation === 'cardinality' && distinct.length === 0) wrong(`${path}.distinctFields`, 'must name what cardinality counts')
  if ((aggregation === 'sum' || aggregation === 'max') && measured.length === 0)
    wrong(`${path}.metrics`, `must name what ${aggregation} is taken of`)

  const matches = toPredicate(tree)
  return {
    name,
    aggregation,
    text: query.query,
    groupByFields,
    keeps: required.length === 0 ? matches : doc => matches(doc) && required.every(keeps => keeps(doc)),
    groups: doc => combinations(doc, groupBy, query.hasOptionalGroupByFields === true),
    // a threshold counts logs whatever fields stand beside it
    take: readerOf(aggregation, { distinct, metrics: method.name === 'threshold' && aggregation === 'count' ? [] : measured }),
  }
}
