import { expect, test } from 'vitest'
import { saidLifted } from '../../../extension/respond/lifted.ts'
import type { BlockRow } from '../../../extension/respond-messages.ts'

const row = (value: string, until: number | null): BlockRow => ({
  ...{ id: value, version: 1, kind: 'ip', value, state: 'active', duration: null, until, created: 0, reason: '', signal: null, rule: null },
  ...{ by: { uuid: '', handle: '', name: '' }, approvedBy: null, ended: null },
})
const now = new Date(2026, 2, 14, 12).getTime()
const ip = '45.34.0.7'
const active = { value: ip, state: 'active' } as const

test.each([
  ['nothing else', [], `${ip} is not blocked any more; enforcers are told when they next ask`],
  ['a range', [row('45.34.0.0/24', now + 3_600_000)], `Lifted, but ${ip} is still blocked by 45.34.0.0/24 until today at 13:00`],
  ['another entry of it', [row(ip, null)], `Lifted, but ${ip} is still blocked by another entry for good`],
  [
    'two, of which the range lasts',
    [row(ip, now + 1000), row('45.34.0.0/24', null)],
    `Lifted, but ${ip} is still blocked by 45.34.0.0/24 for good and 1 more`,
  ],
])('lifted, and %s blocks it → says what still does', (_, others, text) => expect(saidLifted(active, others, now)).toBe(text))

test('taken back before a second person agreed → it will not be blocked, but for what else does', () => {
  expect(saidLifted({ value: ip, state: 'waiting' }, [], now)).toBe(`${ip} will not be blocked`)
  expect(saidLifted({ value: ip, state: 'waiting' }, [row('45.34.0.0/24', null)], now)).toBe(
    `Taken back, but ${ip} is still blocked by 45.34.0.0/24 for good`,
  )
})
