import { expect, test } from 'vitest'
import { csvHead, guessColumns, isHead } from '../../../extension/explorer/feeds/csv-head.ts'
import { blank, feedOf, missingOf } from '../../../extension/explorer/feeds/form.ts'
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

const filled = { ...blank, name: ' Exchange ', category: 'attack', url: ' https://taxii.example.org/c/1/ ', hours: '4' }
test.each([
  ['taxii', { auth: 'basic', authName: ' me ' }, { format: 'stix', via: 'taxii', auth: { type: 'basic', name: 'me' } }],
  ['misp', { auth: 'header', authName: 'X-Key' }, { format: 'misp', via: 'misp', auth: { type: 'header', name: 'X-Key' } }],
  ['url', { auth: 'bearer' }, { format: 'netset', via: 'file', auth: { type: 'bearer' } }],
] as const)('a feed from %s with %j', (from, part, expected) =>
  expect(feedOf({ ...filled, ...part }, from, [], {})).toEqual({
    ...{ name: 'Exchange', category: 'attack', intention: 'suspicious', url: 'https://taxii.example.org/c/1/', hours: 4 },
    ...expected,
  }))
test('what is pasted is fetched from nowhere, whatever was typed before', () =>
  expect(feedOf({ ...filled, auth: 'bearer', text: '192.0.2.1' }, 'paste', [], {})).not.toMatchObject({ auth: expect.anything() }))
test.each([
  ['taxii', {}, undefined],
  ['taxii', { url: ' ' }, 'Type its web address first'],
  ['url', { auth: 'basic' }, 'Type the user first'],
  ['misp', { auth: 'header', authName: ' ' }, 'Type the name of the header first'],
] as const)('from %s with %j: %s', (from, part, why) => expect(missingOf({ ...filled, ...part }, from, false, [], {})).toBe(why))
