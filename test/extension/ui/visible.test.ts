import { readdirSync, readFileSync } from 'node:fs'
import { toChildArray, type VNode } from 'preact'
import { expect, test } from 'vitest'
import { withUnseen } from '../../../extension/ui/visible.tsx'

const words = (text: string) =>
  toChildArray(withUnseen(text))
    .map(part => (typeof part === 'object' ? (part as VNode<{ children: string }>).props.children : part))
    .filter(part => part !== '')

test.each([
  ['plain', ['plain']],
  ['two\nlines\tand a tab', ['two\nlines\tand a tab']],
  ['https://\u202emoc.live', ['https://', 'U+202E', 'moc.live']],
  ['\u2066a\u2069', ['U+2066', 'a', 'U+2069']],
  ['zero\u200bwidth', ['zero', 'U+200B', 'width']],
  ['\x1b[31mred', ['U+001B', '[31mred']],
  ['שלום', ['שלום']],
])('%j → %j', (text, parts) => expect(words(text)).toEqual(parts))

test('text of others is shown by this component, and not in an element of its own in which it could turn around', () => {
  const allowed = ['ui/visible.tsx', 'explorer/search/facet.tsx', 'explorer/settings/users.tsx']
  const files = readdirSync('extension', { recursive: true }).map(String)
  const bare = files
    .filter(file => file.endsWith('.tsx') && !/^(?:\.output|\.wxt|node_modules)/.test(file))
    .filter(file => /<bdi[\s>]/.test(readFileSync(`extension/${file}`, 'utf8')))
  expect(bare.sort()).toEqual(allowed.sort())
})
