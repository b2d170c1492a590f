import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// Whatever is asked: 400 that names the field, or a bounded answer that says it was cut. And listings stay true while others write.
const daemon = await startDaemon({ rules: [bruteForce] })
const { intake, standard, core } = daemon
const range = { from: noon - 3_600_000, to: noon }
const explore = (body: object) => standard.post('/api/local/explorer', { track: 'logs', query: '', ...range, ...body })
const aggregate = (body: object) =>
  standard.post('/api/v2/logs/analytics/aggregate', { filter: { from: String(range.from), to: String(range.to) }, ...body })
const users = 3000
for (let from = 0; from < users; from += 1000)
  await intake.post(
    '/api/v2/logs',
    Array.from({ length: 1000 }, (_, i) => ({
      message: 'user',
      usr: { id: `u${from + i}` },
      n: from + i,
      timestamp: noon - 60_000 + from + i,
    })),
  )
for (let i = 0; i < 4; i++)
  await intake.post('/api/v2/logs', [
    { message: 'keys', timestamp: noon - 1000, ...Object.fromEntries(Array.from({ length: 1000 }, (_, k) => [`k${i}_${k}`, k])) },
  ])

const count = { aggregation: 'count' }
const series = { ...count, type: 'timeseries' }
test.each<[object, string]>([
  [{ compute: [] }, 'compute'],
  [{ compute: [{ aggregation: 'mode', metric: '@n' }] }, 'compute.0.aggregation'],
  [{ compute: [count, { aggregation: 'avg' }] }, 'compute.1.metric'],
  [{ compute: [{ aggregation: 'avg', metric: `@${'.'.repeat(10_000)}` }] }, 'compute.0.metric'],
  [{ compute: [{ ...series, interval: '1' }] }, 'compute.0.interval'],
  [{ compute: [{ ...series, interval: '0s' }] }, 'compute.0.interval'],
  [{ compute: [{ ...series, interval: '1ms' }] }, 'compute.0.interval'],
  [{ compute: [series], group_by: [{ facet: 'a', limit: 10_000 }] }, 'compute.0.interval'],
  [{ compute: Array(21).fill(count) }, 'compute'],
  [{ group_by: [{ facet: '' }] }, 'group_by.0.facet'],
  [{ group_by: [{ facet: 'a' }, { facet: 'a' }] }, 'group_by'],
  [{ group_by: ['a', 'b', 'c', 'd', 'e'].map(facet => ({ facet })) }, 'group_by'],
  [{ group_by: [{ facet: 'a', limit: 10_001 }] }, 'group_by.0.limit'],
  [
    {
      group_by: [
        { facet: 'a', limit: 10_000 },
        { facet: 'b', limit: 2 },
      ],
    },
    'group_by',
  ],
  [{ group_by: [{ facet: 'a', sort: { type: 'measure', aggregation: 'max' } }] }, 'group_by.0.sort.metric'],
  [{ group_by: [{ facet: '@n', histogram: { interval: 1e-9, min: 0, max: 1 } }] }, 'group_by.0.histogram'],
  [{ group_by: [{ facet: '@n', histogram: { interval: 0, min: 0, max: 1 } }] }, 'group_by.0.histogram.interval'],
])('%j → 400 naming %s, in both', async (body, field) => {
  const local = await explore(body)
  expect([local.status, Object.values(local.at('errors.0.source') as object)[0]]).toEqual([400, field])
  const wire = await aggregate(body)
  expect([wire.status, wire.text]).toEqual([400, expect.stringContaining(`Field '${field}'`)])
})

test.each<[object, string]>([
  [{ histogram: { buckets: 1e9 } }, 'histogram.buckets'],
  [{ facets: [`@${'a.'.repeat(10_000)}`] }, 'facets.0'],
  [{ query: `@${'a.'.repeat(400)}b:1` }, 'query'],
  [{ query: 'x'.repeat(9000) }, 'query'],
  [{ query: 'x '.repeat(257) }, 'query'],
  [{ query: '('.repeat(129) }, 'query'],
  [{ from: noon, to: noon - 1 }, 'from'],
  [{ cursor: 'x.y' }, 'page.cursor'],
])('%.60j → 400 naming %s', async (body, field) => {
  const answer = await explore(body)
  expect([answer.status, Object.values(answer.at('errors.0.source') as object)[0]]).toEqual([400, field])
})

