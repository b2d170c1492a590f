import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Operation, requests, type Schema } from '../contract/schema.ts'
import { startDaemon } from '../daemon.ts'

// whatever is sent to whatever route, the daemon answers what is wrong with it and goes on
const daemon = await startDaemon()
const { admin, nobody } = daemon
const document = (await nobody.get('/openapi.json')).json as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)
const runs = Number(process.env['SIGNALBOX_TEST_REQUESTS'] ?? 2000)

test(`${runs} requests made from the schemas, right and wrong: never a 5xx, never a body that is not JSON`, {
  timeout: 60_000 + runs * 30,
}, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(requests(operations, document.components.schemas), async ({ method, url, body, headers }) => {
      const response = await admin.request(method, url, body, headers)
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      expect(response.status).toBeLessThan(500)
      const isFile = /gzip|csv|ndjson/.test(response.headers.get('content-type') ?? '')
      if (response.text !== '' && !isFile) expect(response.json).toBeDefined()
    }),
    { numRuns: runs },
  )
  expect(daemon.reported).toEqual([])
  // a fair share of them got past the checks
  expect([200, 201, 202, 204].reduce((sum, status) => sum + (statuses.get(status) ?? 0), 0)).toBeGreaterThan(runs / 10)
})
