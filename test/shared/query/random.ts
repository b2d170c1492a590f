import fc from 'fast-check'
import type { Doc } from '../../../shared/log.ts'
import type { Bound, Field, Piece, Query, Span } from '../../../shared/query/ast.ts'

const at: Span = [0, 0]

/** Characters that mean something in a query, in text or in Unicode, far more often than chance would have them. */
const char = fc.oneof(
  fc.constantFrom(...'ab01_-+=!&|<>(){}[]^~*?:\\#/@.,%"\' \t\n\u00a0\u3000eéE\u0301ßİ東🔥ह'),
  fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
)
const special = fc.constantFrom(
  'AND',
  'OR',
  'NOT',
  'TO',
  '&&',
  '||',
  'CIDR',
  'ANYCASE(@a,',
  'REGEX(@a, "',
  '*',
  '-',
  '@',
  '#',
  '-5',
  '404',
  '1e3',
  '10.0.0.1',
  '::1',
)
const text = fc.oneof(
  fc.array(char, { maxLength: 6 }).map(chars => chars.join('')),
  special,
)
const name = text.filter(value => value !== '')
const keys = fc.constantFrom('a', 'b', 'a.b', 'status_code', '__proto__', 'constructor', 'x y', 'k:v')

const tagKey = fc
  .oneof(name, keys)
  .filter(key => !['message', 'tags', 'trace_id', 'service', 'source', 'host', 'status'].includes(key))
  .map((key): Field => ({ scope: 'tag', key }))

/** A field that may stand before a colon; `any` has no `exists` of its own, because `*:*` is everything. */
const keyed: fc.Arbitrary<Field> = fc.oneof(
  fc.oneof(name, keys).map((path): Field => ({ scope: 'attribute', path })),
  tagKey,
  fc
    .constantFrom('service' as const, 'source' as const, 'host' as const, 'status' as const)
    .map((of): Field => ({ scope: 'reserved', name: of })),
  fc.constantFrom<Field>({ scope: 'message' }, { scope: 'tags' }),
)
const any: Field = { scope: 'any' }
const isText = (field: Field) => field.scope === 'text' || field.scope === 'any' || field.scope === 'message'

/** Pieces as the parser makes them: no empty or neighbouring literals, no `**`, not a lone `*`. */
const pieces = fc
  .array(fc.oneof({ weight: 3, arbitrary: name.map((literal): Piece => ({ literal })) }, fc.constantFrom<Piece>('*', '?')), {
    minLength: 1,
    maxLength: 4,
  })
  .map(list =>
    list.filter((piece, i) => i === 0 || piece === '?' || (piece === '*' ? list[i - 1] !== '*' : typeof list[i - 1] === 'string')),
  )
  .filter(list => list.length > 1 || list[0] !== '*')

const bound: fc.Arbitrary<Bound> = fc.option(
  fc.record({
    value: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map(value => value + 0),
    inclusive: fc.boolean(),
  }),
)

/** An expression that finds the very text. */
const quoteAll = (literal: string) => literal.replace(/\p{Surrogate}/gu, '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc
    .tuple(fc.oneof(fc.constant<Field>({ scope: 'text' }), fc.constant(any), keyed), pieces)
    .map(([field, list]): Query => ({ kind: 'term', field, pieces: list, quoted: false, at })),
  fc
    .tuple(fc.oneof(fc.constant<Field>({ scope: 'text' }), fc.constant(any), keyed), text)
    .filter(([field, literal]) => literal !== '' || !isText(field))
    .map(([field, literal]): Query => ({ kind: 'term', field, pieces: [{ literal }], quoted: true, at })),
  keyed.map((field): Query => ({ kind: 'exists', field, at })),
  fc.tuple(fc.oneof(keyed, fc.constant(any)), bound, bound).map(([field, low, high]): Query => ({ kind: 'range', field, low, high, at })),
  fc
    .tuple(
      keyed,
      fc.array(fc.constantFrom('10.0.0.0/8', '203.0.113.9', '2001:db8::/32', '::ffff:13.0.0.0/104'), { minLength: 1, maxLength: 3 }),
    )
    .map(([field, blocks]): Query => ({ kind: 'cidr', field, blocks: blocks.map(block => ({ text: block, at })), at })),
  fc
    .tuple(
      fc.oneof(keyed, fc.constant(any)),
      fc.array(
        fc.oneof(
          pieces,
          fc.constant<Piece[]>(['*']),
          text.map((literal): Piece[] => [{ literal }]),
        ),
        { minLength: 1, maxLength: 3 },
      ),
    )
    .map(([field, patterns]): Query => ({ kind: 'anycase', field, patterns, at })),
  fc
    .tuple(fc.oneof(keyed, fc.constant(any)), name.map(quoteAll))
    .map(([field, source]): Query => ({ kind: 'regex', field, source, in: at, at })),
  fc.constant<Query>({ kind: 'all', at }),
)

/** A tree as the parser makes it: no list directly in one of its kind, no double negation. */
export const query: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>(tie => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('query'), { minLength: 2, maxLength: 4 }))
      .map(([kind, items]): Query => ({ kind, items: items.flatMap(item => (item.kind === kind ? item.items : [item])), at })),
    tie('query').map((item): Query => (item.kind === 'not' ? item.item : { kind: 'not', item, at })),
  ),
})).query

/** Anything a person or an attacker may type: real queries with pieces cut out, doubled or replaced, and noise. */
export const mutated = (real: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...real), fc.nat(), fc.nat({ max: 6 }), text).map(([from, place, length, insert]) => {
      const start = place % (from.length + 1)
      return from.slice(0, start) + insert + from.slice(start + length)
    }),
    fc.array(fc.oneof(special, char), { maxLength: 30 }).map(parts => parts.join('')),
  )

const scalar = fc.oneof(
  text,
  fc.integer({ min: -10, max: 500 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)

export const doc: fc.Arbitrary<Doc> = fc
  .record(
    {
      timestamp: fc.integer(),
      message: text,
      service: fc.oneof(text, fc.array(text, { maxLength: 2 })),
      source: text,
      host: text,
      status: text,
      tags: fc.array(
        fc.oneof(
          text,
          fc.tuple(keys, text).map(pair => pair.join(':')),
        ),
        { maxLength: 4 },
      ),
      attributes: fc.object({ key: fc.oneof(keys, text), values: [scalar], maxDepth: 3 }),
    },
    { requiredKeys: ['timestamp', 'tags', 'attributes'] },
  )
  .map(made => made as Doc)
