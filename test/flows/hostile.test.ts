import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'

// names and queries that are attacks elsewhere
const daemon = await startDaemon()
const { intake, standard } = daemon
const explore = (query: string, more = {}) => standard.post('/api/local/explorer', { track: 'logs', query, from: 0, ...more })
const raw = (body: string) => intake.post('/api/v2/logs', body)

test('__proto__, constructor and prototype → plain data, given back and found', async () => {
  await raw(
    '[{"message":"r3","__proto__":{"admin":true},"a.constructor.prototype.x":1,"constructor":"c","toString":"t","ddtags":"__proto__:tag,constructor:x"}]',
  )
  expect(({} as { admin?: boolean }).admin).toBeUndefined()
  const found = await explore('r3', { facets: ['@__proto__.admin', '__proto__', '@toString', '@hasOwnProperty'] })
  const attributes = JSON.stringify(found.at('data.0.attributes.attributes'))
  expect(attributes).toContain('"__proto__":{"admin":true}')
  expect(attributes).toContain('"a.constructor.prototype.x":1')
  expect(found.at('data.0.attributes.tags')).toEqual(expect.arrayContaining(['__proto__:tag', 'constructor:x']))
  const facets = JSON.parse(found.text) as { meta: { facets: Record<string, unknown> } }
  expect(facets.meta.facets['@__proto__.admin']).toEqual([{ value: 'true', count: 1 }])
  expect(facets.meta.facets['@toString']).toEqual([{ value: 't', count: 1 }])
  expect(facets.meta.facets['@hasOwnProperty']).toEqual([])
  expect(Object.getOwnPropertyDescriptor(facets.meta.facets, '__proto__')?.value).toEqual([{ value: 'tag', count: 1 }])
})
test.each([
  '@__proto__.admin:true',
  '@a.constructor.prototype.x:1',
  '@constructor:c',
  '@toString:t',
  '__proto__:tag',
  'constructor:x',
])('%s → finds it', async query => {
  expect((await explore(query)).at('meta.total')).toBe(1)
})
test.each([
  '@hasOwnProperty:*',
  '@constructor.name:*',
  '@__proto__.toString:*',
  'valueOf:*',
  '@length:*',
])('%s → finds nothing', async query => {
  expect((await explore(query)).at('meta.total')).toBe(0)
})
test.each([
  ['PATCH', '/api/v2/security_monitoring/signals/x/state', '{"data":{"attributes":{"state":"open","__proto__":{"state":"archived"}}}}'],
  [
    'POST',
    '/api/v2/security_monitoring/rules',
    '{"__proto__":{"isEnabled":true},"name":"a","queries":[{"query":"*"}],"cases":[{"status":"low"}]}',
  ],
  ['POST', '/api/local/explorer', '{"track":"logs","__proto__":{"limit":5}}'],
])('%s %s with __proto__ → an attribute like any other that is not known', async (method, path, body) => {
  expect((await standard.request(method, path, body)).status).toBe(400)
  expect(({} as { state?: string }).state).toBeUndefined()
})

test('wildcards that make backtracking matchers hang → at once', async () => {
  await raw(JSON.stringify([{ message: 'r4', text: 'a'.repeat(20_000) }]))
  for (const query of [`@text:${'*a'.repeat(200)}*b`, `@text:${'*a'.repeat(200)}b`, `*:${'a*'.repeat(200)}b`, `${'?*'.repeat(200)}b`]) {
    const started = performance.now()
    expect((await explore(query)).status).toBe(200)
    expect(performance.now() - started).toBeLessThan(500)
  }
})
test.each([
  ['8,192 opening parentheses', '('.repeat(8192)],
  ['4,000 pairs of parentheses', `${'('.repeat(4000)}a${')'.repeat(4000)}`],
  ['2,700 NOTs', 'NOT '.repeat(2000)],
  ['4,096 minus signs', '-'.repeat(4096)],
  ['an open quote', `"${'a '.repeat(4000)}`],
])('%s → 200 or 400, at once', async (_, query) => {
  const started = performance.now()
  expect([200, 400]).toContain((await explore(query)).status)
  expect(performance.now() - started).toBeLessThan(1000)
})
test.each([
  "' OR 1=1 --",
  "'; DROP TABLE signal; --",
  '") UNION SELECT * FROM key --',
  '@a:"\'"',
  '%00',
  '\\',
  '\\"',
])('%s → no SQL', async text => {
  const before = await daemon.core.statistics()
  for (const answer of [
    await explore(text),
    await explore('', { facets: [text] }),
    await standard.get(`/api/v2/security_monitoring/signals/${encodeURIComponent(text)}`),
    await standard.get(`/api/v2/logs/events?page[cursor]=${encodeURIComponent(text)}`),
    await standard.get(`/api/v2/logs/events?sort=${encodeURIComponent(text)}`),
  ])
    expect(answer.status).toBeLessThan(500)
  expect(await daemon.core.statistics()).toEqual(before)
  expect((await standard.get('/api/v2/security_monitoring/signals')).status).toBe(200)
})
test('integers beyond 2^53 → not a digit lost', async () => {
  await raw('[{"message":"big","n":9007199254740993,"m":-123456789012345678901234567890}]')
  const found = await explore('big')
  expect(found.at('data.0.attributes.attributes')).toMatchObject({ n: '9007199254740993', m: '-123456789012345678901234567890' })
  expect((await explore('@n:9007199254740993')).at('meta.total')).toBe(1)
  expect((await explore('@n:9007199254740992')).at('meta.total')).toBe(0)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
