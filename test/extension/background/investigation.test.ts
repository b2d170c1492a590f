import { expect, test } from 'vitest'
import { createInvestigating, toInvestigation } from '../../../extension/background/investigation.ts'
import type { JsonObject } from '../../../shared/json.ts'

const sample = (message: string, custom: JsonObject = {}) => ({
  id: 'log-1',
  content: { timestamp: '2026-01-31T00:00:00.000Z', message, service: 'sshd', host: 'lab', status: 'warn', custom },
})
const signal: JsonObject = {
  id: 'AQ-1',
  type: 'signal',
  attributes: {
    status: 'high',
    tags: ['category:brute_force', 'env:prod'],
    attributes: { title: 'twice' },
    custom: {
      title: 'SSH brute force',
      workflow: { rule: { id: 'r-1', name: 'SSH', type: 'Log Detection', version: 3, detectionMethod: 'threshold', isDefaultRule: true } },
      samples: [sample('a', { dd: { trace_id: 42 } }), sample('b'.repeat(9_000), { trace_id: '7af' })],
    },
    x_local: { version: 1 },
  },
}
const why: JsonObject = {
  data: {
    attributes: {
      group: { '@usr.name': 'root' },
      reasons: [{ sentence: 'high: a log matched' }],
      suppression: { name: 'SSH: root', rule_query: 'ruleId:"r-1"', suppression_query: '@usr.name:"root"' },
    },
  },
}

test('what a signal is about, with its reasons and what would hide it', () => {
  const about = toInvestigation(signal, { data: [] }, why)
  expect(about).toMatchObject({
    ruleOf: { id: 'r-1', version: 3, method: 'threshold', isDefault: true },
    group: [{ path: '@usr.name', value: 'root' }],
    reasons: ['high: a log matched'],
    candidate: { name: 'SSH: root', rules: 'ruleId:"r-1"', hides: '@usr.name:"root"' },
    allTags: ['category:brute_force', 'env:prod'],
  })
  expect(about.logs.map(({ trace, text }) => [trace, text.length])).toEqual([
    ['42', 1],
    ['7af', 4_001],
  ])
  expect(JSON.parse(about.json).attributes).not.toHaveProperty('attributes')
})

test('a daemon that says something else: nothing of it is shown', () => {
  const about = toInvestigation({ attributes: { custom: { samples: ['x', 3], workflow: [] } } }, { data: 'none' }, { data: [why] })
  expect(about).toMatchObject({ ruleOf: { id: '', version: 0 }, group: [], reasons: [], candidate: null, logs: [], timeline: [] })
})

test('a suppression: as the daemon takes it, with an end where one was set', async () => {
  const asked: unknown[][] = []
  const investigating = createInvestigating({
    request: async (...request) => {
      asked.push(request)
      return { data: { id: 's-1' }, meta: { rules: 1, signals: { count: 4, estimated: false }, logs: null, cut: false } }
    },
  })
  const wanted = { name: 'Ours', rules: '*', hides: '@usr.name:root', reason: 'Our scanner' }
  expect(await investigating.previewSuppression(wanted)).toMatchObject({ rules: 1, signals: 4, logs: null })
  expect(await investigating.suppress({ ...wanted, until: 99 })).toEqual({ id: 's-1' })
  const attributes = { name: 'Ours', rule_query: '*', suppression_query: '@usr.name:root', reason: 'Our scanner' }
  expect(asked.map(([method, path, body]) => [method, path, body])).toEqual([
    ['POST', '/api/local/suppressions/preview', { data: { type: 'suppressions', attributes } }],
    [
      'POST',
      '/api/v2/security_monitoring/configuration/suppressions',
      { data: { type: 'suppressions', attributes: { ...attributes, expiration_date: 99 } } },
    ],
  ])
})
