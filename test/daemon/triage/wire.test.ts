import { expect, test } from 'vitest'
import { usualDue } from '../../../daemon/settings/settings.ts'
import { createSignalResource } from '../../../daemon/triage/wire.ts'
import type { Signal } from '../../../shared/signal.ts'
import { newTriage } from '../../../shared/triage.ts'

const sample = (name: string, outcome: string) => ({
  id: name,
  queryIndex: 0,
  timestamp: 0,
  message: '',
  status: 'info',
  tags: [],
  attributes: { usr: { name }, evt: { outcome } },
})
const signal = {
  id: 's1',
  seq: 1,
  version: 7,
  timestamp: 1000,
  triage: newTriage(),
  detection: {
    title: 'Brute force followed by a login',
    message: '',
    severity: 'critical',
    rule: { id: 'r', name: 'r', type: 'log_detection', version: 1, detectionMethod: 'threshold', isDefault: true, tags: [] },
    case: { name: '', status: 'critical', condition: '' },
    group: { '@network.client.ip': '203.0.113.9' },
    stream: 'live',
    first_seen: 1,
    last_seen: 2,
    events_matched: 3,
    queries: [],
    samples: [sample('admin0', 'failure'), sample('root', 'failure'), sample('deploy', 'success')],
    tags: [],
    services: ['sshd'],
    hosts: [],
    entities: ['@network.client.ip:203.0.113.9', '@usr.name:admin0', '@usr.name:root', '@usr.name:deploy'],
    attributes: { threat_intel: { indicators_matched: ['203.0.113.9'], results: [] } },
  },
} as unknown as Signal

const resource = createSignalResource(
  () => 2000,
  () => usualDue,
)
const { attributes } = resource(signal)

test.each([
  ['users', ['deploy', 'admin0', 'root']],
  ['verdict', null],
  ['version', 1],
  ['locked', false],
  ['ip', '203.0.113.9'],
])('x_local.%s: the account that was taken comes first, triage has its own version', (name, value) =>
  expect((attributes['x_local'] as Record<string, unknown>)[name]).toEqual(value))
test('the body stands under attributes and under custom', () => expect(attributes['attributes']).toEqual(attributes['custom']))

const match = (indicator: string, intention: string, category = 'scanner') => ({ indicator, type: 'IP', category, intention })
test.each<[verdict: string | null, results: unknown]>([
  ['anonymizer', [match('203.0.113.0/24', 'suspicious', 'tor'), match('198.51.100.7', 'malicious')]],
  ['malicious', match('203.0.113.9', 'malicious')],
  [null, [null, 'evil', {}, match('203.0.113.9', 'evil')]],
  [null, 'evil'],
])('the verdict is of the address that is shown, by what feeds say: %s', (verdict, results) => {
  const attributes = { threat_intel: { results } }
  const { attributes: shown } = resource({ ...signal, detection: { ...signal.detection, attributes } } as Signal)
  expect(shown['x_local']).toMatchObject({ verdict })
})
