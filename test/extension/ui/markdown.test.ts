import { expect, test } from 'vitest'
import { firstPart, readMarkdown } from '../../../extension/ui/markdown.tsx'

test.each<[string, object[]]>([
  ['', []],
  [
    'one\ntwo\n\nthree',
    [
      { is: 'text', text: 'one two' },
      { is: 'text', text: 'three' },
    ],
  ],
  [
    '## What happened ##\nit',
    [
      { is: 'heading', text: 'What happened' },
      { is: 'text', text: 'it' },
    ],
  ],
  ['#hash', [{ is: 'text', text: '#hash' }]],
  ['1. a\n2. b\n   more', [{ is: 'list', ordered: true, items: ['a', 'b more'] }]],
  [
    '- a\n* b\n1) c',
    [
      { is: 'list', ordered: false, items: ['a', 'b'] },
      { is: 'list', ordered: true, items: ['c'] },
    ],
  ],
  [
    '```sh\n# no heading\n\nx\n```\ny',
    [
      { is: 'code', text: '# no heading\n\nx' },
      { is: 'text', text: 'y' },
    ],
  ],
  ['```\nnever closed', [{ is: 'code', text: 'never closed' }]],
  ['<img src=x onerror=alert(1)>', [{ is: 'text', text: '<img src=x onerror=alert(1)>' }]],
])('%j', (text, blocks) => expect(readMarkdown(text)).toEqual(blocks))

test.each([
  ['## What happened\nit\n## Triage\n1. look', ['heading', 'text']],
  ['it\n## Triage\n1. look', ['text']],
  ['it', ['text']],
])('the first part of %j', (text, kinds) => expect(firstPart(readMarkdown(text)).map(({ is }) => is)).toEqual(kinds))

test('64 kB of what starts a link, a list or code: at once', () => {
  const from = performance.now()
  for (const text of ['['.repeat(65_536), '`'.repeat(65_535), '# '.repeat(32_768), '- '.repeat(32_768), ' #'.repeat(32_768)])
    readMarkdown(text)
  expect(performance.now() - from).toBeLessThan(500)
})
