import { expect, test } from 'vitest'
import { epoch, yearless } from '../../../daemon/intake/clock.ts'
import { rfc3164 } from '../../../daemon/intake/log-formats/rfc3164.ts'

const at = (iso: string) => Date.parse(iso)

test.each([
  // the line, the daemon's clock, its zone in minutes, what the line means
  ['Dec 31 23:59:59', '2026-01-01T00:00:10Z', 0, '2025-12-31T23:59:59Z'],
  ['Jan  1 00:00:01', '2026-01-01T00:00:10Z', 0, '2026-01-01T00:00:01Z'],
  ['Jan  1 00:02:00', '2025-12-31T23:58:00Z', 0, '2026-01-01T00:02:00Z'], // a clock ahead by 4 minutes
  ['Jan  1 00:04:00', '2025-12-31T23:58:00Z', 0, '2025-01-01T00:04:00Z'], // by 6: a year ago
  ['Jul  1 12:04:59', '2026-07-01T12:00:00Z', 0, '2026-07-01T12:04:59Z'],
  ['Jul  1 12:05:01', '2026-07-01T12:00:00Z', 0, '2025-07-01T12:05:01Z'],
  ['Feb 29 10:00:00', '2026-07-01T12:00:00Z', 0, '2024-02-29T10:00:00Z'],
  ['Feb 29 10:00:00', '2028-02-29T09:57:00Z', 0, '2028-02-29T10:00:00Z'],
  ['Feb 29 10:00:00', '2028-02-28T10:00:00Z', 0, '2024-02-29T10:00:00Z'],
  ['Feb 29 10:00:00', '2103-01-01T00:00:00Z', 0, '2096-02-29T10:00:00Z'], // 2100 is no leap year
  ['Jan  1 00:30:00', '2025-12-31T23:45:00Z', 60, '2025-12-31T23:30:00Z'],
  ['Dec 31 23:30:00', '2026-01-01T04:45:00Z', -300, '2026-01-01T04:30:00Z'],
  ['Dec 10 2024 06:55:46', '2026-07-01T12:00:00Z', 0, '2024-12-10T06:55:46Z'],
  ['Dec 10 06:55:46.250', '2026-07-01T12:00:00Z', 0, '2025-12-10T06:55:46.250Z'],
])('%s, read at %s in zone %i → %s', (stamp, now, zone, meant) => {
  const log = rfc3164.read(`${stamp} web-1 sshd[1]: hello`, { now: at(now), zone })
  expect(new Date(log!.timestamp!).toISOString()).toBe(new Date(at(meant)).toISOString())
})

test.each([
  [2, 30],
  [4, 31],
  [13, 1],
])('month %i day %i never was', (month, date) =>
  expect(yearless(month, date, 0, { now: at('2026-07-01T12:00:00Z'), zone: 0 })).toBeUndefined())

test.each([
  [1782907200, 1782907200000],
  [1782907200.25, 1782907200250],
  [1782907200123, 1782907200123],
  [1782907200123456, 1782907200123],
  [1782907200123456800, 1782907200123],
  [0, undefined],
  [-5, undefined],
  [Number.NaN, undefined],
])('epoch %d → %s ms', (value, ms) => expect(epoch(value)).toBe(ms))
