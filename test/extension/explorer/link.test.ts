import { expect, test } from 'vitest'
import { printPlace, readPlace } from '../../../extension/explorer/link.ts'

test.each([
  ['#/rules?severity=high%2Clow&search=a+b', 'rules', { severity: 'high,low', search: 'a b' }],
  ['#/feeds', 'feeds', {}],
  ['#/signals?signal=abc', 'signals', { row: 'abc' }],
  ['', '', {}],
  ['#/rules?search=', 'rules', {}],
  ['#/../popup?x=1', '', { x: '1' }],
  ['#/rules?__proto__=1&sort=-week', 'rules', { sort: '-week' }],
  [`#/rules?search=${'x'.repeat(66_000)}`, 'rules', {}],
])('%.60s', (hash, section, values) => expect(readPlace(hash)).toEqual({ section, with: values }))

test('a query longer than one may be stays, so that it is said what is wrong with it', () => {
  const query = 'x'.repeat(9000)
  expect(readPlace(`#/signals?query=${query}`).with).toEqual({ query })
})

test('a signal that is open is called so in its link', () =>
  expect(printPlace({ section: 'signals', with: { row: 'abc', tab: 'rule' } })).toBe('#/signals?signal=abc&tab=rule'))

test('what is printed is read again', () => {
  const place = { section: 'rules', with: { search: 'a&b=c #?%', rule: 'default-x' } }
  expect(readPlace(printPlace(place))).toEqual(place)
})
