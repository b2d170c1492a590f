import { expect, test } from 'vitest'
import { countsOf, firstPage, keyOf, wantedIn, wordsOf } from '../../../../extension/explorer/search/first-page.ts'
import { searches } from '../../../../extension/explorer/searches.ts'

const { signals, logs } = searches
const usual = { query: '', range: { from: 'now-7d', to: 'now' }, sort: '-timestamp', facets: Object.keys(signals.facets) }

test.each([
  [{}, usual],
  [
    { query: 'a', sort: 'severity' },
    { ...usual, query: 'a', sort: 'severity' },
  ],
  [{ sort: 'nonsense' }, usual],
  [{ from: 'yesterday' }, { ...usual, range: { from: 'yesterday', to: 'yesterday' } }],
  [
    { from: 'now-1h', to: 'now' },
    { ...usual, range: { from: 'now-1h', to: 'now' } },
  ],
  [{ facets: 'service,@a%2Cb' }, { ...usual, facets: ['service', '@a,b'] }],
])('the URL says %j', (words, wanted) => expect(wantedIn(words, signals)).toEqual(wanted))

test.each([
  { from: 'now-7d', to: 'now' },
  { from: 'today', to: 'today' },
  { from: 'now-1h', to: 'now' },
  { from: '2026-01-01', to: 'now-1h' },
])('a range in the URL and back: %j', range => {
  const words = Object.entries(wordsOf(range, signals)).filter((pair): pair is [string, string] => pair[1] !== undefined)
  expect(wantedIn(Object.fromEntries(words), signals).range).toEqual(range)
})

test('what is drawn besides has no part in what is asked', () =>
  expect(keyOf(wantedIn({ row: 'x', columns: 'title', show: 'pie' }, signals))).toBe(keyOf(wantedIn({}, signals))))

test.each([
  ['signals', signals, true],
  ['logs', logs, false],
] as const)('the first page of %s, and what is counted beside it: bars by severity %s', (track, defaults, hasGroups) => {
  const wanted = wantedIn({ query: 'a' }, defaults)
  const span = { from: 0, to: 719 }
  expect(firstPage(track, wanted, span, 'v')).toEqual({ track, query: 'a', ...span, limit: 50, sort: '-timestamp', view: 'v' })
  const counts = countsOf(track, wanted, span)
  expect(counts).toMatchObject({ track, query: 'a', ...span, limit: 0, facets: Object.keys(defaults.facets), buckets: 72 })
  expect(counts.measures?.[0]?.interval).toBe(hasGroups ? '10ms' : undefined)
})
