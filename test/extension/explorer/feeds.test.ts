import { expect, test } from 'vitest'
import { csvHead, guessColumns, isHead } from '../../../extension/explorer/feeds/csv-head.ts'
import { guessFormat } from '../../../extension/explorer/feeds/words.ts'

test.each([
  ['a.mmdb', '', 'mmdb'],
  ['x', '{"type": "bundle", "objects": []}', 'stix'],
  ['x', '{"Event": {}}', 'misp'],
  ['x', '{"list": [], "matching_attributes": []}', 'misp-warninglist'],
  ['x', '[{"ip": "192.0.2.1"}]', 'json'],
  ['drop.netset', 'anything', 'netset'],
  ['x.txt', '# a list\n192.0.2.0/24\n2001:db8::/32', 'netset'],
  ['x.txt', 'evil.example\nhttps://evil.example/a', 'list'],
  ['x.txt', 'ip,what\n192.0.2.1,ssh', 'csv'],
  ['x.txt', '# nothing', undefined],
])('%s with %j is %s', (name, start, format) => expect(guessFormat(name, start)).toBe(format))

test.each([
  ['# c\n"ip_address";what', ['ip_address', 'what']],
  ['ip\twhat', ['ip', 'what']],
  ['only', ['only']],
  ['', []],
])('the head of %j', (text, head) => expect(csvHead(text)).toEqual(head))

test('columns by their names', () =>
  expect(guessColumns(['first_seen', 'IP Address', 'port', 'Category'])).toEqual({ from: 0, value: 1, category: 3 }))
test('a first row with an address names no columns', () => expect([isHead(['192.0.2.1', 'x']), isHead(['ip', 'x'])]).toEqual([false, true]))
