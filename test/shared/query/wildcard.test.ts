import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPieces } from '../../../shared/query/values.ts'
import { compileWildcard } from '../../../shared/query/wildcard.ts'

const compile = (pattern: string, ends: 'whole' | 'words') => compileWildcard(readPieces(pattern, [0, pattern.length]), ends)

test.each([
  ['a*', 'a', true],
  ['a*', 'ba', false],
  ['*a', 'ba', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-b-c', true],
  ['?', '🔥', true],
  ['??', '🔥', false],
  ['?*', '', false],
  ['*?b*', 'ab', true],
  ['*?b*', 'bb', true],
  ['*?b*', 'b', false],
  ['a?c*f', 'abcdef', true],
  ['*\\**', 'a*b', true],
  ['*\\**', 'ab', false],
  [`${'?'.repeat(70)}b`, `${'a'.repeat(70)}b`, true],
  [`${'?'.repeat(70)}b`, `${'a'.repeat(71)}b`, false],
])('%s is %s: %s', (pattern, text, expected) => {
  expect(compile(pattern, 'whole')(text)).toBe(expected)
})

test.each([
  ['sens*', 'a sensor', true],
  ['port*', 'a report', false],
  ['*port', 'a report', true],
  ['*port', 'reports', false],
  ['hel?', 'hello', false],
  ['hel?', 'hello help', true],
  ['aa?', 'aaaa aab', true],
  ['*ab', 'abab abx xab', true],
  ['hello?world', 'hello-world', true],
  ['hello*world', 'hello beautiful world', true],
  ['block*', 'web_block', false],
  ['𝒷*', 'a𝒷', false],
  ['𝒷*', 'a 𝒷c', true],
  ['🔥*', 'x🔥', true],
  ['\\-w*', 'hello-world', true],
])('%s lies in %s: %s', (pattern, text, expected) => {
  expect(compile(pattern, 'words')(text)).toBe(expected)
})

// the plainest matcher there is, exponential and all
function plain(pattern: string[], text: string[]): boolean {
  const [head, ...rest] = pattern
  if (head === undefined) return text.length === 0
  if (head === '*') return plain(rest, text) || (text.length > 0 && plain(pattern, text.slice(1)))
  return text.length > 0 && (head === '?' || head === text[0]) && plain(rest, text.slice(1))
}

test('a pattern agrees with the plainest matcher', () => {
  const letters = (of: string, minLength: number) => fc.array(fc.constantFrom(...of), { minLength, maxLength: 8 })
  fc.assert(
    fc.property(letters('ab🔥*?', 1), letters('ab🔥', 0), (pattern, text) => {
      expect(compile(pattern.join(''), 'whole')(text.join(''))).toBe(plain(pattern, text))
    }),
    { numRuns: 5000 },
  )
})

// each literal occurs in the text, so that the quick way out is closed
const long = 'a'.repeat(20_000)
test.each([
  ['*a × 200, *b', `${'*a'.repeat(200)}*b`, `b${long}`],
  ['*?a × 200, *b', `${'*?a'.repeat(200)}*b`, `b${long}`],
  ['*, ?a × 1000, b', `*${'?a'.repeat(1000)}b`, `b${long}`],
  ['*, a × 4000, b, *', `*${'a'.repeat(4000)}b*`, `b${long}`],
  ['*, a × 4000', `*${'a'.repeat(4000)}`, `${long}b`],
])('hostile: %s', (_, pattern, text) => {
  const [whole, inText] = [compile(pattern, 'whole'), compile(pattern, 'words')]
  const start = performance.now()
  expect([whole(text), inText(text)]).toEqual([false, false])
  // generous: a matcher that backtracks takes minutes
  expect(performance.now() - start).toBeLessThan(1000)
})
