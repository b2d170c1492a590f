import { expect, test } from 'vitest'
import { askedOf, freed, type Mode, narrow } from '../../../../extension/explorer/search/tree.ts'
import { parse } from '../../../../shared/query/parse.ts'

test.each<[query: string, path: string, value: string, mode: Mode, after: string]>([
  ['', 'status', 'high', 'filter', 'status:high'],
  ['status:high', 'status', 'low', 'filter', 'status:(high OR low)'],
  ['status:(high OR low) env:prod', 'status', 'high', 'clear', 'status:low env:prod'],
  ['env:prod status:high', 'status', 'high', 'clear', 'env:prod'],
  ['status:high', 'status', 'high', 'clear', ''],
  ['failed status:high', 'service', 'a b', 'filter', 'failed status:high service:"a b"'],
  ['status:high', 'status', 'high', 'exclude', '-status:high'],
  ['-status:high', 'status', 'high', 'filter', 'status:high'],
  ['-status:high', 'status', 'low', 'exclude', '-status:high -status:low'],
  ['-status:(high OR low)', 'status', 'high', 'clear', '-status:low'],
  ['status:(high OR low) x', 'status', 'info', 'only', 'status:info x'],
  ['a OR b', 'env', 'prod', 'filter', '(a OR b) env:prod'],
  ['status:high OR env:prod', 'status', 'low', 'filter', '(status:high OR env:prod) status:low'],
  ['status:h*', 'status', 'low', 'filter', 'status:h* status:low'],
  ['@a.b:[1 TO 5]', '@a.b', '3', 'filter', '@a.b:[1 TO 5] @a.b:3'],
  ['', '@usr.id', '', 'filter', '@usr.id:""'],
  ['', '@usr.id', 'AND', 'filter', '@usr.id:"AND"'],
  ['', '@usr.id', '-1', 'filter', '@usr.id:"-1"'],
  ['', 'tags', 'bare', 'exclude', '-tags:bare'],
  ['', 'service', '"><img src=x>\\', 'filter', 'service:"\\"><img src=x>\\\\"'],
  ['', '@a b:c', 'x', 'filter', '@a\\ b\\:c:x'],
])('%s, %s %s %s → %s', (query, path, value, mode, after) => {
  const text = narrow(query, path, value, mode)
  expect(text).toBe(after)
  const asked = askedOf(parse(text), path)
  expect(asked.only.includes(value)).toBe(mode === 'filter' || mode === 'only')
  expect(asked.not.includes(value)).toBe(mode === 'exclude')
})

test('status:(high OR low) env:prod without its status', () => {
  expect(freed('status:(high OR low) -status:info env:prod', 'status')).toBe('env:prod')
})
