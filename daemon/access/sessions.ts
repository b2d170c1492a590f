import { randomBytes } from 'node:crypto'
import { hashOf, hmac } from './secrets.ts'

const lifetime = 12 * 3_600_000

/**
 * Sessions of paired extensions. Both sides make the token from the shared secret and two nonces, so the key itself is never sent, and a
 * stranger who takes over the port later gets a token that no daemon knows. Kept in memory only. `now` is monotonic ms.
 */
export function createSessions(now: () => number = () => performance.now()) {
  const sessions = new Map<string, { keyId: string; expires: number }>()
  return {
    /** Open a session for a key; `secretHash` is the SHA-256 of its secret, hex. */
    open(keyId: string, secretHash: string, nonce: string): { nonce: string; proof: string; expiresIn: number } {
      const own = randomBytes(32).toString('base64url')
      const secret = Buffer.from(secretHash, 'hex')
      const token = hmac(secret, `signalbox session token|${nonce}|${own}`).toString('base64url')
      for (const [hash, { expires }] of sessions) if (expires < now()) sessions.delete(hash)
      sessions.set(hashOf(token), { keyId, expires: now() + lifetime })
      return { nonce: own, proof: hmac(secret, `signalbox session daemon|${nonce}|${own}`).toString('base64url'), expiresIn: lifetime }
    },
    /** The key that a token speaks for; undefined when it is unknown or has expired. */
    keyOf(token: string): string | undefined {
      const session = sessions.get(hashOf(token))
      return session && session.expires >= now() ? session.keyId : undefined
    },
  }
}
