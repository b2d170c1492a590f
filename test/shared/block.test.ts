import fc from 'fast-check'
import { Address4, Address6 } from 'ip-address'
import { describe, expect, test, vi } from 'vitest'
import { inBlock, readBlock } from '../../shared/block.ts'
import { readAddress } from '../../shared/ip.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

describe('blocks', () => {
  test.each<[block: string, address: string, within: boolean]>([
    ['13.0.0.0/8', '13.255.0.1', true],
    ['13.0.0.0/8', '14.0.0.0', false],
    ['13.1.2.3/8', '13.255.0.1', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '1.2.3.4', false],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['2001:db8::1/128', '2001:db8::1', true],
    ['::ffff:13.0.0.0/104', '13.9.9.9', true],
    ['::ffff:0:0/96', '1.2.3.4', true],
    ['::ffff:0:0/90', '1.2.3.4', false],
    ['fe80::1%eth0/64', 'fe80::2', true],
    ['13.0.0.0/8', '::ffff:13.1.1.1', true],
  ])('%s and %s: %s', (block, address, within) => {
    expect(inBlock(readBlock(block)!, readAddress(address)!)).toBe(within)
  })

  test.each([
    '',
    '/',
    '1.2.3.4/',
    '/8',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    '1.2.3.4/ 8',
    '1.2.3.4/08',
    '1.2.3/8',
    '::/129',
    '::/1e1',
    'x/8',
    '1.2.3.4-1.2.3.9',
  ])('"%s" is none', text => expect(readBlock(text)).toBeUndefined())

  test('a random IPv4 block holds what ip-address says', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (base, length, other, shared) => {
        // half-way related to the block, or hardly any would be within
        const near = [...base.split('.').slice(0, shared >> 3), ...other.split('.').slice(shared >> 3)].join('.')
        const theirs = new Address4(near).isInSubnet(new Address4(`${base}/${length}`))
        expect(inBlock(readBlock(`${base}/${length}`)!, readAddress(near)!)).toBe(theirs)
      }),
      { numRuns: 1000 },
    )
  })

  test('a random IPv6 block holds what ip-address says', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 128 }), groups, fc.integer({ min: 0, max: 8 }), (base, length, other, shared) => {
        const print = (words: number[]) => words.map(word => word.toString(16)).join(':')
        const near = print([...base.slice(0, shared), ...other.slice(shared)])
        const theirs = new Address6(near).isInSubnet(new Address6(`${print(base)}/${length}`))
        expect(inBlock(readBlock(`${print(base)}/${length}`)!, readAddress(near)!)).toBe(theirs)
      }),
      { numRuns: 1000 },
    )
  })
})
