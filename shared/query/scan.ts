/** Characters of a query: where things start and end. All offsets are UTF-16; every function is linear and total. */

/** A word that is one of these is an operator, unless it is glued to a key's colon. */
export const operators: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', '&&', '||'])

/** These before a term are operators, unless they are glued to a key's colon. */
export const signs: ReadonlySet<string> = new Set(['-', '!', '+'])

const space = /\s/
const special = /[()[\]{}<>"]/

export const isSpace = (char: string | undefined): boolean => char !== undefined && space.test(char)

/** The first offset at or after `from` that is no white space. */
export function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at++
  return at
}

/** The offset after the code point at `at`. */
export const afterPoint = (text: string, at: number): number => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)

/** The end of a run from `from`: the first character that `stops` and is not escaped. A backslash with nothing behind it ends it too. */
function runEnd(text: string, from: number, stops: (char: string) => boolean, to = text.length): number {
  let at = from
  while (at < to && !stops(text[at]!)) {
    if (text[at] !== '\\') at++
    else if (at + 1 === to) break
    else at = afterPoint(text, at + 1)
  }
  return at
}

/** The end of a key or an unquoted term: white space, or a character that would have to be escaped in it. */
export const wordEnd = (text: string, from: number): number => runEnd(text, from, char => isSpace(char) || special.test(char))

/** The end of a part of `CIDR(…)`. */
export const partEnd = (text: string, from: number): number => runEnd(text, from, char => isSpace(char) || char === ',' || char === ')')

/** The first colon that is not escaped, or -1. */
export function freeColon(text: string, from: number, to: number): number {
  const at = runEnd(text, from, char => char === ':', to)
  return at < to && text[at] === ':' ? at : -1
}

/** The offset after the closing quote, or -1 where there is none. In quotes only `\"` and `\\` are escapes. */
export function phraseEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1
    if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at++
  }
  return -1
}

/** The offset after the bracket that closes the one at `from`, or -1. */
export function bracketEnd(text: string, from: number): number {
  const at = runEnd(text, from + 1, char => '[]{}'.includes(char))
  return text[at] === ']' || text[at] === '}' ? at + 1 : -1
}

/** The offset after `>`, `>=`, `<` or `<=`. */
export const signEnd = (text: string, from: number): number => from + (text[from + 1] === '=' ? 2 : 1)

/** The end of a comparison: its sign, and the bound behind it where there is one. */
export function comparisonEnd(text: string, from: number): number {
  const sign = signEnd(text, from)
  const bound = skipSpace(text, sign)
  const end = runEnd(text, bound, char => isSpace(char) || char === '(' || char === ')')
  if (bound > sign && operators.has(text.slice(bound, end))) return sign
  return end > bound ? end : sign
}
