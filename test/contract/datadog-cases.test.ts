import { client, v2 } from '@datadog/datadog-api-client'
import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'
import { bruteForce, guesses } from '../logs.ts'

// The official client, unmodified but for its base address, works a case from its beginning to its end.
const daemon = await startDaemon({ port: true, rules: [bruteForce] })
const configuration = client.createConfiguration({
  authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.analyst.key.secret },
  baseServer: new client.BaseServerConfiguration(daemon.url, {}),
})
const api = new v2.CaseManagementApi(configuration)
const security = new v2.SecurityMonitoringApi(configuration)

/** Nothing that the client could not make sense of, at any depth. */
function parsed<T>(value: T): T {
  const walk = (inner: unknown, path: string): void => {
    if (typeof inner !== 'object' || inner === null) return
    expect((inner as { _unparsed?: boolean })._unparsed, `${path} was not understood`).toBeFalsy()
    expect(inner.constructor?.name, path).not.toBe('UnparsedObject')
    for (const [key, child] of Object.entries(inner)) if (key !== 'additionalProperties') walk(child, `${path}.${key}`)
  }
  walk(value, 'answer')
  return value
}

await daemon.intake.post('/api/v2/logs', guesses(noon - 60_000, '198.51.100.7', 6), { 'content-type': 'text/plain' })
await daemon.core.caughtUp()
const signalId = (await security.listSecurityMonitoringSignals()).data![0]!.id!
const type = 'case'
const project = parsed(await api.getProjects()).data![0]!
const made = parsed(
  await api.createCase({
    body: {
      data: {
        type,
        attributes: { title: 'Somebody guesses', typeId: '5ec0ca5e-0000-4000-8000-000000000001', priority: 'P3', description: 'Look' },
        relationships: { project: { data: { id: project.id, type: 'project' } } },
      },
    },
  }),
).data!
const caseId = made.id
const cells = async () =>
  parsed(await api.listCaseTimeline({ caseId })).data!.map(
    cell => (cell.attributes.cellContent as v2.TimelineCellContentComment | undefined)?.message,
  )

test('getProjects, createProject, getProject', async () => {
  expect(project.attributes).toMatchObject({ key: 'SEC', name: 'Security' })
  const other = parsed(await api.createProject({ body: { data: { type: 'project', attributes: { key: 'OPS', name: 'Operations' } } } }))
    .data!
  expect(parsed(await api.getProject({ projectId: other.id })).data!.attributes).toMatchObject({ key: 'OPS' })
})

const types = new v2.CaseManagementTypeApi(
  client.createConfiguration({
    authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.admin.key.secret },
    baseServer: new client.BaseServerConfiguration(daemon.url, {}),
  }),
)
test('updateProject, deleteProject', async () => {
  const { id: projectId } = parsed(
    await api.createProject({ body: { data: { type: 'project', attributes: { key: 'TMP', name: 'For a while' } } } }),
  ).data!
  const renamed = parsed(await api.updateProject({ projectId, body: { data: { type: 'project', attributes: { name: 'For longer' } } } }))
  expect(renamed.data!.attributes).toMatchObject({ key: 'TMP', name: 'For longer' })
  await api.deleteProject({ projectId })
  await expect(api.getProject({ projectId })).rejects.toMatchObject({ code: 404 })
})
test('createCaseType, updateCaseType, getAllCaseTypes, deleteCaseType', async () => {
  const body = (name: string): { data: v2.CaseTypeCreate } => ({ data: { type: 'case_type', attributes: { name, emoji: '🎣' } } })
  const made = parsed(await types.createCaseType({ body: body('Phishing') })).data!
  const changed = parsed(await types.updateCaseType({ caseTypeId: made.id!, body: body('Phishing by mail') })).data!
  expect(changed.attributes).toMatchObject({ name: 'Phishing by mail', emoji: '🎣' })
  const names = async () => parsed(await types.getAllCaseTypes()).data!.map(({ attributes }) => attributes!.name)
  expect(await names()).toEqual(['Security case', 'Standard case', 'Phishing by mail'])
  await types.deleteCaseType({ caseTypeId: made.id! })
  expect(await names()).toEqual(['Security case', 'Standard case'])
})
test('updateCaseDueDate', async () => {
  const due = (dueDate: string) =>
    ({ caseId, body: { data: { type, attributes: { dueDate } } } }) as v2.CaseManagementApiUpdateCaseDueDateRequest
  const set = parsed(await api.updateCaseDueDate(due('2026-12-31'))).data!
  expect(set.attributes.additionalProperties).toMatchObject({ due_date: '2026-12-31' })
  const cleared = parsed(await api.updateCaseDueDate(due(null as never))).data!
  expect(cleared.attributes.additionalProperties).not.toHaveProperty('due_date')
})

