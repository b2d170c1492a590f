import { expect, test } from 'vitest'
import { readRequest } from '../../../extension/background/guards.ts'
import { createSearching } from '../../../extension/background/search.ts'
import { Refused } from '../../../extension/background/send.ts'
import { createViews } from '../../../extension/background/views.ts'
import type { JsonObject } from '../../../shared/json.ts'

/** A daemon's answers by method and path, and what it was asked. */
function meet(answer: (method: string, path: string) => JsonObject) {
  const asked: { method: string; path: string; body: unknown }[] = []
  const request = async (method: string, path: string, body?: unknown) => {
    asked.push({ method, path, body })
    return answer(method, path)
  }
  const file = async () => new Response('')
  return { asked, searching: createSearching({ request, file }), views: createViews({ request, me: () => 'u-1' }) }
}

const span = { query: 'a', from: 1, to: 2 }
const log = {
  id: '7',
  type: 'log',
  attributes: {
    timestamp: '1970-01-01T00:00:01.000Z',
    host: 'web-1',
    service: 'shop',
    status: 'warn',
    message: 'hello',
    tags: ['env:prod'],
    attributes: { http: { method: 'GET' } },
    x_local: { timestamp_ms: 1000, source: 'nginx' },
  },
}

test('a search of logs: rows as queries look at them, groups in the order of their measures', async () => {
  const { asked, searching } = meet(() => ({
    data: [log],
    meta: {
      total: 1,
      took_ms: 3,
      page: { after: 'next' },
      facets: { status: [{ value: 'warn', count: 1 }] },
      cut: ['host'],
      histogram: [{ time: 1, count: 1 }],
      buckets: [{ by: { status: 404 }, computes: { c10: 3, c0: null, c1: [{ time: '1970-01-01T00:00:01.000Z', value: 2 }] } }],
      warnings: [{ code: 'x', title: 'y', detail: 'About' }],
    },
  }))
  const found = await searching.search({
    track: 'logs',
    ...span,
    limit: 10,
    buckets: 5,
    measures: [{ aggregation: 'count', interval: '5s' }],
    view: 'v',
  })
  expect(asked[0]!.body).toEqual({
    track: 'logs',
    ...span,
    limit: 10,
    histogram: { buckets: 5 },
    compute: [{ aggregation: 'count', type: 'timeseries', interval: '5s' }],
    view: 'v',
  })
  expect(found.rows).toEqual([
    {
      id: '7',
      doc: {
        timestamp: 1000,
        host: 'web-1',
        service: 'shop',
        source: 'nginx',
        status: 'warn',
        message: 'hello',
        tags: ['env:prod'],
        attributes: { http: { method: 'GET' } },
      },
    },
  ])
  expect(found).toMatchObject({ total: 1, after: 'next', cut: ['host'], warnings: ['About'] })
  expect(found.groups).toEqual([{ by: { status: '404' }, values: [null, [{ time: 1000, value: 2 }], 3] }])
})

test('values of another type are left out', async () => {
  const { searching } = meet(() => ({
    data: [{ id: 5, attributes: { message: ['x'], tags: 'a', attributes: 'no' } }, 'x'],
    meta: { total: '9', facets: [] },
  }))
  const found = await searching.search({ track: 'logs', ...span, limit: 10 })
  expect(found.rows).toEqual([{ id: '', doc: { timestamp: 0, tags: ['a'], attributes: {} } }])
  expect(found).toMatchObject({ total: 0, after: null, facets: {}, histogram: [] })
})

test('a signal in a list does without its samples', async () => {
  const body = { title: 'T', samples: [{ id: 'x' }], workflow: {} }
  const { searching } = meet(() => ({ data: [{ id: 's', attributes: { status: 'high', custom: body } }], meta: {} }))
  const [row] = (await searching.search({ track: 'signals', ...span, limit: 10 })).rows
  expect(row!.doc.attributes).toEqual({ title: 'T', workflow: {} })
  expect(row!.signal).toMatchObject({ id: 's', title: 'T', severity: 'high' })
})

