import { expect, test } from 'vitest'
import { indexCandidates } from '../../../daemon/detect/candidates.ts'
import { clausesOf } from '../../../daemon/detect/clauses.ts'
import { sourcesOf } from '../../../daemon/detect/sources.ts'
import type { Log } from '../../../shared/log.ts'
import { toPredicate } from '../../../shared/query/match.ts'
import { parse } from '../../../shared/query/parse.ts'
import { createRandom, randomLog } from '../engine/random-logs.ts'
import { randomSearch } from '../engine/random-search.ts'
import { makeLog } from './fixtures.ts'

const gated = (query: string) => {
  const tree = parse(query)
  return { query, keeps: toPredicate(tree), sources: sourcesOf(tree), clauses: [clausesOf(tree)] }
}
type Item = ReturnType<typeof gated>

test('whatever matches is found, in order: random queries, random logs', () => {
  const seed = Number(process.env['ENGINE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const random = createRandom(seed)
  let matched = 0
  let shown = 0
  const rounds = 20
  for (let round = 0; round < rounds; round++) {
    const items = Array.from({ length: 60 }, () => gated(randomSearch(random).query))
    const candidates = indexCandidates(items)
    for (let i = 0; i < 40; i++) {
      const log = { ...randomLog(random, i + 1), id: `${i}` } as unknown as Log
      const found = candidates(log)
      const matching = items.filter(item => item.keeps(log))
      matched += matching.length
      shown += found.length
      expect(
        found.filter(item => item.keeps(log)).map(({ query }) => query),
        `ENGINE_SEED=${seed}`,
      ).toEqual(matching.map(({ query }) => query))
    }
  }
  expect(matched).toBeGreaterThan(100)
  expect(shown).toBeLessThan(rounds * 60 * 40 * 0.9)
})

test.each<[string, Partial<Log>, boolean]>([
  ['source:w ANYCASE(@Line, *mimikatz*)', { source: 'w', attributes: { Line: 'x MIMIKATZ y' } }, true],
  ['source:w ANYCASE(@Line, *mimikatz*)', { source: 'w', attributes: { Line: 'notepad' } }, false],
  ['source:w ANYCASE(@Line, *mimikatz*)', { source: 'v', attributes: { Line: 'mimikatz' } }, false],
  ['@EventID:4624', { attributes: { EventID: 4624 } }, true],
  ['@EventID:4624', { attributes: { EventID: '4624' } }, true],
  ['@EventID:4.624e3', { attributes: { EventID: 4624 } }, true],
  ['@EventID:4624', { attributes: { EventID: 1 } }, false],
  // both of two things have to be there
  ['@a:first @b:second', { attributes: { a: 'first' } }, false],
  ['@a:first @b:second', { attributes: { a: ['x', 'first'], b: 'second' } }, true],
  ['@a:one OR @b:*two*', { attributes: { b: '-two-' } }, true],
  ['@a.b:one', { attributes: { 'a.b': 'one' } }, true],
  ['@a.b:one', { attributes: { a: [{ b: ['one'] }] } }, true],
  // what cannot be told from a value is shown to all
  ['-@a:one', { attributes: {} }, true],
  ['@a:one OR -@b:two', { attributes: {} }, true],
  ['REGEX(@a, "one")', { attributes: {} }, true],
])('%s on %j: shown %s', (query, part, expected) => {
  const items: Item[] = [gated(query)]
  expect(indexCandidates(items)(makeLog(0, {}, part)).length === 1).toBe(expected)
})
