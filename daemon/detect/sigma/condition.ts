import type { Query } from '../../../shared/query/ast.ts'
import { compileWildcard } from '../../../shared/query/wildcard.ts'
import { CannotImport } from './refused.ts'
import { readPattern } from './strings.ts'
import { allOf, anyOf, noneOf } from './tree.ts'

const token = /\s*([()|]|[^\s()|]+)/y
const most = 1000

/** Read `selection and not 1 of filter_*` over the searches of a rule, each of which is made when it is asked for. */
export function readCondition(text: string, names: readonly string[], search: (name: string) => Query): Query {
  const words = cut(text)
  let next = 0
  let depth = 0
  const fail = (message: string): never => {
    throw new CannotImport(`the condition ${message}`, ['detection', 'condition'])
  }
  const is = (word: string) => words[next]?.toLowerCase() === word

  function either(): Query {
    const items = [both()]
    while (is('or')) {
      next++
      items.push(both())
    }
    return anyOf(items)
  }
  function both(): Query {
    const items = [unary()]
    while (is('and')) {
      next++
      items.push(unary())
    }
    return allOf(items)
  }
  function unary(): Query {
    if (++depth > 64) fail('nests deeper than 64 levels')
    try {
      if (!is('not')) return primary()
      next++
      return noneOf(unary())
    } finally {
      depth--
    }
  }
  function primary(): Query {
    const word = words[next++] ?? fail('ends too early')
    if (word === '(') {
      const inner = either()
      if (words[next++] !== ')') fail('has a parenthesis that is not closed')
      return inner
    }
    if (word === '|') fail('counts with “|”, an old form: write it as a correlation')
    if (is('of')) {
      next++
      return some(word.toLowerCase(), words[next++] ?? fail('ends too early'))
    }
    return names.includes(word) ? search(word) : fail(`names “${word}”, which is no search of the rule`)
  }
  function some(count: string, pattern: string): Query {
    const fits = pattern.toLowerCase() === 'them' ? (name: string) => !name.startsWith('_') : compileWildcard(readPattern(pattern), 'whole')
    const chosen = names.filter(fits)
    if (chosen.length === 0) fail(`names “${pattern}”, which is no search of the rule`)
    const queries = chosen.map(search)
    if (count === 'all') return allOf(queries)
    if (count === '1' || count === 'any') return anyOf(queries)
    return fail(`asks for ${count} of ${pattern}; there is 1, any and all`)
  }

  const query = either()
  if (words[next] === '|') fail('counts with “|”, an old form: write it as a correlation')
  if (next < words.length) fail(`has “${words[next]}” where it should end`)
  return query
}

function cut(text: string): string[] {
  const words: string[] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match; match = token.exec(text)) words.push(match[1]!)
  if (words.length > most) throw new CannotImport(`the condition has more than ${most} words`, ['detection', 'condition'])
  return words
}
