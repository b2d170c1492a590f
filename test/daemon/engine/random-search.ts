import type { Search } from '../../../daemon/engine/search.ts'
import { type Aggregate, measureNames } from '../../../shared/aggregate.ts'
import type { Field, Piece, Query } from '../../../shared/query/ast.ts'
import { print } from '../../../shared/query/print.ts'
import { addresses, day, paths, type Random, scalars, tagKeys, text, times, words } from './random-logs.ts'

const at = [0, 0] as const

function field(random: Random): Field {
  const scope = random.pick(['attribute', 'text', 'reserved', 'tag', 'any', 'tags', 'message'] as const)
  switch (scope) {
    case 'attribute':
      return { scope, path: random.pick(paths.filter(path => path !== '')) }
    case 'reserved':
      return { scope, name: random.pick(['service', 'source', 'host', 'status'] as const) }
    case 'tag':
      return { scope, key: random.pick(['env', 'team', 'a.b', '__proto__', 'nobody']) }
    default:
      return { scope }
  }
}

function term(random: Random): Query {
  const where = field(random)
  const isText = where.scope === 'text' || where.scope === 'message' || where.scope === 'any'
  const literal =
    (isText
      ? random.chance(0.5)
        ? random.pick(words)
        : text(random, 3).trim()
      : String(random.chance(0.2) ? random.pick(words) : random.pick(scalars))) || 'x'
  if (where.scope === 'tags' && random.chance(0.7))
    return { kind: 'term', field: where, pieces: [{ literal: `${random.pick(tagKeys)}:${literal}` }], quoted: true, at }
  if (random.chance(0.6)) return { kind: 'term', field: where, pieces: [{ literal }], quoted: random.chance(0.5), at }
  const points = Array.from(literal)
  const cut = random.below(points.length + 1)
  const wild: Piece = random.chance(0.7) ? '*' : '?'
  const pieces = ([points.slice(0, cut).join(''), wild, points.slice(cut + random.below(2)).join('')] as const).flatMap(
    (piece, i): Piece[] => (i === 1 ? [wild] : piece === '' ? [] : [{ literal: piece }]),
  )
  return pieces.length === 1
    ? { kind: 'exists', field: { scope: 'attribute', path: random.pick(paths.slice(0, 12)) }, at }
    : { kind: 'term', field: where, pieces, quoted: false, at }
}

const expressions = ['^a', 'B', '[0-9]{3}$', 'Ü|ß', '(?i)ALICE|web-.', '\\bx_y\\b', '^.?$', '[^ -~]', 'pass.*root', '"|,']

function pattern(random: Random): Piece[] {
  const literal = random.chance(0.5) ? random.pick(words) : String(random.pick(scalars))
  const cased = random.chance(0.5) ? literal.toUpperCase() : literal
  const points = Array.from(cased)
  const [from, to] = [random.below(points.length + 1), random.below(points.length + 1)].sort((a, b) => a - b)
  const middle = points.slice(from, to).join('')
  if (random.chance(0.2) || middle === '') return cased === '' || random.chance(0.5) ? [{ literal: cased }] : ['*']
  const ends = () => (random.chance(0.7) ? (['*'] as const) : random.chance(0.3) ? (['?'] as const) : [])
  return [...ends(), { literal: middle }, ...ends()]
}

function leaf(random: Random): Query {
  const kind = random.pick(['term', 'term', 'exists', 'range', 'cidr', 'anycase', 'regex', 'all'] as const)
  const bound = () => (random.chance(0.3) ? null : { value: random.pick([0, 200, 404, -5, 1.5, 500]), inclusive: random.chance(0.5) })
  let where = field(random)
  if (kind === 'exists' && (where.scope === 'any' || where.scope === 'text')) where = { scope: 'message' }
  if (kind !== 'term' && kind !== 'exists' && where.scope === 'text') where = { scope: 'attribute', path: 'http.status_code' }
  switch (kind) {
    case 'term':
      return term(random)
    case 'exists':
      return { kind, field: where, at }
    case 'range':
      return { kind, field: where, low: bound(), high: bound(), at }
    case 'cidr':
      return {
        kind,
        field: random.chance(0.7) ? { scope: 'attribute', path: 'network.ip.list' } : where,
        blocks: [{ text: random.pick([...addresses, '10.0.0.0/31', '2001:db8::/32']), at }],
        at,
      }
    case 'anycase':
      return { kind, field: where, patterns: [pattern(random), ...random.some(2, () => pattern(random))], at }
    case 'regex':
      return { kind, field: where, source: random.pick(expressions), in: at, at }
    case 'all':
      return { kind, at }
  }
}

