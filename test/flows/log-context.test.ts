import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'

const daemon = await startDaemon()
const { intake, standard, nobody } = daemon
// three logs a second, so that times are equal; sent in no order of time
const order = Array.from({ length: 60 }, (_, i) => (i * 7) % 60)
await intake.post(
  '/api/v2/logs',
  order.map(i => ({
    message: `log ${i}`,
    timestamp: noon - 60_000 + Math.floor(i / 3) * 1000,
    ...(i % 5 !== 0 && { hostname: i % 2 === 0 ? 'a "b' : 'c' }),
    service: i % 4 === 0 ? 'web' : 'db',
  })),
)
const all = await standard.post('/api/local/explorer', { track: 'logs', query: '', from: 0, limit: 1000, sort: 'timestamp' })
const logs = all.at('data') as { id: string; attributes: { message: string; host?: string; service?: string } }[]
const context = (place: number, query = '') => standard.get(`/api/local/logs/${logs[place]!.id}/context?${query}`)
const ids = (list: { id: string }[]) => list.map(({ id }) => id)

test.each([0, 1, 2, 25, 31, 58, 59])('around log %i: its neighbours in the order of time, then arrival', async place => {
  const answer = await context(place, 'before=3&after=2')
  expect(answer.each('data', 'id')).toEqual(ids(logs.slice(Math.max(0, place - 3), place + 3)))
  expect(answer.at('meta')).toEqual({ index: Math.min(3, place), more: { before: place > 3, after: place < 57 } })
})

test.each(['host', 'service'] as const)('of the same %s', async same => {
  for (const place of [7, 20, 33]) {
    const value = logs[place]!.attributes[same]
    const alike = logs.filter(({ attributes }) => attributes[same] === value)
    const at = alike.indexOf(logs[place]!)
    const answer = await context(place, `before=4&after=4&same=${same}`)
    if (value === undefined) expect([answer.status, answer.at('errors.0.source.parameter')]).toEqual([400, 'same'])
    else expect(answer.each('data', 'id')).toEqual(ids(alike.slice(Math.max(0, at - 4), at + 5)))
  }
})

test('25 on either side, or none', async () => {
  expect((await context(30)).each('data', 'id')).toEqual(ids(logs.slice(5, 56)))
  const alone = await context(30, 'before=0&after=0')
  expect([alone.each('data', 'id'), alone.at('meta')]).toEqual([[logs[30]!.id], { index: 0, more: { before: true, after: true } }])
})

test.each([
  ['before=-1', 'before'],
  ['after=501', 'after'],
  ['before=many', 'before'],
  ['same=planet', 'same'],
])('%s → 400', async (query, field) => {
  const answer = await context(3, query)
  expect([answer.status, answer.at('errors.0.source.parameter')]).toEqual([400, field])
})

test('a log that is not there → 404; without a key → 401', async () => {
  expect((await standard.get('/api/local/logs/nope/context')).status).toBe(404)
  expect((await nobody.get(`/api/local/logs/${logs[0]!.id}/context`)).status).toBe(401)
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
