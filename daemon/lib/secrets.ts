import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits; the prefix lets people and secret scanners tell what it is. */
export const newSecret = (kind: keyof typeof prefixes): string => `${prefixes[kind]}_${randomBytes(32).toString('base64url')}`
const prefixes = { api: 'sbapi', application: 'sbapp', bouncer: 'sbbnc' } as const

/** SHA-256, hex: what is stored of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** Compare proofs without telling by the time it takes how much of one was right. */
export function sameProof(given: string, expected: Buffer): boolean {
  const bytes = Buffer.from(given, 'base64url')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}
