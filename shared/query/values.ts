import { type Bound, type Piece, QueryError, type Span } from './ast.ts'
import { afterPoint, signEnd, skipSpace } from './scan.ts'

/** Read an unquoted term: escapes resolved, `*` and `?` kept apart, runs of `*` made one. */
export function readPieces(text: string, [from, to]: Span): Piece[] {
  const pieces: Piece[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') pieces.push({ literal })
    literal = ''
  }
  for (let at = from; at < to; ) {
    const char = text[at]!
    if (char === '*' || char === '?') {
      flush()
      if (char === '?' || pieces.at(-1) !== '*') pieces.push(char)
      at++
    } else {
      const start = char === '\\' && at + 1 < to ? at + 1 : at
      const end = afterPoint(text, start)
      literal += text.slice(start, end)
      at = end
    }
  }
  flush()
  return pieces
}

/** Read a key, bound or part of a call: escapes resolved, nothing else special. */
export const readLiteral = (raw: string): string => raw.replace(/\\(.)/gsu, '$1')

/** Read a closed phrase, quotes included in the span. */
export const readPhrase = (text: string, [from, to]: Span): string => text.slice(from + 1, to - 1).replace(/\\(["\\])/g, '$1')

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Read a number as JSON writes it; undefined for any other text and for what a double cannot hold. */
export function readNumber(text: string): number | undefined {
  if (!number.test(text)) return undefined
  const value = Number(text) + 0 // -0 is 0
  return Number.isFinite(value) ? value : undefined
}

function readBound(text: string, [from, to]: Span, open: boolean, inclusive: boolean): Bound {
  const raw = text.slice(from, to)
  if (open && raw === '*') return null
  const value = readNumber(readLiteral(raw))
  if (value === undefined) throw new QueryError('Ranges compare numbers, and this is none.', [from, to])
  return { value, inclusive }
}

/** Read `[400 TO 499]`, `{0 TO *]` or `>=5`; a `QueryError` where it is no range. */
export function readRange(text: string, at: Span): { low: Bound; high: Bound } {
  const [from, to] = at
  const sign = text[from]!
  if (sign === '>' || sign === '<') {
    const end = signEnd(text, from)
    if (end === to) throw new QueryError('A comparison needs a number.', at)
    const bound = readBound(text, [skipSpace(text, end), to], false, end - from === 2)
    return sign === '>' ? { low: bound, high: null } : { low: null, high: bound }
  }
  const words = [...text.slice(from + 1, to - 1).matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, from: from + 1 + index }))
  const [low, middle, high] = words
  if (words.length !== 3 || middle!.word !== 'TO') throw new QueryError('A range is written [1 TO 5].', at)
  const span = (bound: { word: string; from: number }): Span => [bound.from, bound.from + bound.word.length]
  return { low: readBound(text, span(low!), true, sign === '['), high: readBound(text, span(high!), true, text[to - 1] === ']') }
}
