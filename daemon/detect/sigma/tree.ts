import type { Query } from '../../../shared/query/ast.ts'

const at = [0, 0] as const

/** Conditions joined, in the one form that trees have: no list directly in one of its kind, no double negation. */
export const allOf = (items: readonly Query[]): Query => join('and', items)
export const anyOf = (items: readonly Query[]): Query => join('or', items)
export const noneOf = (item: Query): Query => (item.kind === 'not' ? item.item : { kind: 'not', item, at })

function join(kind: 'and' | 'or', items: readonly Query[]): Query {
  if (items.length === 1) return items[0]!
  return { kind, items: items.flatMap(item => (item.kind === kind ? item.items : [item])), at }
}
