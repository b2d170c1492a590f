import { expect, test } from 'vitest'
import { evidenceLimits, linesOf, pageAddress, whyNotKept } from '../../shared/evidence.ts'

test.each([
  ['https://ana:secret@logs.example.net/a?b#c', 'https://logs.example.net/a?b#c'],
  ['https://logs.example.net/a?b=ana:secret@x#c', 'https://logs.example.net/a?b=ana:secret@x#c'],
  ['about:blank', 'about:blank'],
])('%s is kept as %s', (url, kept) => expect(pageAddress(url)).toBe(kept))

test.each([
  ['a\r\nb\rc\nd\u2028e', 5],
  ['a\n', 2],
  ['', 1],
])('%j: %i lines', (text, count) => expect(linesOf(text)).toHaveLength(count))

test.each<[string, string, RegExp | undefined]>([
  ['as many bytes as are kept', 'a'.repeat(evidenceLimits.bytes), undefined],
  ['one more', 'a'.repeat(evidenceLimits.bytes + 1), /1\.01 MB: 1 MB/],
  ['bytes, not characters', 'é'.repeat(evidenceLimits.bytes / 2 + 1), /1\.01 MB/],
  ['as many lines as are kept, and blank ones', 'a\n\n'.repeat(evidenceLimits.lines), undefined],
  ['one line more', 'a\n'.repeat(evidenceLimits.lines + 1), /10001 lines/],
  ['nothing', ' \n ', /no text/],
])('%s', (_, text, why) => (why ? expect(whyNotKept(text)).toMatch(why) : expect(whyNotKept(text)).toBeUndefined()))