test('createCase, getCase: by id and by key', async () => {
  expect(made.attributes).toMatchObject({ key: 'SEC-1', title: 'Somebody guesses', status: 'OPEN', statusGroup: 'SG_OPEN', priority: 'P3' })
  expect(made.attributes.createdAt).toBeInstanceOf(Date)
  expect(made.relationships!.project!.data.id).toBe(project.id)
  for (const which of [caseId, 'SEC-1']) expect(parsed(await api.getCase({ caseId: which })).data!.id).toBe(caseId)
})

test('searchCases: a filter, and pages from 1', async () => {
  for (let i = 0; i < 12; i++)
    await api.createCase({
      body: {
        data: {
          type,
          attributes: { title: `Many ${i}`, typeId: '5ec0ca5e-0000-4000-8000-000000000002' },
          relationships: { project: { data: { id: project.id, type: 'project' } } },
        },
      },
    })
  const found = parsed(await api.searchCases({ filter: 'many status:open', pageSize: 5, sortField: 'created_at', sortAsc: true }))
  expect([found.data!.map(one => one.attributes.title), found.meta!.page]).toEqual([
    [0, 1, 2, 3, 4].map(i => `Many ${i}`),
    expect.objectContaining({ current: 1, size: 5, total: 12 }),
  ])
  const all: string[] = []
  for await (const one of api.searchCasesWithPagination({ pageSize: 5, filter: 'many' })) all.push(parsed(one).attributes.title!)
  expect(new Set(all).size).toBe(12)
})

test('assignCase, unassignCase, updatePriority, updateCaseTitle, updateCaseDescription, updateAttributes', async () => {
  const assigned = parsed(await api.assignCase({ caseId, body: { data: { type, attributes: { assigneeId: daemon.analyst.user.uuid } } } }))
  expect(assigned.data!.relationships!.assignee!.data!.id).toBe(daemon.analyst.user.uuid)
  expect(parsed(await api.unassignCase({ caseId, body: { data: { type } } })).data!.relationships!.assignee?.data).toBeFalsy()
  expect(
    parsed(await api.updatePriority({ caseId, body: { data: { type, attributes: { priority: 'P1' } } } })).data!.attributes.priority,
  ).toBe('P1')
  expect(parsed(await api.updateCaseTitle({ caseId, body: { data: { type, attributes: { title: 'New' } } } })).data!.attributes.title).toBe(
    'New',
  )
  const described = await api.updateCaseDescription({ caseId, body: { data: { type, attributes: { description: '*Hm*' } } } })
  expect(parsed(described).data!.attributes.description).toBe('*Hm*')
  const tagged = await api.updateAttributes({ caseId, body: { data: { type, attributes: { attributes: { env: ['prod'] } } } } })
  expect(parsed(tagged).data!.attributes.attributes).toEqual({ env: ['prod'] })
})

test('createIncident, linkIncident: both know of each other', async () => {
  configuration.unstableOperations['v2.createIncident'] = true
  const incidents = new v2.IncidentsApi(configuration)
  const attributes = { title: 'Break-in', customerImpacted: false }
  const incident = parsed(await incidents.createIncident({ body: { data: { type: 'incidents', attributes } } })).data
  const body = { data: { id: incident.id, type: 'incidents' as const } }
  parsed(await api.linkIncident({ caseId, body }))
  expect((await cells()).at(-1)).toMatch(/INC-1/)
  const about = await daemon.admin.get(`/api/v2/incidents/${incident.id}`)
  expect(about.at('data.attributes.x_local.cases')).toMatchObject([{ key: 'SEC-1' }])
  await expect(api.linkIncident({ caseId, body: { data: { ...body.data, id: crypto.randomUUID() } } })).rejects.toMatchObject({ code: 404 })
})

