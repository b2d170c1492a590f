import type { Bound, Field, Piece, Query } from './ast.ts'
import { operators } from './scan.ts'

type Leaf = Extract<Query, { kind: 'term' | 'exists' | 'range' }>

/** Write a query in the one form that reads back as the same tree. No restriction is the empty text. */
export const print = (query: Query): string => (query.kind === 'all' ? '' : write(query))

/** Write a field as facets and keys name it, escapes included: `@http.status_code`, `service`, `*`. */
export function printField(field: Field): string {
  switch (field.scope) {
    case 'text':
      return ''
    case 'any':
      return '*'
    case 'reserved':
      return field.name
    case 'tag':
      return protectStart(protect(field.key, keySpecial))
    case 'attribute':
      return `@${protect(field.path, keySpecial)}`
    default:
      return field.scope
  }
}

function write(query: Query): string {
  switch (query.kind) {
    case 'all':
      return '*'
    case 'and':
      return query.items.map(writeItem).join(' ')
    case 'or':
      return writeList(query.items) ?? query.items.map(item => (item.kind === 'or' ? writeItem(item) : write(item))).join(' OR ')
    case 'not':
      return query.item.kind === 'and' ? `-(${write(query.item)})` : `-${writeItem(query.item)}`
    case 'cidr':
      return writeCall('CIDR', query.field, ...query.blocks.map(block => block.text))
    case 'anycase':
      return writeCall('ANYCASE', query.field, ...query.patterns.map(writePattern))
    case 'regex':
      return writeCall('REGEX', query.field, quote(query.source))
    default:
      return query.field.scope === 'text' ? writeValue(query, 'bare') : `${printField(query.field)}:${writeValue(query, 'keyed')}`
  }
}

/** A part of an AND, in parentheses where it would fall apart; `key:(a OR b)` brings its own. */
function writeItem(query: Query): string {
  if (query.kind === 'and') return `(${write(query)})`
  return query.kind === 'or' ? (writeList(query.items) ?? `(${write(query)})`) : write(query)
}

/** `key:(a OR b)` for values of one key; undefined for anything else. */
function writeList(items: readonly Query[]): string | undefined {
  const leaves = items.filter((item): item is Leaf => item.kind === 'term' || item.kind === 'exists' || item.kind === 'range')
  const key = leaves[0] && printField(leaves[0].field)
  if (!key || leaves.length < items.length || leaves.some(leaf => printField(leaf.field) !== key)) return undefined
  return `${key}:(${leaves.map(leaf => writeValue(leaf, 'listed')).join(' OR ')})`
}

/** `bare` has no key, `keyed` is glued to its colon, `listed` stands in a list that has its key. */
function writeValue(leaf: Leaf, place: 'bare' | 'keyed' | 'listed'): string {
  if (leaf.kind === 'exists') return '*'
  if (leaf.kind === 'range') return writeRange(leaf.low, leaf.high)
  if (leaf.quoted) return quote(leaf.pieces.map(piece => (typeof piece === 'string' ? piece : piece.literal)).join(''))
  const text = leaf.pieces.map(piece => writePiece(piece, place === 'bare')).join('')
  if (place === 'keyed') return text
  return operators.has(text) ? `\\${text}` : protectStart(text)
}

const writeCall = (name: string, field: Field, ...rest: string[]) =>
  `${name}(${[printField(field).replaceAll(',', '\\,'), ...rest].join(', ')})`
const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** Without quotes where that is a pattern all the same: a text of nothing stands in quotes. */
function writePattern(pieces: readonly Piece[]): string {
  const text = pieces.map(piece => (typeof piece === 'string' ? piece : protect(piece.literal, partSpecial))).join('')
  return text === '' ? '""' : text
}

const partSpecial = /[\s(),"*?\\]/g
const valueSpecial = /[\s()[\]{}<>"*?\\]/g
const keySpecial = /[\s()[\]{}<>"*?\\:]/g

const protect = (text: string, special: RegExp) => text.replace(special, '\\$&')
// at the start of a term these are signs, keys or calculated fields
const protectStart = (text: string) => text.replace(/^[-!+#@]/, '\\$&')
const writePiece = (piece: Piece, bare: boolean) =>
  typeof piece === 'string' ? piece : protect(piece.literal, bare ? keySpecial : valueSpecial)

function writeRange(low: Bound, high: Bound): string {
  if (low && !high) return `>${low.inclusive ? '=' : ''}${low.value}`
  if (high && !low) return `<${high.inclusive ? '=' : ''}${high.value}`
  return `${low?.inclusive === false ? '{' : '['}${low?.value ?? '*'} TO ${high?.value ?? '*'}${high?.inclusive === false ? '}' : ']'}`
}
