import { RE2JS } from 're2js'
import { type Query, QueryError } from './ast.ts'
import { maxRegexSize } from './limits.ts'

/**
 * Compile `REGEX`: whether the expression is found in a text. RE2's syntax and its promise: time linear in the text, whatever the expression.
 * A `QueryError` where it is none. This file alone loads the engine, which the extension must not.
 */
export function regexTest({ source, in: at }: Extract<Query, { kind: 'regex' }>, ignoresCase: boolean): (text: string) => boolean {
  let regex: RE2JS
  try {
    regex = RE2JS.compile(source, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0)
  } catch (error) {
    throw new QueryError(`This is no expression that can be evaluated: ${reasonOf(error as Error)}.`, at)
  }
  if (regex.programSize() > maxRegexSize) throw new QueryError('This expression is too large.', at)
  return text => regex.test(text)
}

const reasonOf = ({ message }: Error) => message.replace(/^error parsing regexp: /, '')
