import type { Query } from '../../../shared/query/ast.ts'
import { toField } from '../../../shared/query/match.ts'
import { print } from '../../../shared/query/print.ts'
import { absent, type Detection } from '../../../shared/signal.ts'
import { isWhole } from '../groups.ts'

const nowhere = [0, 0] as const

/** What would hide signals like this one: of its rule, with the values of its group; of the same title where it has no group. */
export function candidateFor({ title, rule, group }: Detection): { name: string; rule_query: string; suppression_query: string } {
  const exact = (path: string, literal: string): Query => ({
    kind: 'term',
    field: toField(path),
    pieces: [{ literal }],
    quoted: true,
    at: nowhere,
  })
  const terms = Object.entries(group)
    .filter(([, value]) => isWhole(value))
    .map(([path, value]): Query => {
      if (value !== absent) return exact(path, value)
      return { kind: 'not', item: { kind: 'exists', field: toField(path), at: nowhere }, at: nowhere }
    })
  if (terms.length === 0) terms.push(exact('@title', title))
  return {
    name: `${rule.name}: ${Object.values(group).join(', ') || title}`.slice(0, 512),
    rule_query: print({ kind: 'term', field: { scope: 'tag', key: 'ruleId' }, pieces: [{ literal: rule.id }], quoted: true, at: nowhere }),
    suppression_query: print(terms.length === 1 ? terms[0]! : { kind: 'and', items: terms, at: nowhere }),
  }
}
