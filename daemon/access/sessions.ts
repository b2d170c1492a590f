import { randomBytes } from 'node:crypto'
import { hashOf, hmac } from '../lib/secrets.ts'

const lifetime = 12 * 3_600_000
/** Open sessions of one key. Opening one needs no key, so the oldest has to go for the next. */
const perKey = 32

interface Session {
  id: string
  keyId: string
  /** What the key is masked with on its way. */
  mask: Buffer
  /** SHA-256 of the key, hex: what is stored of it. */
  hash: string
  expires: number
  /** The token, once it was shown and held. */
  token?: string
}

const keyLength = 32

/**
 * Sessions of paired extensions. The token is the key itself, masked with what both sides make of the nonces and the key's hash: a stranger
 * who takes over the port later gets nothing that any daemon would take, and neither the hash alone, as in a backup, nor a token overheard
 * opens anything. Kept in memory only. `now` is monotonic ms.
 */
export function createSessions(now: () => number = () => performance.now()) {
  const sessions = new Map<string, Session>()
  const byKey = new Map<string, string[]>()
  return {
    /** Open a session for a key; `hash` is the SHA-256 of its secret, hex. The proof shows that the daemon knows it. */
    open(keyId: string, hash: string, nonce: string): { id: string; nonce: string; proof: string; expiresIn: number } {
      const own = randomBytes(32).toString('base64url')
      const known = Buffer.from(hash, 'hex')
      const id = randomBytes(12).toString('base64url')
      const mask = hmac(known, `signalbox session mask|${nonce}|${own}`)
      sessions.set(id, { id, keyId, mask, hash, expires: now() + lifetime })
      const open = [...(byKey.get(keyId) ?? []), id]
      for (const old of open.splice(0, open.length - perKey)) sessions.delete(old)
      byKey.set(keyId, open)
      return { id, nonce: own, proof: hmac(known, `signalbox session daemon|${nonce}|${own}`).toString('base64url'), expiresIn: lifetime }
    },
    /** The key that a token (`session.masked key`) speaks for; undefined when it is unknown, wrong or has expired. */
    keyOf(token: string): string | undefined {
      const [id = '', masked = ''] = token.split('.')
      const session = sessions.get(id)
      if (!session || session.expires < now()) return undefined
      if (session.token !== undefined) return session.token === hashOf(token) ? session.keyId : undefined
      const bytes = Buffer.from(masked, 'base64url')
      if (bytes.length !== keyLength) return undefined
      const key = Buffer.from(bytes.map((byte, i) => byte ^ session.mask[i]!)).toString('base64url')
      if (hashOf(key) !== session.hash) return undefined
      session.token = hashOf(token)
      return session.keyId
    },
  }
}
