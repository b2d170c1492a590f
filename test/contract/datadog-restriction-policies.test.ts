import { client, v2 } from '@datadog/datadog-api-client'
import { expect, test } from 'vitest'
import { startDaemon } from '../daemon.ts'
import { bruteForce } from '../logs.ts'

// The official client, unmodified but for its base address.
test('a rule is restricted, read, and open to everybody again', async () => {
  const daemon = await startDaemon({ port: true, rules: [bruteForce] })
  const configuration = client.createConfiguration({
    authMethods: { apiKeyAuth: daemon.apiKey, appKeyAuth: daemon.admin.key.secret },
    baseServer: new client.BaseServerConfiguration(daemon.url, {}),
  })
  const policies = new v2.RestrictionPoliciesApi(configuration)
  const resourceId = `security-rule:${(await daemon.core.rules())[0]!.id}`
  const bindings = [
    { relation: 'editor', principals: [`user:${daemon.admin.user.uuid}`] },
    { relation: 'viewer', principals: ['org:1'] },
  ]
  const data = { id: resourceId, type: 'restriction_policy' as const, attributes: { bindings } }
  const put = await policies.updateRestrictionPolicy({ resourceId, body: { data } })
  expect(JSON.stringify(put)).not.toContain('"_unparsed":true')
  expect((await policies.getRestrictionPolicy({ resourceId })).data).toMatchObject(data)
  await policies.deleteRestrictionPolicy({ resourceId })
  expect((await policies.getRestrictionPolicy({ resourceId })).data.attributes.bindings).toEqual([])
})
