import { expect, test } from 'vitest'
import { createNotifications } from '../../../extension/background/notifications.ts'
import { toChannel, toKind, toLetter, toRule } from '../../../extension/background/notify-wire.ts'
import type { NotifyForm } from '../../../extension/notify-messages.ts'

const form: NotifyForm = {
  ...{
    name: ' At night ',
    enabled: true,
    severities: ['high'],
    ruleTypes: [],
    query: 'env:prod',
    targets: ['@slack-soc'],
    aggregation: 900,
  },
  ...{ title: '', message: '{{severity}}' },
}
/** A background whose daemon answers this, and what it was asked. */
function start(answer: object) {
  const asked: unknown[][] = []
  const request = async (...args: unknown[]) => {
    asked.push(args)
    return answer as never
  }
  return { notifications: createNotifications({ request }), asked }
}

test('a rule is written as the wire has it, with the version it was read at', async () => {
  const { notifications, asked } = start({ data: { id: 'r', attributes: { name: 'At night' } } })
  await notifications.saveNotifyRule({ rule: form })
  await notifications.saveNotifyRule({ id: 'r', version: 3, rule: form })
  const attributes = {
    name: 'At night',
    enabled: true,
    selectors: { trigger_source: 'security_signals', severities: ['high'], rule_types: [], query: 'env:prod' },
    targets: ['@slack-soc'],
    time_aggregation: 900,
    x_local: { title: '', message: '{{severity}}' },
  }
  expect(asked.map(([method, path, body]) => [method, path, body])).toEqual([
    ['POST', '/api/v2/security/signals/notification_rules', { data: { type: 'notification_rules', attributes } }],
    [
      'PATCH',
      '/api/v2/security/signals/notification_rules/r',
      { data: { type: 'notification_rules', id: 'r', attributes: { ...attributes, version: 3 } } },
    ],
  ])
})

test('a test tells once of each target that was not reached', async () => {
  const error = (target: string) => ({ target, message: 'no' })
  const results = [{ x_local: { errors: [error('@a'), error('@b')] } }, { x_local: { errors: [error('@a')] } }]
  const { notifications } = start({ data: { attributes: { preview_results: results } } })
  expect(await notifications.testNotifyRule({ rule: form })).toEqual({ errors: [error('@a'), error('@b')] })
})

test.each([
  ['a rule', toRule, { name: '', enabled: false, severities: [], targets: [], doubts: [], aggregation: 0 }],
  ['a channel', toChannel, { kind: '', enabled: false, options: {}, secrets: {} }],
  ['a kind', toKind, { label: '', fields: [], target: 'name', builtIn: false }],
  ['a letter', toLetter, { target: '', title: null, severity: 'info', why: 'opened', error: '' }],
])('%s of the wrong types is empty', (_, read, expected) => {
  const wrong = {
    id: 7,
    attributes: { name: [], options: { url: 7 }, severity: 'worst', fields: [{ name: 'x', kind: 'other' }], title: 7 },
  }
  expect((read as (data: object) => object)(wrong)).toMatchObject(expected)
  expect((read as (data: object) => object)({})).toMatchObject(expected)
})

test('a secret is there or not, and nothing else of it', () =>
  expect(toChannel({ id: 'c', attributes: { secrets: { url: '***', token: null } } }).secrets).toEqual({ url: true, token: false }))
