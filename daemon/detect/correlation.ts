import { get } from '../../shared/json.ts'
import type { Doc } from '../../shared/log.ts'
import type { RulePayload } from '../../shared/rule.ts'
import type { Wrong } from '../lib/kinds.ts'
import { combinations } from './groups.ts'
import { queryNames } from './names.ts'
import { type CompiledQueries, fieldsOr } from './queries.ts'

const mostFields = 3
const aggregations = ['count', 'event_count']
/** Where the document of a signal has the rule that made it. */
export const rulePath = ['workflow', 'rule', 'id']

/** The queries of a signal correlation: each counts the signals of another rule, by what they share. */
export function compileCorrelation(rule: RulePayload, required: readonly ((doc: Doc) => boolean)[], wrong: Wrong): CompiledQueries {
  const names = queryNames(rule.queries)
  const fieldsOf = ({ correlatedByFields, groupByFields }: RulePayload['queries'][number]) => correlatedByFields ?? groupByFields
  const first = fieldsOf(rule.queries[0]!)
  for (const [i, query] of rule.queries.entries()) {
    const fields = fieldsOf(query)
    if (query.ruleId === undefined) wrong(`queries.${i}.ruleId`, 'must name the rule whose signals count')
    if (query.query !== '') wrong(`queries.${i}.query`, 'a signal correlation has rules in its place')
    if (!aggregations.includes(query.aggregation))
      wrong(`queries.${i}.aggregation`, `“${query.aggregation}” does not go with signals; there is ${aggregations.join(', ')}`)
    if (fields.length > mostFields) wrong(`queries.${i}.correlatedByFields`, `can name ${mostFields} fields at most`)
    if (fields.length !== first.length)
      wrong(`queries.${i}.correlatedByFields`, `must have as many fields as the first query, ${first.length}`)
  }
  return {
    queries: rule.queries.map((query, i) => {
      const fields = fieldsOr(fieldsOf(query), `queries.${i}.correlatedByFields`, wrong)
      return {
        name: names[i]!,
        aggregation: 'count' as const,
        text: `ruleId:${query.ruleId ?? ''}`,
        groupByFields: fieldsOf(query),
        keeps: doc => get(doc.attributes, ...rulePath) === query.ruleId && required.every(keeps => keeps(doc)),
        groups: doc => combinations(doc, fields, query.hasOptionalGroupByFields === true),
        take: () => ({ amounts: [] }),
      }
    }),
    sources: undefined,
    clauses: [],
    alike: false,
    groupOf: values => Object.fromEntries(first.map((path, i) => [path, values[i]!])),
  }
}