test('rows that are gone or hidden are left out, another refusal is not', async () => {
  const { searching } = meet((_, path) => {
    if (path.endsWith('/gone')) throw new Refused(404, 'no')
    if (path.endsWith('/bad')) throw new Refused(429, 'many')
    return { data: log }
  })
  expect((await searching.foundRows({ track: 'logs', ids: ['7', 'gone'] })).rows.map(({ id }) => id)).toEqual(['7'])
  await expect(searching.foundRows({ track: 'logs', ids: ['bad'] })).rejects.toThrow('many')
})

test('a path and a prefix reach the daemon as they are', async () => {
  const { asked, searching } = meet(() => ({
    data: [
      { value: 'a', count: 2 },
      { value: 1, count: 'x' },
    ],
    meta: { cut: true },
  }))
  const answer = await searching.facetValues({ track: 'logs', ...span, path: '@a/b?c', prefix: '&x=1', limit: 5 })
  expect(asked[0]!.path).toBe('/api/local/facets/%40a%2Fb%3Fc/values?track=logs&query=a&from=1&to=2&prefix=%26x%3D1&limit=5')
  expect(answer).toEqual({
    values: [
      { value: 'a', count: 2 },
      { value: '', count: 0 },
    ],
    cut: true,
  })
})

test('saved views: whose they are, and which one begins', async () => {
  const view = (id: string, uuid: string) => ({
    id,
    attributes: { name: id, track: 'logs', owner: { uuid, name: 'Ana' }, from: 5, to: 'now', version: 2 },
  })
  const { asked, views } = meet(() => ({ data: [view('a', 'u-1'), view('b', 'u-2')], meta: { default: 'b' } }))
  const answer = await views.views({})
  expect(answer.chosen).toBe('b')
  expect(answer.views.map(({ id, mine, from }) => [id, mine, from])).toEqual([
    ['a', true, '5'],
    ['b', false, '5'],
  ])
  await views.beginWithView({ id: null })
  expect(asked[1]).toMatchObject({ method: 'PUT', path: '/api/local/views/default', body: { data: { attributes: { id: null } } } })
  await views.changeView({ id: 'a', version: 2, view: { name: 'Night', shared: true } })
  expect(asked[2]).toEqual({
    method: 'PATCH',
    path: '/api/local/views/a',
    body: { data: { type: 'view', attributes: { name: 'Night', shared: true, version: 2 } } },
  })
})

const self = { id: 'me', root: 'chrome-extension://me/' }
const own = { id: 'me', url: `${self.root}explorer.html` }
const page = { id: 'me', url: 'https://a.example/', tab: { id: 1, url: 'https://a.example/' }, frameId: 0 }
const asked = { track: 'logs', query: '', from: 0, to: 5 }
test.each<[object, boolean]>([
  [{ type: 'search', ...asked, limit: 100 }, true],
  [{ type: 'search', ...asked, limit: 100, sort: 'severity', facets: ['@a'], groupBy: [{ facet: 'a', limit: 5 }] }, true],
  [{ type: 'search', ...asked, limit: 1001 }, false],
  [{ type: 'search', ...asked, track: 'rules', limit: 1 }, false],
  [{ type: 'search', ...asked, to: 1e17, limit: 1 }, false],
  [{ type: 'search', ...asked, limit: 1, measures: [{ aggregation: 'drop' }] }, false],
  [{ type: 'facetValues', ...asked, path: '', prefix: '', limit: 5 }, false],
  [{ type: 'foundRows', track: 'logs', ids: [] }, false],
  [{ type: 'removeView', id: '../keys' }, false],
  [{ type: 'changeView', id: 'a', version: 1, view: { name: 'Night', shared: true } }, true],
  [{ type: 'changeView', id: 'a', version: 1, view: { name: ' ' } }, false],
  [{ type: 'changeView', id: 'a', version: 1, view: { owner: 'me' } }, false],
  [{ type: 'beginWithView', id: null }, true],
  [{ type: 'exportRows', ...asked, sort: 'timestamp', format: 'csv' }, true],
  [{ type: 'exportRows', ...asked, sort: 'timestamp', format: 'exe' }, false],
])('%j → %s, and never from a page', (message, taken) => {
  expect(readRequest(message, own, self) !== undefined).toBe(taken)
  expect(readRequest(message, page, self)).toBeUndefined()
})
