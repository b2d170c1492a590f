import { createHmac } from 'node:crypto'
import { Refusal } from '../lib/errors.ts'

/** The headers of Standard Webhooks: what the receiver verifies is the id, the second at which it was sent, and the body. */
export function sign(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(secret) || key.length < 24)
    throw new Refusal(400, 'bad_secret', 'A secret that signs is whsec_ and at least 24 bytes in base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
}
