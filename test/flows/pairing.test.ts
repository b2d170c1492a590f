import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Answer } from '../caller.ts'
import { startDaemon } from '../daemon.ts'
import { fromBase64Url, newNonce, pairingKeys, sessionKeys } from '../extension-side.ts'
import { bruteForce } from '../logs.ts'
import { until } from '../until.ts'

const daemon = await startDaemon({ port: true })
const { nobody, admin, standard, callerWith } = daemon
const extension = { origin: 'chrome-extension://abcdefghijklmnopabcdefghijklmnop' }
const other = { origin: 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba' }
const signals = '/api/v2/security_monitoring/signals'

const newCode = async () => String((await standard.post('/api/local/pairing')).at('data.attributes.code'))
const start = (nonce: string, headers: Record<string, string> = extension) =>
  nobody.post('/api/local/pairing/start', { data: { type: 'pairing', attributes: { nonce } } }, headers)
const finish = (id: unknown, proof: string, headers: Record<string, string> = extension) =>
  nobody.post('/api/local/pairing/finish', { data: { type: 'pairing', id, attributes: { proof } } }, headers)
const openSession = (keyId: string, nonce: string, headers: Record<string, string> = extension) =>
  nobody.post('/api/local/session', { data: { type: 'session', attributes: { key_id: keyId, nonce } } }, headers)
const codeOf = (answer: Answer) => answer.at('errors.0.code')

/** Pair with a code, as the extension does. */
async function pair(code: string, headers = extension) {
  const nonce = newNonce()
  const begun = await start(nonce, headers)
  const keys = await pairingKeys(code, String(begun.at('data.attributes.nonce')), nonce)
  return { begun, keys, finished: await finish(begun.at('data.id'), keys.ownProof, headers) }
}
async function session(keyId: string, key: Uint8Array<ArrayBuffer>) {
  const nonce = newNonce()
  const answer = await openSession(keyId, nonce)
  return { answer, ...(await sessionKeys(key, String(answer.at('data.id')), nonce, String(answer.at('data.attributes.nonce')))) }
}

test('a code → both proofs hold, a key that was never sent, a session that reads signals', async () => {
  const code = await newCode()
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/)
  const { begun, keys, finished } = await pair(code)
  expect(begun.at('data.attributes.proof')).toBe(keys.daemonProof)
  expect(finished.status).toBe(201)
  expect(finished.at('data.attributes.user')).toMatchObject({ handle: 'stan@example.com', role: 'Standard' })
  const key = await keys.open(String(finished.at('data.attributes.key')))
  const { answer, daemonProof, token } = await session(String(finished.at('data.attributes.key_id')), key)
  expect(answer.at('data.attributes.proof')).toBe(daemonProof)
  const paired = callerWith({ bearer: token })
  expect((await paired.get(signals, extension)).status).toBe(200)
  // a service worker's GET carries no origin
  expect((await paired.get(signals)).status).toBe(200)
  expect((await paired.post(`${signals}/search`, {}, extension)).status).toBe(200)
  expect((await paired.post(`${signals}/search`, {}, other)).status).toBe(403)
  // it acts for its user, and hands out no access
  expect((await paired.get('/api/v2/current_user')).at('data.attributes.handle')).toBe('stan@example.com')
  expect((await paired.get('/api/v2/current_user/application_keys')).status).toBe(403)
})

test.each([
  ['Admin', false, 403],
  ['Admin', true, 200],
  ['Standard', true, 403],
] as const)('a code of somebody in the role %s, administers: %s → users are changed: %i', async (role, administers, status) => {
  const who = role === 'Admin' ? admin : standard
  const asked = await who.post('/api/local/pairing', { data: { attributes: { administers } } })
  const { keys, finished } = await pair(String(asked.at('data.attributes.code')))
  const key = await keys.open(String(finished.at('data.attributes.key')))
  const { token } = await session(String(finished.at('data.attributes.key_id')), key)
  const body = { data: { attributes: { title: 'On call' } } }
  expect((await callerWith({ bearer: token }).patch(`/api/v2/users/${standard.user.uuid}`, body, extension)).status).toBe(status)
})

test('the same code again → 410, the same proof again → 410', async () => {
  const code = await newCode()
  const { begun, keys } = await pair(code)
  expect((await finish(begun.at('data.id'), keys.ownProof)).status).toBe(410)
  const again = await start(newNonce())
  expect([again.status, codeOf(again)]).toEqual([410, 'code_expired'])
})

test('a wrong code → neither side proves anything; the right one still works', async () => {
  const code = await newCode()
  const wrong = await pair(code.startsWith('AAAA') ? 'BBBB-BBBB' : 'AAAA-AAAA')
  expect(wrong.begun.at('data.attributes.proof')).not.toBe(wrong.keys.daemonProof)
  expect([wrong.finished.status, codeOf(wrong.finished)]).toEqual([403, 'wrong_code'])
  expect((await pair(code)).finished.status).toBe(201)
})

