import { expect, test } from 'vitest'
import { queryOf } from '../../../extension/evidence/search.ts'
import { parse } from '../../../shared/query/parse.ts'

test.each([
  ['Failed password for root from 203.0.113.9 port 22', '@network.ip.list:203.0.113.9'],
  ['203.0.113.9 and 2001:db8::1', '@network.ip.list:(203.0.113.9 OR "2001:db8::1")'],
  ['\n  user "ana" (admin) logged in\nsecond line', '"user ana admin logged in"'],
  ['***', ''],
])('%j → %s', (text, query) => {
  expect(queryOf(text)).toBe(query)
  expect(() => parse(query)).not.toThrow()
})
