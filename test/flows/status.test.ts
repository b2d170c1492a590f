import { expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { startDaemon } from '../daemon.ts'

const { admin, as, readOnly, standard, intake, nobody, core } = await startDaemon()
const path = '/api/local/status'

test('how far detection is: it has caught up when it has judged the newest log', async () => {
  await intake.post('/api/v2/logs', [{ message: 'a' }, { message: 'b' }])
  await core.caughtUp()
  const { attributes } = (await admin.get(path)).at('data') as { attributes: Record<string, number> }
  expect(attributes).toMatchObject({
    logs: 2,
    late: 0,
    suppressed_signals: 0,
    suppressed_by_rule: {},
    refused_groups: 0,
    refused_values: 0,
    damaged_blocks: 0,
    disk_full: false,
  })
  expect(attributes['judged']).toBe(attributes['last_log_seq'])
  expect(attributes['seq']).toBeGreaterThanOrEqual(attributes['judged']!)
})

test.each<[string, Caller, number]>([
  ['Admin', admin, 200],
  ['Standard', standard, 200],
  ['Read Only', readOnly, 200],
  ['a key for the organisation alone', await as('Admin', 'ada', ['org_management']), 200],
  ['a key for logs alone', await as('Admin', 'ada', ['logs_read_data']), 403],
  ['nobody', nobody, 401],
])('%s', async (_, caller, status) => expect((await caller.get(path)).status).toBe(status))

test('/ in a browser leads to the documentation', async () => {
  const answer = await nobody.get('/')
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs'])
})
