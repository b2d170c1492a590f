import { type Case, casePriorities, caseStatuses, isOverdue } from '../../shared/case.ts'
import type { Doc } from '../../shared/log.ts'
import type { Field, Query } from '../../shared/query/ast.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'

/** What a case is grouped and found by; a case has one value of each. `now` is ms. */
const fields = {
  status: one => one.status,
  priority: one => one.priority,
  project: one => one.project.key,
  type: one => one.type_name,
  assignee: one => one.assignee?.handle ?? '',
  creator: one => one.created_by.handle,
  reason: one => one.resolved_reason ?? '',
  archived: one => String(one.archived_at !== undefined),
  merged: one => String(one.merged_into !== undefined),
  key: one => one.key,
  due: one => one.due_date ?? '',
  overdue: (one, now) => String(isOverdue(one.status, one.due_date ?? '', now)),
} satisfies Record<string, (one: Case, now: number) => string>
export type CaseField = keyof typeof fields
export const caseFields = Object.keys(fields) as [CaseField, ...CaseField[]]
const fieldValue = (one: Case, field: CaseField, now: number): string => fields[field](one, now)

/** A case as queries see it: words of title and description, and its fields as `priority:P1`. */
const docOf = (one: Case, now: number): Doc => ({
  timestamp: one.created_at,
  message: `${one.key} ${one.title}\n${one.description}`,
  status: one.status,
  tags: caseFields.flatMap(field => {
    const value = fieldValue(one, field, now)
    return value === '' ? [] : [`${field}:${value}`]
  }),
  attributes: { title: one.title, ...one.attributes, custom: one.custom_attributes },
})

const upper = new Set<string>(['priority', 'project', 'reason', 'key'] satisfies CaseField[])
const isUpper = (field: Field) => (field.scope === 'reserved' && field.name === 'status') || (field.scope === 'tag' && upper.has(field.key))

/** Fields whose values are written in capitals are found however they are typed: `status:open`. */
function capital(query: Query): Query {
  if (query.kind === 'and' || query.kind === 'or') return { ...query, items: query.items.map(capital) }
  if (query.kind === 'not') return { ...query, item: capital(query.item) }
  if (query.kind !== 'term' || !isUpper(query.field)) return query
  return { ...query, pieces: query.pieces.map(piece => (typeof piece === 'string' ? piece : { literal: piece.literal.toUpperCase() })) }
}

/** Cases that a query finds; a `QueryError` where it cannot be read. */
export function findCases(cases: readonly Case[], filter: string, now: number): Case[] {
  const keep = toPredicate(capital(parse(filter)))
  return cases.filter(one => keep(docOf(one, now)))
}

const orders = {
  created_at: one => one.created_at,
  modified_at: one => one.changed?.at ?? one.created_at,
  priority: one => casePriorities.indexOf(one.priority),
  status: one => caseStatuses.indexOf(one.status),
} satisfies Record<string, (one: Case) => number>
export type CaseOrder = keyof typeof orders
export const caseOrders = Object.keys(orders) as [CaseOrder, ...CaseOrder[]]

/** Those alike come in the order in which they were made. */
export function sortCases(cases: readonly Case[], by: CaseOrder, ascending: boolean): Case[] {
  const order = orders[by]
  const sign = ascending ? 1 : -1
  return cases
    .map((one, place) => ({ one, place }))
    .sort((a, b) => sign * (order(a.one) - order(b.one) || a.place - b.place))
    .map(({ one }) => one)
}

/** How many cases have each value of some fields, or each combination of them; the most frequent first. */
export function countCases(
  cases: readonly Case[],
  groups: readonly CaseField[],
  limit: number,
  now: number,
): { values: string[]; count: number }[] {
  const found = new Map<string, { values: string[]; count: number }>()
  for (const one of cases) {
    const values = groups.map(field => fieldValue(one, field, now))
    const key = JSON.stringify(values)
    const known = found.get(key) ?? { values, count: 0 }
    known.count++
    found.set(key, known)
  }
  return [...found.values()].sort((a, b) => b.count - a.count).slice(0, limit)
}
