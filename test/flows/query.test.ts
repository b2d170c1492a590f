import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { intake, standard, admin, readOnly } = daemon
const explore = (body: Record<string, unknown>) => standard.post('/api/local/explorer', { track: 'logs', from: 0, to: 'now', ...body })
const send = (from: number, count: number) =>
  intake.post(
    '/api/v2/logs',
    Array.from({ length: count }, (_, i) => ({
      message: `log ${from + i}`,
      service: (from + i) % 3 === 0 ? 'web' : 'db',
      ddtags: 'env:test',
      timestamp: noon - 60_000 + ((from + i) % 60) * 1000,
      n: from + i,
    })),
  )
await send(0, 120)

test.each([
  ['service:(web', [8, 9]],
  ['@n:[1 TO', [3, 4]],
  ['@n:[a TO 5]', [4, 5]],
  ['a AND', [2, 5]],
])('%s → 400 with the position %j', async (query, at) => {
  const answer = await explore({ query })
  expect(answer.status).toBe(400)
  expect(answer.at('errors.0.source.parameter')).toBe('query')
  const found = answer.at('errors.0.source.at') as number[]
  expect(found[0]).toBeGreaterThanOrEqual(0)
  expect(found[1]).toBeLessThanOrEqual(query.length)
  expect(found).toEqual(at)
  const wire = await standard.post('/api/v2/logs/events/search', { filter: { query } })
  expect([wire.status, wire.text]).toEqual([400, expect.stringContaining(`characters ${at[0]} to ${at[1]}`)])
})

test('service:web → rows, total, facets and histogram of one snapshot', async () => {
  const answer = await explore({
    query: 'service:web',
    from: noon - 60_000,
    to: noon - 1,
    limit: 5,
    facets: ['service', '@n', 'env', 'nothing'],
    histogram: { buckets: 6 },
  })
  expect(answer.status).toBe(200)
  expect(answer.each('data', 'attributes.service')).toEqual(Array(5).fill('web'))
  expect(answer.at('meta.total')).toBe(40)
  expect(answer.at('meta.facets.service')).toEqual([{ value: 'web', count: 40 }])
  expect(answer.at('meta.facets.env')).toEqual([{ value: 'test', count: 40 }])
  expect(answer.at('meta.facets.nothing')).toEqual([])
  expect((answer.at('meta.facets.@n') as unknown[]).length).toBe(40)
  const histogram = answer.at('meta.histogram') as { time: number; count: number }[]
  expect(histogram.map(({ time }) => time)).toEqual([0, 1, 2, 3, 4, 5].map(i => noon - 60_000 + i * 10_000))
  expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(40)
})

test.each(['-timestamp', 'timestamp'])('paging by %s while logs arrive → no row twice, none missed', async sort => {
  const before = Number((await explore({ query: '@n:*', limit: 0 })).at('meta.total'))
  const seen: unknown[] = []
  let cursor: unknown
  let pages = 0
  do {
    const page = await explore({ query: '@n:*', sort, limit: 7, ...(cursor !== undefined && { cursor }) })
    expect(page.status).toBe(200)
    expect(page.at('meta.total')).toBe(before)
    seen.push(...page.each('data', 'id'))
    cursor = page.at('meta.page.after')
    // newer and older than what was listed, and with the very same times
    await send(1000 + pages, 5)
    pages++
  } while (cursor !== undefined)
  expect(pages).toBe(Math.ceil(before / 7))
  expect(new Set(seen).size).toBe(before)
  expect(seen).toHaveLength(before)
})

test('paging while small blocks of logs are put together → none missed', async () => {
  for (let i = 0; i < 24; i++) await intake.post('/api/v2/logs', [{ message: `small ${i}`, ddsource: 'small' }])
  await daemon.core.caughtUp()
  const seen: unknown[] = []
  let cursor: unknown
  do {
    const page = await explore({ query: 'source:small', limit: 5, ...(cursor !== undefined && { cursor }) })
    seen.push(...page.each('data', 'attributes.message'))
    cursor = page.at('meta.page.after')
    await daemon.core.compact()
  } while (cursor !== undefined)
  expect(seen).toEqual(Array.from({ length: 24 }, (_, i) => `small ${23 - i}`))
})

test.each([
  ['another query', { query: 'service:db' }],
  ['another track', { track: 'signals', query: 'service:web' }],
  ['another order', { query: 'service:web', sort: 'timestamp' }],
])('a cursor of %s → 400', async (_, other) => {
  const cursor = (await explore({ query: 'service:web', limit: 2 })).at('meta.page.after')
  expect((await explore({ query: 'service:web', limit: 2, cursor })).status).toBe(200)
  const answer = await explore({ ...other, limit: 2, cursor })
  expect([answer.status, answer.at('errors.0.code')]).toEqual([400, 'invalid_cursor'])
})

