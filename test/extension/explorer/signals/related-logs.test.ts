import { expect, test } from 'vitest'
import { groupQuery, logsQuery, queryOf, whyNotLogs } from '../../../../extension/explorer/signals/related-logs.ts'
import { parse } from '../../../../shared/query/parse.ts'
import { row } from '../../popup/rows.ts'

const about = (queries: string[], group: Record<string, string> = {}, more: { users?: string[]; addresses?: string[] } = {}) => ({
  queries: queries.map(query => ({ name: 'q', query, value: 1 })),
  group: Object.entries(group).map(([path, value]) => ({ path, value })),
  addresses: (more.addresses ?? []).map(value => ({ value, verdict: null, knownGood: [] })),
  row: row('a', { users: more.users ?? [] }),
})

test.each([
  [about(['a:1'], { '@usr.name': 'root' }), '(a:1) @usr.name:"root"'],
  [about(['a:1', 'b:2'], { '@usr.name': 'root' }), '((a:1) OR (b:2)) @usr.name:"root"'],
  [about(['a:1', 'a:1']), '(a:1)'],
  [about(['*'], { host: 'web' }), 'host:"web"'],
  [about(['a:1'], { '@usr.name': 'N/A' }), '(a:1) -@usr.name:*'],
  [about([], {}, { addresses: ['::1'], users: ['root'] }), '@network.ip.list:"::1" OR @usr.name:"root"'],
  [about([]), ''],
])('%# → %s', (signal, query) => {
  expect(logsQuery(signal)).toBe(query)
  expect(() => parse(query)).not.toThrow()
})

test('nothing to look for: it says so', () => expect(whyNotLogs(about([]))).toMatch(/names nothing/))

test.each(['"', '\\', '" OR *', '\\" OR @a:*', 'a) OR (b', '{{x}}'])('a group value %j is not read as a query', value => {
  const { group } = about([], { '@usr.name': value })
  const query = parse(groupQuery({ group }))
  expect(query).toMatchObject({ kind: 'term', pieces: [{ literal: value }] })
})

test('one query of several keeps its own OR together', () =>
  expect(queryOf('a:1 OR b:2', about([], { host: 'x' }))).toBe('(a:1 OR b:2) host:"x"'))
