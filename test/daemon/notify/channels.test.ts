import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { createAddressGuard } from '../../../daemon/lib/address-guard.ts'
import { createOutbound } from '../../../daemon/lib/outbound.ts'
import { createDeliver } from '../../../daemon/notify/deliver.ts'
import { noticeOf } from '../../../daemon/notify/notices.ts'
import { sampleSignal } from '../../../daemon/notify/sample-signal.ts'
import { readTarget } from '../../../daemon/notify/targets.ts'
import type { Channel } from '../../../shared/notice.ts'
import type { Signal } from '../../../shared/signal.ts'
import { answers, startReceiver } from '../../receiver.ts'

const noon = Date.UTC(2026, 2, 14, 12)
const receiver = await startReceiver()
const guarding = { allowed: () => ['127.0.0.1', 'mail.example.com'], resolve: async () => ['127.0.0.1'] }
const secretsOf = new Map<string, Record<string, string>>()
const channels = new Map<string, Channel>()
const toBrowsers: unknown[] = []
const toWorkflows: unknown[] = []
const about = {
  channelFor: async (target: string) => channels.get(target) ?? null,
  secretsOf: ({ id }: Channel) => secretsOf.get(id) ?? {},
  outbound: createOutbound({ ...guarding, userAgent: 'test' }),
  guard: createAddressGuard(guarding),
  toBrowsers: (message: unknown) => void toBrowsers.push(message),
  toWorkflow: async (handle: string, message: { id: string }) => void toWorkflows.push([handle, message.id]),
  now: () => noon,
}
// on a machine that does much else everything takes long
vi.setConfig({ testTimeout: 60_000 })
const deliver = createDeliver({ ...about, timeout: 50_000 })
const impatient = createDeliver({ ...about, timeout: 300 })
function setUp(kind: string, options: Record<string, string>, secrets: Record<string, string> = {}, enabled = true): void {
  const person = { handle: 'ada', name: 'ada' }
  const about = { version: 1, created: noon, updated: noon, creator: person, updater: person }
  secretsOf.set(kind, secrets)
  channels.set(kind === 'email' ? '@email' : `@${kind}-soc`, { id: kind, kind, name: 'soc', enabled, options, ...about })
}

// what an attacker would like to say
const evil = '<!channel> @everyone [x](javascript:alert(1)) *b* `c` <https://evil.example|here>\r\nBcc: all@example.com'
const hostile: Signal = (() => {
  const signal = sampleSignal(noon)
  signal.detection.title = evil
  signal.detection.message = `What {{@evil}} did\n${evil}`
  signal.detection.entities = [`@usr.name:${evil}`]
  signal.detection.attributes = { evil }
  return signal
})()
const rule = { id: 'r', name: 'Rule', x_local: { title: '', message: '' } }
const notice = noticeOf(rule, hostile, 'opened', noon)
const send = (target: string) => deliver({ ...notice, id: 'msg_1', target })
const bodyAt = (path: string) => JSON.parse(receiver.of(path).at(-1)!.body) as Record<string, unknown>

test('slack: nothing of the signal rings, links or is a line of its own', async () => {
  setUp('slack', {}, { url: `${receiver.url}/services/T/B/x` })
  await send('@slack-soc')
  const { body } = receiver.of('/services/T/B/x')[0]!
  expect(body).not.toMatch(/<!channel>|<https|@everyone/)
  expect(body).toContain('&lt;!channel&gt; @\u2060everyone')
  expect(bodyAt('/services/T/B/x')['blocks']).toMatchObject([{ text: { type: 'mrkdwn', verbatim: true } }, { text: { verbatim: true } }])
})

test('teams: runs of text in an adaptive card, in which nothing is markup', async () => {
  setUp('teams', {}, { url: `${receiver.url}/workflow?sig=abc` })
  await send('@teams-soc')
  const { type, attachments } = bodyAt('/workflow?sig=abc') as {
    type: string
    attachments: { contentType: string; content: { body: { type: string }[] } }[]
  }
  expect([type, attachments[0]!.contentType]).toEqual(['message', 'application/vnd.microsoft.card.adaptive'])
  expect(new Set(attachments[0]!.content.body.map(block => block.type))).toEqual(new Set(['RichTextBlock']))
})

