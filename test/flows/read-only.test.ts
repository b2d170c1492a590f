import { expect, test, vi } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { startReceiver } from '../receiver.ts'

const daemon = await startDaemon({ rules: [bruteForce] })
const { admin, intake, nobody, core } = daemon
await intake.post('/api/v2/logs', guesses(noon, '198.51.100.1', 7), { 'content-type': 'text/plain' })
await core.caughtUp()
const settings = '/api/local/settings'
const setTo = (read_only: boolean) => admin.patch(settings, { data: { attributes: { read_only } } })
const { paths } = (await nobody.get('/openapi.json')).json as {
  paths: Record<string, Record<string, { 'x-read'?: boolean; 'x-needs'?: unknown }>>
}
const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => [method, path] as const))
const isWrite = ([method, path]: readonly [string, string]) => method !== 'get' && paths[path]![method]!['x-read'] !== true
const isBouncers = ([method, path]: readonly [string, string]) => paths[path]![method]!['x-needs'] === 'bouncer'
const says = 'The daemon is read-only'
/** Needed to read: a session is kept in memory. And how else could it end? */
const possible = ['/api/local/session', settings]
const origin = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
const ask = ([method, path]: readonly [string, string]) =>
  admin.request(
    method.toUpperCase(),
    path.replace('{ip}', '192.0.2.1').replace(/\{\w+\}/g, 'nothing'),
    method === 'get' ? undefined : {},
    path.includes('/pairing/') ? { origin } : {},
  )

