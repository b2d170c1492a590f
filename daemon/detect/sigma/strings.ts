import type { Piece } from '../../../shared/query/ast.ts'

/** Read a Sigma text: `*` and `?` are wildcards, and a backslash takes their meaning, or that of a backslash, away; elsewhere it is itself. */
export function readPattern(text: string): Piece[] {
  const pieces: Piece[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') pieces.push({ literal })
    literal = ''
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === '\\' && '*?\\'.includes(text[i + 1] ?? ' ')) literal += text[++i]!
    else if (char === '*' || char === '?') {
      flush()
      if (char === '?' || pieces.at(-1) !== '*') pieces.push(char)
    } else literal += char
  }
  flush()
  return pieces.length > 0 ? pieces : [{ literal: '' }]
}

/** The text of a pattern without wildcards; undefined where it has some. */
export const literalOf = (pieces: readonly Piece[]): string | undefined =>
  pieces.length === 1 && typeof pieces[0] === 'object' ? pieces[0].literal : undefined

/** A pattern with anything before it, behind it, or both. */
export function open(pieces: readonly Piece[], before: boolean, behind: boolean): Piece[] {
  const kept = pieces.filter(piece => typeof piece === 'string' || piece.literal !== '')
  return [
    ...(before && kept[0] !== '*' ? (['*'] as const) : []),
    ...kept,
    ...(behind && (kept.length === 0 ? !before : kept.at(-1) !== '*') ? (['*'] as const) : []),
  ]
}

/** What a command line may have in place of a hyphen that begins an option. */
const dashes = ['-', '/', '–', '—', '―']

/** A pattern with each dash that begins a word as any of the dashes; of many all are the same one. */
export function withDashes(pieces: readonly Piece[]): Piece[][] {
  const begins = /(?<![\p{L}\p{N}_])[-/](?=[\p{L}\p{N}_])/gu
  const found = pieces.reduce((sum, piece) => sum + (typeof piece === 'object' ? [...piece.literal.matchAll(begins)].length : 0), 0)
  if (found === 0) return [[...pieces]]
  const replaced = (choose: (place: number) => string): Piece[] => {
    let place = 0
    return pieces.map(piece => (typeof piece === 'string' ? piece : { literal: piece.literal.replace(begins, () => choose(place++)) }))
  }
  if (found > 2) return dashes.map(dash => replaced(() => dash))
  if (found === 1) return dashes.map(dash => replaced(() => dash))
  return dashes.flatMap(first => dashes.map(second => replaced(place => (place === 0 ? first : second))))
}

/** The bytes of a text in an encoding, each as a character. */
export function encoded(text: string, encoding: 'utf16le' | 'utf16be' | 'utf16'): string {
  const little = Buffer.from(text, 'utf16le')
  if (encoding === 'utf16le') return little.toString('latin1')
  return encoding === 'utf16be' ? little.swap16().toString('latin1') : `\xff\xfe${little.toString('latin1')}`
}

/** Base64 of a text; `bytes`: its characters are bytes already. */
export const base64 = (text: string, bytes: boolean): string => Buffer.from(text, bytes ? 'latin1' : 'utf8').toString('base64')

/** What base64 makes of a text at each of the three places where it may begin, less what its neighbours change. */
export const base64Offsets = (text: string, bytes: boolean): string[] =>
  [0, 1, 2].map(offset => {
    const written = Buffer.concat([Buffer.alloc(offset), Buffer.from(text, bytes ? 'latin1' : 'utf8')])
    const start = [0, 2, 3][offset]!
    const end = [undefined, -3, -2][written.length % 3]
    return written.toString('base64').slice(start, end)
  })
