import { expect, test } from 'vitest'
import { messageOf } from '../../../daemon/engine/message.ts'
import type { Detection } from '../../../shared/signal.ts'

const detection = (message: string) =>
  ({
    message,
    rule: { type: 'log_detection' },
    group: { '@network.client.ip': '203.0.113.9' },
    attributes: { usr: { name: ['root', 'a', 'b', 'c', 'd', 'e', 'f'] }, http: { method: '{{@usr.name}}' } },
    tags: ['env:prod', 'team:blue'],
    services: ['sshd'],
    samples: [{ attributes: { floor: 3 } }, { attributes: { floor: 4, usr: { name: 'z' } } }, { attributes: { floor: 3 } }],
  }) as unknown as Detection

test.each([
  ['{{@network.client.ip}} failed', '203.0.113.9 failed'],
  ['{{ @usr.name }}', 'root, a, b, c, d and 2 more'],
  ['{{env.name}} and {{team}}', 'prod and blue'],
  ['{{service}}', 'sshd'],
  ['{{@floor}}', '3, 4'],
  ['{{@nothing.here}}', '{{@nothing.here}}'],
  ['{{@http.method}}', '{{@usr.name}}'],
  ['{{', '{{'],
])('%s', (message, filled) => expect(messageOf(detection(message))).toBe(filled))

test.each(['{{@network.client.ip}}', '{{severity}} {{#is_match "env.name" "prod"}}x{{/is_match}} {{eval "1+1"}}'])('by hand: %s', message =>
  expect(messageOf({ ...detection(message), rule: { type: 'manual' } } as Detection)).toBe(message))
