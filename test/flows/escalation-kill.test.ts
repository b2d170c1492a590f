import { expect, test } from 'vitest'
import { startChild, stop, temporary } from '../child.ts'
import { createRandom } from '../daemon/engine/random-logs.ts'
import { startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

// killed while signals are escalated: a signal that tells people and begins a workflow, a case of it by hand, and an incident of the case
const kills = Number(process.env['SIGNALBOX_TEST_KILLS'] ?? 5)
/** Signals that are escalated between two kills, at most. */
const perKill = 6
const seed = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 1_000_000)
const random = createRandom(seed)
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const step = (name: string, actionId: string, parameters: object, next?: string) => ({
  ...{ name, actionId, parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) },
  outboundEdges: next === undefined ? [] : [{ nextStepName: next, branchName: 'main' }],
})
const steps = [
  step('open', 'create_case', { title: 'Workflow: {{ Source.signal.id }}' }, 'declare'),
  step('declare', 'declare_incident', { title: 'Workflow: {{ Source.signal.id }}', case: '{{ Steps.open.case_id }}' }, 'block'),
  step('block', 'block_user', { user: 'user of {{ Source.signal.id }}' }, 'tell'),
  step('tell', 'notify', { targets: ['@webhook-step'], title: '{{ Source.signal.id }}' }),
]

