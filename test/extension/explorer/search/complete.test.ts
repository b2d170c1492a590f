import { expect, test } from 'vitest'
import { accept, placeAt } from '../../../../extension/explorer/search/complete.ts'

// the caret is where | stands
test.each<[text: string, place: object | undefined]>([
  ['|', { kind: 'key', prefix: '' }],
  ['ser|', { kind: 'key', prefix: 'ser', at: [0, 3] }],
  ['env:prod @ht|', { kind: 'key', prefix: '@ht', at: [9, 12], rest: 'env:prod' }],
  ['service:|', { kind: 'value', path: 'service', prefix: '', at: [8, 8], rest: '' }],
  ['env:prod service:ss|', { kind: 'value', path: 'service', prefix: 'ss', at: [17, 19], rest: 'env:prod' }],
  ['service:ss|hd env:prod', { kind: 'value', path: 'service', prefix: 'ss', at: [8, 12], rest: 'env:prod' }],
  ['@a.b:"x y|', { kind: 'value', path: '@a.b', prefix: 'x y' }],
  ['status:(high OR l|)', { kind: 'value', path: 'status', prefix: 'l', at: [16, 17] }],
  ['status:(|', { kind: 'value', path: 'status', prefix: '' }],
  ['-status:hi|', { kind: 'value', path: 'status', prefix: 'hi' }],
  ['service:sshd |', { kind: 'key', prefix: '', rest: 'service:sshd' }],
  ['"failed pass|', undefined],
  ['@a:>5|', undefined],
  ['a AN|D', undefined],
])('%s', (text, place) => {
  const caret = text.indexOf('|')
  const found = placeAt(text.replace('|', ''), caret)
  if (place === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject(place)
})

test.each<[text: string, choice: string, after: string]>([
  ['ser|', 'service', 'service:|'],
  ['a @h|', '@http.url', 'a @http.url:|'],
  ['service:ss|', 'sshd', 'service:sshd |'],
  ['service:ss| env:x', 'sshd', 'service:sshd| env:x'],
  ['status:(high OR l|)', 'low', 'status:(high OR low|)'],
  ['@a:|', 'two words', '@a:"two words" |'],
  ['@a:|', 'quote"d', '@a:"quote\\"d" |'],
  ['k|', 'odd key', 'odd\\ key:|'],
])('%s takes %s → %s', (text, choice, after) => {
  const plain = text.replace('|', '')
  const done = accept(plain, placeAt(plain, text.indexOf('|'))!, choice)
  expect(`${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`).toBe(after)
})
