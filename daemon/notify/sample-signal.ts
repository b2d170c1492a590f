import type { Signal } from '../../shared/signal.ts'
import { newTriage } from '../../shared/triage.ts'

/** A signal that never was, for trying things out. Its addresses are those that are kept for examples. */
export const sampleSignal = (time: number): Signal => ({
  id: 'example',
  seq: 0,
  version: 1,
  timestamp: time,
  triage: newTriage(),
  detection: {
    title: 'Example: somebody guesses passwords from 203.0.113.9',
    message: 'This signal is made up, to try out how people are told.',
    severity: 'high',
    rule: {
      id: 'example',
      name: 'Example rule',
      type: 'log_detection',
      version: 1,
      detectionMethod: 'threshold',
      isDefault: false,
      tags: ['source:example'],
    },
    case: { name: 'many', status: 'high', condition: 'failures > 5' },
    group: { '@network.client.ip': '203.0.113.9' },
    stream: 'live',
    first_seen: time - 60_000,
    last_seen: time - 1000,
    events_matched: 6,
    queries: [
      { name: 'failures', query: 'source:example', aggregation: 'count', groupByFields: ['@network.client.ip'], eventsCount: 6, value: 6 },
    ],
    samples: [],
    tags: ['source:example', 'env:example'],
    services: ['example'],
    hosts: ['host.example.com'],
    entities: ['@network.client.ip:203.0.113.9', 'host:host.example.com'],
    attributes: { network: { client: { ip: '203.0.113.9' } }, usr: { name: 'root' } },
  },
})
