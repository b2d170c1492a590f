import { expect, test } from 'vitest'
import { createGuard } from '../../../daemon/respond/guard.ts'

const guard = createGuard({ knownGood: () => [], widest: () => ({ v4: 16, v6: 32 }), own: () => [] })

test.each([
  ['::fffe:0:0/95', true],
  ['::/80', true],
  ['::/16', true],
  ['0.0.0.0/0', true],
  ['64:ff9b::/96', false],
  ['64:ff9b::/95', false],
  ['64:ff9b::800:0/104', false],
  ['2002::/16', false],
  ['2002:800::/24', false],
])('%s, which holds much of IPv4 → refused, whatever is typed: %s', (value, final) => {
  const objections = guard('ip', value)
  expect(objections.map(({ code }) => code)).toContain(final ? 'too_wide' : 'wide_range')
  expect(objections.some(one => one.final === true)).toBe(final)
})

test.each(['64:ff9b::808:0/112', '2002:808:808::/48', '2a00:1450::/32'])('%s → not too wide', value => {
  expect(guard('ip', value).map(({ code }) => code)).not.toContain('wide_range')
})
