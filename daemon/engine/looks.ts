import { normaliseAddress } from '../../shared/ip.ts'
import { isText, type Piece, type Query } from '../../shared/query/ast.ts'
import { anycaseTest, cidrTest, rangeTest, termTest, textRegex, valueRegex } from '../../shared/query/leaf.ts'
import type { Value } from '../../shared/query/look.ts'
import { normalise } from '../../shared/query/text.ts'
import { fixed, type Paths, readRest, writeRest } from './segments/paths.ts'
import { type TextSearch, toTextSearch } from './text/text-search.ts'
import type { Needle } from './text/value-search.ts'

export type LeafQuery = Extract<Query, { kind: 'term' | 'exists' | 'range' | 'cidr' | 'anycase' | 'regex' }>
type Test = (value: Value) => boolean

/** A question to one column. */
export interface Look {
  column: number
  /** Undefined where any value will do. */
  test: Test | undefined
  /** The only values that can pass, where that is known. */
  candidates?: Value[] | undefined
  /** What every value that passes holds, where that is known. */
  needle?: Needle | undefined
}

/** All that one condition asks: a row passes with any of the looks, or with its message. */
export interface Looks {
  columns: Look[]
  message?: TextSearch | 'any' | undefined
}

const textPaths = ['title', 'error.message', 'error.stack']
const reserved = ['service', 'source', 'host', 'status'] as const
const everything: TextSearch = { test: () => true, words: [], phrase: false, needle: '' }

/** Where a condition has to look, in the order and with the tests of shared/query/look.ts and leaf.ts. */
export function looksOf(leaf: LeafQuery, paths: Paths): Looks {
  const { columns, message } = allLooks(leaf, paths)
  const needle = needleOf(leaf)
  // what lies in `rest` is written as JSON, and may read otherwise
  return { columns: columns.map(look => (look.column === fixed.rest ? look : { ...look, needle })), message }
}

function allLooks(leaf: LeafQuery, paths: Paths): Looks {
  const { field } = leaf
  const test = testOf(leaf)
  const candidates = leaf.kind === 'term' && !isText(field) ? literals(leaf) : undefined
  const message = messageOf(leaf)
  switch (field.scope) {
    case 'message':
      return { columns: [], message }
    case 'text':
      return { columns: attributeLooks(textPaths, false, test, undefined, paths), message }
    case 'reserved':
      return {
        columns: [
          { column: fixed[field.name], test, candidates },
          ...(field.name === 'status' ? [] : [tagLook(field.name, test, candidates)]),
        ],
      }
    case 'tags':
      return { columns: [{ column: fixed.tags, test, candidates }] }
    case 'tag':
      return { columns: [tagLook(field.key, test, candidates)] }
    case 'attribute':
      return { columns: attributeLooks([field.path], leaf.kind === 'exists', test, candidates, paths) }
    case 'any':
      return {
        columns: [
          ...reserved.map(name => ({ column: fixed[name], test })),
          { column: fixed.tags, test: (tag: Value) => passesTag(String(tag), undefined, test) },
          ...paths.attributes().map(column => ({ column, test })),
          { column: fixed.rest, test: test && ((entry: Value) => test(readRest(String(entry))[1])) },
        ],
        message,
      }
  }
}

function testOf(leaf: LeafQuery): Test | undefined {
  switch (leaf.kind) {
    case 'exists':
      return undefined
    case 'range':
      return rangeTest(leaf)
    case 'cidr':
      return cidrTest(leaf)
    case 'anycase': {
      const test = anycaseTest(leaf)
      return value => test(normalise(String(value)))
    }
    case 'regex': {
      const test = isText(leaf.field) ? textRegex(leaf) : valueRegex(leaf)
      return isText(leaf.field) ? value => test(normalise(String(value))) : value => test(String(value))
    }
    case 'term': {
      if (!isText(leaf.field)) return termTest(leaf)
      const { test } = toTextSearch(leaf)
      return value => test({ plain: normalise(String(value)) })
    }
  }
}

function needleOf(leaf: LeafQuery): Needle | undefined {
  if (leaf.kind === 'anycase') {
    const text = foldedNeedle(leaf)
    return text === '' ? undefined : { text, isFolded: true }
  }
  if (leaf.kind !== 'term') return undefined
  const isFolded = isText(leaf.field)
  const text = isFolded ? toTextSearch(leaf).needle : longestLiteral(leaf.pieces)
  return text === '' ? undefined : { text, isFolded }
}

/** What is in every value that one pattern finds; of several there is no such thing. */
const foldedNeedle = ({ patterns }: Extract<LeafQuery, { kind: 'anycase' }>): string =>
  patterns.length === 1 ? normalise(longestLiteral(patterns[0]!)) : ''

const longestLiteral = (pieces: readonly Piece[]): string =>
  pieces.reduce<string>((best, piece) => (typeof piece === 'object' && piece.literal.length > best.length ? piece.literal : best), '')

function messageOf(leaf: LeafQuery): Looks['message'] {
  if (!isText(leaf.field) || leaf.kind === 'range') return undefined
  if (leaf.kind === 'exists') return 'any'
  if (leaf.kind === 'term') return toTextSearch(leaf)
  if (leaf.kind === 'anycase') {
    const test = anycaseTest(leaf)
    return { ...everything, needle: foldedNeedle(leaf), test: ({ plain }) => test(plain) }
  }
  if (leaf.kind === 'regex') {
    const test = textRegex(leaf)
    return { ...everything, test: ({ plain }) => test(plain) }
  }
  const test = cidrTest(leaf)
  // case and composition make no address of what was none
  return { ...everything, test: ({ plain }) => test(plain) }
}

/** Every value that a literal can equal; the test has the last word. */
function literals({ pieces }: Extract<LeafQuery, { kind: 'term' }>): Value[] | undefined {
  const [only] = pieces
  if (pieces.length !== 1 || typeof only !== 'object') return undefined
  const { literal } = only
  const address = normaliseAddress(literal)
  return [literal, ...(address !== undefined && address !== literal ? [address] : []), Number(literal), literal === 'true']
}

const tagLook = (key: string, test: Test | undefined, candidates: Value[] | undefined): Look => ({
  column: fixed.tags,
  test: tag => passesTag(String(tag), key, test),
  candidates: candidates?.map(value => `${key}:${value}`),
})

/** Test the value of a tag, of one key where it is given. A key ends at the first colon. */
function passesTag(tag: string, key: string | undefined, test: Test | undefined): boolean {
  const colon = tag.indexOf(':')
  if (colon < 0 || (key !== undefined && (colon !== key.length || !tag.startsWith(key)))) return false
  return !test || test(tag.slice(colon + 1))
}

function attributeLooks(
  asked: readonly string[],
  below: boolean,
  test: Test | undefined,
  candidates: Value[] | undefined,
  paths: Paths,
): Look[] {
  const columns = asked.flatMap(path => (below ? paths.below(path) : (paths.columnOf(path) ?? [])))
  const isAsked = (path: string) => asked.some(one => path === one || (below && path.startsWith(one) && path[one.length] === '.'))
  const [path] = asked
  return [
    ...columns.map(column => ({ column, test, candidates })),
    {
      column: fixed.rest,
      test: entry => {
        const [at, value] = readRest(String(entry))
        return isAsked(at) && (!test || test(value))
      },
      candidates: asked.length === 1 ? candidates?.map(value => writeRest(path!, value)) : undefined,
    },
  ]
}
