import type { Doc } from '../../shared/log.ts'
import { type Field, type Query, QueryError } from '../../shared/query/ast.ts'
import { toField } from '../../shared/query/match.ts'
import type { Aggregation } from '../../shared/rule.ts'
import type { Wrong } from '../lib/kinds.ts'
import type { Taken } from './amounts.ts'
import type { Clause } from './clauses.ts'

/**
 * One query of a rule; what suppress filters leave out is no part of it. `groups` are the values of its group-by fields, `take` what its
 * aggregation takes from a log. `text` and `groupByFields` are what people see of it.
 */
export interface CompiledQuery {
  name: string
  aggregation: Aggregation
  text: string
  groupByFields: readonly string[]
  keeps(doc: Doc): boolean
  groups(doc: Doc): string[][]
  take(doc: Doc): Taken
}

/** What the ways of writing queries down have in common. */
export interface CompiledQueries {
  queries: CompiledQuery[]
  sources: ReadonlySet<string> | undefined
  /** What a log has to have for any of these to match it. */
  clauses: readonly (readonly Clause[])[]
  alike: boolean
  groupOf(values: readonly string[]): Record<string, string>
}

/** Reads a query of a rule, or notes what is wrong with it. */
export type ParseOr = (text: string, field: string) => Query

/** The fields that paths name, each wrong one noted by its place. */
export const fieldsOr = (names: readonly string[], path: string, wrong: Wrong): Field[] =>
  names.map((name, i) => {
    try {
      return toField(name)
    } catch (error) {
      if (!(error instanceof QueryError)) throw error
      wrong(`${path}.${i}`, error.message)
      return toField('host')
    }
  })

export function union(sets: (ReadonlySet<string> | undefined)[]): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  for (const set of sets) {
    if (!set) return undefined
    for (const item of set) all.add(item)
  }
  return all
}