test('a cursor of other groups, of rows, or altered → 400', async () => {
  const by = { group_by: [{ facet: '@n', limit: 5 }] }
  const after = String((await aggregate(by)).at('meta.page.after'))
  expect((await aggregate({ ...by, page: { cursor: after } })).status).toBe(200)
  const rows = String((await explore({ limit: 5 })).at('meta.page.after'))
  for (const [body, cursor] of [
    [{ group_by: [{ facet: '@n', limit: 6 }] }, after],
    [{ ...by, compute: [{ aggregation: 'max', metric: '@n' }] }, after],
    [by, rows],
    [by, `${after.slice(0, -1)}x`],
  ] as const) {
    const answer = await aggregate({ ...body, page: { cursor } })
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('page.cursor')])
  }
  expect((await explore({ limit: 5, cursor: after })).status).toBe(400)
})

test('groups by pages while logs arrive → none twice, none missed', async () => {
  const seen: unknown[] = []
  let cursor: string | undefined
  do {
    const page = await aggregate({
      filter: { query: '@n:[0 TO 99]', from: String(range.from), to: String(range.to) },
      group_by: [{ facet: '@n', limit: 30, sort: { type: 'alphabetical' } }],
      ...(cursor !== undefined && { page: { cursor } }),
    })
    seen.push(...page.each('data.buckets', 'by').map(by => (by as Record<string, string>)['@n']))
    cursor = page.at('meta.page.after') as string | undefined
    await intake.post('/api/v2/logs', [{ message: 'new', n: -seen.length, timestamp: noon - 5000 }])
  } while (cursor !== undefined)
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => String(i)).sort())
})

test('many users and many keys: bounded, and said to be cut', async () => {
  const answer = await explore({ facets: ['@usr.id'], limit: 0, compute: [{ aggregation: 'cardinality', metric: '@usr.id' }] })
  const [shown] = Object.values(answer.at('meta.facets') as Record<string, unknown[]>)
  expect(shown).toHaveLength(100)
  expect(answer.at('meta.cut')).toEqual(['@usr.id'])
  expect(answer.at('meta.buckets.0.computes.c0')).toBe(users)
  const paths = await standard.get('/api/local/facets')
  expect([(paths.at('data') as unknown[]).length, paths.at('meta.cut')]).toEqual([1000, true])
  const values = await standard.get('/api/local/facets/%40usr.id/values?prefix=u1')
  expect([(values.at('data') as unknown[]).length, values.at('meta.cut')]).toEqual([20, true])
})

let written = 0
const writes = {
  signals: () => intake.post('/api/v2/logs', guesses(noon - 60_000, `198.51.100.${++written}`, 6), { 'content-type': 'text/plain' }),
  audit: () => daemon.as('Standard', `user${++written}`),
}
test.each([
  ['signals', 'security_monitoring/signals', 'timestamp'],
  ['signals', 'security_monitoring/signals', '-timestamp'],
  ['audit', 'audit/events', 'timestamp'],
  ['audit', 'audit/events', '-timestamp'],
] as const)('%s by pages while others write, at %s?sort=%s → none twice, none missed', async (track, path, sort) => {
  for (let i = 0; i < 12; i++) await writes[track]()
  await core.caughtUp()
  const before = Number((await standard.post('/api/local/explorer', { track, from: 0, limit: 0 })).at('meta.total'))
  expect(before).toBeGreaterThan(10)
  const seen: unknown[] = []
  let cursor = ''
  do {
    const page = await standard.get(`/api/v2/${path}?filter[from]=0&page[limit]=5&sort=${sort}${cursor}`)
    seen.push(...page.each('data', 'id'))
    cursor = page.at('meta.page.after') === undefined ? '' : `&page[cursor]=${String(page.at('meta.page.after'))}`
    await writes[track]()
    await core.caughtUp()
  } while (cursor !== '')
  expect([seen.length, new Set(seen).size]).toEqual([before, before])
})

test.each([
  ['/api/local/session', daemon.nobody],
  ['/api/local/signals', standard],
])('3,000 attributes that %s does not know → an answer no longer than that', async (path, caller) => {
  const body = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}${'x'.repeat(i === 0 ? 10_000 : 0)}`, 1]))
  const answer = await caller.post(path, body)
  expect(answer.status).toBe(400)
  expect(answer.text.length).toBeLessThan(10_000)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
