import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressesIn, eachWritten, joinPlaces, placesIn, stretches } from '../../../extension/page/text.ts'

/** Every address of a text as it is written, found in pieces of this size. */
function written(text: string, size?: number): string[] {
  const all: string[] = []
  for (const _ of eachWritten(text, new Set(), found => all.push(found), size));
  return all.sort()
}
/** Each value with the text that it covers, `|` where it goes on in the next one. */
const joined = (...texts: string[]) =>
  joinPlaces(
    texts,
    texts.map(text => placesIn(text)),
  ).map(({ value, from, to }) => {
    const parts = texts.slice(from[0], to[0] + 1)
    parts[parts.length - 1] = parts.at(-1)!.slice(0, to[1])
    parts[0] = parts[0]!.slice(from[1])
    return `${value} ${parts.join('|')}`
  })

test.each<[string[], string[]]>([
  [['203.0.', '113.9'], ['203.0.113.9 203.0.|113.9']],
  [['from 203', '.', '0', '.', '113', '.', '9 port 22'], ['203.0.113.9 203|.|0|.|113|.|9']],
  [['183.6', '2.140.253 twice'], ['183.62.140.253 183.6|2.140.253']],
  [['2001:db8:', ':1'], ['2001:db8::1 2001:db8:|:1']],
  [['1.2.3.4', '5'], ['1.2.3.4 1.2.3.4']],
  [['1.2.3.4', '443'], ['1.2.3.4 1.2.3.4']],
  [['8', '1.2.3.4'], ['1.2.3.4 1.2.3.4']],
  [['1.2.3.4:', '80'], ['1.2.3.4 1.2.3.4']],
  [['12:30:', '45'], []],
  [['1.2.', '3'], []],
  [
    ['10.0.0.1 10.0.', '0.2 10.0.0.3'],
    ['10.0.0.1 10.0.0.1', '10.0.0.2 10.0.|0.2', '10.0.0.3 10.0.0.3'],
  ],
  [['deny 203.0.113.0/24;'], ['203.0.113.0/24 203.0.113.0/24']],
  [['203[.]0[.]113[.]7/28'], ['203.0.113.0/28 203[.]0[.]113[.]7/28']],
  [
    ['203.0.113.1-203.0.113.9 and 203.0.113.1–203.0.113.2'],
    ['203.0.113.1-203.0.113.9 203.0.113.1-203.0.113.9', '203.0.113.1-203.0.113.2 203.0.113.1–203.0.113.2'],
  ],
  [['2001:db8::/32, ::ffff:13.0.0.0/104'], ['2001:db8::/32 2001:db8::/32', '13.0.0.0/8 ::ffff:13.0.0.0/104']],
  [['http://203.0.113.0/24 hxxp[:]//203.0.113.0/24'], ['203.0.113.0 203.0.113.0', '203.0.113.0 203.0.113.0']],
  [
    ['203.0.113.0/33 203.0.113.0/24/7 203.0.113.9-203.0.113.1'],
    ['203.0.113.0 203.0.113.0', '203.0.113.0 203.0.113.0', '203.0.113.9 203.0.113.9', '203.0.113.1 203.0.113.1'],
  ],
  [['10.0.0.0-172.16.0.0'], ['10.0.0.0 10.0.0.0', '172.16.0.0 172.16.0.0']],
  [['203.0.113.0', '/24'], ['203.0.113.0/24 203.0.113.0|/24']],
  [['203.0.113.0', '/api/v2'], ['203.0.113.0 203.0.113.0']],
  [[`${'x'.repeat(500)} 203.0.`, `113.9 ${'y'.repeat(500)}`], ['203.0.113.9 203.0.|113.9']],
])('%j', (texts, expected) => expect(joined(...texts)).toEqual(expected))

test('a long text is cut where no address is, and covered once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('203.0.113.9', 'port', '2001:db8::7', '\n', ' '), { maxLength: 200 }),
      fc.integer({ min: 100, max: 300 }),
      fc.constantFrom(' ', ',', '"', ';'),
      (words, size, between) => {
        const text = words.join(between)
        const cuts = [...stretches(text, size)]
        expect(cuts.map(([from, to]) => text.slice(from, to)).join('')).toBe(text)
        expect(written(text, size)).toEqual(written(text))
      },
    ),
  )
})
test('what is known as it is written is passed by, and nothing else is', () => {
  const words = [
    '203.0.113.9',
    '203.0.113.91',
    '2001:db8::7',
    '2001:db8::7%eth0',
    'cafe:2001:db8::7',
    'x-cafe:2001:db8::7',
    '::ffff:203.0.113.9',
  ]
  const more = [
    '2001:db8:1:2:3:4:5:6',
    '203[.]0[.]113[.]9',
    '2001[:]db8::7',
    'fe80::1',
    '1.2.3.4.5',
    'nginx/1.2.0.0',
    '00:1b:44:11:3a:b7',
    '12:30:45',
  ]
  const between = fc.constantFrom(' ', '\n', ': ', '.', '. ', ',', ':', '-', '%', '<b>', '"', '')
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...words, ...more), between), { maxLength: 60 }), pieces => {
      const text = pieces.flat().join('')
      const known = new Set<string>()
      for (const _ of eachWritten(text, known, found => known.add(found), 100));
      expect([...known].sort()).toEqual([...new Set(written(text, 100))])
    }),
    { numRuns: 2_000 },
  )
})
test('a long text without a space is still cut', () => {
  expect([...stretches('1'.repeat(1000), 100)].length).toBeLessThan(30)
})

test.each<[string, string[]]>([
  ['1[.]2[.]3[.]4', ['1.2.3.4']],
  ['1(.)2(.)3(.)4, 1.2.3.4', ['1.2.3.4']],
  ['hxxp://1[.]2[.]3[.]4/x and [2001:db8::1]:443', ['1.2.3.4', '2001:db8::1']],
  ['2001[:]db8[:][:]1', ['2001:db8::1']],
  ['10.0.0.0/8', ['10.0.0.0']],
  ['::ffff:1.2.3.4', ['1.2.3.4']],
  ['999.1.1.1', []],
  ['', []],
])('%s', (text, expected) => expect(addressesIn(text)).toEqual(expected))
