import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonError, maxDepth, parseJson } from '../../../daemon/lib/json.ts'

test.each([
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', '9007199254740993'],
  ['-9007199254740993', '-9007199254740993'],
  ['[1e400,1e300]', ['1e400', 1e300]],
  ['{"a":9007199254740993,"b":"9007199254740993"}', { a: '9007199254740993', b: '9007199254740993' }],
  ['"\\\\\\" 9007199254740993"', '\\" 9007199254740993'],
  ['["\\\\",9007199254740993]', ['\\', '9007199254740993']],
  ['0.1234567890123456789', 0.12345678901234568],
])('%s', (text, value) => expect(parseJson(text)).toEqual(value))

test('a string of 12 MB beside a long number', () => {
  const long = 'x\\"'.repeat(4_000_000)
  expect((parseJson(`["${long}",9007199254740993]`) as unknown[])[1]).toBe('9007199254740993')
})
test('an own __proto__', () => expect(Object.keys(parseJson('{"__proto__":{"admin":true}}') as object)).toEqual(['__proto__']))
test.each([
  '',
  '{',
  '[1,]',
  '9007199254740993 x',
  'nul',
  `${'['.repeat(100_000)}`,
  `${'['.repeat(maxDepth + 1)}${']'.repeat(maxDepth + 1)}`,
])('refused: %.20s', text => expect(() => parseJson(text)).toThrow(JsonError))
test(`${maxDepth} arrays in each other`, () => expect(parseJson('['.repeat(maxDepth) + ']'.repeat(maxDepth))).toEqual(expect.any(Array)))
/** As text, every number that JSON.stringify writes as an integer beyond 2^53 - 1. */
const expected = (text: string) =>
  JSON.parse(text, (_, value) =>
    typeof value === 'number' && /^-?\d+$/.test(String(value)) && !Number.isSafeInteger(value) ? String(value) : value,
  )

test('anything that JSON can hold comes back, long integers as text', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), value => {
      const text = JSON.stringify(value)
      expect(parseJson(text)).toEqual(expected(text))
    }),
    { numRuns: 2000 },
  )
})