test('the sixth try → 429, and the code is void', async () => {
  const code = await newCode()
  for (let i = 0; i < 5; i++) expect((await start(newNonce())).status).toBe(200)
  const sixth = await start(newNonce())
  expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([429, '1'])
  expect((await pair(code)).begun.status).toBe(410)
})

test('a new code voids the one before', async () => {
  const code = await newCode()
  const begun = await start(newNonce())
  await newCode()
  expect((await finish(begun.at('data.id'), newNonce())).status).toBe(410)
  expect((await pair(code)).finished.status).toBe(403)
})

test.each([
  ['https://evil.test'],
  ['http://127.0.0.1:7420'],
  ['null'],
  ['chrome-extension://'],
  ['chrome-extension://abc/def'],
  ['chrome-extension://abc.evil.test'],
  ['safari-web-extension://abcdef'],
])('from %s → 403', async origin => {
  await newCode()
  expect((await start(newNonce(), { origin })).status).toBe(403)
})
test('without an Origin → 403', async () => expect((await start(newNonce(), {})).status).toBe(403))

test.each(['', 'short', 'a'.repeat(44), `${'a'.repeat(42)}=`, '\u0000'.repeat(43)])('nonce %j → 400', async nonce => {
  await newCode()
  expect((await start(nonce)).status).toBe(400)
})

test.each(['start', 'finish'])('pairing/%s?dry_run=true → 400: it cannot be tried out', async step => {
  await newCode()
  const attributes = step === 'start' ? { nonce: newNonce() } : { proof: newNonce() }
  const answer = await nobody.post(`/api/local/pairing/${step}?dry_run=true`, { data: { type: 'pairing', attributes } }, extension)
  expect(answer.status).toBe(400)
})

test('a session for another origin, an unknown key or a key that was not paired → refused', async () => {
  const { keys, finished } = await pair(await newCode())
  const keyId = String(finished.at('data.attributes.key_id'))
  expect(await keys.open(String(finished.at('data.attributes.key')))).toHaveLength(32)
  expect((await openSession(keyId, newNonce(), other)).status).toBe(403)
  expect((await openSession('nope', newNonce())).status).toBe(401)
  expect((await openSession(standard.key.id, newNonce())).status).toBe(401)
  // whoever knows the key's id but not the key gets a session that they cannot use
  const nonce = newNonce()
  const opened = await openSession(keyId, nonce)
  const guessed = await sessionKeys(
    fromBase64Url(newNonce()),
    String(opened.at('data.id')),
    nonce,
    String(opened.at('data.attributes.nonce')),
  )
  expect([401, 403]).toContain((await callerWith({ bearer: guessed.token }).get(signals)).status)
})

test('the key stays what it was: its hash is stored, never the key', async () => {
  const { keys, finished } = await pair(await newCode())
  const key = Buffer.from(await keys.open(String(finished.at('data.attributes.key')))).toString('base64url')
  const stored = daemon.daemon.access.keys().find(({ id }) => id === finished.at('data.attributes.key_id'))
  expect(stored?.hash).toBe(createHash('sha256').update(key).digest('hex'))
  expect(stored?.origin).toBe(extension.origin)
})

