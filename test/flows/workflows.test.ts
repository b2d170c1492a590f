import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

const receiver = await startReceiver({
  '/fails': response => response.writeHead(500).end('no such thing'),
  '/moved': response => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/hangs': () => {},
})
const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, standard, analyst, readOnly, intake, core, clock } = daemon
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
const base = '/api/v2/workflows'
const signals = '/api/v2/security_monitoring/signals'

let next = 1
/** Open one more signal and give its id. */
async function opened(): Promise<string> {
  clock.now += 60_000
  const ip = `198.51.100.${next++}`
  await intake.post('/api/v2/logs', guesses(clock.now - 60_000, ip, 7), { 'content-type': 'text/plain' })
  await core.caughtUp()
  return String((await admin.get(`${signals}?filter[query]=@network.client.ip:${ip}`)).at('data.0.id'))
}
const p = (values: object) => Object.entries(values).map(([name, value]) => ({ name, value }))
const to = (nextStepName: string, branchName = 'main') => ({ nextStepName, branchName })
const step = (name: string, actionId: string, parameters: object = {}, outboundEdges: object[] = []) => ({
  ...{ name, actionId, parameters: p(parameters), outboundEdges },
})
const security = { securityTrigger: {} }
const manual = { apiTrigger: {} }
let made = 0
const definition = (spec: object, more: object = {}) => ({
  data: { type: 'workflows', attributes: { name: `Workflow ${++made}`, published: true, spec, ...more } },
})
/** A workflow of these steps, to be run on signals; its id. */
async function create(steps: object[], more: object = {}, attributes: object = {}): Promise<string> {
  const answer = await standard.post(base, definition({ triggers: [security, manual], steps, ...more }, attributes))
  expect([answer.status, answer.text]).toEqual([201, answer.text])
  return String(answer.at('data.id'))
}
const begin = (id: string, signal?: string, payload: object = {}, who = analyst) =>
  who.post(`${base}/${id}/instances`, { meta: { payload, ...(signal && { x_local: { signal_id: signal } }) } })
/** What a run came to. */
async function over(id: string, begun: Awaited<ReturnType<typeof begin>>) {
  expect([begun.status, begun.text]).toEqual([200, begun.text])
  return until(async () => {
    const run = await readOnly.get(`${base}/${id}/instances/${begun.at('data.id')}`)
    return run.at('data.attributes.instanceStatus.displayName') === 'Running' ? undefined : run
  })
}
const stepsOf = (run: { each(list: string, path: string): unknown[] }) =>
  Object.fromEntries(
    run.each('data.attributes.steps', 'name').map((name, i) => [name, run.each('data.attributes.steps', 'status.displayName')[i]]),
  )

test('S2-44, S2-45: on a signal, with an input: state, assignee and note, each once, in audit, timeline and stream', async () => {
  const signal = await opened()
  const id = await create(
    [
      step('review', 'set_state', { state: 'under_review' }, [to('give')]),
      step('give', 'assign', { assignee: '{{ Trigger.who }}' }, [to('say')]),
      step('say', 'add_note', { text: 'From {{ Source.signal.attributes.network.client.ip }}, {{ Steps.review.state }}' }),
    ],
    { inputSchema: { parameters: [{ name: 'who', type: 'STRING' }] } },
  )
  daemon.events.length = 0
  const run = await over(id, await begin(id, signal, { who: 'stan@example.com' }))
  expect(run.at('data.attributes.instanceStatus')).toEqual({ detailsKind: 'SUCCEEDED', displayName: 'Succeeded' })
  expect(stepsOf(run)).toEqual({ review: 'Succeeded', give: 'Succeeded', say: 'Succeeded' })
  const triage = (await admin.get(`${signals}/${signal}`)).at('data.attributes.custom.workflow.triage')
  expect(triage).toMatchObject({ state: 'under_review', assignee: { handle: 'stan@example.com' } })
  const notes = await admin.get(`/api/local/signals/${signal}/notes`)
  expect(notes.each('data', 'attributes.text')).toEqual([expect.stringMatching(/^From 198\.51\.100\.\d+, under_review$/)])
  expect(notes.each('data', 'attributes.by.handle')).toEqual(['sana@example.com'])
  const timeline = await admin.get(`/api/local/signals/${signal}/timeline`)
  expect(timeline.each('data', 'attributes.kind')).toEqual(['opened', 'workflow', 'state', 'assignee', 'note', 'workflow_ended'])
  const audit = await admin.get(`/api/v2/audit/events?filter[query]=@asset.type:workflow_run&sort=timestamp&page[limit]=100`)
  expect(audit.each('data', 'attributes.message')).toEqual([
    expect.stringContaining(`began the workflow`),
    expect.stringContaining(`succeeded`),
  ])
  expect(daemon.events.filter(({ type }) => type === 'workflows').length).toBeGreaterThan(3)
})

