import { describe, expect, test } from 'vitest'
import { readSchedule } from '../../../daemon/workflows/schedule.ts'

const at = (text: string) => Date.parse(text)
const iso = (time: number) => new Date(time).toISOString().slice(0, 16)

describe('the next times', () => {
  // 2026-03-14 is a Saturday
  test.each<[rule: string, after: string, next: string[]]>([
    ['FREQ=DAILY', '2026-03-14T12:00Z', ['2026-03-15T00:00', '2026-03-16T00:00']],
    ['FREQ=DAILY;BYHOUR=6;BYMINUTE=30', '2026-03-14T06:29:59Z', ['2026-03-14T06:30', '2026-03-15T06:30']],
    ['FREQ=DAILY;BYHOUR=6;BYMINUTE=30', '2026-03-14T06:30Z', ['2026-03-15T06:30']],
    ['RRULE:FREQ=DAILY;BYHOUR=6,18', '2026-03-14T06:00Z', ['2026-03-14T18:00', '2026-03-15T06:00']],
    ['FREQ=MINUTELY;INTERVAL=15', '2026-03-14T12:01Z', ['2026-03-14T12:15', '2026-03-14T12:30']],
    ['FREQ=HOURLY;BYMINUTE=5', '2026-03-14T12:05Z', ['2026-03-14T13:05']],
    ['FREQ=WEEKLY', '2026-03-14T12:00Z', ['2026-03-16T00:00', '2026-03-23T00:00']],
    ['FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9', '2026-03-14T12:00Z', ['2026-03-16T09:00', '2026-03-20T09:00', '2026-03-23T09:00']],
    ['FREQ=DAILY', '2028-02-28T12:00Z', ['2028-02-29T00:00', '2028-03-01T00:00']],
  ])('%s after %s', (rule, after, expected) => {
    const { next } = readSchedule(rule)
    let time = at(after)
    expect(expected.map(() => iso((time = next(time))))).toEqual(expected)
  })
  test('FREQ=DAILY;INTERVAL=3: counted from 1970, whoever asks when', () => {
    const { next } = readSchedule('FREQ=DAILY;INTERVAL=3')
    const times = Array.from({ length: 50 }, (_, hours) => next(at('2026-03-14T00:00Z') + hours * 3_600_000))
    expect(times.every(time => (time / 86_400_000) % 3 === 0)).toBe(true)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})

test.each([
  ['', '“” is not understood'],
  ['FREQ=YEARLY', 'FREQ must be one of MINUTELY, HOURLY, DAILY, WEEKLY'],
  ['BYHOUR=6', 'FREQ must be'],
  ['FREQ=DAILY;COUNT=3', '“COUNT=3” is not understood'],
  ['FREQ=DAILY;BYHOUR=24', 'BYHOUR must be whole numbers from 0 to 23'],
  ['FREQ=DAILY;BYHOUR=-1', 'BYHOUR must be'],
  ['FREQ=DAILY;BYHOUR=6;BYHOUR=7', 'BYHOUR stands there twice'],
  ['FREQ=DAILY;INTERVAL=0', 'INTERVAL must be a whole number from 1 to 366'],
  ['FREQ=DAILY;INTERVAL=1,2', 'INTERVAL must be a whole number'],
  ['FREQ=MINUTELY;BYSECOND=30', 'BYSECOND must be 0'],
  ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY must be of MO'],
  ['FREQ=HOURLY;INTERVAL=2;BYHOUR=3', 'names no time within a year'],
  ['FREQ=DAILY;BYHOUR=6=7', 'is not understood'],
])('%j: %s', (rule, says) => expect(() => readSchedule(rule)).toThrow(says))
