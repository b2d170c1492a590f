import { get, isObject, type Json } from '../../shared/json.ts'
import type { User } from '../messages.ts'
import { object, text, texts } from './read.ts'
import { fromBase64url, hmac, proves, randomBytes, sha256, stretch, toBase64url, utf8 } from './secrets.ts'
import { codeOf, Refused, type Reply, reasonOf, type Send } from './send.ts'

// The daemon proves itself first, in both: at pairing that it printed the code, in a session that it knows the key. Whoever took over its port gets nonces and nothing else.

/** What pairing leaves behind. `key` (base64url, 32 bytes) never leaves the extension again but masked, for one session. */
export interface Paired {
  key_id: string
  key: string
  user: User
  version: string
}
export interface Session {
  token: string
  user: User
  version: string
  /** The daemon writes nothing now. */
  readOnly: boolean
}

/** What answers cannot prove that it is the daemon. */
export class Foreign extends Error {}
/** The daemon no longer knows this pairing. */
export class Revoked extends Error {}

const at = ({ body }: Reply, ...path: string[]) => (isObject(body) ? get(body, 'data', ...path) : undefined)
const attribute = (reply: Reply, name: string) => at(reply, 'attributes', name)

function readUser(value: Json | undefined): User {
  const user = object(value)
  return {
    uuid: text(user['uuid']),
    handle: text(user['handle']),
    name: text(user['name']),
    role: text(user['role']),
    permissions: texts(user['permissions']),
  }
}

const xor = (a: Uint8Array, b: Uint8Array) => Uint8Array.from(a, (byte, i) => byte ^ b[i]!)
const notYours = 'This is not your daemon, or the code is wrong or has expired. Run `signalbox pair` for a new one.'
const pairingErrors: Record<number, string> = {
  403: notYours,
  410: 'This code was used or has expired. Run `signalbox pair` for a new one.',
  429: 'Too many wrong codes: this one is void now. Run `signalbox pair` for a new one.',
}

const refused = (reply: Reply) => new Refused(reply.status, pairingErrors[reply.status] ?? reasonOf(reply))

/** Pair by the code that the daemon printed (`K7QF-2MXD`, in any case). Throws `Refused` with words for people, or `Unanswered`. */
export async function pair(send: Send, typed: string): Promise<Paired> {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '')
  const nonce = randomBytes(32)
  const started = await send('POST', '/api/local/pairing/start', {
    data: { type: 'pairing', attributes: { nonce: toBase64url(nonce) } },
  })
  if (started.status !== 200) throw refused(started)
  const theirs = decode(text(attribute(started, 'nonce')))
  const id = text(at(started, 'id'))
  if (!theirs || theirs.length < 16 || id === '') throw new Refused(started.status, notYours)

  const key = await stretch(code, Uint8Array.from([...nonce, ...theirs]))
  // an echo of our own nonce would let somebody else's answer pass for the daemon's
  const proven =
    toBase64url(theirs) !== toBase64url(nonce) && (await proves(key, 'signalbox pairing daemon', text(attribute(started, 'proof'))))
  if (!proven) throw new Refused(403, notYours)

  const proof = toBase64url(await hmac(key, 'signalbox pairing extension'))
  const finished = await send('POST', '/api/local/pairing/finish', { data: { type: 'pairing', id, attributes: { proof } } })
  if (finished.status !== 201) throw refused(finished)
  const sealed = decode(text(attribute(finished, 'key')))
  const key_id = text(attribute(finished, 'key_id'))
  if (sealed?.length !== 32 || key_id === '')
    throw new Refused(finished.status, 'The daemon sent no usable key. Try again with a new code.')
  return {
    key_id,
    key: toBase64url(xor(sealed, await hmac(key, 'signalbox pairing key'))),
    user: readUser(attribute(finished, 'user')),
    version: text(attribute(finished, 'version')),
  }
}

// with its last key the extension's origin is no longer one of the daemon's own, and that is looked at first
const gone = new Set(['401 unknown_key', '403 foreign_origin'])

/** Open a session: only a daemon that proves to know the key gets its token. Throws `Foreign`, `Revoked`, `Refused` or `Unanswered`. */
export async function openSession(send: Send, paired: Pick<Paired, 'key_id' | 'key'>): Promise<Session> {
  const mine = toBase64url(randomBytes(32))
  const reply = await send('POST', '/api/local/session', { data: { type: 'session', attributes: { key_id: paired.key_id, nonce: mine } } })
  if (gone.has(`${reply.status} ${codeOf(reply)}`)) throw new Revoked('the daemon does not know this key')
  if (reply.status === 429 || reply.status >= 500) throw new Refused(reply.status, reasonOf(reply))
  if (reply.status !== 200) throw new Foreign(`answered ${reply.status}`)

  const theirs = text(attribute(reply, 'nonce'))
  const secret = await sha256(utf8(paired.key))
  const nonces = `${mine}|${theirs}`
  const proven = theirs !== mine && (await proves(secret, `signalbox session daemon|${nonces}`, text(attribute(reply, 'proof'))))
  if (!proven) throw new Foreign('wrong proof')
  // masked, the key is of use to nobody but the daemon that has just proved itself
  const masked = xor(fromBase64url(paired.key), await hmac(secret, `signalbox session mask|${nonces}`))
  const token = `${text(at(reply, 'id'))}.${toBase64url(masked)}`
  const readOnly = attribute(reply, 'read_only') === true
  return { token, user: readUser(attribute(reply, 'user')), version: text(attribute(reply, 'version')), readOnly }
}

function decode(value: string) {
  try {
    return fromBase64url(value)
  } catch {
    return undefined
  }
}
