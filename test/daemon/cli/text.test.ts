import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { count, table, time } from '../../../daemon/cli/table.ts'
import { clean, cleanLines, cut, jsonText, underline, widthOf } from '../../../daemon/cli/text.ts'

const forbidden = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

describe('clean', () => {
  test.each([
    ['plain', 'plain'],
    ['\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
    ['a\x1b]0;pwn\x07b', 'a␛]0;pwn␇b'],
    ['a\0b\x7f', 'a␀b␡'],
    ['\x9b31mred', '\ufffd31mred'],
    ['a\x1b]0;the rest of the log', 'a␛]0;the rest of the log'],
    ['a\n{"level":"fatal"}', 'a {"level":"fatal"}'],
    ['a\r\nb\tc', 'a b c'],
    ['\u202eexe.fdp', '\ufffdexe.fdp'],
    ['a\u2066b\u2069', 'a\ufffdb\ufffd'],
    ['zero\u200bwidth\ufeff', 'zero\ufffdwidth\ufffd'],
    ['tag\u{e0041}', 'tag\ufffd'],
    ['\ud800', '\ufffd'],
    ['emoji 🚂 and 漢字', 'emoji 🚂 and 漢字'],
  ])('%j', (text, expected) => expect(clean(text)).toBe(expected))

  test('any text at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => !forbidden.test(clean(text))))
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\x1b', '[', ']', '0', ';', 'm', '\x07', '\x9b', '\n') }),
        text => !forbidden.test(clean(text)),
      ),
    )
  })
  test('lines of our own stay lines', () => expect(cleanLines('a\x1b[1m\nb\x07')).toBe('a␛[1m\nb␇'))
})

test('JSON says the same and moves no cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const written = jsonText({ text })
      return (JSON.parse(written) as { text: string }).text === text && !forbidden.test(written.replaceAll('\n', ''))
    }),
  )
})

test.each([
  ['abc', 3],
  ['漢字', 4],
  ['é', 1],
  ['e\u0301', 1],
  ['🚂', 2],
])('%s is %i wide', (text, width) => expect(widthOf(text)).toBe(width))

test.each([
  ['status:(a OR', [10, 12], '  status:(a OR\n            ^^'],
  ['漢:(', [2, 3], '  漢:(\n     ^'],
  ['', [0, 0], '  \n  ^'],
  ['a', [1, 1], '  a\n   ^'],
] as const)('underline %j', (text, at, expected) => expect(underline(text, at)).toBe(expected))

test('a cut never halves a character', () => expect(cut('ab🚂', 3)).toBe('ab…'))

test('a table', () => {
  const rows = [
    ['auth.log', count(1234)],
    ['漢\x1b[31m.log', '5'],
  ]
  expect(table(['File', { head: 'Lines', right: true }], rows)).toBe('File         Lines\nauth.log     1,234\n漢␛[31m.log      5\n')
})
test.each([
  [Date.UTC(2026, 0, 31, 9, 30), '2026-01-31 09:30:00Z'],
  ['2026-01-31T09:30:00.123Z', '2026-01-31 09:30:00Z'],
  [null, '-'],
  ['soon', '-'],
])('%j is shown as %s', (at, expected) => expect(time(at)).toBe(expected))
