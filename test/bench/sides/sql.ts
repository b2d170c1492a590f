import type { Piece, Query } from '../../../shared/query/ast.ts'
import { parse } from '../../../shared/query/parse.ts'
import { printField } from '../../../shared/query/print.ts'
import { normalise, words } from '../../../shared/query/text.ts'
import { isList } from './fields.ts'

/** How a database writes the conditions of the queries measured, and no others. Every one is SQL that is never null. */
export interface Dialect {
  equals(path: string, value: string): string
  /** Of a field in `lists`. */
  has(path: string, value: string): string
  hasAny(path: string): string
  /** `keep` is the pattern as a test, `like` the same in SQL's LIKE with `\` as escape. */
  matches(path: string, like: string, keep: (value: string) => boolean): string
  between(path: string, low: number, high: number): string
  /** These words in this order, in the text. */
  words(list: string[], phrase: string): string
  /** A part of a text that begins a word there. */
  begins(part: string): string
  /** A word in any value. */
  anywhere(word: string): string
}

/** What SQL's WHERE has to say for a query. */
export const toSql = (query: string, dialect: Dialect): string => write(parse(query), dialect)

function write(query: Query, dialect: Dialect): string {
  switch (query.kind) {
    case 'all':
      return 'true'
    case 'and':
    case 'or':
      return `(${query.items.map(item => write(item, dialect)).join(` ${query.kind} `)})`
    case 'not':
      return `not ${write(query.item, dialect)}`
    case 'exists':
      return dialect.hasAny(printField(query.field))
    case 'range':
      return dialect.between(printField(query.field), query.low?.value ?? -Infinity, query.high?.value ?? Infinity)
    case 'term':
      return term(query, dialect)
    default:
      throw new Error(`No peer is asked for ${query.kind}`)
  }
}

function term({ field, pieces }: Extract<Query, { kind: 'term' }>, dialect: Dialect): string {
  const [only] = pieces
  const literal = pieces.length === 1 && typeof only === 'object' ? only.literal : undefined
  const path = printField(field)
  if (field.scope === 'any') return dialect.anywhere(normalise(literal!))
  if (field.scope === 'text') {
    if (literal !== undefined) return dialect.words(words(normalise(literal)), normalise(literal))
    if (pieces.length === 2 && typeof only === 'object') return dialect.begins(normalise(only.literal))
    throw new Error('No peer is asked for such a pattern in a text')
  }
  if (literal !== undefined) return isList(path) ? dialect.has(path, literal) : dialect.equals(path, literal)
  return dialect.matches(path, likeOf(pieces), value => patternOf(pieces).test(value))
}

const likeOf = (pieces: readonly Piece[]) =>
  pieces.map(piece => (piece === '*' ? '%' : piece === '?' ? '_' : piece.literal.replace(/[%_\\]/g, '\\$&'))).join('')

const patternOf = (pieces: readonly Piece[]) =>
  new RegExp(
    `^${pieces.map(piece => (piece === '*' ? '.*' : piece === '?' ? '.' : piece.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`,
    's',
  )

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