test('addCaseInsights, removeCaseInsights: the signal goes under review', async () => {
  const body = {
    data: { type, attributes: { insights: [{ type: 'SECURITY_SIGNAL', ref: `/security?event=${signalId}`, resourceId: signalId }] } },
  } as const
  parsed(await api.addCaseInsights({ caseId, body: structuredClone(body) as unknown as v2.CaseInsightsRequest }))
  const signal = await security.getSecurityMonitoringSignal({ signalId })
  expect((signal.data!.attributes!.custom as { workflow: { triage: object } }).workflow.triage).toMatchObject({
    state: 'under_review',
    cases: ['SEC-1'],
  })
  parsed(await api.removeCaseInsights({ caseId, body: structuredClone(body) as unknown as v2.CaseInsightsRequest }))
  expect((await cells()).slice(-2)).toEqual(['sana added 1 signal', 'sana unlinked 1 signal'])
})

test('commentCase, updateCaseComment, deleteCaseComment, listCaseTimeline', async () => {
  const [cell] = parsed(await api.commentCase({ caseId, body: { data: { type, attributes: { comment: 'Ask Ana' } } } })).data!
  expect(cell!.attributes.author).toMatchObject({ type: 'USER', content: { name: 'sana' } })
  await api.updateCaseComment({ caseId, cellId: cell!.id, body: { data: { type, attributes: { comment: 'Ask Bo' } } } })
  expect((await cells()).at(-1)).toBe('Ask Bo')
  await api.deleteCaseComment({ caseId, cellId: cell!.id })
  const last = parsed(await api.listCaseTimeline({ caseId, sortAscending: false, pageSize: 1 })).data![0]!
  expect(last.attributes.deletedAt).toBeInstanceOf(Date)
  await expect(api.commentCase({ caseId, body: { data: { type, attributes: { comment: '' } } } })).rejects.toMatchObject({ code: 400 })
})

test('updateStatus, updateCaseResolvedReason, archiveCase, unarchiveCase', async () => {
  const close = () => api.updateStatus({ caseId, body: { data: { type, attributes: { status: 'CLOSED' } } } })
  await expect(close()).rejects.toMatchObject({ code: 400 })
  parsed(await api.updateCaseResolvedReason({ caseId, body: { data: { type, attributes: { securityResolvedReason: 'FALSE_POSITIVE' } } } }))
  const closed = parsed(await close()).data!
  expect([closed.attributes.status, closed.attributes.closedAt]).toEqual(['CLOSED', expect.any(Date)])
  expect(parsed(await api.archiveCase({ caseId, body: { data: { type } } })).data!.attributes.archivedAt).toBeInstanceOf(Date)
  expect(parsed(await api.unarchiveCase({ caseId, body: { data: { type } } })).data!.attributes.archivedAt).toBeUndefined()
})

test('bulkUpdateCases, countCases, aggregateCases', async () => {
  await api.bulkUpdateCases({
    body: { data: { type: 'bulk', attributes: { caseIds: ['SEC-2', 'SEC-3'], type: 'priority', payload: { priority: 'P2' } } } },
  })
  const counts = parsed(await api.countCases({ queryFilter: 'many', groupBys: 'priority' })).data.attributes.groups
  expect(counts[0]!.groupValues.map(({ value, count }) => [value, count])).toEqual([
    ['NOT_DEFINED', 10],
    ['P2', 2],
  ])
  const answer = await api.aggregateCases({
    body: { data: { type: 'aggregate', attributes: { queryFilter: 'many', groupBy: { groups: ['priority'], limit: 5 } } } },
  })
  expect(parsed(answer).data.attributes.total).toBe(12)
})

test('getCase of none: 404 with what the wire says of it', async () => {
  await expect(api.getCase({ caseId: 'SEC-999' })).rejects.toMatchObject({ code: 404 })
})
