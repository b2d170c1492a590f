import { createHmac } from 'node:crypto'
import { defineChannel } from '../../lib/kinds.ts'
import { messageJson } from '../message-json.ts'
import { post } from '../post.ts'

/** Signed as standardwebhooks.com says: what the receiver verifies is the id, the second at which it was sent, and the body. */
export const webhook = defineChannel({
  kind: 'webhook',
  label: 'Webhook',
  target: 'name',
  fields: [
    { name: 'url', label: 'Address', kind: 'url', place: true, hint: 'Where it is posted to, as JSON' },
    {
      name: 'secret',
      label: 'Signing secret',
      kind: 'signing_secret',
      secret: true,
      hint: 'whsec_ and 24 to 64 bytes in base64: the receiver verifies webhook-signature with it (Standard Webhooks)',
    },
    { name: 'authorization', label: 'Authorization header', kind: 'token', secret: true, optional: true, hint: 'Such as: Bearer abc' },
  ],
  async deliver(message, way) {
    const { secrets, options, now } = way
    const body = JSON.stringify(messageJson(message))
    const seconds = String(Math.floor(now() / 1000))
    const key = Buffer.from(secrets['secret']!.replace(/^whsec_/, ''), 'base64')
    const signature = createHmac('sha256', key).update(`${message.id}.${seconds}.${body}`).digest('base64')
    await post(way, options['url']!, body, {
      'webhook-id': message.id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
      ...(secrets['authorization'] !== undefined && { Authorization: secrets['authorization'] }),
    })
  },
})
