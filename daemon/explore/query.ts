import { QueryError } from '../../shared/query/ast.ts'
import { parse } from '../../shared/query/parse.ts'
import { Refusal } from '../lib/errors.ts'

/** Refuse a query that cannot be read, with its position, before it goes anywhere. `field` is where it stood in the request. */
export function checkQuery(query: string, field: string): string {
  try {
    parse(query)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw new Refusal(400, 'invalid_query', error.message, { problems: [{ field, message: error.message, at: error.at }] })
  }
  return query
}
