import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

// runs killed in the middle, again and again: what is done in the store is done once, what is done outside is done once or shown as unknown
const kills = Number(process.env['SIGNALBOX_TEST_KILLS'] ?? 20)
const perKill = 3
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const receiver = await startReceiver()
const base = '/api/v2/workflows'
const p = (values: object) => Object.entries(values).map(([name, value]) => ({ name, value }))
const step = (name: string, actionId: string, parameters: object, next?: string) => ({
  ...{ name, actionId, parameters: p(parameters) },
  outboundEdges: next === undefined ? [] : [{ nextStepName: next, branchName: 'main' }],
})
const tell = (name: string) => ({ url: `${receiver.url}/${name}/{{ Run.id }}`, method: 'POST', body: {} })
const steps = [
  step('first', 'add_note', { text: 'first {{ Run.id }}' }, 'out'),
  step('out', 'http_request', tell('out'), 'second'),
  step('second', 'add_note', { text: 'second {{ Run.id }}' }, 'again'),
  step('again', 'http_request', tell('again'), 'third'),
  step('third', 'add_note', { text: 'third {{ Run.id }}' }),
]
const stepsOf = (run: Awaited<ReturnType<Caller['get']>>) => {
  const names = run.each('data.attributes.steps', 'name').map(String)
  const states = run.each('data.attributes.steps', 'status.displayName').map(String)
  return Object.fromEntries(names.map((name, i) => [name, states[i]!]))
}

test(`S2-44: ${kills} kills in the middle of runs, seed ${seed}: each step once, or unknown`, {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  const dir = temporary()
  let child = await startChild(dir)
  await child.admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
  const raised = await child.admin.post('/api/local/signals', { data: { attributes: { title: 'By hand', severity: 'high' } } })
  const signal = String(raised.at('data.id'))
  const attributes = { name: 'Tell', published: true, spec: { triggers: [{ securityTrigger: {} }], steps } }
  const made = await child.admin.post(base, { data: { type: 'workflows', attributes } })
  expect([made.status, made.text]).toEqual([201, made.text])
  const path = `${base}/${String(made.at('data.id'))}/instances`

  const begun: string[] = []
  for (let i = 0; i < kills; i++) {
    for (let run = 0; run < perKill; run++) {
      const answer = await child.admin.post(path, { meta: { x_local: { signal_id: signal } } })
      begun.push(String(answer.at('data.id')))
    }
    await new Promise(resolve => setTimeout(resolve, random.below(80)))
    child.kill('SIGKILL')
    await child.ended
    child = await startChild(dir)
  }
  const { admin } = child
  const over = (id: string) =>
    until(async () => {
      const now = await admin.get(`${path}/${id}`)
      return now.at('data.attributes.instanceStatus.displayName') === 'Running' ? undefined : now
    })
  const runs = new Map<string, Awaited<ReturnType<typeof over>>>()
  for (const id of begun) runs.set(id, await over(id))
  const notes = (await admin.get(`/api/local/signals/${signal}/notes`)).each('data', 'attributes.text')
  const ends: Record<string, number> = {}
  for (const [id, run] of runs) {
    const states = stepsOf(run)
    for (const name of ['first', 'second', 'third'])
      expect(notes.filter(text => text === `${name} ${id}`).length, `${name} of ${id}: ${states[name]}`).toBe(
        states[name] === 'Succeeded' ? 1 : 0,
      )
    for (const name of ['out', 'again']) {
      const count = receiver.received.filter(({ path }) => path === `/${name}/${id}`).length
      const may = { Succeeded: [1], Unknown: [0, 1], Skipped: [0] }[states[name]!]
      expect(may, `${name} of ${id} is ${states[name]}, and was asked ${count} times`).toContain(count)
    }
    const end = String(run.at('data.attributes.instanceStatus.displayName'))
    expect(end).toBe(Object.values(states).every(state => state === 'Succeeded') ? 'Succeeded' : 'Failed')
    ends[end] = (ends[end] ?? 0) + 1
  }
  // each run is over once in the audit trail too
  const told = await admin.post('/api/local/explorer', {
    track: 'audit',
    query: '@asset.type:workflow_run @action:created',
    from: 0,
    limit: 0,
  })
  expect(told.at('meta.total')).toBe(begun.length)
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  expect(ends['Succeeded']! + (ends['Failed'] ?? 0)).toBe(begun.length)
  await stop(child)
})
