import { expect, test } from 'vitest'
import { createBackoff } from '../../../daemon/access/backoff.ts'
import { createPairing } from '../../../daemon/access/pairing.ts'
import { createSessions } from '../../../daemon/access/sessions.ts'
import { hashOf } from '../../../daemon/lib/secrets.ts'
import { newNonce, sessionKeys } from '../../extension-side.ts'

test.each([
  ['119.999 s', 119_999, true],
  ['120.001 s', 120_001, false],
])('a code after %s', async (_, later, works) => {
  let now = 0
  const pairing = createPairing(() => now)
  pairing.issue('user', [])
  now = later
  if (works) await expect(pairing.start(newNonce())).resolves.toHaveProperty('proof')
  else await expect(pairing.start(newNonce())).rejects.toMatchObject({ status: 410 })
})

test.each([
  ['12 h less a second', 12 * 3600_000 - 1000, 'key'],
  ['12 h and a second', 12 * 3600_000 + 1000, undefined],
])('a session after %s → %s', async (_, later, keyId) => {
  let now = 0
  const sessions = createSessions(() => now)
  const key = new Uint8Array(32).fill(7)
  const nonce = newNonce()
  const opened = sessions.open('key', hashOf(Buffer.from(key).toString('base64url')), nonce)
  expect(opened.expiresIn).toBe(12 * 3600_000)
  const { token, daemonProof } = await sessionKeys(key, opened.id, nonce, opened.nonce)
  expect(opened.proof).toBe(daemonProof)
  const other = await sessionKeys(new Uint8Array(32), opened.id, nonce, opened.nonce)
  expect(sessions.keyOf(other.token)).toBeUndefined()
  now = later
  expect(sessions.keyOf(token)).toBe(keyId)
  expect(sessions.keyOf(`${token}x`)).toBeUndefined()
})

test('the 33rd session of a key ends the first', async () => {
  const sessions = createSessions()
  const key = new Uint8Array(32).fill(7)
  const hash = hashOf(Buffer.from(key).toString('base64url'))
  const tokens = []
  for (let i = 0; i < 33; i++) {
    const nonce = newNonce()
    const opened = sessions.open('key', hash, nonce)
    tokens.push((await sessionKeys(key, opened.id, nonce, opened.nonce)).token)
  }
  expect(tokens.map(token => sessions.keyOf(token))).toEqual([undefined, ...Array(32).fill('key')])
})

test('20 failures a minute are answered, the 21st waits; a minute later it starts anew; others never wait', () => {
  let now = 0
  const wait = createBackoff(() => now)
  expect(Array.from({ length: 20 }, () => wait('a'))).toEqual(Array(20).fill(0))
  expect(wait('a')).toBe(60)
  expect(wait('b')).toBe(0)
  now = 59_500
  expect(wait('a')).toBe(1)
  now = 60_001
  expect(wait('a')).toBe(0)
})