test('on: every write is refused in so many words, and none is made', async () => {
  expect((await setTo(true)).status).toBe(200)
  const before = await core.statistics()
  for (const one of operations.filter(isWrite)) {
    if (possible.includes(one[1])) continue
    const { status, text, headers } = await ask(one)
    const said = [one, status, text, headers.get('signalbox-read-only')]
    expect(said).toEqual([one, 403, expect.stringContaining(says), 'true'])
  }
  expect(await core.statistics()).toEqual(before)
})
test('logs too, with an API key alone and on the wire', async () => {
  const answer = await intake.post('/api/v2/logs', [{ message: 'a' }])
  expect([answer.status, answer.json]).toEqual([403, { errors: [expect.stringContaining(says)] }])
})
test('a dry run too', async () => {
  expect((await admin.post('/api/v2/roles?dry_run=true', { data: { attributes: { name: 'x' } } })).status).toBe(403)
})
test('every read works', async () => {
  // what bouncers ask is no matter of people
  for (const one of operations.filter(one => !isWrite(one) && !isBouncers(one))) {
    const { status, text } = await ask(one)
    expect([one, status === 403, text.includes(says)]).toEqual([one, false, false])
  }
  expect((await admin.get('/api/v2/security_monitoring/signals')).each('data', 'id')).toHaveLength(1)
})
test('no other setting is changed, not even with this one', async () => {
  const both = await admin.patch(settings, { data: { attributes: { read_only: false, retention: { days: 3 } } } })
  expect([both.status, (await admin.get(settings)).at('data.attributes.retention.days')]).toEqual([403, 90])
})
test('off again: writes work, and the audit trail tells of both', async () => {
  expect((await setTo(false)).at('data.attributes.read_only')).toBe(false)
  expect((await intake.post('/api/v2/logs', [{ message: 'a' }])).status).toBe(202)
  const events = await admin.get('/api/v2/audit/events?filter[query]=@asset.type:settings')
  expect(events.each('data', 'attributes.message')).toEqual([
    'changed read_only from true to false',
    'changed read_only from false to true',
  ])
})
test('a snooze that is over and a job that is not wait until it ends', async () => {
  const { standard, clock } = daemon
  const signals = '/api/v2/security_monitoring/signals'
  const id = String((await standard.get(signals)).at('data.0.id'))
  const snoozed = async () => (await standard.get(`${signals}/${id}`)).at('data.attributes.custom.workflow.triage.snoozed')
  const until = clock.now + 60_000
  await standard.put(`/api/local/signals/${id}/snooze`, { data: { attributes: { until, reason: 'later' } } })
  const selection = await standard.post(`/api/local/signals/selections`, { data: { attributes: { query: '*', from: 0, to: clock.now } } })
  const apply = standard.post(`/api/local/signals/selections/${selection.at('data.id')}/apply`, {
    data: { attributes: { state: 'under_review' } },
  })
  // the job begins when the event loop turns, which it does after both
  const [job] = await Promise.all([apply, core.setReadOnly(true)])
  expect(job.status).toBe(202)
  await setTo(true)
  clock.now = until + 1
  const head = (await core.auditHead()).seq
  const jobs = async () => (await standard.get(`/api/local/jobs/${job.at('data.id')}`)).at('data.attributes.state')
  expect([await snoozed(), (await core.auditHead()).seq]).toEqual([true, head])
  const before = await jobs()
  await setTo(false)
  await vi.waitFor(async () => expect(await jobs()).toBe('done'))
  expect([before, await snoozed()]).toEqual(['running', undefined])
})
test('a block whose time has come keeps nobody out, and that is written down once it ends', async () => {
  const { clock } = daemon
  const ip = '93.184.216.9'
  const made = await admin.post('/api/local/denylist', { data: { attributes: { kind: 'ip', value: ip, duration: '1h' } } })
  const id = String(made.at('data.id'))
  const bouncer = await admin.post('/api/local/bouncers', { data: { attributes: { name: 'list' } } })
  const key = { 'x-api-key': String(bouncer.at('data.attributes.key')) }
  const before = await nobody.get('/api/local/lists/plain', key)
  expect(before.text).toContain(ip)
  await setTo(true)
  const head = (await core.auditHead()).seq
  clock.now += 3_600_000
  const after = await nobody.get('/api/local/lists/plain', { ...key, 'if-none-match': before.headers.get('etag')! })
  expect([after.status, after.text.includes(ip)]).toEqual([200, false])
  expect((await nobody.get(`/v1/decisions?ip=${ip}`, key)).json).toEqual(null)
  expect((await admin.get('/api/local/denylist')).each('data', 'id')).toEqual([])
  expect((await admin.get(`/api/local/denylist/${id}`)).at('data.attributes')).toMatchObject({ state: 'ended', ended: { how: 'expired' } })
  expect((await core.auditHead()).seq).toBe(head)
  await setTo(false)
  expect((await admin.get('/api/local/denylist?filter[state]=ended')).each('data', 'id')).toEqual([id])
})
test('nobody is told of a signal until it ends', async () => {
  const receiver = await startReceiver()
  await admin.patch(settings, { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
  const options = { url: `${receiver.url}/desk` }
  const secrets = { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` }
  await admin.post('/api/local/channels', { data: { attributes: { kind: 'webhook', name: 'desk', options, secrets } } })
  const selectors = { trigger_source: 'security_signals' }
  await admin.post('/api/v2/security/signals/notification_rules', {
    data: { type: 'notification_rules', attributes: { name: 'Tell', selectors, targets: ['@webhook-desk'] } },
  })
  await admin.post('/api/local/signals', { data: { attributes: { title: 'By hand', severity: 'high' } } })
  const { deliveries } = daemon.daemon.notifications
  await setTo(true)
  await deliveries.run()
  expect(receiver.received).toEqual([])
  await setTo(false)
  await deliveries.run()
  expect(receiver.of('/desk')).toHaveLength(1)
})
test('no run of a workflow goes on until it ends', async () => {
  const { standard, clock } = daemon
  const steps = [{ name: 'rest', actionId: 'wait', parameters: [{ name: 'duration', value: '1m' }] }]
  const attributes = { name: 'Rest', published: true, spec: { triggers: [{ apiTrigger: {} }], steps } }
  const workflow = await standard.post('/api/v2/workflows', { data: { type: 'workflows', attributes } })
  expect([workflow.status, workflow.text]).toEqual([201, workflow.text])
  const instances = `/api/v2/workflows/${workflow.at('data.id')}/instances`
  const run = String((await standard.post(instances, { meta: { payload: {} } })).at('data.id'))
  const state = async () => (await standard.get(`${instances}/${run}`)).at('data.attributes.instanceStatus.displayName')
  await daemon.daemon.workflows.idle()
  await setTo(true)
  clock.now += 60_000
  daemon.daemon.bus.publish({ type: 'workflows', workflows: [], runs: [run] })
  await daemon.daemon.workflows.idle()
  expect(await state()).toBe('Running')
  await setTo(false)
  clock.now += 60_000
  await vi.waitFor(async () => expect(await state()).toBe('Succeeded'), { timeout: 20_000 })
})
test('started with --read-only: no setting ends it', async () => {
  const forced = await startDaemon({ readOnly: true })
  expect((await forced.admin.patch(settings, { data: { attributes: { read_only: false } } })).status).toBe(403)
  expect((await forced.admin.get('/api/local/status')).at('data.attributes.read_only')).toBe(true)
})
