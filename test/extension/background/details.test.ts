import { expect, test } from 'vitest'
import { createArchived } from '../../../extension/background/archived.ts'
import { toDetails } from '../../../extension/background/details.ts'
import { toRow } from '../../../extension/background/wire.ts'
import type { JsonObject } from '../../../shared/json.ts'

const now = Date.UTC(2026, 0, 31)
const match = (indicator: string, intention: string, category: string) => ({ indicator, intention, category, source: { name: 'a feed' } })
const sample = (message: string) => ({ content: { timestamp: new Date(now - 9_000).toISOString(), message } })
const body: JsonObject = {
  title: 'SSH brute force',
  workflow: { rule: { name: 'SSH brute force' }, triage: { state: 'archived', archiveReason: 'other', updater: { name: 'Bo' } } },
  entities: ['@network.client.ip:203.0.113.9', '@network.client.ip:198.51.100.7', '@usr.name:root', 'host:lab'],
  threat_intel: {
    results: [
      match('203.0.113.0/24', 'suspicious', 'scanner'),
      { ...match('198.51.100.7', 'unknown', 'tor'), downgraded: { from: 'suspicious', by: ['Own proxies'] } },
    ],
  },
  triggeringRuleCase: { condition: 'failures > 5' },
  queries: [{ name: 'failures', query: '@evt.outcome:failure', aggregationDetails: { eventsCount: 40, value: 40 } }],
  samples: [sample('Failed password for root'), ...Array.from({ length: 20 }, () => sample('x'.repeat(8_192)))],
}
const signal: JsonObject = {
  id: 'AQ-1',
  attributes: {
    status: 'high',
    message: '## What happened\nit',
    host: 'lab',
    tags: ['source:sshd', 'tactic:TA0006-credential-access', 'technique:T1110-brute-force'],
    custom: body,
    x_local: { version: 2, timestamp_ms: now, ip: '203.0.113.9', verdict: 'suspicious', users: ['root'] },
  },
}
const timeline: JsonObject[] = [
  { attributes: { time: 1, kind: 'opened', title: 'SSH brute force', severity: 'high' } },
  {
    attributes: {
      time: 2,
      kind: 'state',
      by: { uuid: 'u', handle: 'bo', name: 'Bo' },
      from: { state: 'open' },
      to: { state: 'archived', archive_reason: 'other', archive_comment: 'ours' },
    },
  },
  { attributes: { time: 3, kind: 'assignee', by: { handle: 'bo' }, from: { assignee: 'nobody' }, to: { assignee: 'ana' } } },
]

test('a signal and its timeline as the daemon sends them', () => {
  const details = toDetails(signal, timeline)
  expect(details).toMatchObject({
    row: { id: 'AQ-1', archive: { reason: 'other', by: 'Bo', at: 2 } },
    rule: 'SSH brute force',
    message: '## What happened\nit',
    condition: 'failures > 5',
    queries: [{ name: 'failures', query: '@evt.outcome:failure', value: 40 }],
    addresses: [
      { value: '203.0.113.9', verdict: 'suspicious', knownGood: [] },
      { value: '198.51.100.7', verdict: 'unknown', knownGood: ['Own proxies'] },
    ],
    hosts: ['lab'],
    tags: ['tactic:TA0006-credential-access', 'technique:T1110-brute-force'],
  })
  expect(details.samples).toHaveLength(10)
  expect(details.samples[0]).toEqual({ time: now - 9_000, text: 'Failed password for root' })
  expect(details.samples[1]!.text).toHaveLength(501)
  expect(details.timeline).toEqual([
    { time: 1, by: '', kind: 'opened', from: '', to: 'high', reason: 'none', comment: '' },
    { time: 2, by: 'Bo', kind: 'state', from: 'open', to: 'archived', reason: 'other', comment: 'ours' },
    { time: 3, by: 'bo', kind: 'assignee', from: 'nobody', to: 'ana', reason: 'none', comment: '' },
  ])
})

test.each<[JsonObject, JsonObject[] | string]>([
  [{}, 'no list'],
  [
    { attributes: { custom: { samples: [null, 7, {}], queries: {}, entities: [1], threat_intel: [] }, message: {} } },
    [{}, { attributes: null }],
  ],
])('what is none: %j', (data, timeline) => expect(() => toDetails(data, timeline)).not.toThrow())

test('the archive: newest first, and a signal is asked for again only when somebody changed it', async () => {
  const asked: string[] = []
  const times: Record<string, number> = { a: 5, b: 9 }
  const archived = createArchived(async id => {
    asked.push(id)
    const time = times[id]
    return time === undefined ? undefined : [{ time, by: '', kind: 'state', from: '', to: 'archived', reason: 'none', comment: '' }]
  })
  const row = (id: string, version = 1) => ({ ...toRow(signal), id, version })
  const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).join('')
  expect(ids(await archived([row('c'), row('a'), row('b')]))).toBe('bac')
  times['a'] = 12
  expect(ids(await archived([row('c'), row('a', 2), row('b')]))).toBe('abc')
  expect(asked.join('')).toBe('caba')
})
