import { expect, test } from 'vitest'
import { allOf, type Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { until } from '../until.ts'

// a change of many signals, killed in the middle: what is done is done once, the rest goes on, and one undo takes all of it back
const count = 250
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const body = (attributes: object) => ({ data: { attributes } })
const statesOf = async (admin: Caller) => {
  const all: Record<string, number> = {}
  for (const state of await allOf(admin, 'signals', '', 'attributes.custom.workflow.triage.state'))
    all[String(state)] = (all[String(state)] ?? 0) + 1
  return all
}
const told = async (admin: Caller, words: string) =>
  Number((await admin.post('/api/local/explorer', { track: 'audit', query: `"${words}"`, from: 0, limit: 0 })).at('meta.total'))

test(`kill -9 in a job of ${count} signals, seed ${seed}`, { timeout: 120_000 }, async () => {
  const dir = temporary()
  let child = await startChild(dir)
  const left = Array.from({ length: count }, (_, i) => i)
  const make = async () => {
    for (let i = left.pop(); i !== undefined; i = left.pop())
      expect((await child.admin.post('/api/local/signals', body({ title: `S${i}`, severity: 'low' }))).status).toBe(201)
  }
  await Promise.all(Array.from({ length: 8 }, make))
  let before = 'open'
  let change: string | null = null
  for (const state of ['under_review', 'archived']) {
    const selection = await child.admin.post('/api/local/signals/selections', body({ query: `@workflow.triage.state:${before}` }))
    expect(selection.at('data.attributes.count')).toBe(count)
    const job = await child.admin.post(`/api/local/signals/selections/${String(selection.at('data.id'))}/apply`, body({ state }))
    change = job.headers.get('signalbox-change')
    const dead = child
    await new Promise(resolve => setTimeout(resolve, random.below(60)))
    dead.kill('SIGKILL')
    await dead.ended
    child = await startChild(dir)
    const done = await until(async () => {
      const now = await child.admin.get(`/api/local/jobs/${String(job.at('data.id'))}`)
      return now.at('data.attributes.state') === 'done' ? now : undefined
    })
    expect(done.at('data.attributes')).toMatchObject({ done: count, changed: count, skipped_total: 0 })
    expect(await statesOf(child.admin)).toEqual({ [state]: count })
    expect(await told(child.admin, `from ${before} to ${state}`)).toBe(count)
    before = state
  }
  const undone = await child.admin.post(`/api/local/changes/${change}/undo`)
  expect([undone.status, undone.at('data.attributes')]).toEqual([200, { undone: count, skipped: [], cases: [] }])
  expect(await statesOf(child.admin)).toEqual({ under_review: count })
  expect((await child.admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  await stop(child)
})
