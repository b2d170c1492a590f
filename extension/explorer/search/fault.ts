import { QueryError } from '../../../shared/query/ast.ts'
import { parse } from '../../../shared/query/parse.ts'
import type { Fault } from './types.ts'

/** What is wrong with a query and where; undefined where it can be read. */
export function faultOf(text: string): Fault | undefined {
  try {
    parse(text)
    return undefined
  } catch (error) {
    if (error instanceof QueryError) return { message: error.message, at: error.at }
    throw error
  }
}
