import type { Span } from '../../../shared/query/ast.ts'
import { readField } from '../../../shared/query/field.ts'
import { lex, type Token } from '../../../shared/query/lex.ts'
import { print, printField } from '../../../shared/query/print.ts'
import { faultOf } from './fault.ts'

/** What is being written where the caret stands: a key, or a value of one. `at` is what a choice replaces. */
export type Place =
  | { kind: 'key'; prefix: string; at: Span; rest: string }
  | { kind: 'value'; path: string; prefix: string; at: Span; rest: string }

const literal = (text: string) => text.replace(/\\(.)/gsu, '$1')

/** The key that speaks for a token: right before it, or before the list that it stands in. */
function keyBefore(tokens: readonly Token[], index: number): number {
  let depth = 0
  for (let i = index - 1; i >= 0; i--) {
    const { kind } = tokens[i]!
    if (kind === 'close') depth++
    else if (kind === 'open') {
      if (depth === 0) return tokens[i - 1]?.kind === 'key' ? i - 1 : -1
      depth--
    } else if (depth === 0 && kind === 'key') return i === index - 1 ? i : -1
  }
  return -1
}

/** As facets name the field of a key; undefined where it cannot be read. */
function pathOf(text: string, [from, to]: Span): string | undefined {
  try {
    const field = readField(text, [from, to - 1], [from, to])
    return field.scope === 'attribute' ? `@${field.path}` : field.scope === 'tag' ? field.key : printField(field)
  } catch {
    return undefined
  }
}

/** The query without what is being written, where that can be read: the counts of choices are under it. */
function without(text: string, from: number, to: number): string {
  const rest = `${text.slice(0, from)} ${text.slice(to)}`.trim()
  return faultOf(rest) ? '' : rest
}

/** What could be completed at the caret; undefined where nothing could, such as behind a phrase. */
export function placeAt(text: string, caret: number): Place | undefined {
  const tokens = lex(text)
  const index = tokens.findIndex(({ at }) => at[0] < caret && caret <= at[1])
  const token = tokens[index]
  if (token?.kind === 'key') {
    if (caret < token.at[1]) return { kind: 'key', prefix: text.slice(token.at[0], caret), at: token.at, rest: without(text, ...token.at) }
    const path = pathOf(text, token.at)
    const next = tokens[index + 1]
    if (next?.at[0] === caret) return undefined
    return path === undefined ? undefined : { kind: 'value', path, prefix: '', at: [caret, caret], rest: without(text, ...token.at) }
  }
  if (token && token.kind !== 'word' && token.kind !== 'phrase' && token.kind !== 'open') return undefined
  const written = token && token.kind !== 'open' ? token : undefined
  const at: Span = written ? written.at : [caret, caret]
  const place = written ? index : tokens.findIndex(({ at }) => at[0] >= caret)
  const key = keyBefore(tokens, place < 0 ? tokens.length : place)
  if (key >= 0) {
    const path = pathOf(text, tokens[key]!.at)
    const glued = tokens[key]!.at[1] === at[0]
    if (path === undefined) return undefined
    const prefix = literal(text.slice(at[0], caret).replace(/^"/, ''))
    return { kind: 'value', path, prefix, at, rest: glued ? without(text, tokens[key]!.at[0], at[1]) : '' }
  }
  if (written?.kind === 'phrase') return undefined
  return { kind: 'key', prefix: written ? text.slice(at[0], caret) : '', at, rest: without(text, ...at) }
}

/** A value as it stands behind its key. */
export function writeValue(value: string): string {
  const bare = print({ kind: 'term', field: { scope: 'tag', key: 'k' }, pieces: [{ literal: value }], quoted: false, at: [0, 0] }).slice(2)
  return /[\\\s]/.test(bare) || bare === '' ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : bare
}

/** The text with a choice in its place, and where the caret is then. */
export function accept(text: string, place: Place, choice: string): { text: string; caret: number } {
  const [from, to] = place.at
  const words = place.kind === 'key' ? `${writeKey(choice)}:` : writeValue(choice)
  const after = text.slice(to)
  const space = place.kind === 'value' && !/^[\s)]/.test(after) ? ' ' : ''
  return { text: text.slice(0, from) + words + space + after, caret: from + words.length + space.length }
}
const writeKey = (path: string) =>
  path[0] === '@' ? printField({ scope: 'attribute', path: path.slice(1) }) : printField({ scope: 'tag', key: path })