test('a condition goes one way, and what the other leads to is skipped', async () => {
  const signal = await opened()
  const conditions = [{ operand1: '{{ Source.signal.status }}', operator: 'OPERATOR_EQUAL', operand2: 'high' }]
  const id = await create([
    step('high', 'condition', { conditions }, [to('yes', 'true'), to('no', 'false')]),
    step('yes', 'add_note', { text: 'high' }, [to('after')]),
    step('no', 'add_note', { text: 'not high' }, [to('after')]),
    step('after', 'add_note', { text: 'after' }),
  ])
  const run = await over(id, await begin(id, signal))
  const severity = (await admin.get(`${signals}/${signal}`)).at('data.attributes.status')
  const [taken, left] = severity === 'high' ? ['yes', 'no'] : ['no', 'yes']
  expect(stepsOf(run)).toEqual({ high: 'Succeeded', [taken]: 'Succeeded', [left]: 'Skipped', after: 'Succeeded' })
})

test('steps that name what is not there: published, with a doubt about each, in a list too', async () => {
  const headers = [{ name: 'authorization', value: '{{ Secrets.nope }}' }]
  const id = await create([
    step('give', 'assign', { assignee: 'nobody@example.com' }, [to('tell')]),
    step('tell', 'notify', { targets: ['@slack-none'], title: 'Look' }, [to('ask')]),
    step('ask', 'http_request', { url: `${receiver.url}/ask`, headers }, [to('back')]),
    step('back', 'assign', { assignee: 'stan@example.com' }),
  ])
  const doubts = [
    { field: 'spec.steps.0.parameters.0.value', message: 'nobody here has the uuid or handle nobody@example.com' },
    { field: 'spec.steps.1.parameters.0.value.0', message: '@slack-none is told nothing: there is no channel @slack-none, or it is off' },
    { field: 'spec.steps.2.parameters.1.value.0.value', message: 'there is no secret nope' },
  ]
  expect((await readOnly.get(`${base}/${id}`)).at('data.attributes.x_local.doubts')).toEqual(doubts)
  const list = await readOnly.get(`${base}?limit=1000`)
  const at = list.each('data', 'id').indexOf(id)
  expect(list.at(`data.${at}.attributes.x_local.doubts`)).toEqual(doubts)
})

test('a wait goes on when its time has come', async () => {
  const id = await create([
    step('rest', 'wait', { duration: '2h' }, [to('ask')]),
    step('ask', 'http_request', { url: `${receiver.url}/later` }),
  ])
  const begun = await begin(id)
  await daemon.daemon.workflows.idle()
  const waiting = await admin.get(`${base}/${id}/instances/${begun.at('data.id')}`)
  expect(stepsOf(waiting)).toEqual({ rest: 'Waiting', ask: 'Pending' })
  clock.now += 2 * 3_600_000
  const run = await over(id, begun)
  expect(stepsOf(run)).toEqual({ rest: 'Succeeded', ask: 'Succeeded' })
  expect(receiver.received.filter(({ path }) => path === '/later')).toHaveLength(1)
})

