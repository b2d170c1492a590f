import type { Doc } from '../../shared/log.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { casesOf, type RulePayload } from '../../shared/rule.ts'
import { ThirdPartyRuleOptions } from '../../shared/rule-options.ts'
import type { Wrong } from '../lib/kinds.ts'
import { clausesOf } from './clauses.ts'
import { combinations } from './groups.ts'
import { type CompiledQueries, fieldsOr, type ParseOr, union } from './queries.ts'
import { sourcesOf } from './sources.ts'

/**
 * The queries of a third-party rule: one for each case, for what the first root query finds that matches a log and the first case that does.
 * Root queries group by fields of their own, so that a group is known by its root query as well.
 */
export function compileThirdParty(
  rule: RulePayload,
  required: readonly ((doc: Doc) => boolean)[],
  parseOr: ParseOr,
  wrong: Wrong,
): CompiledQueries {
  const at = 'options.thirdPartyRuleOptions.rootQueries'
  const { rootQueries } = ThirdPartyRuleOptions.parse(rule.options.thirdPartyRuleOptions)
  const trees = rootQueries.map(({ query }, i) => parseOr(query, `${at}.${i}.query`))
  const roots = rootQueries.map(({ groupByFields }, i) => ({
    matches: toPredicate(trees[i]!),
    groupBy: fieldsOr(groupByFields, `${at}.${i}.groupByFields`, wrong),
  }))
  const optional = rule.queries.some(({ hasOptionalGroupByFields }) => hasOptionalGroupByFields)
  const tests = (rule.thirdPartyCases ?? []).map(({ query }, i) => toPredicate(parseOr(query, `thirdPartyCases.${i}.query`)))
  const rootOf = (doc: Doc) => roots.findIndex(({ matches }) => matches(doc))
  const caseOf = (doc: Doc) => {
    const found = tests.findIndex(matches => matches(doc))
    return found < 0 ? tests.length : found
  }
  return {
    queries: casesOf(rule).map(({ name, condition }, i) => ({
      name: name || `case ${i + 1}`,
      aggregation: 'count' as const,
      text: condition,
      groupByFields: [],
      keeps: doc => rootOf(doc) >= 0 && caseOf(doc) === i && required.every(keeps => keeps(doc)),
      groups: doc => {
        const root = rootOf(doc)
        return combinations(doc, roots[root]?.groupBy ?? [], optional).map(values => [String(root), ...values])
      },
      take: () => ({ amounts: [] }),
    })),
    sources: union(trees.map(sourcesOf)),
    clauses: trees.map(clausesOf),
    alike: true,
    groupOf: ([root, ...values]) =>
      Object.fromEntries((rootQueries[Number(root)]?.groupByFields ?? []).map((path, i) => [path, values[i] ?? ''])),
  }
}