test.each(['', 'x', 'a.b', '.', 'bnVsbA.bnVsbA', 'x'.repeat(4096)])('cursor %j → 400', async cursor => {
  expect((await explore({ query: '*', cursor })).status).toBe(400)
  expect((await standard.get(`/api/v2/logs/events?page[cursor]=${cursor}`)).status).toBe(400)
})

test('an altered cursor → 400', async () => {
  const cursor = String((await explore({ query: 'service:web', limit: 2 })).at('meta.page.after'))
  const [body = '', signature = ''] = cursor.split('.')
  const numbers = JSON.parse(Buffer.from(body, 'base64url').toString()) as unknown[]
  numbers[4] = Number.MAX_SAFE_INTEGER
  const altered = `${Buffer.from(JSON.stringify(numbers)).toString('base64url')}.${signature}`
  expect((await explore({ query: 'service:web', limit: 2, cursor: altered })).status).toBe(400)
})

test.each([
  [{ track: 'metrics' }, 'track'],
  [{ limit: 1001 }, 'limit'],
  [{ limit: -1 }, 'limit'],
  [{ limit: '5' }, 'limit'],
  [{ sort: 'name' }, 'sort'],
  [{ from: 'yesterday' }, 'from'],
  [{ from: 'now', to: 'now-1h' }, 'from'],
  [{ to: 'now+' }, 'to'],
  [{ histogram: { buckets: 0 } }, 'histogram.buckets'],
  [{ facets: Array(51).fill('a') }, 'facets'],
  [{ facets: [''] }, 'facets.0'],
  [{ colour: 'red' }, 'colour'],
  [{ query: 'a'.repeat(8193) }, 'query'],
])('%j → 400 naming %s', async (body, field) => {
  const answer = await explore(body)
  expect(answer.status).toBe(400)
  expect(Object.values(answer.at('errors.0.source') as object)).toContain(field)
})

test.each([
  ['now-15m', 'now', 200],
  ['2026-03-14T11:00:00Z', '2026-03-14T13:00:00.5+02:00', 200],
  ['2026-03-14T11:00:00Z', '1773489600000', 200],
  ['1e308', 'now', 400],
  ['-8640000000000001', 'now', 400],
])('filter[from]=%s filter[to]=%s → %i', async (from, to, status) => {
  const query = `filter[from]=${encodeURIComponent(from)}&filter[to]=${encodeURIComponent(to)}`
  expect((await standard.get(`/api/v2/logs/events?${query}`)).status).toBe(status)
})

test('the wire: a second that is asked for counts whole, and links.next goes on', async () => {
  const second = new Date(noon - 60_000).toISOString().slice(0, 19)
  await intake.post('/api/v2/logs', [{ message: 'late in the second', timestamp: noon - 60_000 + 999, ddsource: 'second' }])
  const answer = await standard.get(`/api/v2/logs/events?filter[query]=source:second&filter[from]=now-1h&filter[to]=${second}Z`)
  expect(answer.each('data', 'attributes.message')).toEqual(['late in the second'])
  const page = await standard.get('/api/v2/logs/events?filter[query]=service:db&filter[from]=now-1h&page[limit]=3')
  expect(page.at('meta.status')).toBe('done')
  const next = new URL(String(page.at('links.next')))
  const two = await standard.get(next.pathname + next.search)
  expect(two.each('data', 'id')).toHaveLength(3)
  expect(page.each('data', 'id')).not.toContain(two.at('data.0.id'))
})

test('the last page → neither meta.page nor links', async () => {
  const answer = await standard.get('/api/v2/logs/events?filter[query]=source:second&filter[from]=now-1h&page[limit]=1')
  expect(answer.each('data', 'type')).toEqual(['log'])
  expect([answer.at('meta.page'), answer.at('links')]).toEqual([undefined, undefined])
})

test('POST …/search with an empty body → as if with defaults', async () => {
  const answer = await standard.post('/api/v2/security_monitoring/signals/search', '')
  expect([answer.status, answer.at('data')]).toEqual([200, []])
})

test.each([
  ['logs', 'readOnly', 200],
  ['signals', 'readOnly', 200],
  // what they did themselves
  ['audit', 'readOnly', 200],
  ['audit', 'standard', 200],
  ['audit', 'admin', 200],
] as const)('track %s as %s → %i', async (track, who, status) => {
  const callers = { readOnly, standard, admin }
  expect((await callers[who].post('/api/local/explorer', { track, query: '' })).status).toBe(status)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