test.each([
  ['a step that always fails', '/fails', {}, 'answered 500: no such thing'],
  ['a redirect to where clouds keep their credentials', '/moved', {}, 'sends on to http://169.254.169.254/latest'],
])('%s: the run failed, and says where', async (_, path, more, says) => {
  const id = await create([
    step('ask', 'http_request', { url: `${receiver.url}${path}`, ...more }, [to('next')]),
    step('next', 'http_request', { url: `${receiver.url}/next` }),
  ])
  const run = await over(id, await begin(id))
  expect(run.at('data.attributes.instanceStatus.displayName')).toBe('Failed')
  expect(run.at('data.attributes.error')).toContain(`ask: ${receiver.host} ${says}`)
  expect(stepsOf(run)).toEqual({ ask: 'Failed', next: 'Skipped' })
  expect(receiver.received.filter(one => one.path === '/next')).toHaveLength(0)
})

test('a template whose path is not there: the step fails and names it', async () => {
  const signal = await opened()
  const id = await create([step('say', 'add_note', { text: 'by {{ Source.signal.attributes.no.such }}' })])
  const run = await over(id, await begin(id, signal))
  expect(run.at('data.attributes.error')).toBe('say: text: {{ Source.signal.attributes.no.such }} is not there')
  expect((await admin.get(`/api/local/signals/${signal}/notes`)).each('data', 'id')).toEqual([])
})

test('text of a log that looks like a template stays text', async () => {
  const signal = await opened()
  const id = await create([step('say', 'add_note', { text: '{{ Trigger.text }}' })], {
    inputSchema: { parameters: [{ name: 'text', type: 'STRING' }] },
  })
  await over(id, await begin(id, signal, { text: '{{ Source.signal.id }} {{ Secrets.x }}' }))
  const notes = await admin.get(`/api/local/signals/${signal}/notes`)
  expect(notes.each('data', 'attributes.text')).toEqual(['{{ Source.signal.id }} {{ Secrets.x }}'])
})

test('canceled while it asks: the step is unknown, and nothing comes after it', async () => {
  const id = await create([
    step('ask', 'http_request', { url: `${receiver.url}/hangs`, method: 'POST', body: {} }, [to('next')]),
    step('next', 'http_request', { url: `${receiver.url}/never` }),
  ])
  const begun = await begin(id)
  await until(() => receiver.received.some(({ path }) => path === '/hangs'))
  const canceled = await analyst.put(`${base}/${id}/instances/${begun.at('data.id')}/cancel`)
  expect(stepsOf(canceled)).toEqual({ ask: 'Unknown', next: 'Canceled' })
  await daemon.daemon.workflows.idle()
  const run = await over(id, begun)
  expect(run.at('data.attributes.instanceStatus.displayName')).toBe('Canceled')
  const list = await readOnly.get(`${base}/${id}/instances`)
  expect(list.at('meta')).toEqual({ page: { totalCount: 1 }, succeededCount: 0, failedCount: 0, canceledCount: 1, runningCount: 0 })
})

test.each([
  ['a run that nobody published', { published: false }, {}, undefined, 409, 'not published'],
  ['a required input that is missing', {}, {}, undefined, 400, 'meta.payload.who'],
  ['an unknown input', {}, { who: 'x', whom: 'y' }, undefined, 400, 'meta.payload.whom'],
  ['an input of another type', {}, { who: 1 }, undefined, 400, 'must be a text'],
  ['no such signal', {}, { who: 'x' }, 'nothing', 404, 'Signal not found'],
])('%s → refused, in a dry run too', async (_, attributes, payload, signal, status, says) => {
  const id = await create(
    [step('rest', 'wait', { duration: '1h' })],
    { inputSchema: { parameters: [{ name: 'who', type: 'STRING' }] } },
    attributes,
  )
  for (const end of ['', '?dry_run=true']) {
    const answer = await analyst.post(`${base}/${id}/instances${end}`, {
      meta: { payload, ...(signal && { x_local: { signal_id: signal } }) },
    })
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(says)])
  }
  expect((await admin.get(`${base}/${id}/instances`)).each('data', 'id')).toEqual([])
})
test('an address that only the inputs tell: refused before anything runs, in a dry run too', async () => {
  const parameters = [{ name: 'host', type: 'STRING' }]
  const id = await create([step('ask', 'http_request', { url: 'https://{{ Trigger.host }}/x' })], { inputSchema: { parameters } })
  for (const end of ['', '?dry_run=true']) {
    const answer = await analyst.post(`${base}/${id}/instances${end}`, { meta: { payload: { host: '169.254.169.254' } } })
    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(/The step ask cannot ask.*link-local/)])
  }
})
test('a dry run of a run leaves nothing', async () => {
  const id = await create([step('ask', 'http_request', { url: `${receiver.url}/never` })])
  const answer = await analyst.post(`${base}/${id}/instances?dry_run=true`, {})
  expect([answer.status, answer.at('data.attributes.instanceStatus.displayName')]).toEqual([200, 'Running'])
  expect((await admin.get(`${base}/${id}/instances`)).each('data', 'id')).toEqual([])
})

