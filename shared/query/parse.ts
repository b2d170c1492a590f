import { type Field, isText, type Query, QueryError, type Span } from './ast.ts'
import type { CallName } from './call-names.ts'
import { readCall } from './calls.ts'
import { readField } from './field.ts'
import { lex, type Token } from './lex.ts'
import { checkTerms, maxDepth, maxQueryLength } from './limits.ts'
import { readPhrase, readPieces, readRange } from './values.ts'

const anywhere: Field = { scope: 'text' }
const and = new Set(['AND', '&&'])
const or = new Set(['OR', '||'])

/** Read a query; a `QueryError` says what is wrong and where. Linear in the text, and no nesting overflows the stack. */
export function parse(text: string): Query {
  // one unit too many is enough to know, and whatever is wrong before it is still said first
  const tokens = lex(text.slice(0, maxQueryLength + 1))
  let next = 0
  let depth = 0

  const fail = (message: string, at: Span): never => {
    throw new QueryError(message, at)
  }
  function peek(): Token | undefined {
    const token = tokens[next]
    if ((token ? token.at[1] : text.length) > maxQueryLength)
      fail(`A query has at most ${maxQueryLength} characters.`, [maxQueryLength, text.length])
    return token?.fault ? fail(token.fault, token.at) : token
  }
  const show = (token: Token) => text.slice(...token.at)
  const isOperator = (token: Token | undefined, words: ReadonlySet<string>) => token?.kind === 'operator' && words.has(show(token))

  function either(field: Field): Query {
    const items = [both(field)]
    for (let token = peek(); isOperator(token, or); token = peek()) {
      next++
      items.push(both(field, token))
    }
    return join('or', items)
  }

  function both(field: Field, before?: Token): Query {
    const items = [operand(field, before)]
    for (let token = peek(); token && token.kind !== 'close' && !isOperator(token, or); token = peek()) {
      const joined = isOperator(token, and)
      if (joined) next++
      items.push(operand(field, joined ? token : undefined))
    }
    return join('and', items)
  }

  /** One term with the signs before it; `before` is the operator that asks for it. */
  function operand(field: Field, before?: Token): Query {
    let negated = false
    let first: Token | undefined
    let last = before
    let token = peek()
    while (token?.kind === 'operator' && !isOperator(token, and) && !isOperator(token, or)) {
      negated = show(token) === '+' ? negated : !negated
      first ??= token
      last = token
      next++
      token = peek()
    }
    if (!token || token.kind === 'close')
      return last ? fail(`Nothing follows ${show(last)}.`, last.at) : fail('Nothing opens this parenthesis.', token!.at)
    if (token.kind === 'operator') return fail(`${show(token)} needs a term before it.`, token.at)
    const item = term(field, token)
    if (!negated) return item
    return item.kind === 'not' ? item.item : { kind: 'not', item, at: [first!.at[0], item.at[1]] }
  }

  function term(field: Field, token: Token): Query {
    if (token.kind === 'open') return group(field)
    next++
    if (token.kind === 'function') return call(token)
    if (token.kind !== 'key') return leaf(field, token, token.at)
    const [from, to] = token.at
    if (field !== anywhere) fail('A list of values already has its key; as text, write \\@.', token.at)
    const keyed = readField(text, [from, to - 1], token.at)
    const value = peek()
    if (!value || value.kind === 'close' || value.kind === 'operator') return fail('The key has no value; any value is *.', token.at)
    if (value.kind === 'open') return group(keyed, from)
    next++
    return leaf(keyed, value, [from, value.at[1]])
  }

  function group(field: Field, from?: number): Query {
    const open = tokens[next++]!
    if (++depth > maxDepth) fail(`Parentheses nest at most ${maxDepth} deep.`, open.at)
    const inside = peek() ?? fail('The parenthesis is not closed.', open.at)
    if (inside.kind === 'close') fail('Nothing is in the parentheses.', [open.at[0], inside.at[1]])
    const item = either(field)
    const close = peek() ?? fail('The parenthesis is not closed.', open.at)
    next++
    depth--
    return { ...item, at: [from ?? open.at[0], close.at[1]] }
  }

  function call(name: Token): Query {
    const open = tokens[next++]!
    const parts: Token[] = []
    for (let token = peek(); token; token = peek()) {
      next++
      if (token.kind === 'close') return readCall(text, show(name) as CallName, parts, [name.at[0], token.at[1]])
      parts.push(token)
    }
    return fail('The parenthesis is not closed.', open.at)
  }

  function leaf(field: Field, token: Token, at: Span): Query {
    if (token.kind === 'range') return { kind: 'range', field, ...readRange(text, token.at), at }
    if (token.kind === 'phrase') {
      const literal = readPhrase(text, token.at)
      if (literal === '' && isText(field)) fail('An empty phrase looks for nothing.', token.at)
      return { kind: 'term', field, pieces: [{ literal }], quoted: true, at }
    }
    const pieces = readPieces(text, token.at)
    if (pieces.length > 1 || pieces[0] !== '*') return { kind: 'term', field, pieces, quoted: false, at }
    return field.scope === 'text' || field.scope === 'any' ? { kind: 'all', at } : { kind: 'exists', field, at }
  }

  if (!peek()) return { kind: 'all', at: [0, text.length] }
  const query = either(anywhere)
  const stray = peek()
  if (stray) fail('Nothing opens this parenthesis.', stray.at)
  checkTerms(query)
  return query
}

/** Join what an operator joins; what was joined so already becomes one list, so that a tree has one form. */
function join(kind: 'and' | 'or', items: Query[]): Query {
  if (items.length === 1) return items[0]!
  return { kind, items: items.flatMap(item => (item.kind === kind ? item.items : [item])), at: [items[0]!.at[0], items.at(-1)!.at[1]] }
}
