import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'

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