test('pagerduty: one alert a signal, and its severity', async () => {
  setUp('pagerduty', { url: `${receiver.url}/enqueue` }, { routing_key: 'R0UT1NG' })
  await send('@pagerduty-soc')
  expect(bodyAt('/enqueue')).toMatchObject({
    routing_key: 'R0UT1NG',
    event_action: 'trigger',
    dedup_key: 'signalbox-example',
    payload: { severity: 'error', source: 'example', custom_details: { signals: [{ id: 'example' }] } },
  })
})

test('jira: an issue of text alone', async () => {
  setUp('jira', { url: receiver.url, project: 'SEC', issue_type: 'Task', user: 'ada@example.com' }, { token: 't0ken' })
  await send('@jira-soc')
  const { headers } = receiver.of('/rest/api/3/issue')[0]!
  expect(headers['authorization']).toBe(`Basic ${Buffer.from('ada@example.com:t0ken').toString('base64')}`)
  const { fields } = bodyAt('/rest/api/3/issue') as { fields: { summary: string; description: unknown; labels: string[] } }
  expect(fields.summary).not.toMatch(/[\r\n]/)
  expect(fields).toMatchObject({ project: { key: 'SEC' }, issuetype: { name: 'Task' }, labels: ['signalbox', 'msg_1', 'signal-example'] })
  expect(JSON.stringify(fields.description)).not.toContain('"marks"')
})

test('ntfy: everything in the body, nothing in a header', async () => {
  setUp('ntfy', { url: receiver.url }, { topic: 'soc-alerts', token: 'tk_1' })
  await send('@ntfy-soc')
  expect(bodyAt('/')).toMatchObject({ topic: 'soc-alerts', priority: 4, title: expect.stringContaining('<!channel>') })
  expect(receiver.of('/')[0]!.headers).toMatchObject({ authorization: 'Bearer tk_1' })
})

describe('syslog', () => {
  test('tcp: RFC 5424 on one line, its length before it', async () => {
    let text = ''
    const server = createServer(socket => socket.on('data', chunk => (text += String(chunk))))
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    afterAll(() => server.close())
    setUp('syslog', { host: '127.0.0.1', port: String((server.address() as AddressInfo).port), transport: 'tcp' })
    const ended = new Promise<void>(done => server.once('connection', socket => socket.once('end', done)))
    await send('@syslog-soc')
    await ended
    const [, length, line] = /^(\d+) ([\s\S]*)$/.exec(text)!
    expect(Buffer.byteLength(line!)).toBe(Number(length))
    expect(line).toMatch(
      /^<107>1 2026-03-14T12:00:00\.000Z - signalbox - msg_1 \[signal@32473 why="opened" severity="high" rule="Rule" signal="example"\] \ufeff\[high\] <!channel>/,
    )
    expect(line).not.toMatch(/[\r\n]/)
  })
  test('udp', async () => {
    const socket = createSocket('udp4')
    await new Promise<void>(done => socket.bind(0, '127.0.0.1', done))
    setUp('syslog', { host: '127.0.0.1', port: String(socket.address().port), transport: 'udp' })
    const heard = new Promise<string>(done => socket.once('message', message => done(String(message))))
    await send('@syslog-soc')
    expect(await heard).toMatch(/^<107>1 /)
    socket.close()
  })
})

describe('e-mail', () => {
  const mails: string[] = []
  const people: string[] = []
  let refuses = false
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
    onRcptTo: ({ address }, _, done) => {
      people.push(address)
      done(refuses ? new Error('no such user') : undefined)
    },
    onData(stream, _, done) {
      let mail = ''
      stream.on('data', chunk => (mail += String(chunk)))
      stream.on('end', () => {
        mails.push(mail)
        done()
      })
    },
  })
  const port = new Promise<string>(done => server.listen(0, '127.0.0.1', () => done(String((server.server.address() as AddressInfo).port))))
  // connections that we give up
  server.on('error', () => {})
  afterAll(() => void server.close())
  const options = async (more: Record<string, string> = {}) => ({
    ...{ host: 'mail.example.com', port: await port, encryption: 'none', from: 'signalbox@example.com' },
    ...more,
  })

  test('a real server: as it is written, without a header of the attacker', async () => {
    setUp('email', await options({ user: 'ada' }), { password: 'right' })
    await send('@soc@example.com')
    expect(people).toEqual(['soc@example.com'])
    const [head = '', body = ''] = mails[0]!.split(/\r\n\r\n/)
    expect(head).toMatch(/^Message-ID: <msg_1@signalbox\.invalid>/im)
    expect(head).toMatch(/^To: soc@example\.com/im)
    expect(head).toMatch(/^Content-Type: text\/plain/im)
    expect(head).not.toMatch(/^Bcc/im)
    expect(body).not.toBe('')
  })
  test('a password that is wrong is told without the password', async () => {
    setUp('email', await options({ user: 'ada' }), { password: 'nearly-right' })
    await expect(send('@soc@example.com')).rejects.toThrow(/Invalid login|wrong password/)
    await expect(send('@soc@example.com')).rejects.not.toThrow(/nearly-right/)
  })
  test('STARTTLS that is not there is no reason to go without', async () => {
    setUp('email', await options({ encryption: 'starttls' }))
    await expect(send('@soc@example.com')).rejects.toThrow(/STARTTLS|upgrad|not supported|500|502/i)
  })
  test('a recipient whom the server does not know', async () => {
    refuses = true
    setUp('email', await options())
    await expect(send('@nobody@example.com')).rejects.toThrow(/no such user/)
  })
})