const rest = step('rest', 'wait', { duration: '1h' })
const one = (...steps: object[]) => ({ triggers: [security], steps })
const ask = (url: string, more: object = {}) => one(step('ask', 'http_request', { url, ...more }))
test.each<[what: string, spec: object, field: string, says: string]>([
  [
    'a circle',
    one(rest, step('a', 'wait', { duration: '1h' }, [to('b')]), step('b', 'wait', { duration: '1h' }, [to('a')])),
    'spec.steps.1.outboundEdges',
    'a → b → a',
  ],
  [
    'a step that nothing leads to',
    { ...one(rest, step('b', 'wait', { duration: '1h' })), triggers: [{ ...security, startStepNames: ['rest'] }] },
    'spec.steps.1.name',
    'nothing leads to b',
  ],
  ['two steps to begin with', one(rest, step('b', 'wait', { duration: '1h' })), 'spec.triggers.0.startStepNames', 'one step'],
  ['an unknown next step', one(step('a', 'wait', { duration: '1h' }, [to('x')])), 'spec.steps.0.outboundEdges.0.nextStepName', 'no step x'],
  ['an unknown action', one(step('a', 'block_everything')), 'spec.steps.0.actionId', 'there is no action'],
  ['an unknown parameter', one(step('a', 'wait', { duration: '1h', until: 1 })), 'spec.steps.0.parameters.1.name', 'no parameter of wait'],
  ['a missing parameter', one(step('a', 'wait')), 'spec.steps.0.parameters', 'duration is missing'],
  ['a wait of a year', one(step('a', 'wait', { duration: '365d' })), 'spec.steps.0.parameters.0.value', 'from 1s to 24h'],
  [
    'a branch that a step does not have',
    one(step('a', 'wait', { duration: '1h' }, [to('rest', 'true')]), rest),
    'spec.steps.0.outboundEdges.0.branchName',
    'must be main',
  ],
  [
    'an input that is not there',
    one(step('a', 'add_note', { text: '{{ Trigger.x }}' })),
    'spec.steps.0.parameters.0.value',
    'the inputs are none',
  ],
  [
    'a later step',
    one(step('a', 'add_note', { text: '{{ Steps.rest.x }}' }, [to('rest')]), rest),
    'spec.steps.0.parameters.0.value',
    'before this step come none',
  ],
  [
    'code in a template',
    one(step('a', 'add_note', { text: 'x {{ process.exit() }}' })),
    'spec.steps.0.parameters.0.value',
    'is no template',
  ],
  [
    'a secret outside of headers',
    one(step('a', 'add_note', { text: '{{ Secrets.x }}' })),
    'spec.steps.0.parameters.0.value',
    'headers alone',
  ],
  [
    'a signal where none can be',
    { triggers: [manual], steps: [step('a', 'add_note', { text: '{{ Source.signal.id }}' })] },
    'spec.steps.0.parameters.0.value',
    'no securityTrigger',
  ],
  [
    'a schedule of another kind',
    { triggers: [{ scheduleTrigger: { rruleExpression: 'FREQ=YEARLY' } }], steps: [rest] },
    'spec.triggers.0.scheduleTrigger.rruleExpression',
    'FREQ must be',
  ],
  ['two kinds in one trigger', { triggers: [{ ...security, ...manual }], steps: [rest] }, 'spec.triggers.0', 'exactly one of'],
  ['an unknown trigger', { triggers: [{ monitorTrigger: {} }], steps: [rest] }, 'spec.triggers.0.monitorTrigger', 'not an attribute'],
  [
    '51 steps',
    one(...Array.from({ length: 51 }, (_, i) => step(`s${i}`, 'wait', { duration: '1h' }, i < 50 ? [to(`s${i + 1}`)] : []))),
    'spec.steps',
    '50',
  ],
  ['this daemon’s neighbour', ask('http://127.0.0.1:9/'), 'spec.steps.0.parameters.0.value', 'without encryption'],
  ['loopback by https', ask('https://127.0.0.1:9/'), 'spec.steps.0.parameters.0.value', 'loopback'],
  ['the metadata of a cloud', ask('https://169.254.169.254/latest'), 'spec.steps.0.parameters.0.value', 'link-local'],
  ['no address', ask('ftp://example.org'), 'spec.steps.0.parameters.0.value', 'ftp:'],
  [
    'a header that frames the request',
    ask('https://example.org', { headers: { 'Content-Length': '1' } }),
    'spec.steps.0.parameters.1.value',
    'not yours',
  ],
  [
    'a header over two lines',
    ask('https://example.org', { headers: { 'X-A': 'a\r\nB: c' } }),
    'spec.steps.0.parameters.1.value',
    'no header may have',
  ],
  [
    'a secret for a host that a log names',
    ask('https://{{ Source.signal.title }}/', { headers: { 'X-Key': '{{ Secrets.x }}' } }),
    'spec.steps.0.parameters.0.value',
    'written out',
  ],
])('%s → 400 that names %#, in a dry run too', async (_, spec, field, says) => {
  const before = await core.auditHead()
  for (const end of ['', '?dry_run=true']) {
    const answer = await standard.post(`${base}${end}`, definition(spec))
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(says)])
    expect(answer.each('errors', 'source.pointer').some(pointer => String(pointer).includes(field))).toBe(true)
    expect(answer.at('errors.0.code')).toBe('INVALID_FIELD_VALUE')
  }
  expect(await core.auditHead()).toEqual(before)
})

