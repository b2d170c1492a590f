import { chmodSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { startReceiver } from '../receiver.ts'
import { until } from '../until.ts'

// what workflows do outside: handed over with a signature and an answer, secrets, commands; and what a signal's panel asks
const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const receiver = await startReceiver({
  '/dispatch/repos/we/desk/actions/workflows/contain.yml/dispatches': response => response.writeHead(204).end(),
  '/echo': (response, { headers }) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(headers)),
})
const daemon = await startDaemon({ rules: [bruteForce], port: true })
const { admin, standard, analyst, readOnly, intake, nobody, core, clock, dir } = daemon
await admin.patch('/api/local/settings', { data: { attributes: { outbound: { allowed_hosts: [receiver.host] } } } })
const base = '/api/v2/workflows'
const secret = (name: string, value: string, hosts: string[]) =>
  standard.put(`/api/local/workflows/secrets/${name}`, { data: { attributes: { value, hosts } } })
await secret('signing', key, [receiver.host])
await secret('token', 'ghp_notarealtoken', [receiver.host])

await intake.post('/api/v2/logs', guesses(clock.now - 60_000, '198.51.100.1', 7), { 'content-type': 'text/plain' })
await core.caughtUp()
const signal = String((await admin.get('/api/v2/security_monitoring/signals')).at('data.0.id'))

const p = (values: object) => Object.entries(values).map(([name, value]) => ({ name, value }))
let made = 0
async function create(actionId: string, parameters: object, more: object = {}, who = standard) {
  const steps = [{ name: 'act', actionId, parameters: p(parameters) }]
  const attributes = { name: `W ${++made}`, published: true, spec: { triggers: [{ securityTrigger: {} }], steps }, ...more }
  return who.post(base, { data: { type: 'workflows', attributes } })
}
async function begin(actionId: string, parameters: object, who = standard) {
  const workflow = await create(actionId, parameters, {}, who)
  expect([workflow.status, workflow.text]).toEqual([201, workflow.text])
  const path = `${base}/${workflow.at('data.id')}/instances`
  const begun = await analyst.post(path, { meta: { x_local: { signal_id: signal } } })
  expect([begun.status, begun.text]).toEqual([200, begun.text])
  const run = () => readOnly.get(`${path}/${begun.at('data.id')}`)
  return { run, path: `${path}/${begun.at('data.id')}`, idle: () => daemon.daemon.workflows.idle() }
}
async function over(actionId: string, parameters: object, who = standard) {
  const { run } = await begin(actionId, parameters, who)
  return until(async () => {
    const now = await run()
    return now.at('data.attributes.instanceStatus.displayName') === 'Running' ? undefined : now
  })
}
const statusOf = (run: { at(path: string): unknown }) => run.at('data.attributes.steps.0.status.displayName')
const last = () => receiver.received.at(-1)!
const callbackOf = () => (JSON.parse(last().body) as { data: { callback: { url: string; expires_at: string } } }).data.callback