test(`S0-25, S0-26, S0-27, S0-03: ${kills} times kill -9 in the middle of escalations, seed ${seed}: each once, or not`, {
  timeout: 120_000 + kills * 30_000,
}, async () => {
  const receiver = await startReceiver()
  const dir = temporary()
  let child = await startChild(dir)
  const post = async (path: string, attributes: object, type?: string) => {
    const answer = await child.admin.post(path, { data: { ...(type && { type }), attributes } })
    expect([answer.status, answer.text]).toEqual([201, answer.text])
    return answer
  }
  const settings = { outbound: { allowed_hosts: [receiver.host] }, respond: { per_hour: 10_000 } }
  await child.admin.patch('/api/local/settings', { data: { attributes: settings } })
  for (const name of ['rule', 'step'])
    await post('/api/local/channels', { kind: 'webhook', name, options: { url: `${receiver.url}/${name}` }, secrets: { secret } })
  const spec = { handle: 'escalate', triggers: [{ securityTrigger: {} }], steps }
  const workflow = await post('/api/v2/workflows', { name: 'Escalate', published: true, spec }, 'workflows')
  const instances = `/api/v2/workflows/${String(workflow.at('data.id'))}/instances`
  const selectors = { trigger_source: 'security_signals' }
  const targets = ['@workflow-escalate', '@webhook-rule']
  await post('/api/v2/security/signals/notification_rules', { name: 'All', selectors, targets }, 'notification_rules')

  /** By title, whether it was acknowledged: the same key is sent again until it is. */
  const signals = new Map<string, string>()
  const asked: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const dead = child
    let isOver = false
    const escalate = async (title: string) => {
      asked.push(title)
      const made = await dead.admin.post(
        '/api/local/signals',
        { data: { attributes: { title, severity: 'high' } } },
        { 'Idempotency-Key': `${title}-signal` },
      )
      if (made.status !== 201) return
      signals.set(title, String(made.at('data.id')))
      const file = { title: `By hand: ${title}`, signals: [String(made.at('data.id'))] }
      const opened = await dead.admin.post('/api/local/cases', { data: { attributes: file } }, { 'Idempotency-Key': `${title}-case` })
      const incident = { title: `By hand: ${title}`, customer_impacted: false, x_local: { case: String(opened.at('data.id')) } }
      await dead.admin.post(
        '/api/v2/incidents',
        { data: { type: 'incidents', attributes: incident } },
        { 'Idempotency-Key': `${title}-incident` },
      )
    }
    const writing = (async () => {
      for (let i = 0; !isOver && i < perKill; i++) await escalate(`S${kill}-${i}`).catch(() => undefined)
    })()
    await until(() => [...signals.keys()].some(title => title.startsWith(`S${kill}-`)), 60_000)
    await new Promise(resolve => setTimeout(resolve, random.below(800)))
    dead.kill('SIGKILL')
    isOver = true
    await Promise.all([dead.ended, writing])
    child = await startChild(dir)
  }
  const { admin } = child
  const told = () => until(async () => (await admin.get('/api/local/notifications')).at('meta.counts.waiting') === 0, 120_000)
  await told()
  await until(async () => (await admin.get(instances)).at('meta.runningCount') === 0, 60_000)
  // what the last of them tell
  await told()
  expect((await admin.get('/api/local/notifications')).at('meta.counts.dead')).toBe(0)

  /** Everything of a list, page by page. */
  const all = async (path: string, page: string, first: number, by: number) => {
    const found: { id: string; attributes: Record<string, unknown> }[] = []
    for (let at = first; ; at += by) {
      const { data } = (await admin.get(`${path}?page[size]=100&${page}=${at}`)).json as { data: typeof found }
      found.push(...data)
      if (data.length < 100) return found
    }
  }
  const runs = await all(instances, 'page[number]', 0, 1)
  const cases = await all('/api/v2/cases', 'page[number]', 1, 1)
  const incidents = await all('/api/v2/incidents', 'page[offset]', 0, 100)
  const blocks = await all('/api/local/denylist', 'page[number]', 0, 1)
  const count = (items: { attributes: Record<string, unknown> }[], name: string, value: string) =>
    items.filter(({ attributes }) => attributes[name] === value).length
  const toldAt = (path: string) =>
    receiver.of(path).map(({ body, headers }) => ({
      signal: (JSON.parse(body) as { data: { signals: { id: string }[] } }).data.signals[0]!.id,
      id: String(headers['webhook-id']),
    }))
  const [byRule, byStep] = [toldAt('/rule'), toldAt('/step')]
  expect(runs.filter(({ attributes }) => (attributes['instanceStatus'] as { displayName: string }).displayName !== 'Succeeded')).toEqual([])
  const run = new Set(runs.map(({ attributes }) => (attributes['source'] as { signal_id: string }).signal_id))
  for (const [title, id] of signals) {
    // what begins by itself is done once for each signal that was acknowledged
    expect(run.has(id), `a run for ${title}`).toBe(true)
    expect([count(cases, 'title', `Workflow: ${id}`), count(incidents, 'title', `Workflow: ${id}`)], title).toEqual([1, 1])
    expect(count(blocks, 'value', `user of ${id}`), title).toBe(1)
    for (const told of [byRule, byStep]) expect(new Set(told.filter(({ signal }) => signal === id).map(one => one.id)).size, title).toBe(1)
  }
  expect(runs.length).toBe(run.size)
  // what was asked by hand is done once or not at all, and then it is done by asking again with the same key
  for (const title of asked) {
    const before = count(cases, 'title', `By hand: ${title}`)
    expect(before, title).toBeLessThanOrEqual(1)
    expect(count(incidents, 'title', `By hand: ${title}`), title).toBeLessThanOrEqual(before)
    const id = signals.get(title)
    if (id === undefined) continue
    const file = { title: `By hand: ${title}`, signals: [id] }
    const again = await admin.post('/api/local/cases', { data: { attributes: file } }, { 'Idempotency-Key': `${title}-case` })
    expect(again.status, title).toBe(201)
    const known = cases.find(({ attributes }) => attributes['title'] === `By hand: ${title}`)
    if (known) expect(again.at('data.id')).toBe(known.id)
  }
  // the audit trail has each of them once, and nothing else
  const audited = async (type: string) =>
    (await admin.post('/api/local/explorer', { track: 'audit', query: `@asset.type:${type} @action:created`, from: 0, limit: 0 })).at(
      'meta.total',
    )
  const files = await all('/api/v2/cases', 'page[number]', 1, 1)
  expect(await audited('case')).toBe(files.length)
  expect(await audited('incident')).toBe(incidents.length)
  expect(await audited('denylist')).toBe(blocks.length)
  expect(await audited('workflow_run')).toBe(run.size)
  expect((await admin.get('/api/local/audit/verification')).at('data.attributes.intact')).toBe(true)
  await stop(child)
})
