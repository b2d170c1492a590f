import { QueryError } from '../../shared/query/ast.ts'
import { toPredicate } from '../../shared/query/match.ts'
import { parse } from '../../shared/query/parse.ts'
import { Refusal } from '../lib/errors.ts'

/** Refuse a query that cannot be read, with its position, before it goes anywhere. `field` is where it stood in the request. */
export function checkQuery(query: string, field: string): string {
  try {
    // an expression shows only when it is compiled whether it is one
    toPredicate(parse(query))
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw new Refusal(400, 'invalid_query', error.message, { problems: [{ field, message: error.message, at: error.at }] })
  }
  return query
}
