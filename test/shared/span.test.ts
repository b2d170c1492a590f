import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAddress } from '../../shared/ip.ts'
import { inSpan, printSpan, readSpan, tooWide } from '../../shared/span.ts'
import { span } from './random-span.ts'

describe('spans', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9/24', '203.0.113.0/24'],
    ['203.0.113.0-203.0.113.255', '203.0.113.0/24'],
    ['203.0.113.1-203.0.113.2', '203.0.113.1-203.0.113.2'],
    ['203.0.113.0-203.0.113.2', '203.0.113.0-203.0.113.2'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['2001:db8::-2001:db8::ff', '2001:db8::/120'],
    ['::ffff:203.0.113.0/120', '203.0.113.0/24'],
    ['203.0.113.2-203.0.113.1', undefined],
    ['203.0.113.2-2001:db8::', undefined],
    ['203.0.113.2-', undefined],
    ['-203.0.113.2', undefined],
    ['203.0.113.0/24-203.0.114.0/24', undefined],
  ])('%s is %s', (text, printed) => {
    const span = readSpan(text)
    expect(span && printSpan(span)).toBe(printed)
  })

  test('what is printed reads the same', () => {
    fc.assert(
      fc.property(span, span => {
        expect(readSpan(printSpan(span))).toEqual(span)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['1.0.0.0/8', false],
    ['1.0.0.0/7', true],
    ['1.0.0.0-2.0.0.0', true],
    ['1.0.0.0-1.255.255.255', false],
    ['0.0.0.0/0', true],
    ['2001::/16', false],
    ['2000::/15', true],
    ['2001::-2002::', true],
    ['2001::1-2002::', false],
    ['::/0', true],
  ])('%s is too wide: %s', (text, wide) => expect(tooWide(readSpan(text)!)).toBe(wide))

  test.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.7-203.0.113.9', '203.0.113.7', true],
    ['203.0.113.7-203.0.113.9', '203.0.113.9', true],
    ['203.0.113.7-203.0.113.9', '203.0.113.6', false],
    ['203.0.113.7', '203.0.113.7', true],
    ['::/0', '203.0.113.7', false],
  ])('%s holds %s: %s', (text, address, holds) => expect(inSpan(readSpan(text)!, readAddress(address)!)).toBe(holds))
})
