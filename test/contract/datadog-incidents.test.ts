import { client, v2 } from '@datadog/datadog-api-client'
import { beforeAll, expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'
import { parsed } from './parsed.ts'

// The official client, unmodified but for its base address, declares an incident and works it.
const daemon = await startDaemon({ port: true, rules: [bruteForce] })
const configuration = client.createConfiguration({
  authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.admin.key.secret },
  baseServer: new client.BaseServerConfiguration(daemon.url, {}),
})
// the client wants to be told that they are previews
for (const operation of [
  ...['createIncident', 'listIncidents', 'searchIncidents', 'getIncident', 'updateIncident', 'deleteIncident', 'listIncidentTypes'],
  ...['createIncidentTodo', 'listIncidentTodos', 'getIncidentTodo', 'updateIncidentTodo', 'deleteIncidentTodo', 'patchIncidentImpact'],
  ...['createIncidentAttachment', 'listIncidentAttachments', 'updateIncidentAttachment', 'deleteIncidentAttachment'],
  ...['createIncidentResponder', 'listIncidentResponders', 'getIncidentResponder', 'deleteIncidentResponder'],
])
  configuration.unstableOperations[`v2.${operation}`] = true
const api = new v2.IncidentsApi(configuration)
const security = new v2.SecurityMonitoringApi(configuration)
const { user: me } = daemon.admin
const { user: stan } = daemon.standard

const create = async (title: string, fields = {}) =>
  parsed(
    await api.createIncident({
      body: {
        data: {
          type: 'incidents',
          attributes: {
            title,
            customerImpacted: true,
            customerImpactScope: 'Logins fail',
            fields: { severity: { type: 'dropdown', value: 'SEV-2' }, summary: { type: 'textbox', value: 'Guessing' }, ...fields },
            initialCells: [{ cellType: 'markdown', content: { content: 'Looks **bad**' } }],
            notificationHandles: [{ displayName: 'On call', handle: '@oncall@example.com' }],
          },
          relationships: { commanderUser: { data: { id: stan.uuid, type: 'users' } } },
        },
      },
    }),
  )
let incidentId = ''
beforeAll(async () => {
  incidentId = (await create('Brute force on the edge')).data.id
})

