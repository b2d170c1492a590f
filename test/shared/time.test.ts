import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAge, parseDuration, parseTime, readIso, saidFor, TimeError } from '../../shared/time.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const now = Date.UTC(2026, 6, 1, 12)

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30 * second],
    ['15m', 15 * minute],
    ['9min', 9 * minute],
    ['1h30m', 90 * minute],
    ['7d', 7 * day],
    ['1w', 7 * day],
    ['1mo', 30 * day],
    [' 4h ', 4 * hour],
    ['0s', 0],
  ])('%s → %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each(['', '15', 'm', '-15m', '1.5h', '15 m', '1h-30m', 'now', '15M', `${'9'.repeat(40)}y`])('“%s” is refused', text =>
    expect(() => parseDuration(text)).toThrow(TimeError))
})

describe('parseTime at 2026-07-01T12:00:00Z', () => {
  test.each([
    ['now', now],
    ['now-1h', now - hour],
    ['now+5m', now + 5 * minute],
    ['now - 1d + 6h', now - 18 * hour],
    ['2026-07-01T11:00:00Z', now - hour],
    ['2026-07-01T13:00:00+02:00', now - hour],
    ['2026-07-01 11:00:00', now - hour],
    ['2026-07-01', now - 12 * hour],
    ['1782907200123', 1782907200123],
    ['-1', -1],
    [1782907200123, 1782907200123],
  ])('%s', (text, ms) => expect(parseTime(text, now)).toBe(ms))

  test.each([
    '',
    'yesterday',
    'now-',
    'now-1',
    'now-1h*',
    '2026-02-30',
    '2026-13-01T00:00:00Z',
    '99999999999999999',
    Number.NaN,
    1.5,
  ])('“%s” is refused', text => expect(() => parseTime(text, now)).toThrow(TimeError))
})

describe('readIso', () => {
  test.each([
    ['2024-02-29T23:59:60Z', Date.UTC(2024, 2, 1)],
    ['2026-07-01T12:00:00.123456789Z', now + 123],
    ['2026-07-01T12:00:00,5Z', now + 500],
    ['2026-07-01T07:30-0430', now],
    ['2026-07-01t12:00:00z', now],
    ['2026-07-01T14:00:00+02', now],
  ])('%s', (text, ms) => expect(readIso(text)).toBe(ms))

  test('a zone of +120 minutes counts where the text names none', () => {
    expect(readIso('2026-07-01T14:00:00', 120)).toBe(now)
    expect(readIso('2026-07-01T12:00:00Z', 120)).toBe(now)
  })

  test.each(['2025-02-29', '2026-04-31', '2026-07-01T24:00:00Z', '0001-01-01', '2026-7-1', '2026-07-01T12', 'x'])('%s is no date', text =>
    expect(readIso(text)).toBeUndefined())

  test('reads back whatever Date prints', () => {
    const date = fc.date({ min: new Date(Date.UTC(100, 0, 1)), max: new Date(Date.UTC(9999, 11, 31)), noInvalidDate: true })
    fc.assert(fc.property(date, date => readIso(date.toISOString()) === date.getTime()))
  })
})

test.each([
  [-5 * minute, '0 s'],
  [8 * second, '8 s'],
  [59_999, '59 s'],
  [9 * minute, '9 min'],
  [hour - 1, '59 min'],
  [2 * hour, '2 h'],
  [day, '1 day'],
  [6 * day + hour, '6 days'],
  [59 * day, '59 days'],
  [125 * day, '4 months'],
  [800 * day, '2 years'],
])('%i ms → %s', (ms, text) => expect(formatAge(ms)).toBe(text))

test.each([
  [null, 'for good'],
  [900_000, 'for 15 min'],
  [3_600_000, 'for 1 h'],
  [86_400_000, 'for 1 day'],
  [604_800_000 + 5_400_000, 'for 7 days 1 h'],
  [1, 'for 1 s'],
])('%j ms is said %j', (ms, said) => expect(saidFor(ms)).toBe(said))
