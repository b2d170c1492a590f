import { expect, test } from 'vitest'
import { sendTo } from '../../../extension/background/send.ts'
import { Foreign, openSession, pair, Revoked } from '../../../extension/background/session.ts'
import { createFakeDaemon, user } from './fake-daemon.ts'

const url = 'http://127.0.0.1:7420'
const meet = (code?: string) => {
  const daemon = createFakeDaemon(code)
  return { daemon, send: sendTo(url, daemon.fetch) }
}

test.each(['K7QF-2MXD', 'k7qf2mxd', ' K7QF 2mxd '])('pair with %j', async code => {
  const { daemon, send } = meet()
  const paired = await pair(send, code)
  expect(paired).toMatchObject({ key_id: 'k-1', user, version: '0.1.7' })
  expect(daemon.heard()).not.toContain(paired.key)
  expect(daemon.heard()).not.toMatch(/k7qf-?2mxd/i)

  const session = await openSession(send, paired)
  expect(session).toMatchObject({ user, version: '0.1.7' })
  const reply = await send('GET', '/api/local/anything', undefined, { Authorization: `Bearer ${session.token}` })
  expect(reply.status).toBe(200)
})

test('a wrong code: nothing that depends on it is sent', async () => {
  const { daemon, send } = meet()
  await expect(pair(send, 'AAAA-BBBB')).rejects.toThrow('This is not your daemon, or the code is wrong or has expired')
  expect(daemon.seen.map(({ path }) => path)).toEqual(['/api/local/pairing/start'])
})

test('a daemon that cannot prove the code learns nothing', async () => {
  const { daemon, send } = meet()
  daemon.lies = true
  await expect(pair(send, 'K7QF-2MXD')).rejects.toThrow('This is not your daemon')
  expect(daemon.seen).toHaveLength(1)
})

test.each([
  [410, 'has expired'],
  [429, 'is void now'],
  [403, 'not your daemon'],
  [500, 'The daemon answered 500.'],
])('pairing is answered %i', async (status, says) => {
  const fetch = async () => new Response('{}', { status })
  await expect(pair(sendTo(url, fetch), 'K7QF-2MXD')).rejects.toThrow(says)
})

test.each([
  ['text', 'hello'],
  ['nothing', ''],
  ['a list', '[]'],
  ['no nonce', '{"data":{"id":"x","attributes":{}}}'],
  ['a nonce that is none', '{"data":{"id":"x","attributes":{"nonce":"?","proof":"?"}}}'],
])('a stub that answers every request 200 with %s', async (_, body) => {
  const send = sendTo(url, async () => new Response(body, { status: 200 }))
  await expect(pair(send, 'K7QF-2MXD')).rejects.toThrow('not your daemon')
  await expect(openSession(send, { key_id: 'k', key: 'k' })).rejects.toThrow(Foreign)
})

test('an echo of our own nonce is no proof', async () => {
  const send = sendTo(url, async (_, init) => new Response(String(init?.body), { status: 200 }))
  await expect(openSession(send, { key_id: 'k', key: 'k' })).rejects.toThrow(Foreign)
})

test('a session with a daemon that lost the key', async () => {
  const { daemon, send } = meet()
  const paired = await pair(send, 'K7QF-2MXD')
  daemon.revoked = true
  await expect(openSession(send, paired)).rejects.toThrow(Revoked)
})

test.each([
  [401, 'unknown_key', Revoked],
  [403, 'foreign_origin', Revoked],
  [403, 'forbidden', Foreign],
  [401, undefined, Foreign],
  [404, 'unknown_key', Foreign],
])('a session is answered %i %s', async (status, code, kind) => {
  const send = sendTo(url, async () => new Response(JSON.stringify({ errors: [{ code }] }), { status }))
  await expect(openSession(send, { key_id: 'k', key: 'k' })).rejects.toThrow(kind)
})

test('every session has a token of its own', async () => {
  const { send } = meet()
  const paired = await pair(send, 'K7QF-2MXD')
  const [a, b] = [await openSession(send, paired), await openSession(send, paired)]
  expect(a.token).not.toBe(b.token)
})