test('handed over: signed as the official library verifies it, and answered once', async () => {
  const { run, idle } = await begin('hand_over', {
    ...{ url: `${receiver.url}/n8n`, secret: 'signing', payload: { ip: '{{ Source.signal.attributes.network.client.ip }}' } },
  })
  await idle()
  expect(statusOf(await run())).toBe('Waiting')
  const { headers, body } = last()
  // the clock of this test is not that of the library
  const stamped = new Date(Number(headers['webhook-timestamp']) * 1000)
  expect(new Webhook(key).sign(String(headers['webhook-id']), stamped, body)).toBe(headers['webhook-signature'])
  expect(JSON.parse(body)).toMatchObject({
    type: 'signalbox.workflow.step',
    data: { step: 'act', signal_id: signal, payload: { ip: '198.51.100.1' }, callback: { url: expect.stringContaining(daemon.url) } },
  })
  const { url } = callbackOf()
  const path = url.slice(daemon.url.length)
  expect((await nobody.post(`${path.slice(0, -1)}x`, {})).status).toBe(404)
  expect((await nobody.post(path, { outputs: { big: 'x'.repeat(70_000) } })).status).toBe(413)
  expect((await nobody.post(path, { outputs: [] })).status).toBe(400)
  const answered = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ outputs: { ticket: 'T-1' } }),
  })
  expect(answered.status).toBe(204)
  expect((await nobody.post(path, {})).status).toBe(404)
  await idle()
  const done = await run()
  expect([statusOf(done), done.at('data.attributes.steps.0.outputs.answer')]).toEqual(['Succeeded', { ticket: 'T-1' }])
  // the token is nowhere but on its way
  const token = path.split('/').at(-1)!
  expect(done.text).not.toContain(token)
  expect(readFileSync(join(dir, 'signalbox.db')).includes(token)).toBe(false)
})
test('an engine that says that it failed: so did the run', async () => {
  const { run, idle } = await begin('hand_over', { url: `${receiver.url}/shuffle`, secret: 'signing' })
  await idle()
  await nobody.post(callbackOf().url.slice(daemon.url.length), { status: 'failed', error: 'no such playbook' })
  await idle()
  expect((await run()).at('data.attributes.error')).toBe('act: The engine says that it failed: no such playbook')
})
test('nobody answers in time: failed, and an answer that comes after it is refused', async () => {
  const { run, idle } = await begin('hand_over', { url: `${receiver.url}/late`, secret: 'signing', answer_within: '10m' })
  await idle()
  const { url } = callbackOf()
  clock.now += 601_000
  await until(async () => statusOf(await run()) === 'Failed')
  expect((await nobody.post(url.slice(daemon.url.length), {})).status).toBe(404)
})
test('canceled: nothing answers any more', async () => {
  const { path, idle } = await begin('hand_over', { url: `${receiver.url}/gone`, secret: 'signing' })
  await idle()
  await analyst.put(`${path}/cancel`)
  expect((await nobody.post(callbackOf().url.slice(daemon.url.length), {})).status).toBe(404)
})
test('GitHub Actions: dispatched with its token, which nothing shows', async () => {
  const run = await over('github_dispatch', {
    ...{
      repository: 'we/desk',
      workflow: 'contain.yml',
      token: 'token',
      api_url: `${receiver.url}/dispatch`,
      inputs: { id: '{{ Source.signal.id }}' },
    },
  })
  expect([statusOf(run), run.text.includes('ghp_')]).toEqual(['Succeeded', false])
  expect(last().headers.authorization).toBe('Bearer ghp_notarealtoken')
  expect(JSON.parse(last().body)).toEqual({ ref: 'main', inputs: { id: signal } })
})

test('a secret in a header: sent, and hidden where the answer repeats it; in no list, audit event or database', async () => {
  const run = await over('http_request', { url: `${receiver.url}/echo`, headers: { 'X-Key': 'k {{ Secrets.token }}' } })
  expect(last().headers['x-key']).toBe('k ghp_notarealtoken')
  expect(run.at('data.attributes.steps.0.outputs.body')).toMatchObject({ 'x-key': 'k ***' })
  const list = await readOnly.get('/api/local/workflows/secrets')
  expect(list.each('data', 'id')).toEqual(['signing', 'token'])
  const audit = await admin.get('/api/v2/audit/events?page[limit]=1000')
  for (const text of [run.text, list.text, audit.text]) expect(text).not.toMatch(/ghp_|whsec_/)
  expect(readFileSync(join(dir, 'signalbox.db')).includes('ghp_')).toBe(false)
  expect(statSync(join(dir, 'workflow-secrets.json')).mode & 0o777).toBe(0o600)
})
test('a secret for another host, and one that is not there: failed, and nothing is sent', async () => {
  await secret('elsewhere', 'another-secret', ['api.github.com'])
  const count = receiver.received.length
  for (const [name, says] of [
    ['elsewhere', 'is for api.github.com'],
    ['none', 'There is no secret none'],
  ] as const) {
    const run = await over('http_request', { url: `${receiver.url}/echo`, headers: { 'X-Key': `{{ Secrets.${name} }}` } })
    expect([statusOf(run), run.at('data.attributes.error')]).toEqual(['Failed', expect.stringContaining(says)])
  }
  expect(receiver.received.length).toBe(count)
})

const commands = mkdtempSync(join(tmpdir(), 'signalbox-commands-'))
chmodSync(commands, 0o700)
const script = (name: string, text: string, mode = 0o700) => {
  writeFileSync(join(commands, name), `#!/bin/sh\n${text}\n`)
  chmodSync(join(commands, name), mode)
}
script('say', 'echo "$1|$#|$HOME|$SIGNALBOX_API_KEY|$(env | wc -l)"')
script('fails', 'echo "no luck" >&2; exit 3')
script('loud', 'head -c 1000000 /dev/zero | tr "\\0" x')
script('open', 'true', 0o777)
script('plain', 'true', 0o600)
symlinkSync('/bin/sh', join(commands, 'shell'))
const commandsDir = (path: string | null) =>
  admin.patch('/api/local/settings', { data: { attributes: { workflows: { commands_dir: path } } } })