function tree(random: Random, depth: number): Query {
  if (depth === 0 || random.chance(0.4)) return leaf(random)
  if (random.chance(0.25)) {
    const item = tree(random, depth - 1)
    return item.kind === 'not' ? item.item : { kind: 'not', item, at }
  }
  const kind = random.pick(['and', 'or'] as const)
  const items = [tree(random, depth - 1), tree(random, depth - 1), ...random.some(1, () => tree(random, depth - 1))]
  return { kind, items: items.flatMap(item => (item.kind === kind ? item.items : [item])), at }
}

const facets = [
  'service',
  'source',
  'host',
  'status',
  'tags',
  'env',
  'team',
  'a.b',
  '__proto__',
  'trace_id',
  '@usr.name',
  '@http.status_code',
  '@a.b',
  '@a',
  '@__proto__.x',
  '@',
  '@network.ip.list',
  '@list',
  '@error.message',
  '@threat_intel.results.intention',
  '@threat_intel.indicators_matched',
  '@threat_intel',
  '@nothing',
]

const metrics = [
  '@http.status_code',
  '@a.b',
  '@a',
  '@list',
  '@',
  '@usr.name',
  '@http',
  '@threat_intel.results.score',
  'status',
  'env',
  'service',
  '@nothing',
]

function aggregate(random: Random, { from, to }: { from: number; to: number }): Aggregate {
  const measure = () => ({ aggregation: random.pick(measureNames), metric: random.pick(metrics) })
  const order = () => random.pick(['desc', 'asc'] as const)
  // four series of a thousand groups stay within bounds
  const least = Math.ceil((to - from) / 20)
  return {
    compute: [0, ...random.some(3, () => 0)].map(() => ({
      ...measure(),
      ...(random.chance(0.4) ? { type: 'timeseries', interval: least + random.below(day) } : { type: 'total' }),
    })),
    group_by: [...new Set(random.some(3, () => random.pick(facets)))].map(facet => ({
      facet,
      limit: random.pick([10, 3, 1]),
      sort: { order: order(), ...(random.chance(0.7) && { measure: measure() }) },
      ...(random.chance(0.3) && { missing: random.pick(['none', 'info', 7]) }),
      ...(random.chance(0.3) && { total: random.pick(['*', 0]) }),
      ...(random.chance(0.2) && {
        histogram: { interval: random.pick([100, 0.5, 7]), min: random.pick([0, -10]), max: random.pick([500, 3]) },
      }),
    })),
  }
}

/** A search of any kind, but for its cursor. */
export function randomSearch(random: Random): Search {
  const start = random.pick(times)
  const range = random.chance(0.6)
    ? { from: 0, to: Date.UTC(2030, 0) }
    : { from: start - random.below(3) * 1000, to: start + random.below(day) }
  return {
    track: 'logs',
    query: print(tree(random, 3)),
    ...range,
    limit: random.pick([50, 1, 7, 1000]),
    sort: random.pick(['-timestamp', 'timestamp', 'severity']),
    facets: random.some(4, () => random.pick(facets)),
    ...(random.chance(0.7) && { histogram: { buckets: random.pick([60, 1, 7]) } }),
    ...(random.chance(0.25) && { aggregate: aggregate(random, range) }),
    ...(random.chance(0.1) && { paths: { prefix: random.pick(['', '@', '@a', 'e']), limit: random.pick([1000, 5]) } }),
  }
}
