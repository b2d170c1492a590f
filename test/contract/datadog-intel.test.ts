import { client, v2 } from '@datadog/datadog-api-client'
import { expect, test } from 'vitest'
import { noon, startDaemon } from '../daemon.ts'

// The official client, unmodified but for its base address, on reference tables and the explorer of indicators.
const daemon = await startDaemon({ port: true })
const configuration = client.createConfiguration({
  authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.admin.key.secret },
  baseServer: new client.BaseServerConfiguration(daemon.url, {}),
})
for (const operation of ['listIndicatorsOfCompromise', 'getIndicatorOfCompromise', 'createIoCTriageState'])
  configuration.unstableOperations[`v2.${operation}`] = true
const tables = new v2.ReferenceTablesApi(configuration)
const security = new v2.SecurityMonitoringApi(configuration)
const understood = <T>(value: T): T => {
  expect(JSON.stringify(value)).not.toContain('"_unparsed":true')
  return value
}

test('reference tables: create, fill, read, change, delete', async () => {
  const created = understood(
    await tables.createReferenceTable({
      body: {
        data: {
          type: 'reference_table',
          attributes: {
            tableName: 'seen',
            source: 'LOCAL_FILE',
            schema: {
              fields: [
                { name: 'ip', type: 'STRING' },
                { name: 'severity', type: 'INT32' },
              ],
              primaryKeys: ['ip'],
            },
          },
        },
      },
    }),
  )
  const id = created.data!.id!
  await tables.upsertRows({
    id,
    body: { data: ['a', 'b', 'c'].map(row => ({ id: row, type: 'row' as const, attributes: { values: { severity: 3 } } })) },
  })
  expect(understood(await tables.getTable({ id })).data!.attributes).toMatchObject({ tableName: 'seen', rowCount: 3, status: 'DONE' })
  expect(understood(await tables.getRowsByID({ id, rowId: ['b'] })).data).toMatchObject([
    { id: 'b', attributes: { values: { ip: 'b', severity: 3 } } },
  ])
  const page = understood(await tables.listReferenceTableRows({ id, pageLimit: 2 }))
  const pageContinuationToken = page.meta!.page!.nextContinuationToken!
  expect(understood(await tables.listReferenceTableRows({ id, pageLimit: 2, pageContinuationToken })).data.map(row => row.id)).toEqual([
    'c',
  ])
  const query = { data: { type: 'reference-tables-batch-rows-query' as const, attributes: { tableId: id, rowIds: ['a', 'z'] } } }
  expect(understood(await tables.batchRowsQuery({ body: query })).data!.relationships!.rows!.data).toMatchObject([{ id: 'a' }])
  await tables.updateReferenceTable({ id, body: { data: { type: 'reference_table', attributes: { description: 'ours' } } } })
  await tables.deleteRows({ id, body: { data: [{ id: 'a', type: 'row' }] } })
  expect(understood(await tables.listTables({ sort: '-updated_at', filterTableNameExact: 'seen' })).data).toMatchObject([
    { attributes: { description: 'ours', rowCount: 2 } },
  ])
  await tables.deleteTable({ id })
  await expect(tables.getTable({ id })).rejects.toMatchObject({ code: 404 })
})

test('indicators: list, get, mark as reviewed', async () => {
  const { feeds, hunting } = daemon.daemon
  await daemon.intake.post('/api/v2/logs', [{ message: 'from 203.0.113.9', timestamp: noon }])
  const { id } = await feeds.add({ name: 'Drop', format: 'netset', category: 'c2', intention: 'malicious' })
  await feeds.load(id, '203.0.113.9')
  await hunting.idle()
  const list = understood(
    await security.listIndicatorsOfCompromise({ limit: 5, query: 'category:c2', sortColumn: 'score', sortOrder: 'desc' }),
  )
  expect(list.data!.attributes!.data).toMatchObject([
    { indicator: '203.0.113.9', maliciousSources: [{ name: 'Drop' }], logMatches: 1, triageState: 'not_reviewed' },
  ])
  expect(list.data!.attributes!.data![0]!.lastSeen).toEqual(new Date(noon))
  const body = { data: { type: 'ioc_triage_state', attributes: { indicator: '203.0.113.9', triageState: 'reviewed' as const } } }
  understood(await security.createIoCTriageState({ body }))
  const one = understood(await security.getIndicatorOfCompromise({ indicator: '203.0.113.9', includeTriageHistory: true }))
  expect(one.data!.attributes!.data).toMatchObject({ triageState: 'reviewed', triageHistory: [{ triageState: 'reviewed' }] })
})

test('nothing went wrong that the daemon did not expect', () => expect(daemon.reported).toEqual([]))
