import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { until } from '../until.ts'

const queries = ['', 'failed password', '-source:nginx', '@n:[10 TO 40]', '*:ledger', '@list:b AND "user 7"']

async function answers(caller: Caller): Promise<unknown[]> {
  const all = []
  for (const query of queries) {
    const asked = { track: 'logs', query, from: 0, to: Date.UTC(2100, 0), limit: 100, facets: ['source', '@n'], histogram: { buckets: 5 } }
    const answer = await caller.post('/api/local/explorer', asked)
    expect(answer.status).toBe(200)
    all.push([answer.at('data'), answer.at('meta.total'), answer.at('meta.facets'), answer.at('meta.histogram')])
  }
  return all
}

test('killed and started again, twice: the same answers', async () => {
  const dir = temporary()
  let child = await startChild(dir)
  const logs = Array.from({ length: 300 }, (_, i) => ({
    message: i % 3 ? `failed password for user ${i % 9}` : `GET /${i}`,
    ddsource: i % 2 ? 'nginx' : 'ledger',
    timestamp: Date.UTC(2026, 0, 1) + (i % 50) * 1000,
    n: i % 60,
    list: ['a', i % 5 ? 'b' : 'c'],
  }))
  for (let i = 0; i < logs.length; i += 50) expect((await child.admin.post('/api/v2/logs', logs.slice(i, i + 50))).status).toBe(202)
  const before = await answers(child.admin)
  for (const how of ['once', 'twice']) {
    child.kill('SIGKILL')
    await child.ended
    child = await startChild(dir)
    expect(await answers(child.admin), how).toEqual(before)
  }
  expect(await stop(child)).toBe(0)
})

test('killed while segments are sealed, merged and made anew: nothing is lost and nothing counted twice', {
  timeout: 120_000,
}, async () => {
  const dir = temporary()
  const segments = join(dir, 'segments')
  const kinds = 7
  const batch = 1000
  const begin = Date.UTC(2026, 0, 1)
  let sent = 0
  let child = await startChild(dir)

  async function send(batches: number): Promise<void> {
    const posts = Array.from({ length: batches }, (_, k) => {
      const first = sent + k * batch
      const logs = Array.from({ length: batch }, (_, i) => ({ message: `line ${first + i}`, n: (first + i) % kinds, timestamp: begin + i }))
      return child.admin.post('/api/v2/logs', logs)
    })
    for (const { status } of await Promise.all(posts)) expect(status).toBe(202)
    sent += batches * batch
  }
  async function startAgain(): Promise<void> {
    child.kill('SIGKILL')
    await child.ended
    child = await startChild(dir)
  }
  async function expectAll(): Promise<void> {
    const asked = { track: 'logs', query: 'line', from: 0, to: Date.UTC(2100, 0), limit: 1, facets: ['@n'] }
    const answer = await child.admin.post('/api/local/explorer', asked)
    const counts = Array.from({ length: kinds }, (_, n) => ({ value: String(n), count: Math.ceil((sent - n) / kinds) }))
    counts.sort((a, b) => b.count - a.count)
    expect(answer.at('meta.total')).toBe(sent)
    expect(answer.at('meta.facets')).toEqual({ '@n': counts })
  }

  // 8,192 logs fill a segment
  for (let i = 0; i < 6; i++) {
    await send(5)
    if (i % 2 === 1) await startAgain()
  }
  await expectAll()
  for (let i = 0; i < 9; i++) await send(5)
  // eight are merged in another thread
  await until(() => readdirSync(segments).length > 8, 60_000)
  await startAgain()
  await expectAll()
  rmSync(segments, { recursive: true })
  await startAgain()
  await until(() => readdirSync(segments).some(name => name.endsWith('.segment')), 60_000)
  await startAgain()
  await expectAll()
  expect(await stop(child)).toBe(0)
})
