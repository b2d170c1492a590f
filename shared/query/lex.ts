import type { Span } from './ast.ts'
import { isCall } from './call-names.ts'
import {
  afterPoint,
  bracketEnd,
  comparisonEnd,
  freeColon,
  isSpace,
  operators,
  partEnd,
  phraseEnd,
  signEnd,
  signs,
  skipSpace,
  wordEnd,
} from './scan.ts'

/**
 * What a piece of a query is. `key` includes its colon; `range` is `[1 TO 5]` or `>=5`; `function`, `comma` and `block` belong to `CIDR(…)`,
 * `ANYCASE(…)` and `REGEX(…)`, where `block` is whatever stands after the key without quotes;
 * `bad` is a character that cannot stand where it does.
 */
export type TokenKind = 'open' | 'close' | 'operator' | 'key' | 'word' | 'phrase' | 'range' | 'function' | 'comma' | 'block' | 'bad'

export interface Token {
  kind: TokenKind
  at: Span
  /** Why this token can stand in no query. `bad` ones always say so. */
  fault?: string
}

const ended: ReadonlySet<TokenKind> = new Set(['word', 'phrase', 'range'])

/** Cut a query into tokens, in order, white space left out. Total: half-typed text gives tokens with a `fault`. Linear in the text. */
export function lex(text: string): Token[] {
  const tokens: Token[] = []
  // for each open parenthesis, whether a key speaks for what is inside
  const lists: boolean[] = []
  /** Add a token; the offset where the next may start. */
  function push(kind: TokenKind, from: number, to: number, fault?: string): number {
    tokens.push(fault ? { kind, at: [from, to], fault } : { kind, at: [from, to] })
    return to
  }

  function call(from: number, end: number): number {
    push('function', from, end)
    let at = push('open', end, end + 1)
    const takesPhrases = text.slice(from, end) !== 'CIDR'
    let kind: 'key' | 'block' = 'key'
    for (at = skipSpace(text, at); at < text.length; at = skipSpace(text, at)) {
      if (text[at] === ')') return push('close', at, at + 1)
      if (text[at] === ',') at = push('comma', at, at + 1)
      else if (text[at] === '"' && takesPhrases && kind === 'block') at = phrase(at)
      else {
        at = push(kind, at, Math.max(partEnd(text, at), at + 1))
        kind = 'block'
      }
    }
    return at
  }

  function phrase(from: number): number {
    const end = phraseEnd(text, from)
    return end < 0 ? push('phrase', from, text.length, 'The quote is not closed.') : push('phrase', from, end)
  }

  function word(from: number, keyed: boolean, glued: boolean, listed: boolean): number {
    const end = wordEnd(text, from)
    const raw = text.slice(from, end)
    if (end === from) return push('bad', from, from + 1, 'Nothing follows this backslash.')
    if (operators.has(raw) && !glued) return push('operator', from, end)
    const named = raw[0] === '@' && !keyed
    const colon = keyed || (listed && !named) ? -1 : freeColon(text, from, end)
    if (colon >= 0) return push('key', from, colon + 1)
    if (isCall(raw) && text[end] === '(' && !keyed && !listed) return call(from, end)
    const whole = end === text.length || isSpace(text[end]) || text[end] === ')'
    return push('word', from, end, named && whole ? 'An attribute needs a colon and a value; as text, write \\@.' : undefined)
  }

  function range(from: number, char: string, allowed: boolean): number {
    if (char === '>' || char === '<') {
      if (allowed) return push('range', from, comparisonEnd(text, from))
      return push('bad', from, signEnd(text, from), 'A comparison needs a key: @key:>5.')
    }
    if (char === '[' || char === '{') {
      if (!allowed) return push('bad', from, from + 1, 'A range needs a key: @key:[1 TO 5].')
      const end = bracketEnd(text, from)
      return end < 0 ? push('bad', from, from + 1, 'The bracket is not closed.') : push('range', from, end)
    }
    return push('bad', from, from + 1, `Nothing opens this bracket; as text, write \\${char}.`)
  }

  function next(from: number, spaced: boolean): number {
    const char = text[from]!
    const last = tokens.at(-1)
    const keyed = last?.kind === 'key'
    const listed = lists.at(-1) ?? false
    if (last && ended.has(last.kind) && !spaced && char !== ')') {
      const end = '<>'.includes(char) ? signEnd(text, from) : afterPoint(text, from)
      return push('bad', from, end, misplaced(last.kind, char))
    }
    if (char === '(') {
      lists.push(keyed || listed)
      return push('open', from, from + 1)
    }
    if (char === ')') {
      lists.pop()
      return push('close', from, from + 1)
    }
    if (char === '"') return phrase(from)
    if ('<>[]{}'.includes(char)) return range(from, char, keyed || listed)
    if (signs.has(char) && (!keyed || spaced)) return push('operator', from, from + 1)
    if (char === '#' && !keyed) return push('bad', from, from + 1, 'Calculated fields do not exist here; as text, write \\#.')
    return word(from, keyed, keyed && !spaced, listed)
  }

  for (let at = 0; ; ) {
    const from = skipSpace(text, at)
    if (from >= text.length) return tokens
    at = next(from, from > at)
  }
}

function misplaced(before: TokenKind, char: string): string {
  if (before === 'phrase') return 'A phrase ends its term: put a space after the quote.'
  if (before === 'range') return 'A range ends its term: put a space after it.'
  if (char === '\\') return 'Nothing follows this backslash.'
  if (char === '<' || char === '>') return `A sign of comparison comes after a colon; as text, write \\${char}.`
  return `Inside a term this is written \\${char}.`
}
