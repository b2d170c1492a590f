import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { applicationKey, startChild, temporary } from '../child.ts'
import { until } from '../until.ts'

// What goes between the daemon's two threads while it goes on: searches that are given up, and the frames of a live tail.
const child = await startChild(temporary())
const { admin } = child
const text = 'a'.repeat(5000)
for (let i = 0; i < 12; i++)
  await admin.post(
    '/api/v2/logs',
    Array.from({ length: 500 }, (_, n) => ({ message: `n${i * 500 + n}`, ddsource: 'ledger', text: `${i * 500 + n}${text}` })),
  )

test('a newer search of the same view takes the place of the older ones, and the worker is free again', async () => {
  const slow = (n: number) =>
    admin.post('/api/local/explorer', { track: 'logs', query: `*:${'?*'.repeat(50)}b${n}`, from: 0, limit: 1, view: 'main' })
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => slow(n)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter(status => status === 200)).toHaveLength(1)
  expect(statuses.filter(status => status === 409)).toHaveLength(29)
  expect((await admin.post('/api/local/explorer', { track: 'logs', query: 'source:ledger', from: 0, limit: 0 })).at('meta.total')).toBe(
    6000,
  )
})

test('a live tail', async () => {
  const socket = new WebSocket(`${child.url.replace('http', 'ws')}/api/local/live/logs?query=source:tail`, {
    headers: { authorization: `Bearer ${applicationKey}` },
  })
  const frames: string[] = []
  socket.on('message', data => frames.push(String(data)))
  await new Promise(resolve => socket.once('open', resolve))
  await until(async () => {
    await admin.post('/api/v2/logs', [{ message: 'told', ddsource: 'tail' }])
    return frames.length > 0
  })
  const { type, data } = JSON.parse(frames[0]!) as { type: string; data: { attributes: { message: string } }[] }
  expect([type, data[0]!.attributes.message]).toEqual(['logs', 'told'])
  socket.close()
})

test('groups and a time series', async () => {
  const answer = await admin.post('/api/v2/logs/analytics/aggregate', {
    compute: [{ aggregation: 'count' }, { aggregation: 'count', type: 'timeseries', interval: '1h' }],
    group_by: [{ facet: 'source', limit: 1 }],
  })
  expect(answer.at('data.buckets.0.by')).toEqual({ source: 'ledger' })
  expect(answer.at('data.buckets.0.computes.c0')).toBe(6000)
})

test('the denylist as a list, and once more by its tag', async () => {
  await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value: '93.184.216.34', duration: '1h' } } })
  const made = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'edge', ranges: 'native' } } })
  const list = (more: Record<string, string> = {}) =>
    fetch(`${child.url}/api/local/lists/plain`, { headers: { 'x-api-key': String(made.at('data.attributes.key')), ...more } })
  const first = await list()
  expect([first.status, await first.text()]).toEqual([200, expect.stringContaining('93.184.216.34')])
  expect((await list({ 'if-none-match': `W/${first.headers.get('etag')}` })).status).toBe(304)
})

test('decisions: all at a bouncer’s start, then about one address; a wrong key is told nothing', async () => {
  const reason = 'guesses “root”, \\ and more'
  const blocked = await admin.post('/api/local/denylist', {
    data: { attributes: { kind: 'ip', value: '93.184.216.35', duration: '1h', reason } },
  })
  const made = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'gate', ranges: 'native' } } })
  const ask = async (path: string, key = String(made.at('data.attributes.key'))) => {
    const answer = await fetch(`${child.url}/v1/decisions${path}`, { headers: { 'x-api-key': key } })
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() }
  }
  const decision = expect.objectContaining({ value: '93.184.216.35', scope: 'Ip', uuid: blocked.at('data.id'), scenario: reason })
  const all = await ask('/stream?startup=true')
  expect(all).toEqual({ status: 200, type: 'application/json', body: { new: expect.arrayContaining([decision]), deleted: [] } })
  expect((await ask('/stream')).body).toEqual({ new: [], deleted: [] })
  expect((await ask('?ip=93.184.216.35')).body).toEqual([decision])
  expect((await ask('?ip=93.184.216.36')).body).toBe(null)
  for (const path of ['?ip=93.184.216.35', '?ip=none', '/stream?startup=true']) expect((await ask(path, 'no')).status).toBe(403)
})

test('SIGTERM → exit 0', async () => {
  child.kill('SIGTERM')
  expect((await child.ended).code).toBe(0)
})
