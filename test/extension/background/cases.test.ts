import { expect, test } from 'vitest'
import { toCaseEvent, toCaseRow } from '../../../extension/background/case-wire.ts'
import { createCases } from '../../../extension/background/cases.ts'
import type { JsonObject } from '../../../shared/json.ts'

test('a case whose members are of wrong types: what they would be by themselves', () => {
  const row = toCaseRow({
    id: 7,
    attributes: { key: [], title: {}, status: 'DONE', priority: 1, x_local: { version: 'x', merged: 'y', assignee: 3 } },
  })
  expect(row).toMatchObject({
    id: '',
    key: '',
    title: 'Untitled case',
    status: 'OPEN',
    priority: 'NOT_DEFINED',
    version: 0,
    assignee: null,
    merged: [],
  })
})
test('a comment that was deleted', () => {
  const event = toCaseEvent({
    id: 'c',
    attributes: {
      author: { content: { id: 'u', handle: 'ana', name: '' } },
      cell_content: { message: '' },
      created_at: '2026-01-01T00:00:00Z',
      deleted_at: 'x',
      x_local: { kind: 'comment' },
    },
  })
  expect(event).toMatchObject({ kind: 'comment', deleted: true, at: Date.UTC(2026, 0, 1), by: { handle: 'ana' } })
})

test.each([
  [{ title: 'T' }, '/title', { title: 'T', version: 2 }],
  [{ status: 'CLOSED', reason: 'OTHER' }, '/status', { status: 'CLOSED', security_resolved_reason: 'OTHER', version: 2 }],
  [{ assignee: 'u' }, '/assign', { assignee_id: 'u', version: 2 }],
  [{ assignee: '' }, '/unassign', undefined],
  [{ archived: true }, '/archive', undefined],
  [{ archived: false }, '/unarchive', undefined],
] as const)('change %j → POST …%s', async (change, end, attributes) => {
  const asked: unknown[] = []
  const request = async (method: string, path: string, body?: unknown): Promise<JsonObject> => {
    asked.push([method, path, body])
    return {}
  }
  await createCases({ request: request as never, file: undefined as never }).changeCase({ id: 'SEC-1/..', version: 2, change })
  expect(asked).toEqual([['POST', `/api/v2/cases/SEC-1%2F..${end}`, { data: { type: 'case', ...(attributes && { attributes }) } }]])
})

/** A daemon that has one case as `attributes` say, at version 7. */
const holding = (attributes: JsonObject, sent: unknown[]) =>
  createCases({
    file: undefined as never,
    request: (async (method: string, path: string, body?: JsonObject) => {
      if (path.endsWith('/explorer')) return { data: [] }
      if (method === 'POST') sent.push(body)
      return { data: { id: 'c', attributes: { ...attributes, x_local: { version: 7 } } } }
    }) as never,
  })
test.each([
  [{ description: 'mine' }, { description: 'before' }, { description: 'of a colleague' }],
  [{ status: 'CLOSED', reason: 'FALSE_POSITIVE' }, { status: 'OPEN' }, { status: 'CLOSED', security_resolved_reason: 'OTHER' }],
  [{ due: '2026-01-02' }, { due: '' }, { due_date: '2026-01-01' }],
] as const)('change %j of what was %j, and is %j by now: refused, and nothing is sent', async (change, before, stored) => {
  const sent: unknown[] = []
  const changed = holding(stored, sent).changeCase({ id: 'c', version: 7, change, before })
  await expect(changed).rejects.toMatchObject({ status: 409, message: expect.stringContaining('What you typed is still here') })
  expect(sent).toEqual([])
})
test('change a description that is as it was, of a case that has gone on: saved over the version that was compared', async () => {
  const sent: unknown[] = []
  await holding({ description: 'before' }, sent).changeCase({
    ...{ id: 'c', version: 2, change: { description: 'mine' }, before: { description: 'before' } },
  })
  expect(sent).toEqual([{ data: { type: 'case', attributes: { description: 'mine', version: 7 } } }])
})