test('a definition is made, listed, changed, published and deleted; a stale change is refused', async () => {
  const answer = await standard.post(base, definition(one(rest), { name: 'Block the café', published: false, tags: ['source:sshd'] }))
  const id = String(answer.at('data.id'))
  expect(answer.at('data.attributes.x_local')).toMatchObject({
    version: 1,
    handle: 'block-the-cafe',
    triggers: ['security'],
    owner: 'stan@example.com',
  })
  expect((await readOnly.get(`${base}?filter[query]=café`)).each('data', 'id')).toEqual([])
  const query = 'filter[query]=source:sshd&filter[includeUnpublished]=true&filter[includeSpecs]=true'
  expect((await readOnly.get(`${base}?${query}`)).each('data', 'attributes.spec.steps.0.name')).toEqual(['rest'])
  const change = (attributes: object) => standard.patch(`${base}/${id}`, { data: { type: 'workflows', attributes } })
  expect((await change({ published: true })).at('data.attributes.x_local.version')).toBe(2)
  expect((await change({ name: 'Other', x_local: { version: 1 } })).status).toBe(409)
  expect((await readOnly.get(`${base}?filter[triggerIds]=security&filter[query]=caf`)).each('data', 'id')).toEqual([id])
  const taken = await standard.post(base, definition({ ...one(rest), handle: 'block-the-cafe' }))
  expect([taken.status, taken.text]).toEqual([409, expect.stringContaining('give another')])
  expect((await analyst.delete(`${base}/${id}`)).status).toBe(403)
  expect((await standard.delete(`${base}/${id}`)).status).toBe(204)
  expect((await readOnly.get(`${base}/${id}`)).status).toBe(404)
  expect((await readOnly.get(`${base}/malformed`)).status).toBe(400)
  const audit = await admin.get(`/api/v2/audit/events?filter[query]=@asset.id:${id}&sort=timestamp`)
  expect(audit.each('data', 'attributes.message')).toEqual(['created', 'published', 'deleted'].map(verb => expect.stringContaining(verb)))
})

