import { expect, test } from 'vitest'
import {
  addressesOf,
  isCompromised,
  matchesOf,
  meanings,
  tagged,
  usersOf,
  whyNotHidden,
} from '../../../../extension/explorer/signals/reading.ts'
import type { Doc } from '../../../../shared/log.ts'
import { severities } from '../../../../shared/severity.ts'

const doc = (attributes: Doc['attributes']): Doc => ({ timestamp: 0, tags: [], attributes })

test('category:a, category:b, category:a → a, b', () =>
  expect(tagged(['category:a', 'category:b', 'category:a', 'categories:c'], 'category')).toEqual(['a', 'b']))
test('a value with colons stays whole', () => expect(tagged(['env:eu:west'], 'env')).toEqual(['eu:west']))

test('S2-07, S2-08, S2-09, S2-10, S2-11: each severity has a meaning', () =>
  expect(Object.keys(meanings).sort()).toEqual([...severities].sort()))

test.each([
  [['category:account_takeover'], true],
  [['category:brute_force'], false],
])('S2-19: users of %j are compromised: %j', (tags, is) => expect(isCompromised(tags)).toBe(is))

test('S2-19: attacking addresses, the first one first, each once; users, those first who got in', () => {
  const signal = doc({
    entities: ['@network.client.ip:203.0.113.9', '@network.client.ip:198.51.100.7', '@usr.name:root', '@usr.id:7', 'host:lab', 3, null],
  })
  expect(addressesOf(signal, '198.51.100.7')).toEqual(['198.51.100.7', '203.0.113.9'])
  expect(usersOf(signal, ['deploy'])).toEqual(['deploy', 'root', '7'])
})
test.each([
  [{}],
  [{ entities: 'x' }],
  [{ entities: { a: 1 } }],
  [{ threat_intel: { results: ['x', 1, { indicator: 3 }] } }],
])('%j: nobody, and no feed knows anything', attributes =>
  expect([addressesOf(doc(attributes), null), usersOf(doc(attributes), []), matchesOf(doc(attributes))]).toEqual([[], [], []]))

test.each([
  ['threshold', {}, undefined],
  ['threshold', null, 'Nothing is known that would hide signals like this one.'],
  ['manual', {}, 'A person raised it: there is no rule to look away from.'],
])('suppress a signal of %s with %j → %s', (method, candidate, why) => expect(whyNotHidden({ ruleOf: { method }, candidate })).toBe(why))
