import { expect, test } from 'vitest'
import { asOneLine } from '../../shared/unseen.ts'

test.each([
  ['plain', 'plain'],
  ['Login\nfrom two\r\n\r\nplaces', 'Login from two places'],
  ['\ttab\u2028and\u2029breaks\x85\v\f ', 'tab and breaks'],
  ['moc\u202e.live\0', 'mocU+202E.liveU+0000'],
])('%j in one line: %j', (text, line) => expect(asOneLine(text)).toBe(line))
test('what is cut does not end in half a character', () => expect(asOneLine(`${'x'.repeat(9)}😀`, 10)).toBe('x'.repeat(9)))
