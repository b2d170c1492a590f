import { expect, test } from 'vitest'
import { label, type Range, readRange, resolve } from '../../../../extension/explorer/search/range.ts'

const now = Date.parse('2026-12-10T03:08:41.250Z')
const local = (text: string) => new Date(text).toISOString()

test.each<[typed: string, range: Range]>([
  ['15m', { from: 'now-15m', to: 'now' }],
  [' 90 s ', { from: 'now-90s', to: 'now' }],
  ['now-1h', { from: 'now-1h', to: 'now' }],
  ['yesterday', { from: 'yesterday', to: 'yesterday' }],
  ['Yesterday to now', { from: 'yesterday', to: 'now' }],
  ['now-2d to now-1d', { from: 'now-2d', to: 'now-1d' }],
  ['2026-12-01', { from: local('2026-12-01T00:00'), to: local('2026-12-01T23:59:59.999') }],
  ['2026-12-01 09:30 to now', { from: local('2026-12-01T09:30'), to: 'now' }],
  ['2026-12-01T09:30:00Z – 2026-12-01T10:00:00Z', { from: '2026-12-01T09:30:00.000Z', to: '2026-12-01T10:00:00.000Z' }],
])('%s', (typed, range) => {
  expect(readRange(typed, now)).toEqual(range)
  expect(resolve(range, now).from).toBeLessThanOrEqual(resolve(range, now).to)
})

test.each(['', 'soon', '15 parsecs', '2026-02-30', 'now to now-1h', '5'])('“%s” is refused', typed => {
  expect(() => (typed === '5' ? readRange('5m to', now) : readRange(typed, now))).toThrow()
})

test('what is relative moves with the clock', () => {
  const range = { from: 'now-1h', to: 'now' }
  expect(resolve(range, now)).toEqual({ from: now - 3_600_000, to: now })
  expect(resolve(range, now + 5)).toEqual({ from: now - 3_599_995, to: now + 5 })
})

test.each<[Range, string]>([
  [{ from: 'now-1d', to: 'now' }, 'Last 24 hours'],
  [{ from: 'now-90s', to: 'now' }, 'Last 90s'],
  [{ from: 'yesterday', to: 'yesterday' }, 'Yesterday'],
  [{ from: '0', to: 'now' }, 'All time'],
  [{ from: '2026-13-45', to: 'now' }, '2026-13-45 to now'],
  [{ from: '99999999999999999', to: 'now' }, '99999999999999999 to now'],
])('%j is called %s', (range, words) => expect(label(range)).toBe(words))