interface Stream {
  socket: WebSocket
  messages: string[]
  closed: () => number | undefined
}
/** Open the stream; rejects with the status that refused it. */
const stream = (protocols: string[], headers: Record<string, string> = {}): Promise<Stream> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/api/local/live`, protocols, { headers })
    const messages: string[] = []
    let code: number | undefined
    socket.on('message', data => messages.push(String(data)))
    socket.on('close', closed => (code = closed))
    socket.on('open', () => resolve({ socket, messages, closed: () => code }))
    socket.on('unexpected-response', (_, response) => reject(new Error(String(response.statusCode))))
    socket.on('error', reject)
  })

async function pairedToken() {
  const { keys, finished } = await pair(await newCode())
  const keyId = String(finished.at('data.attributes.key_id'))
  const { token } = await session(keyId, await keys.open(String(finished.at('data.attributes.key'))))
  return { keyId, token }
}

test('the stream says hello, tells of a signal, and ends within 5 s of the key', async () => {
  const { keyId, token } = await pairedToken()
  const { messages, closed, socket } = await stream(['signalbox', `bearer.${token}`], extension)
  expect(socket.protocol).toBe('signalbox')
  await until(() => messages.length > 0)
  expect(JSON.parse(messages[0]!)).toEqual({
    type: 'hello',
    version: expect.any(String),
    counts: { open: 0, under_review: 0, archived: 0 },
    read_only: false,
  })
  daemon.daemon.bus.publish({ type: 'signals', ids: ['x'], counts: { open: 1, under_review: 0, archived: 0 } })
  await until(() => messages.length > 1)
  expect(JSON.parse(messages[1]!)).toMatchObject({ type: 'signals', ids: ['x'] })
  await daemon.admin.delete(`/api/v2/application_keys/${keyId}`)
  expect([401, 403]).toContain((await callerWith({ bearer: token }).get(signals)).status)
  expect(await until(closed, 5000)).toBe(4401)
})

test.each([
  ['a page', { origin: 'https://evil.test' }],
  ['the daemon’s own pages', { origin: 'OWN' }],
  ['null', { origin: 'null' }],
  ['another extension', other],
])('the stream for %s → 403, with a good token', async (_, headers) => {
  const { token } = await pairedToken()
  const origin = headers.origin.replace('OWN', daemon.url)
  await expect(stream(['signalbox', `bearer.${token}`], { origin })).rejects.toThrow('403')
})
test.each([
  [[]],
  [['signalbox']],
  [['signalbox', 'bearer.wrongwrongwrongwrong']],
])('the stream with the protocols %j → 401', async protocols => {
  await expect(stream(protocols, extension)).rejects.toThrow(/401|429/)
})
test('the stream for a page under another name → 421', async () => {
  const { token } = await pairedToken()
  await expect(stream(['signalbox', `bearer.${token}`], { host: 'evil.test' })).rejects.toThrow('421')
})
test('the stream without an upgrade → 426', async () => {
  expect((await standard.get('/api/local/live')).status).toBe(426)
})
test('read-only is in the session and in the hello of the stream, which tells when it changes', async () => {
  const { keys, finished } = await pair(await newCode())
  const key = await keys.open(String(finished.at('data.attributes.key')))
  const begun = async () => session(String(finished.at('data.attributes.key_id')), key)
  const setTo = (read_only: boolean) => daemon.admin.patch('/api/local/settings', { data: { attributes: { read_only } } })
  const isReadOnly = async () => (await begun()).answer.at('data.attributes.read_only')
  const listen = async () => (await stream(['signalbox', `bearer.${(await begun()).token}`], extension)).messages
  const told = (messages: string[]) =>
    messages.map(text => JSON.parse(text)).flatMap(({ type, read_only }) => (read_only === undefined ? [] : [[type, read_only]]))
  const first = await listen()
  await until(() => first.length > 0)
  expect([await isReadOnly(), told(first)]).toEqual([false, [['hello', false]]])
  await setTo(true)
  await until(() => told(first).length > 1)
  const second = await listen()
  await until(() => second.length > 0)
  expect([await isReadOnly(), told(second)]).toEqual([true, [['hello', true]]])
  await setTo(false)
  await until(() => told(first).length > 2 && told(second).length > 1)
  expect(told(first)).toEqual([['hello', false], ...[true, false].map(is => ['read_only', is])])
  expect(await isReadOnly()).toBe(false)
})
test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))

test('a narrowed key pairs a browser that may do no more than itself, and a browser pairs none', async () => {
  const narrow = await daemon.as('Admin', 'ada', ['user_app_keys', 'security_monitoring_signals_read'])
  const code = String((await narrow.post('/api/local/pairing', {})).at('data.attributes.code'))
  const { keys, finished } = await pair(code)
  const key = new Uint8Array(await keys.open(String(finished.at('data.attributes.key'))))
  const { token } = await session(String(finished.at('data.attributes.key_id')), key)
  const browser = callerWith({ bearer: token })
  expect((await browser.get(signals)).status).toBe(200)
  expect((await browser.get('/api/v2/security_monitoring/rules')).status).toBe(403)
  expect((await browser.post('/api/local/pairing', {})).status).toBe(403)
})

test('the stream tells that rules have changed, to those alone who may read them', async () => {
  const listen = async (scopes: ('user_app_keys' | 'security_monitoring_signals_read' | 'security_monitoring_rules_read')[]) => {
    const caller = await daemon.as('Admin', 'ada', scopes)
    const { keys, finished } = await pair(String((await caller.post('/api/local/pairing', {})).at('data.attributes.code')))
    const key = await keys.open(String(finished.at('data.attributes.key')))
    const { token } = await session(String(finished.at('data.attributes.key_id')), key)
    const { messages } = await stream(['signalbox', `bearer.${token}`], extension)
    await until(() => messages.length > 0)
    return messages
  }
  const read = ['user_app_keys', 'security_monitoring_signals_read'] as const
  const told = await listen([...read, 'security_monitoring_rules_read'])
  const untold = await listen([...read])
  const { name, message, queries, cases, options } = bruteForce
  const made = await daemon.admin.post('/api/v2/security_monitoring/rules', { name: `${name} again`, message, queries, cases, options })
  expect([made.status, made.text]).toEqual([200, made.text])
  const dry = await daemon.admin.delete(`/api/v2/security_monitoring/rules/${made.at('id')}?dry_run=true`)
  expect(dry.status).toBe(204)
  await daemon.admin.patch('/api/local/settings', { data: { attributes: {} } })
  const last = (messages: string[]) => messages.slice(1).map(text => JSON.parse(text).type)
  await until(() => last(told).includes('read_only') && last(untold).includes('read_only'))
  expect([last(told), last(untold)]).toEqual([['rules', 'read_only'], ['read_only']])
})