test('createIncident, getIncident: what was sent comes back, with a number', async () => {
  const { data, included } = parsed(await api.getIncident({ incidentId, include: ['users', 'attachments'] }))
  expect(data.attributes).toMatchObject({
    publicId: 1,
    title: 'Brute force on the edge',
    severity: 'SEV-2',
    state: 'active',
    customerImpacted: true,
    customerImpactScope: 'Logins fail',
    resolved: null,
    fields: { severity: { value: 'SEV-2' }, state: { value: 'active' }, summary: { value: 'Guessing' } },
  })
  expect(data.attributes!.created).toBeInstanceOf(Date)
  expect(data.relationships?.commanderUser?.data).toMatchObject({ id: stan.uuid, type: 'users' })
  expect(included?.map(one => (one as v2.IncidentUserData).id).sort()).toEqual([me.uuid, stan.uuid].sort())
})
test('updateIncident: stable, resolved, another commander, nobody', async () => {
  const patch = async (data: object) =>
    parsed(await api.updateIncident({ incidentId, body: { data: { id: incidentId, type: 'incidents', ...data } } })).data
  const state = (value: string) => ({ attributes: { fields: { state: { type: 'dropdown', value } } } })
  expect((await patch(state('stable'))).attributes).toMatchObject({ state: 'stable', resolved: null })
  daemon.clock.now += 60_000
  expect((await patch(state('resolved'))).attributes).toMatchObject({
    state: 'resolved',
    resolved: new Date(noon + 60_000),
    timeToResolve: 60,
  })
  const commander = (data: object | null) => ({ relationships: { commanderUser: { data } } })
  expect((await patch(commander({ id: me.uuid, type: 'users' }))).relationships?.commanderUser?.data?.id).toBe(me.uuid)
  expect((await patch(commander(null))).relationships?.commanderUser?.data).toBeNull()
  await patch({ attributes: { ...state('active').attributes, customerImpactEnd: new Date(noon + 60_000) } })
})
test('listIncidents, searchIncidents: by pages, with facets', async () => {
  for (let i = 0; i < 4; i++) await create(`Another ${i}`, { severity: { type: 'dropdown', value: `SEV-${i}` } })
  const listed: unknown[] = []
  for await (const one of api.listIncidentsWithPagination({ pageSize: 2 })) listed.push(parsed(one).attributes!.publicId)
  expect(listed).toEqual([5, 4, 3, 2, 1])
  const found: unknown[] = []
  const query = 'state:active AND severity:(SEV-2 OR SEV-3)'
  for await (const one of api.searchIncidentsWithPagination({ query, sort: 'created', pageSize: 2 }))
    found.push(parsed(one).data.attributes!.publicId)
  expect(found).toEqual([1, 4, 5])
  const { attributes } = parsed(await api.searchIncidents({ query: 'another', sort: '-created' })).data!
  expect(attributes!.total).toBe(4)
  expect(attributes!.facets.severity).toHaveLength(4)
  expect(attributes!.facets.commander).toMatchObject([{ uuid: stan.uuid, handle: stan.handle, count: 4 }])
  expect(attributes!.facets.fields).toMatchObject([{ name: 'summary', facets: [{ name: 'Guessing', count: 4 }] }])
})
test('to-dos: created, listed, ticked off, deleted', async () => {
  const attributes = { assignees: [`@${stan.handle}`], content: 'Rotate keys', dueDate: '2026-03-15T00:00:00Z' }
  const made = parsed(await api.createIncidentTodo({ incidentId, body: { data: { type: 'incident_todos', attributes } } }))
  const todoId = made.data.id
  expect(made.data.attributes).toMatchObject({ content: 'Rotate keys', completed: null, assignees: attributes.assignees })
  const body = { data: { type: 'incident_todos', attributes: { ...attributes, completed: '2026-03-14T11:30:00Z' } } } as const
  expect(parsed(await api.updateIncidentTodo({ incidentId, todoId, body })).data.attributes!.completed).toBe('2026-03-14T11:30:00.000Z')
  expect(parsed(await api.getIncidentTodo({ incidentId, todoId })).data.id).toBe(todoId)
  expect(parsed(await api.listIncidentTodos({ incidentId })).data).toHaveLength(1)
  await api.deleteIncidentTodo({ incidentId, todoId })
  expect(parsed(await api.listIncidentTodos({ incidentId })).data).toEqual([])
})
test('impacts, attachments, responders: created, listed, changed, deleted', async () => {
  const startAt = new Date(noon - 3_600_000)
  const impact = parsed(
    await api.createIncidentImpact({
      incidentId,
      body: { data: { type: 'incident_impacts', attributes: { description: 'EU logins', startAt, fields: { customers: 'some' } } } },
    }),
  )
  const impactId = impact.data.id
  const endAt = new Date(noon)
  await api.patchIncidentImpact({ incidentId, impactId, body: { data: { type: 'incident_impacts', attributes: { endAt } } } })
  const [listed] = parsed(await api.listIncidentImpacts({ incidentId })).data
  expect(listed!.attributes).toMatchObject({ description: 'EU logins', startAt, endAt, fields: { customers: 'some' } })

  const attached = parsed(
    await api.createIncidentAttachment({
      incidentId,
      body: {
        data: {
          type: 'incident_attachments',
          attributes: { attachmentType: 'postmortem', attachment: { title: 'PM', documentUrl: 'https://docs.example.com/1' } },
        },
      },
    }),
  )
  const attachmentId = attached.data!.id
  const body = { data: { type: 'incident_attachments', attributes: { attachment: { title: 'Postmortem' } } } } as const
  const renamed = parsed(await api.updateIncidentAttachment({ incidentId, attachmentId, body }))
  expect(renamed.data!.attributes.attachment).toMatchObject({ title: 'Postmortem', documentUrl: 'https://docs.example.com/1' })
  expect(parsed(await api.listIncidentAttachments({ incidentId, filterAttachmentType: 'link' })).data).toEqual([])

  const responders = async () => parsed(await api.listIncidentResponders({ incidentId })).data
  const before = (await responders()).length
  const { user } = daemon.analyst
  const added = parsed(
    await api.createIncidentResponder({
      incidentId,
      body: { data: { type: 'incident_responders', relationships: { user: { data: { id: user.uuid, type: 'users' } } } } },
    }),
  )
  expect(await responders()).toHaveLength(before + 1)
  expect(parsed(await api.getIncidentResponder({ incidentId, responderId: added.data.id })).data.relationships?.user?.data?.id).toBe(
    user.uuid,
  )

  const { relationships } = parsed(await api.getIncident({ incidentId })).data
  expect(relationships?.impacts?.data.map(({ id }) => id)).toEqual([impactId])
  expect(relationships?.attachments?.data.map(({ id }) => id)).toEqual([attachmentId])
  await api.deleteIncidentImpact({ incidentId, impactId })
  await api.deleteIncidentAttachment({ incidentId, attachmentId })
  await api.deleteIncidentResponder({ incidentId, responderId: added.data.id })
  expect(await responders()).toHaveLength(before)
})
test('editSecurityMonitoringSignalIncidents: links by public id', async () => {
  await daemon.intake.post('/api/v2/logs', guesses(daemon.clock.now - 60_000, '198.51.100.7', 6), { 'content-type': 'text/plain' })
  await daemon.core.caughtUp()
  const [signal] = parsed(await security.listSecurityMonitoringSignals({})).data!
  const { data } = parsed(
    await security.editSecurityMonitoringSignalIncidents({
      signalId: signal!.id!,
      body: { data: { attributes: { incidentIds: [1, 3] } } },
    }),
  )
  expect(data.attributes!.incidentIds).toEqual([1, 3])
})
test('deleteIncident: it is gone, and out of its signals', async () => {
  const third = (await api.searchIncidents({ query: 'public_id:3' })).data!.attributes!.incidents[0]!.data.id
  await api.deleteIncident({ incidentId: third })
  await expect(api.getIncident({ incidentId: third })).rejects.toMatchObject({
    code: 404,
    body: { errors: [expect.stringContaining(third)] },
  })
  const [signal] = parsed(await security.listSecurityMonitoringSignals({ filterQuery: '@workflow.triage.incidentIds:1' })).data!
  expect((signal!.attributes!.custom!['workflow'] as { triage: object }).triage).toMatchObject({ incidentIds: [1] })
  expect((await create('After that')).data.attributes!.publicId).toBe(6)
})
test('listIncidentTypes: the one there is, which can be named', async () => {
  const { data } = parsed(await api.listIncidentTypes({}))
  expect(data).toHaveLength(1)
  expect(data[0]!.attributes).toMatchObject({ isDefault: true })
})
