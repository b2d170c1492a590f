import { inBlock, readBlock } from '../block.ts'
import { normaliseAddress, readAddress } from '../ip.ts'
import type { Piece, Query } from './ast.ts'
import type { Value } from './look.ts'
import { regexTest } from './regex.ts'
import { normalise, spaced, spacedOf, type Text, words } from './text.ts'
import { readNumber } from './values.ts'
import { compileWildcard } from './wildcard.ts'

type Leaf<K extends Query['kind']> = Extract<Query, { kind: K }>

/** Where addresses are stored in their normal form. */
const addressPath = 'network.ip.list'

/** The text of a term without wildcards; undefined where it has some. */
function literalOf({ pieces }: Leaf<'term'>): string | undefined {
  const [only] = pieces
  return pieces.length === 1 && typeof only === 'object' ? only.literal : undefined
}

/** Compile a term on tags, attributes or reserved fields: the whole value as stored; a number also equals its other notations. */
export function termTest(term: Leaf<'term'>): (value: Value) => boolean {
  const literal = literalOf(term)
  if (literal === undefined) {
    const matches = compileWildcard(term.pieces, 'whole')
    return value => matches(String(value))
  }
  const isAddress = term.field.scope === 'attribute' && term.field.path === addressPath
  const text = (isAddress && normaliseAddress(literal)) || literal
  // an integer beyond 2^53 - 1 is stored as a string, and its nearest double is another number
  const number = /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text)) ? undefined : readNumber(text)
  return value => (typeof value === 'number' ? value === number : String(value) === text)
}

/** Compile a range: numbers only, so no text, tag or boolean lies in one. */
export function rangeTest({ low, high }: Leaf<'range'>): (value: Value) => boolean {
  return value =>
    typeof value === 'number' &&
    (!low || value > low.value || (low.inclusive && value === low.value)) &&
    (!high || value < high.value || (high.inclusive && value === high.value))
}

/** Compile `CIDR`: whether a value is an address in one of the blocks. IPv4 and IPv6 never mix; a v4-mapped address is IPv4. */
export function cidrTest(cidr: Leaf<'cidr'>): (value: Value) => boolean {
  const blocks = cidr.blocks.flatMap(block => readBlock(block.text) ?? [])
  return value => {
    const address = typeof value === 'string' ? readAddress(value) : undefined
    return address !== undefined && blocks.some(block => inBlock(block, address))
  }
}

/** Compile `ANYCASE`, for values and texts in their normalised form. */
export function anycaseTest({ patterns }: Leaf<'anycase'>): (plain: string) => boolean {
  const whole = new Set<string>()
  const wild: ((plain: string) => boolean)[] = []
  for (const pieces of patterns) {
    const folded = pieces.map(piece => (typeof piece === 'string' ? piece : { literal: normalise(piece.literal) }))
    const [only] = folded
    if (folded.length === 1 && typeof only === 'object') whole.add(only.literal)
    else wild.push(quickly(folded) ?? compileWildcard(folded, 'whole'))
  }
  if (wild.length === 0) return plain => whole.has(plain)
  return plain => whole.has(plain) || wild.some(matches => matches(plain))
}

/** The patterns that nearly all are: a text at the start, at the end or anywhere. */
function quickly(pieces: readonly Piece[]): ((plain: string) => boolean) | undefined {
  const [first, second, third] = pieces
  if (pieces.length === 2 && first === '*' && typeof second === 'object') return plain => plain.endsWith(second.literal)
  if (pieces.length === 2 && typeof first === 'object' && second === '*') return plain => plain.startsWith(first.literal)
  if (pieces.length === 3 && first === '*' && typeof second === 'object' && third === '*') return plain => plain.includes(second.literal)
  return undefined
}

/** Compile `REGEX`, for a value as it is stored, or for a text, which is compared whatever its case. A `QueryError` where it is no expression. */
export const valueRegex = (regex: Leaf<'regex'>) => regexTest(regex, false)
export const textRegex = (regex: Leaf<'regex'>) => regexTest(regex, true)

/** Compile a term on message or text: its words in order, a pattern, or, where it holds no word, its very characters. */
export function textTest(term: Leaf<'term'>): (text: Text) => boolean {
  const literal = literalOf(term)
  if (literal === undefined) {
    const pieces = term.pieces.map(piece => (typeof piece === 'string' ? piece : { literal: normalise(piece.literal) }))
    const matches = compileWildcard(pieces, 'words')
    return text => matches(text.plain)
  }
  const plain = normalise(literal)
  const list = words(plain)
  if (list.length === 0) return text => text.plain.includes(plain)
  const needle = spaced(list)
  // most texts lack the longest word, and need not be cut into words
  const longest = list.reduce((best, word) => (word.length > best.length ? word : best))
  return text => text.plain.includes(longest) && spacedOf(text).includes(needle)
}
