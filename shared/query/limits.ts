import { type Query, QueryError } from './ast.ts'
import { printField } from './print.ts'

// What a query may come to, so that reading and running one is bounded. A query bar can say so before anything is sent.

/** Longest query, in UTF-16 units. */
export const maxQueryLength = 8192

/** Conditions in one query. Values of one key joined by OR are one, and so is a call, however many blocks or patterns it names. */
export const maxTerms = 256

/** Deepest nesting of parentheses, lists of values included. */
export const maxDepth = 128

/** Patterns of one `ANYCASE`, and the longest of them or of a `REGEX`, in UTF-16 units as written. */
export const maxPatterns = 2048
export const maxPatternLength = 2048

/** Largest `REGEX`, in steps of its program: a counted repetition is as many as it counts. */
export const maxRegexSize = 4096

/** Longest path of an attribute, in UTF-16 units. */
export const maxPathLength = 512

/** Refuse a query of too many terms, pointing at the first that is too many. */
export function checkTerms(query: Query): void {
  let terms = 0
  function count(item: Query): void {
    if (item.kind === 'and') for (const one of item.items) count(one)
    else if (item.kind === 'not') count(item.item)
    else if (item.kind === 'or') {
      const keys = new Set<string>()
      for (const one of item.items) {
        const key = one.kind === 'term' ? printField(one.field) : undefined
        if (key === undefined || !keys.has(key)) count(one)
        if (key !== undefined) keys.add(key)
      }
    } else if (++terms > maxTerms) throw new QueryError(`A query has at most ${maxTerms} terms.`, item.at)
  }
  count(query)
}
