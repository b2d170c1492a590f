import { afterAll, expect, test } from 'vitest'
import { createApp } from '../../daemon/app.ts'
import type { Core } from '../../daemon/core/core.ts'
import { evaluate } from '../../daemon/engine/evaluate.ts'
import { createPatience } from '../../daemon/engine/patience.ts'
import type { Search } from '../../daemon/engine/search.ts'
import { createPacer } from '../../daemon/engine/slices.ts'
import type { Restrictions } from '../../daemon/lib/restrictions.ts'
import { listen } from '../../daemon/listen.ts'
import { createCaller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

// What becomes of a search that takes long: its deadline, and whoever does not wait for it.
const daemon = await startDaemon()
const { core } = daemon
const search: Search = { track: 'logs', query: '', from: 0, to: 1, limit: 1, sort: 'timestamp' }

function* endless() {
  for (let seq = 1; ; seq++) yield { row: seq, seq, doc: { timestamp: 2, tags: [], attributes: {} } }
}
const run = (check: () => void) => evaluate(endless, search, { secret: '', seq: 1 }, createPacer(check))

test('a search past its deadline → 504, and others had their turn', async () => {
  let turns = 0
  const other = setInterval(() => turns++, 1)
  await expect(run(createPatience(100))).rejects.toMatchObject({ status: 504, code: 'deadline' })
  clearInterval(other)
  expect(turns).toBeGreaterThan(0)
})

test('a search that is given up ends with the reason', async () => {
  const giving = new AbortController()
  const running = run(createPatience(60_000, giving.signal))
  setTimeout(() => giving.abort(new Error('enough')), 30)
  await expect(running).rejects.toThrow('enough')
})

// A daemon whose searches of logs go on until they are given up, or their time is over.
const calls: { ms: number; signal: AbortSignal }[] = []
const searchLogs = (_only: Restrictions, _: Search, ms = 0, signal?: AbortSignal) => {
  calls.push({ ms, signal: signal! })
  return run(createPatience(ms, signal))
}
const slow = { ...daemon.daemon, core: { ...core, searchLogs } as unknown as Core }
const server = await listen(slow, { host: '127.0.0.1', port: 0 })
afterAll(() => server.close())
const keys = { apiKey: daemon.apiKey, applicationKey: daemon.standard.key.secret }
const app = createApp(slow, () => new Set([new URL(server.url).host]))
const caller = createCaller((url, init) => Promise.resolve(app.request(url, init)), server.url, keys)
const others = createCaller((url, init) => Promise.resolve(app.request(url, init)), server.url, {
  ...keys,
  applicationKey: daemon.admin.key.secret,
})
const settings = (deadline_ms: unknown) => daemon.admin.patch('/api/local/settings', { data: { attributes: { search: { deadline_ms } } } })

test.each([0, 99, 600_001, '5s', null])('search.deadline_ms %j → 400', async ms => {
  const answer = await settings(ms)
  expect([answer.status, JSON.stringify(answer.at('errors.0.source'))]).toEqual([400, expect.stringContaining('search.deadline_ms')])
})

test('search.deadline_ms: 5 s, until it is set', async () => {
  expect((await daemon.admin.get('/api/local/settings')).at('data.attributes.search')).toMatchObject({ deadline_ms: 5000 })
  expect((await settings(100)).status).toBe(200)
})

test.each<[string, string, number, unknown]>([
  ['POST', '/api/local/explorer', 504, { track: 'logs' }],
  ['GET', '/api/local/facets', 504, undefined],
  ['GET', '/api/local/facets/env/values', 504, undefined],
  ['GET', '/api/v2/logs/events', 200, undefined],
  ['POST', '/api/v2/logs/events/search', 200, {}],
  ['POST', '/api/v2/logs/analytics/aggregate', 200, {}],
])('%s %s past the deadline → %i', async (method, path, status, body) => {
  const answer = await caller.request(method, path, body)
  expect(answer.status).toBe(status)
  if (status === 504) expect(answer.at('errors.0.code')).toBe('deadline')
  else {
    expect(answer.at('meta.status')).toBe('timeout')
    expect(answer.at(path.endsWith('aggregate') ? 'data.buckets' : 'data')).toEqual([])
  }
  expect(calls.at(-1)!.ms).toBe(100)
})

test('a closed connection gives its search up', async () => {
  await settings(60_000)
  const before = calls.length
  const closing = new AbortController()
  const asked = fetch(`${server.url}/api/v2/logs/events`, {
    headers: { 'dd-api-key': keys.apiKey, 'dd-application-key': keys.applicationKey },
    signal: closing.signal,
  })
  await expect.poll(() => calls.length).toBe(before + 1)
  closing.abort()
  await expect(asked).rejects.toThrow()
  await expect.poll(() => calls.at(-1)!.signal.aborted).toBe(true)
})

test('a newer search of a view takes the place of its older one, not of another’s', async () => {
  await settings(500)
  const explore = (who: typeof caller, view: string) => who.post('/api/local/explorer', { track: 'logs', view })
  const [older, stranger, elsewhere, newer] = await Promise.all([
    explore(caller, 'main'),
    explore(others, 'main'),
    explore(caller, 'side'),
    explore(caller, 'main'),
  ])
  expect([older.status, older.at('errors.0.code')]).toEqual([409, 'superseded'])
  expect([stranger.status, elsewhere.status, newer.status]).toEqual([504, 504, 504])
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
