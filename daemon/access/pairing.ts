import { pbkdf2 as pbkdf2Callback, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Permission } from '../../shared/permissions.ts'
import { Refusal } from '../lib/errors.ts'
import { hmac, sameProof } from '../lib/secrets.ts'

const pbkdf2 = promisify(pbkdf2Callback)

// A code is short, so both sides stretch it: whoever overhears a proof cannot try all codes within its two minutes.
const rounds = 200_000
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const lifetime = 2 * 60_000
const tries = 5

interface Code {
  code: string
  /** The user that the extension will act for, at most with these scopes. */
  user: string
  scopes: readonly Permission[]
  expires: number
  triesLeft: number
}
interface Attempt {
  code: Code
  key: Buffer
}

export type Pairing = ReturnType<typeof createPairing>

/**
 * One-time pairing codes: 2 minutes, 5 tries, once. The daemon proves that it knows the code before the extension shows that it does, so
 * neither a stranger on the port nor another extension learns anything from a try. `now` is monotonic ms.
 */
export function createPairing(now: () => number = () => performance.now()) {
  let current: Code | undefined
  const attempts = new Map<string, Attempt>()
  const gone = () => new Refusal(410, 'code_expired', 'This code has been used or has expired. Ask for a new one: signalbox pair')

  const live = (): Code => {
    if (!current || current.expires < now()) throw gone()
    return current
  }
  const spend = (code: Code) => {
    if (code.triesLeft-- > 0) return
    current = undefined
    attempts.clear()
    throw new Refusal(429, 'too_many_tries', 'Too many tries: this code is void. Ask for a new one: signalbox pair', {
      headers: { 'Retry-After': '1' },
    })
  }

  return {
    /** A new code, which voids the one before. */
    issue(user: string, scopes: readonly Permission[]): { code: string; expiresIn: number } {
      const code = Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
      current = { code, user, scopes, expires: now() + lifetime, triesLeft: tries }
      attempts.clear()
      return { code: `${code.slice(0, 4)}-${code.slice(4)}`, expiresIn: lifetime }
    },
    /** First half: the daemon's proof. Each costs a try, since it could be an attempt to guess. */
    async start(nonce: string): Promise<{ id: string; nonce: string; proof: string }> {
      const code = live()
      spend(code)
      const own = randomBytes(32)
      const key = await pbkdf2(code.code, Buffer.concat([Buffer.from(nonce, 'base64url'), own]), rounds, 32, 'sha256')
      const id = randomBytes(16).toString('base64url')
      attempts.set(id, { code, key })
      return { id, nonce: own.toString('base64url'), proof: hmac(key, 'signalbox pairing daemon').toString('base64url') }
    },
    /** Second half: the extension's proof. Answers whom the code was for, and how to seal the key that is handed over. */
    finish(id: string, proof: string): { user: string; scopes: readonly Permission[]; seal: (key: Buffer) => string } {
      const attempt = attempts.get(id)
      if (!attempt || attempt.code !== live()) throw gone()
      attempts.delete(id)
      if (!sameProof(proof, hmac(attempt.key, 'signalbox pairing extension')))
        throw new Refusal(403, 'wrong_code', 'This is not the code that the daemon printed')
      current = undefined
      attempts.clear()
      const pad = hmac(attempt.key, 'signalbox pairing key')
      return {
        user: attempt.code.user,
        scopes: attempt.code.scopes,
        seal: key => Buffer.from(key.map((byte, i) => byte ^ pad[i]!)).toString('base64url'),
      }
    },
  }
}
