import { expect, test } from 'vitest'
import { gatewaysOf } from '../../../daemon/respond/gateways.ts'
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

const routes = {
  '/proc/net/route': `Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 FE01B85D 0003 0 0 100 00000000 0 0 0
eth0 0001B85D 00000000 0001 0 0 100 00FFFFFF 0 0 0`,
  '/proc/net/ipv6_route': `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 2a028071000000000000000000000001 00000400 00000001 00000000 00000003 eth0`,
}
const gateways = gatewaysOf(file => routes[file as keyof typeof routes])
const atHome = createGuard({ knownGood: () => [], widest: () => ({ v4: 24, v6: 48 }), own: () => ['93.184.1.7'], gateways: () => gateways })

test.each([
  ['93.184.1.254', ['gateway']],
  ['93.184.1.0/24', ['own_address', 'gateway']],
  ['93.184.1.7', ['own_address']],
  ['2a02:8071::1', ['gateway']],
  ['2a02:8071::/64', ['gateway']],
  ['93.184.1.8', []],
])('%s, on a machine at 93.184.1.7 behind its routers → %j', (value, codes) =>
  expect(atHome('ip', value).map(({ code }) => code)).toEqual(codes))

test('a system that does not tell its routers → none', () => {
  const none = gatewaysOf(() => {
    throw new Error('ENOENT')
  })
  expect(none).toEqual([])
})