test('O1: a mail server inside of the network is not asked', async () => {
  setUp('email', { host: '10.0.0.1', port: '25', encryption: 'tls', from: 'a@example.com' })
  await expect(send('@soc@example.com')).rejects.toThrow('10.0.0.1 has the address 10.0.0.1, which is private: it is not asked')
})

test('browser and workflow', async () => {
  await send('@browser')
  await send('@workflow-contain')
  expect([toBrowsers.length, toWorkflows]).toEqual([1, [['contain', 'msg_1']]])
})

describe('F11: one try', () => {
  const secret = `whsec_${Buffer.from('a'.repeat(24)).toString('base64')}`
  const at = (path: string) => setUp('webhook', { url: `${receiver.url}${path}` }, { secret })
  test.each([
    ['/failing', answers.failing, '500: out of order', undefined],
    ['/busy', answers.busy, '429', 7_200_000],
    ['/resetting', answers.resetting, 'could not be read: ECONNRESET', undefined],
    ['/redirecting', answers.redirecting, 'sends on to', undefined],
  ])('%s', async (path, answer, message, retryAfter) => {
    receiver.at(path, answer)
    at(path)
    await expect(send('@webhook-soc')).rejects.toMatchObject({
      message: expect.stringContaining(message),
      ...(retryAfter !== undefined && { retryAfter }),
      isFinal: false,
    })
  })
  test.each([
    ['/hanging', answers.hanging],
    ['/dripping', answers.dripping],
  ])('%s: not for ever', async (path, answer) => {
    receiver.at(path, answer)
    at(path)
    const trying = impatient({ ...notice, id: 'msg_1', target: '@webhook-soc' })
    await expect(trying).rejects.toMatchObject({ message: '@webhook-soc took longer than 0.3 s', isFinal: false })
  })
  test('an address that is a secret stands in no error', async () => {
    receiver.at('/services/T/B/hidden', (response, { path }) => void response.writeHead(404).end(`no ${path}`))
    setUp('slack', {}, { url: `${receiver.url}/services/T/B/hidden` })
    await expect(send('@slack-soc')).rejects.toThrow(`${receiver.host} answered 404: no ***`)
  })
  test.each([
    ['@webhook-nobody', 'There is no channel @webhook-nobody'],
    ['@pigeon-soc', 'There are no targets such as @pigeon-soc'],
  ])('%s is final', async (target, message) => await expect(send(target)).rejects.toMatchObject({ message, isFinal: true }))
  test('a channel that is off is final', async () => {
    setUp('slack', {}, { url: receiver.url }, false)
    await expect(send('@slack-soc')).rejects.toMatchObject({ message: 'The channel @slack-soc is off', isFinal: true })
  })
})

test.each([
  ['@soc@example.com', 'email', '@email', 'soc@example.com'],
  ['@john.doe@email.com', 'email', '@email', 'john.doe@email.com'],
  ['@slack-soc', 'slack', '@slack-soc', 'soc'],
  ['@workflow-My_Flow.2', 'workflow', '@workflow-My_Flow.2', 'My_Flow.2'],
  ['@browser', 'browser', '@browser', ''],
])('the target %s', (text, kind, channel, recipient) => {
  const target = readTarget(text)!
  expect([target.kind.kind, target.channel, target.recipient]).toEqual([kind, channel, recipient])
})
test.each([
  'soc@example.com',
  '@',
  '@nobody',
  '@slack-',
  '@browser-x',
  '@a@b@c',
  '@soc@example.com\r\nBcc: x',
  '@soc@example.com, all@example.com',
])('%j is no target', text => expect(readTarget(text)).toBeUndefined())