test('what whoever saved it may not do any more, it does not do', async () => {
  const signal = await opened()
  const author = await daemon.as('Standard', 'paula')
  const made = await author.post(base, definition({ triggers: [security], steps: [step('say', 'add_note', { text: 'x' })] }))
  const id = String(made.at('data.id'))
  await admin.patch(`/api/v2/users/${author.user.uuid}`, { data: { attributes: { disabled: true } } })
  const run = await over(id, await begin(id, signal))
  expect(run.at('data.attributes.error')).toContain('does not have the permission security_monitoring_signals_write any more')
})
test('nobody saves a step that they may not do themselves', async () => {
  const writer = await daemon.as('Standard', 'wim', ['workflows_write'])
  const answer = await writer.post(base, definition({ triggers: [security], steps: [step('say', 'add_note', { text: 'x' })] }))
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('security_monitoring_signals_write')])
})

test('S0-27: through a notification rule: once a signal, whatever is asked how often; with the rights of its owner', async () => {
  const signal = await opened()
  const id = await create([step('say', 'add_note', { text: 'by itself' })], { handle: 'by-itself' })
  const [first, second] = [
    await core.startRunFor('by-itself', signal, 'the rule “x”'),
    await core.startRunFor('by-itself', signal, 'the rule “x”'),
  ]
  expect(second.id).toBe(first.id)
  await daemon.daemon.workflows.idle()
  const run = await admin.get(`${base}/${id}/instances/${first.id}`)
  expect(run.at('data.attributes.instanceStatus.displayName')).toBe('Succeeded')
  expect(run.at('data.attributes.source')).toMatchObject({ kind: 'securityTrigger', cause: 'the rule “x”', signal_id: signal })
  expect((await admin.get(`/api/local/signals/${signal}/notes`)).each('data', 'attributes.by.handle')).toEqual(['workflow-by-itself'])
  await expect(core.startRunFor('no-such', signal, 'x')).rejects.toThrow('There is no workflow')
  await standard.patch(`${base}/${id}`, { data: { type: 'workflows', attributes: { published: false } } })
  await expect(core.startRunFor('by-itself', await opened(), 'x')).rejects.toThrow('not published')
})
test('S0-27: a notification rule with @workflow-<handle>: one run for each new signal that it matches', async () => {
  const id = await create([step('say', 'add_note', { text: 'told' })], { handle: 'told' })
  const attributes = { name: 'Tell', selectors: { trigger_source: 'security_signals', severities: ['high'] }, targets: ['@workflow-told'] }
  const rule = await admin.post('/api/v2/security/signals/notification_rules', { data: { type: 'notification_rules', attributes } })
  expect([rule.status, rule.text]).toEqual([201, rule.text])
  const [a, b] = [await opened(), await opened()]
  const list = await until(async () => {
    await daemon.daemon.notifications.deliveries.run()
    const now = await admin.get(`${base}/${id}/instances`)
    return now.at('meta.succeededCount') === 2 ? now : undefined
  })
  expect(list.each('data', 'attributes.source.signal_id').sort()).toEqual([a, b].sort())
  expect(list.at('data.0.attributes.source.cause')).toBe('the notification rule “Tell”')
})
test('S0-27: its rate limit holds', async () => {
  await create([step('say', 'add_note', { text: 'x' })], {
    ...{ handle: 'seldom', triggers: [{ securityTrigger: { rateLimit: { count: 1, interval: '3600s' } } }] },
  })
  const [a, b] = [await opened(), await opened()]
  await core.startRunFor('seldom', a, 'x')
  await expect(core.startRunFor('seldom', b, 'x')).rejects.toThrow('1 times within 3600s')
  clock.now += 3_700_000
  expect((await core.startRunFor('seldom', b, 'x')).state).toBe('running')
})
test('a schedule begins its run once, by its time', async () => {
  const id = await create([step('ask', 'http_request', { url: `${receiver.url}/daily` })], {
    triggers: [{ scheduleTrigger: { rruleExpression: 'FREQ=DAILY;BYHOUR=6;BYMINUTE=30' } }],
  })
  const day = 24 * 3_600_000
  clock.now = (Math.floor(clock.now / day) + 1) * day + 6.5 * 3_600_000 + 10_000
  await until(() => receiver.received.some(({ path }) => path === '/daily'))
  clock.now += 60_000
  await daemon.daemon.workflows.idle()
  expect((await admin.get(`${base}/${id}/instances`)).each('data', 'attributes.source.kind')).toEqual(['scheduleTrigger'])
})
