import { describe, expect, test } from 'vitest'
import { expired, isDone, type LogFileFacts, spanOf } from '../../../daemon/store/retention.ts'

const day = 24 * 3_600_000
const now = Date.UTC(2026, 5, 1)
const file = (name: string, last: number | undefined, more: Partial<LogFileFacts> = {}): LogFileFacts => ({
  name,
  count: 10,
  bytes: 100,
  first: last === undefined ? undefined : last - day,
  last,
  judged: true,
  ...more,
})
const policy = { days: 90, max_bytes: null }

test.each([
  [1, 1],
  [30, 1],
  [90, 3],
  [365, 365 / 30],
])('logs kept for %i days: a file spans up to %f', (days, span) => expect(spanOf({ days, max_bytes: null })).toBe(span * day))

describe('the newest file is followed by another', () => {
  test.each<[string, Partial<LogFileFacts>, number | null, boolean]>([
    ['begun three days ago', { first: now - 3 * day }, null, false],
    ['begun a moment earlier', { first: now - 3 * day - 1 }, null, true],
    ['begun while the clock was years ahead', { first: now + 900 * day }, null, true],
    ['empty', { count: 0, first: undefined, bytes: 999 }, 800, false],
    ['of an eighth of the limit', { first: now, bytes: 100 }, 800, false],
    ['of more than that', { first: now, bytes: 101 }, 800, true],
    ['of logs that cannot be read', { first: undefined }, null, false],
  ])('%s', (_, facts, max_bytes, done) => expect(isDone(file('1', now, facts), { days: 90, max_bytes }, now)).toBe(done))
})

describe('the files that are given up', () => {
  const newest = file('9', undefined, { first: now })
  const old = file('1', now - 90 * day - 1)
  test.each<[string, LogFileFacts[], number | null, string[]]>([
    ['nothing but the newest, however old', [old], null, []],
    ['the last log came 90 days ago', [file('1', now - 90 * day), newest], null, []],
    ['a moment earlier', [old, newest], null, ['1']],
    ['detection has not seen it', [{ ...old, judged: false }, newest], null, []],
    ['empty', [file('1', undefined, { count: 0 }), newest], null, ['1']],
    ['logs that cannot be read: goes with the next file', [file('1', undefined), file('2', now - 91 * day), newest], null, ['1', '2']],
    ['logs that cannot be read, before the newest', [file('1', undefined), newest], null, []],
    ['taken in when the clock stood at 1970', [file('1', day), newest], null, []],
    ['taken in when the clock stood at 2038', [file('1', Date.UTC(2038, 0, 1)), file('2', now - 91 * day), newest], null, ['1', '2']],
    ['up to the limit', [file('1', now), newest], 200, []],
    ['over it', [file('1', now), file('2', now), newest], 200, ['1']],
    ['far over it', [file('1', now), file('2', now), newest], 1, ['1', '2']],
    ['age and size at once: no more than needed', [old, file('2', now), newest], 200, ['1']],
  ])('%s', (_, files, max_bytes, names) => {
    expect(expired(files, { ...policy, max_bytes }, now).map(({ name }) => name)).toEqual(names)
  })
  test('and why', () => {
    const files = [old, file('2', now), file('3', now), newest]
    expect(expired(files, { days: 90, max_bytes: 250 }, now).map(({ why }) => why)).toEqual(['kept for 90 days', 'kept up to 250 bytes'])
  })
})
