import fc from 'fast-check'
import { Address4, Address6 } from 'ip-address'
import { describe, expect, test, vi } from 'vitest'
import { findAddresses } from '../../shared/addresses.ts'
import { defang, normaliseAddress, printAddress, readAddress, readAddressBefore, scopeOf } from '../../shared/ip.ts'

vi.setConfig({ testTimeout: 60_000 }) // these take a second, but not on a machine that does five other things

const found = (text: string) => findAddresses(text).map(({ address }) => address)

describe('addresses in running text', () => {
  test.each<[text: string, ...addresses: string[]]>([
    // written forms
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fe80::1%eth0 up', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['2001:db8::203.0.113.9', '2001:db8::cb00:7109'],
    ['::1', '::1'],
    ['::0.0.0.1', '::1'],
    ['1::', '1::'],
    // punctuation
    ['from 203.0.113.9.', '203.0.113.9'],
    ['203.0.113.9, 203.0.113.10; 203.0.113.11', '203.0.113.9', '203.0.113.10', '203.0.113.11'],
    ['(203.0.113.9) "203.0.113.10" <203.0.113.11> [203.0.113.12]', '203.0.113.9', '203.0.113.10', '203.0.113.11', '203.0.113.12'],
    ['from 2001:db8::1: Bye Bye', '2001:db8::1'],
    ['seen 2001:db8::1.', '2001:db8::1'],
    ['203.0.113.9... and more', '203.0.113.9'],
    ['rhost=203.0.113.9 user=root', '203.0.113.9'],
    ['root@203.0.113.9', '203.0.113.9'],
    ['{"ip":"203.0.113.9","next":"2001:db8::1"}', '203.0.113.9', '2001:db8::1'],
    ['client:203.0.113.9', '203.0.113.9'],
    ['client_ip:2001:db8::1', '2001:db8::1'],
    ['inet addr:203.0.113.9  Bcast:203.0.113.255', '203.0.113.9', '203.0.113.255'],
    // ports, lengths, ranges
    ['203.0.113.9:22', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
    ['203.0.113.0/24', '203.0.113.0'],
    ['2001:db8::/32', '2001:db8::'],
    ['203.0.113.9-203.0.113.12', '203.0.113.9', '203.0.113.12'],
    ['http://203.0.113.9:8080/a/203.0.113.10', '203.0.113.9', '203.0.113.10'],
    ['GET /api/local/ip/120.0.0.0 HTTP/1.1', '120.0.0.0'],
    ['tcp inside/192.0.2.1(1024) -> outside/203.0.113.9(80)', '192.0.2.1', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['http://[2001:db8::1]:8443/ and [fe80::1%25eth0]', '2001:db8::1', 'fe80::1'],
    // written harmlessly
    ['1[.]2[.]3[.]4', '1.2.3.4'],
    ['1.2.3[.]4 and 1(.)2(.)3(.)4 and 1{.}2{.}3{.}4', '1.2.3.4', '1.2.3.4', '1.2.3.4'],
    ['1[dot]2[dot]3[dot]4, 1(dot)2(dot)3(DOT)5.', '1.2.3.4', '1.2.3.5'],
    ['2001[:]db8[:][:]1', '2001:db8::1'],
    ['hxxp://203[.]0[.]113[.]9/a', '203.0.113.9'],
    ['a[.]b [.] 1 [.] 2'],
    ['203[.]0[.]113[.]999'],
    // versions, times and other numbers
    ['nginx-1.2.3.4 and v1.2.3.4'],
    ['1.2.3.4-rc1'],
    ['1.2.3.4.5'],
    ['1.2.3.4.5.6.7.8'],
    ['Chrome/120.0.0.0 Safari/537.36'],
    ['"Mozilla/5.0 (X11) Edg/121.0.0.0"'],
    ['256.1.1.1 and 1.2.3'],
    ['01.2.3.4 and 1.2.3.04'],
    ['Dec 10 06:55:46 and 12:30 and 2015-12-10T06:55:46.123+01:00'],
    ['00:1a:2b:3c:4d:5e and 00:1a:2b:ff:fe:3c:4d:5e'],
    ['MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48'],
    ['std::vector a::b :: Foo::bar()'],
    ['sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['9.113.0.203.in-addr.arpa'],
    ['2001:db8::1::2 and 1:2:3:4:5:6:7:8:9'],
    ['203.0.113.9x and x203.0.113.9 and 203.0.113.9_1'],
  ])('%s', (text, ...addresses) => {
    expect(found(text)).toEqual(addresses)
  })

  test('offsets are those of the text', () => {
    const text = 'é [2001:db8::1]:443, 203[.]0.113(.)9, 203.0.113.9.'
    expect(findAddresses(text).map(({ from, to }) => text.slice(from, to))).toEqual(['2001:db8::1', '203[.]0.113(.)9', '203.0.113.9'])
  })
})

/** The words of an address the long way. */
function bySplitting(text: string): number[] | undefined {
  const [address, zone] = text.split(/%(.*)/s)
  if (zone === '') return undefined
  const [, before, dotted] = /^(.*:|)((?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2}))$/.exec(address!) ?? []
  const octets = dotted?.split('.').map(Number) ?? []
  if (octets.some(octet => octet > 255)) return undefined
  const [a, b, c, d] = octets as [number, number, number, number]
  if (before === '') return zone === undefined ? [0, 0, 0xffff, ((a << 24) | (b << 16) | (c << 8) | d) >>> 0] : undefined
  const hex = before === undefined ? address! : `${before}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  const [front, back, ...more] = hex.split('::').map(half => (half === '' ? [] : half.split(':')))
  const missing = 8 - front!.length - (back?.length ?? 0)
  if (more.length > 0 || (back ? missing < 1 : missing !== 0)) return undefined
  const groups = [...front!, ...Array.from({ length: missing }, () => '0'), ...(back ?? [])]
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return [0, 2, 4, 6].map(i => Number.parseInt(groups[i]!, 16) * 65536 + Number.parseInt(groups[i + 1]!, 16))
}

describe('one address', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::', '::'],
    ['::ffff:0:0', '0.0.0.0'],
    ['2001:db8::0:1', '2001:db8::1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
    ['1:2:3:4:5:6::', '1:2:3:4:5:6::'],
  ])('%s is %s', (text, normal) => expect(normaliseAddress(text)).toBe(normal))

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1..2.3',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    'fe80::1%',
    '%eth0',
    '::1.2.3',
    '1.2.3.4::',
    'g::1',
  ])('"%s" is none', text => expect(readAddress(text)).toBeUndefined())

  const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  test('is printed as ip-address prints it', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), groups => {
        const text = groups.map(group => group.toString(16)).join(':')
        const address = readAddress(text)!
        const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff
        const theirs = new Address6(text)
        expect(printAddress(address)).toBe(mapped ? theirs.to4().correctForm() : theirs.correctForm())
      }),
      { numRuns: 2000 },
    )
  })

  test('of four octets is printed as ip-address prints it', () => {
    fc.assert(
      fc.property(fc.ipV4(), text => {
        expect(printAddress(readAddress(text)!)).toBe(new Address4(text).correctForm())
      }),
    )
  })

  test('in any form reads as ip-address reads it', () => {
    fc.assert(
      fc.property(fc.ipV6(), text => {
        const theirs = new Address6(text)
        const big = readAddress(text)!.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n)
        expect(big).toBe(theirs.bigInt())
        expect(readAddress(printAddress(readAddress(text)!))).toEqual(readAddress(text))
      }),
      { numRuns: 1000 },
    )
  })

  test('of any groups is what reading by splitting finds', () => {
    const group = fc.constantFrom(
      '0',
      '1',
      '00',
      'ffff',
      'FfFf',
      '0db8',
      '10000',
      'g',
      '',
      '1.2.3.4',
      '255.255.255.255',
      '1.2.3',
      '256.0.0.1',
    )
    const groups = fc.array(fc.oneof({ weight: 20, arbitrary: fc.constantFrom('0', 'a', 'ffff', '7') }, group), { maxLength: 8 })
    const end = fc.constantFrom('', '', '', '1.2.3.4', ':1.2.3.4', '%eth0', '%', ':1.2.3.4%1', ':', '/64')
    const text = fc
      .tuple(groups, fc.constantFrom('::', '::', ':', ''), groups, end)
      .map(([a, gap, b, end]) => `${a.join(':')}${gap}${b.join(':')}${end}`)
    let valid = 0
    fc.assert(
      fc.property(text, text => {
        const words = bySplitting(text)
        if (words) valid++
        expect(readAddress(text)?.words).toEqual(words)
        expect(readAddressBefore(`${text}/64`, text.length)?.words).toEqual(words)
      }),
      { numRuns: 5000 },
    )
    expect(valid).toBeGreaterThan(300)
  })

  test('is no address unless ip-address says so', () => {
    // an address with a character or two put in, left out or changed: some still are one
    const put = fc.string({ unit: fc.constantFrom(...'0123456789abcdf:.%'), maxLength: 1 })
    const edit = fc.record({ at: fc.nat(40), out: fc.nat(1), put })
    const text = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.array(edit, { maxLength: 2 })).map(([address, edits]) =>
      edits.reduce((text, { at, out, put }) => {
        const from = at % (text.length + 1)
        return text.slice(0, from) + put + text.slice(from + out)
      }, address),
    )
    const read = { yes: 0, no: 0 }
    fc.assert(
      fc.property(text, text => {
        const isRead = readAddress(text) !== undefined
        read[isRead ? 'yes' : 'no']++
        if (isRead) expect(Address4.isValid(text) || Address6.isValid(text)).toBe(true)
      }),
      { numRuns: 5000 },
    )
    expect(Math.min(read.yes, read.no)).toBeGreaterThan(500)
  })
})

describe('scopes', () => {
  test.each([
    ['8.8.8.8', 'public'],
    ['10.1.2.3', 'private'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.32.0.0', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'shared'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link_local'],
    ['0.0.0.0', 'reserved'],
    ['203.0.113.9', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'reserved'],
    ['::ffff:10.0.0.1', 'private'],
    ['::1', 'loopback'],
    ['::', 'reserved'],
    ['2001:db8::1', 'documentation'],
    ['2606:4700::1111', 'public'],
    ['fd00::1', 'private'],
    ['fe80::1', 'link_local'],
    ['ff02::1', 'multicast'],
    ['2002:a00:1::', 'reserved'],
  ])('%s is %s', (text, scope) => expect(scopeOf(readAddress(text)!)).toBe(scope))
})

test.each([
  ['203.0.113.9', '203[.]0[.]113[.]9'],
  ['2001:db8::1', '2001[:]db8[:][:]1'],
])('%s is defanged as %s', (address, text) => expect(defang(address)).toBe(text))
