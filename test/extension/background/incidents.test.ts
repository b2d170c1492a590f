import { expect, test } from 'vitest'
import { toIncidentCounts, toIncidentEvent, toIncidentRow, toIncidentSignal } from '../../../extension/background/incident-wire.ts'
import { createIncidents } from '../../../extension/background/incidents.ts'
import { readIncidents } from '../../../extension/background/live.ts'
import type { JsonObject } from '../../../shared/json.ts'

test('an incident whose members are of wrong types: what they would be by themselves', () => {
  const row = toIncidentRow(
    { id: 7, attributes: { public_id: 'x', title: {}, severity: 'SEV-9', state: 'open', created: 5, x_local: 'y' } },
    'z',
  )
  expect(row).toMatchObject({ id: '', title: '', severity: 'UNKNOWN', state: 'active', created: 0, commander: null, signals: 0, cases: [] })
})
test('who commands is named by what stands beside it', () => {
  const relationships = { commander_user: { data: { id: 'u', type: 'users' } } }
  const included = [{ id: 'u', attributes: { uuid: 'u', handle: 'ana', name: 'Ana' } }]
  expect(toIncidentRow({ id: 'i', attributes: {}, relationships }, included).commander).toEqual({ uuid: 'u', handle: 'ana', name: 'Ana' })
})
test('facets, events and signals of wrong types', () => {
  expect(toIncidentCounts({ state: 'x', commander: [{ handle: 'ana', count: 2 }] })).toEqual({
    state: [],
    severity: [],
    commander: [{ value: 'ana', label: 'ana', count: 2 }],
    impact: [],
  })
  expect(toIncidentEvent({ id: 'c', attributes: { text: 5 } })).toMatchObject({ text: '', at: 0 })
  expect(toIncidentSignal({ id: 's', attributes: { status: 'x' } })).toMatchObject({ severity: 'info', state: 'open', title: '' })
})
test.each([
  ['{"type":"incidents","ids":[1,"2",3]}', [1, 3]],
  ['{"type":"signals","ids":[1]}', undefined],
  ['{"type":"incidents"}', undefined],
])('%s → %j', (frame, ids) => expect(readIncidents(frame)).toEqual(ids))

test.each([
  [{ state: 'stable' }, { fields: { state: { type: 'dropdown', value: 'stable' } } }, undefined],
  [{ impacted: true, scope: 'EU' }, { customer_impacted: true, customer_impact_scope: 'EU' }, undefined],
  [{ impactEnd: 0 }, { customer_impact_end: '1970-01-01T00:00:00.000Z' }, undefined],
  [{ commander: '' }, {}, { commander_user: { data: null } }],
] as const)('change %j → PATCH', async (change, attributes, relationships) => {
  const asked: unknown[] = []
  const request = async (method: string, path: string, body?: unknown): Promise<JsonObject> => {
    asked.push([method, path, body])
    return {}
  }
  const needs = { request: request as never, change: undefined as never, file: undefined as never }
  await createIncidents(needs).changeIncident({ id: '7/..', version: 2, change })
  const data = {
    id: '7/..',
    type: 'incidents',
    attributes: { ...attributes, x_local: { version: 2 } },
    ...(relationships && { relationships }),
  }
  expect(asked).toEqual([['PATCH', '/api/v2/incidents/7%2F..?include=users', { data }]])
})

test('an impact said differently while somebody else said it: refused, and nothing is sent', async () => {
  const sent: unknown[] = []
  const request = async (method: string, path: string, body?: unknown) => {
    if (path.endsWith('/explorer')) return { data: [] }
    if (method === 'PATCH') sent.push(body)
    return { data: { id: 'i', attributes: { customer_impacted: true, customer_impact_scope: 'theirs', x_local: { version: 4 } } } }
  }
  const { changeIncident } = createIncidents({ request: request as never, change: undefined as never, file: undefined as never })
  const change = { impacted: true, scope: 'mine' }
  await expect(changeIncident({ id: 'i', version: 4, change, before: { impacted: false, scope: '' } })).rejects.toMatchObject({
    status: 409,
  })
  expect(sent).toEqual([])
  await changeIncident({ id: 'i', version: 2, change, before: { impacted: true, scope: 'theirs' } })
  expect(sent).toMatchObject([{ data: { attributes: { customer_impact_scope: 'mine', x_local: { version: 4 } } } }])
})
