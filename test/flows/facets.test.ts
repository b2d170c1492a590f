import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { intake, standard, readOnly } = daemon
await intake.post('/api/v2/logs', [
  ...Array.from({ length: 30 }, (_, i) => ({
    message: `log ${i}`,
    service: i % 3 === 0 ? 'web' : 'db',
    ddtags: `env:test,n:${i % 10},service:${i % 2 === 0 ? 'web' : 'other'}`,
    timestamp: noon - 60_000 + i * 1000,
    http: { status_code: i % 2 === 0 ? 200 : 404, 'url.path': `/a/${i}` },
    ok: i % 2 === 0,
    mixed: i % 2 === 0 ? 1 : 'one',
    list: [`v${i}`, 'v'],
  })),
])
await intake.post('/api/v2/logs', guesses(noon - 60_000, '203.0.113.9', 6), { 'content-type': 'text/plain' })
await daemon.core.caughtUp()

const facets = (query: string) => standard.get(`/api/local/facets?${query}`)
const values = (path: string, query = '') => standard.get(`/api/local/facets/${encodeURIComponent(path)}/values?${query}`)

test.each([
  ['service', 'string', 4, 36],
  ['status', 'string', 2, 36],
  ['env', 'string', 1, 30],
  ['n', 'string', 10, 30],
  ['@http.status_code', 'number', 2, 30],
  ['@http.url.path', 'string', 30, 30],
  ['@ok', 'boolean', 2, 30],
  ['@mixed', 'mixed', 2, 30],
  ['@list', 'string', 31, 30],
])('%s: %s, %i values, on %i logs', async (path, type, cardinality, count) => {
  const answer = await facets('')
  expect(answer.status).toBe(200)
  const all = answer.at('data') as { path: string; count: number }[]
  expect(all.find(one => one.path === path)).toEqual({ path, type, cardinality, count })
  expect(all.map(one => one.count)).toEqual(all.map(one => one.count).sort((a, b) => b - a))
})

test('of what a query finds, in a range, by prefix and limit', async () => {
  const narrow = await facets(`query=service:web&from=${noon - 60_000}&to=${noon - 58_000}&prefix=@http&limit=1`)
  expect(narrow.at('data')).toEqual([{ path: '@http.status_code', type: 'number', cardinality: 1, count: 2 }])
  expect(narrow.at('meta.cut')).toBe(true)
  expect((await facets('query=nothing-like-it')).at('data')).toEqual([])
})

test.each<[string, string, [string, number][]]>([
  ['service', 'prefix=w', [['web', 20]]],
  ['@http.status_code', 'prefix=4', [['404', 15]]],
  [
    '@http.status_code',
    '',
    [
      ['200', 15],
      ['404', 15],
    ],
  ],
  [
    '@http.url.path',
    'prefix=/a/2&limit=2',
    [
      ['/a/2', 1],
      ['/a/20', 1],
    ],
  ],
  [
    '@list',
    'prefix=v1&query=@ok:true',
    [
      ['v10', 1],
      ['v12', 1],
      ['v14', 1],
      ['v16', 1],
      ['v18', 1],
    ],
  ],
  ['n', 'prefix=3&query=service:(web OR db)', [['3', 3]]],
  ['env', 'prefix=TEST', []],
  ['@nobody.knows', '', []],
  ['@nobody.knows', 'prefix=a', []],
])('values at %s, %s', async (path, query, expected) => {
  const answer = await values(path, query)
  expect([answer.status, answer.at('data')]).toEqual([200, expected.map(([value, count]) => ({ value, count }))])
})

test('signals and the audit trail have theirs; whoever may not read the trail finds what is their own', async () => {
  expect((await facets('track=signals&prefix=@workflow.triage')).each('data', 'path')).toContain('@workflow.triage.state')
  expect((await values('status', 'track=signals&prefix=h')).at('data')).toEqual([{ value: 'high', count: 1 }])
  expect((await values('@action', 'track=audit&prefix=c')).at('data.0.value')).toBe('created')
  for (const path of ['/api/local/facets?track=audit', '/api/local/facets/@action/values?track=audit']) {
    const own = await readOnly.get(path)
    expect([own.status, own.at('data')]).toEqual([200, []])
  }
})

test.each([
  ['message', '', 'path'],
  ['*', '', 'path'],
  ['@', 'prefix=a', 'path'],
  [`@a${'.'.repeat(10_000)}`, '', 'path'],
  ['env', 'query=(', 'query'],
  ['env', 'from=now&to=now-1h', 'from'],
  ['env', 'limit=101', 'limit'],
  ['env', 'track=metrics', 'track'],
])('values at %.20s, %s → 400 naming %s', async (path, query, field) => {
  const answer = await values(path, query)
  expect([answer.status, answer.at('errors.0.source.parameter')]).toEqual([400, field])
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
