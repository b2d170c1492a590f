import type { Field, Query } from '../../../shared/query/ast.ts'
import { toField } from '../../../shared/query/field.ts'
import { parse } from '../../../shared/query/parse.ts'
import { print, printField } from '../../../shared/query/print.ts'

// A press on a value edits the tree of the query and prints it: the text is the only state there is.

type Term = Extract<Query, { kind: 'term' }>
const at = [0, 0] as const

/** What a query asks of the values of a path: only these, and not those. */
export interface Asked {
  only: string[]
  not: string[]
}

const literalOf = (query: Query): string | undefined => {
  if (query.kind !== 'term' || query.pieces.length > 1) return undefined
  const [piece] = query.pieces
  return piece === undefined ? '' : typeof piece === 'object' ? piece.literal : undefined
}

/** The values that a part of the query wants of a field, where it says nothing else: one, or a list of them. */
function valuesIn(part: Query, field: string): string[] | undefined {
  const items = part.kind === 'or' ? part.items : [part]
  const values = items.map(item => (item.kind === 'term' && printField(item.field) === field ? literalOf(item) : undefined))
  return values.every(value => value !== undefined) ? (values as string[]) : undefined
}

const partsOf = (query: Query): Query[] => (query.kind === 'and' ? query.items : query.kind === 'all' ? [] : [query])

/** What a query says of a path at its top level, where a press on a value can change it. */
export function askedOf(query: Query, path: string): Asked {
  const field = printField(toField(path))
  const asked: Asked = { only: [], not: [] }
  for (const part of partsOf(query)) {
    const values = valuesIn(part.kind === 'not' ? part.item : part, field)
    if (values) asked[part.kind === 'not' ? 'not' : 'only'].push(...values)
  }
  return asked
}

/** Without signs that would have to be escaped a value reads better bare. */
const term = (field: Field, value: string): Term => {
  const bare = /^[\p{L}\p{N}_./@:][\p{L}\p{N}_./@:-]*$/u.test(value) && !/^(?:AND|OR|NOT)$/.test(value)
  return { kind: 'term', field, pieces: [{ literal: value }], quoted: !bare, at }
}

/** The query that asks this of a path, in the place where it asked before. */
function ask(query: Query, path: string, { only, not }: Asked): Query {
  const field = toField(path)
  const name = printField(field)
  const parts = partsOf(query)
  const isOurs = (part: Query) => valuesIn(part.kind === 'not' ? part.item : part, name) !== undefined
  const wanted: Query[] = [...new Set(only)].map(value => term(field, value))
  const made: Query[] = [
    ...(wanted.length > 1 ? [{ kind: 'or' as const, items: wanted, at }] : wanted),
    ...[...new Set(not)].map((value): Query => ({ kind: 'not', item: term(field, value), at })),
  ]
  const place = parts.findIndex(isOurs)
  const rest = parts.filter(part => !isOurs(part))
  const items = rest.toSpliced(place < 0 ? rest.length : Math.min(place, rest.length), 0, ...made)
  return items.length === 0 ? { kind: 'all', at } : items.length === 1 ? items[0]! : { kind: 'and', items, at }
}

export type Mode = 'filter' | 'exclude' | 'only' | 'clear'

const changes: Record<Mode, (asked: Asked, value: string) => Asked> = {
  filter: ({ only, not }, value) => ({ only: [...only, value], not: not.filter(one => one !== value) }),
  only: (_, value) => ({ only: [value], not: [] }),
  exclude: ({ only, not }, value) => ({ only: only.filter(one => one !== value), not: [...not, value] }),
  clear: ({ only, not }, value) => ({ only: only.filter(one => one !== value), not: not.filter(one => one !== value) }),
}

/** The text of a query in which the value of a path is asked for, kept out, or neither. `text` must read. */
export function narrow(text: string, path: string, value: string, mode: Mode): string {
  const query = parse(text)
  return print(ask(query, path, changes[mode](askedOf(query, path), value)))
}

/** The query without what it asks of a path: what its other values would count. */
export function freed(text: string, path: string): string {
  return print(ask(parse(text), path, { only: [], not: [] }))
}

/** One more condition, such as a query from elsewhere. */
export function also(text: string, more: string): string {
  const parts = [...partsOf(parse(text)), ...partsOf(parse(more))]
  return print(parts.length === 1 ? parts[0]! : { kind: 'and', items: parts, at })
}
