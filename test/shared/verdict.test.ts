import { describe, expect, test } from 'vitest'
import { type Intention, intentions, type Match } from '../../shared/indicator.ts'
import { type Verdict, verdictOf, worstOf, worstOn } from '../../shared/verdict.ts'

type Said = [category: string, intention: Intention, indicator?: string]
const matches = (...said: Said[]): Match[] =>
  said.map(([category, intention, indicator = 'x']) => ({ indicator, type: 'IP', category, intention, source: { name: 'a feed' } }))

// the rule: what the feed says of the intention decides, but who only hides is told apart from who attacks
describe('one match', () => {
  const attack: Verdict[] = ['malicious', 'suspicious', 'unknown', 'benign']
  const hiding: Verdict[] = ['malicious', 'anonymizer', 'anonymizer', 'benign']
  test.each<[category: string, words: Verdict[]]>([
    ['scanner', attack],
    ['attack', attack],
    ['hosting', attack],
    ['tor', hiding],
    ['TOR', hiding],
    ['vpn', hiding],
    ['anonymizer', hiding],
    ['corp_vpn', hiding],
    ['residential_proxy', hiding],
    ['hosting_proxy', hiding],
    ['botnet_proxy', hiding],
  ])(`%s: of ${intentions.join(', ')} comes %j`, (category, words) =>
    expect(intentions.map(intention => verdictOf({ category, intention }))).toEqual(words))
})

test.each<[verdict: Verdict | null, said: Said[]]>([
  [null, []],
  [
    'malicious',
    [
      ['tor', 'unknown'],
      ['scanner', 'malicious'],
    ],
  ],
  [
    'malicious',
    [
      ['tor', 'malicious'],
      ['scanner', 'suspicious'],
    ],
  ],
  [
    'suspicious',
    [
      ['tor', 'suspicious'],
      ['scanner', 'suspicious'],
    ],
  ],
  [
    'suspicious',
    [
      ['attack', 'suspicious'],
      ['corp_vpn', 'benign'],
    ],
  ],
  ['anonymizer', [['tor', 'suspicious']]],
  [
    'anonymizer',
    [
      ['tor', 'suspicious'],
      ['hosting', 'unknown'],
    ],
  ],
  [
    'anonymizer',
    [
      ['residential_proxy', 'unknown'],
      ['scanner', 'benign'],
    ],
  ],
  ['unknown', [['hosting', 'unknown']]],
  [
    'unknown',
    [
      ['scanner', 'benign'],
      ['scanner', 'unknown'],
    ],
  ],
  ['benign', [['corp_vpn', 'benign']]],
  [
    'benign',
    [
      ['scanner', 'benign'],
      ['corp_vpn', 'benign'],
    ],
  ],
])('all together %s: %j', (verdict, said) => expect(worstOf(matches(...said))).toBe(verdict))

test.each<[address: string, verdict: Verdict | null]>([
  ['203.0.113.9', 'malicious'],
  ['203.0.113.10', 'suspicious'],
  ['198.51.100.207', 'anonymizer'],
  ['198.51.100.208', null],
  ['2001:db8::1', 'benign'],
  ['nowhere', null],
])('of a signal with several addresses, %s: %s', (address, verdict) => {
  const of: Said[] = [
    ['scanner', 'malicious', '203.0.113.9'],
    ['attack', 'suspicious', '203.0.113.0/24'],
    ['vpn', 'unknown', '198.51.100.200-198.51.100.207'],
    ['scanner', 'benign', '2001:db8::/32'],
    ['scanner', 'malicious', 'no address'],
  ]
  expect(worstOn(address, matches(...of))).toBe(verdict)
})
