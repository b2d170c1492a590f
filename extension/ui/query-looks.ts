import { lex, type TokenKind } from '../../shared/query/lex.ts'

const looks: Record<TokenKind, string> = {
  open: 'punct',
  close: 'punct',
  comma: 'punct',
  operator: 'op',
  function: 'op',
  key: 'key',
  word: 'value',
  phrase: 'value',
  range: 'number',
  block: 'number',
  bad: 'bad',
}

/** A query in pieces, each with its class; what stands between tokens is white space and has none. */
export function piecesOf(text: string): { text: string; look: string }[] {
  const pieces: { text: string; look: string }[] = []
  let end = 0
  for (const { kind, at } of lex(text)) {
    const [from, to] = at
    if (from > end) pieces.push({ text: text.slice(end, from), look: '' })
    pieces.push({ text: text.slice(from, to), look: looks[kind] })
    end = to
  }
  if (end < text.length) pieces.push({ text: text.slice(end), look: '' })
  return pieces
}
