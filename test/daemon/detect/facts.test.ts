import { expect, test } from 'vitest'
import { gatherFacts } from '../../../daemon/detect/facts.ts'
import type { Detection, Sample } from '../../../shared/signal.ts'

const match = (indicator: string) => ({ indicator, type: 'IP', category: 'scanner', intention: 'malicious', source: { name: 'list' } })
const sample = (ip: string) =>
  ({
    tags: [],
    attributes: { network: { client: { ip } }, threat_intel: { indicators_matched: [ip], results: [match('203.0.113.0/24')] } },
  }) as unknown as Sample

test('a signal inherits what feeds said of its logs, each once', () => {
  const detection = { entities: [], services: [], hosts: [], attributes: {} } as unknown as Detection
  const gather = gatherFacts(detection)
  for (const ip of ['203.0.113.9', '203.0.113.10', '203.0.113.9']) gather(sample(ip))
  expect(detection.attributes['threat_intel']).toEqual({
    indicators_matched: ['203.0.113.9', '203.0.113.10'],
    results: [match('203.0.113.0/24')],
  })
})