test('a command is off by default, and for administrators alone', async () => {
  const off = await create('run_command', { command: 'say' }, {}, admin)
  expect([off.status, off.text]).toEqual([400, expect.stringContaining('switched off')])
  expect((await commandsDir('relative')).status).toBe(400)
  expect((await commandsDir(commands)).status).toBe(200)
  expect((await create('run_command', { command: 'say' })).status).toBe(403)
})
test('a command: no shell, its arguments as they are, nothing of ours in its environment', async () => {
  const run = await over('run_command', { command: 'say', arguments: ['$(id); `id` "x"', 'b'] }, admin)
  expect(run.at('data.attributes.steps.0.outputs')).toEqual({
    exit_code: 0,
    stdout: expect.stringMatching(/^\$\(id\); `id` "x"\|2\|\|\|\d\n$/),
    stderr: '',
  })
  const loud = await over('run_command', { command: join(commands, 'loud') }, admin)
  expect([loud.at('data.attributes.steps.0.outputs.truncated'), String(loud.at('data.attributes.steps.0.outputs.stdout')).length]).toEqual([
    true,
    32_768,
  ])
})
test.each([
  ['../../bin/sh', 'outside'],
  ['/bin/sh', 'outside'],
  ['shell', 'outside'],
  ['nothing', 'is not there'],
  ['open', 'may be changed by others'],
  ['plain', 'may not be executed'],
  ['fails', 'ended with 3: no luck'],
])('the command %s: failed, since it %s', async (command, says) => {
  const run = await over('run_command', { command }, admin)
  expect([statusOf(run), run.at('data.attributes.error')]).toEqual(['Failed', expect.stringContaining(says)])
})
test('switched off again, what is saved does not run', async () => {
  const { at } = await create('run_command', { command: 'say' }, {}, admin)
  await commandsDir(null)
  const path = `${base}/${at('data.id')}/instances`
  const begun = await analyst.post(path, { meta: { x_local: { signal_id: signal } } })
  const run = await until(async () => {
    const now = await readOnly.get(`${path}/${begun.at('data.id')}`)
    return statusOf(now) === 'Failed' ? now : undefined
  })
  expect(run.at('data.attributes.error')).toContain('switched off')
})

test('S2-44, S2-45: the picker has published workflows for signals alone, the three that share most tags suggested', async () => {
  const rule = (await admin.get(`/api/v2/security_monitoring/signals/${signal}`)).at('data.attributes.custom.workflow.rule.id')
  const named = (name: string, tags: string[], more: object = {}) => create('wait', { duration: '1h' }, { name, tags, ...more })
  await named('Both', ['source:sshd', `ruleId:${String(rule)}`])
  await named('One', ['source:sshd', 'team:web'])
  await named('Another', ['tactic:TA0006'])
  await named('Fourth', ['source:sshd'])
  await named('Draft', ['source:sshd'], { published: false })
  await named('By hand', ['source:sshd'], {
    spec: { triggers: [{ apiTrigger: {} }], steps: [{ name: 'a', actionId: 'wait', parameters: p({ duration: '1h' }) }] },
  })
  const list = await readOnly.get(`/api/local/signals/${signal}/workflows`)
  const names = list.each('data', 'attributes.name')
  expect(names.slice(0, 4)).toEqual(['Both', 'Another', 'Fourth', 'One'])
  expect(list.each('data', 'attributes.suggested').slice(0, 5)).toEqual([true, true, true, false, false])
  expect(list.at('data.0.attributes.shared_tags')).toEqual(['source:sshd', `ruleId:${String(rule)}`])
  expect(names.filter(name => name === 'Draft' || name === 'By hand')).toEqual([])
  expect(list.at('meta.signal')).toMatchObject({ id: signal, attributes: { network: { client: { ip: '198.51.100.1' } } } })
  const runs = await readOnly.get(`/api/local/signals/${signal}/workflow_runs`)
  expect(runs.each('data', 'attributes.source.signal_id').every(id => id === signal)).toBe(true)
  expect((await readOnly.get('/api/local/signals/nothing/workflows')).status).toBe(404)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
