import { expect, test } from 'vitest'
import { changeCase } from '../../../daemon/cases/change.ts'
import { builtInTypes, type Case, defaultProject, securityCase } from '../../../shared/case.ts'
import { sayCell } from '../../../shared/case-words.ts'

const by = { uuid: 'u', handle: 'ana@example.com', name: 'Ana' }
const now = 1_800_000_000_000
const one = (more: Partial<Case> = {}): Case => ({
  id: 'id',
  key: 'SEC-1',
  number: 1,
  project: defaultProject,
  type: securityCase.id,
  type_name: securityCase.name,
  needs_reason: true,
  version: 3,
  title: 'Guessing',
  description: '',
  status: 'OPEN',
  priority: 'P2',
  assignee: null,
  created_by: by,
  created_at: now - 1,
  attributes: {},
  custom_attributes: {},
  watchers: [],
  comments: 0,
  insights: 0,
  ...more,
})

test.each([
  [{ priority: 'P1' }, 'changed the priority from P2 to P1'],
  [{ title: 'New' }, 'changed the title from “Guessing” to “New”'],
  [{ assignee: by }, 'assigned it to ana@example.com, before nobody'],
  [{ status: 'IN_PROGRESS' }, 'changed the status from Open to In progress'],
  [{ status: 'CLOSED', resolved_reason: 'TESTING_OR_MAINTENANCE' }, 'changed the status from Open to Closed: Testing'],
  [{ archived: true }, 'archived the case'],
] as const)('%j: %s', (change, says) => {
  const { after, steps } = changeCase(one(), change, by, now)
  expect(steps.map(sayCell)).toEqual([says])
  expect([after.version, after.changed]).toEqual([4, { by, at: now, what: says }])
})

test.each([
  [{}],
  [{ priority: 'P2' }],
  [{ status: 'OPEN' }],
  [{ archived: false }],
  [{ assignee: null }],
] as const)('%j asks for what is: no step, no version', change => {
  const before = one()
  expect(changeCase(before, change, by, now)).toEqual({ after: before, steps: [] })
})

test.each([
  ['a security case closed without a reason', one(), { status: 'CLOSED' }, 400, 'reason_missing'],
  ['an older version', one(), { title: 'New', version: 2 }, 409, 'stale_version'],
  ['what is archived', one({ archived_at: 1 }), { title: 'New' }, 409, 'archived'],
  ['what is merged', one({ merged_into: { id: 'x', key: 'SEC-2', from: { status: 'OPEN' } } }), { title: 'New' }, 409, 'merged'],
] as const)('%s → %4$s', (_, before, change, status, code) => {
  expect(() => changeCase(before, change, by, now)).toThrowError(expect.objectContaining({ status, code }))
})

test('a standard case closes without a reason, and reopened it has none', () => {
  const standard = one({ type: builtInTypes[1]!.id, needs_reason: false })
  const closed = changeCase(standard, { status: 'CLOSED', resolved_reason: 'OTHER' }, by, now).after
  expect([closed.closed_at, closed.resolved_reason]).toEqual([now, 'OTHER'])
  const open = changeCase(closed, { status: 'OPEN' }, by, now + 1).after
  expect([open.closed_at, open.resolved_reason]).toEqual([undefined, undefined])
  expect(changeCase(standard, { status: 'CLOSED' }, by, now).after.status).toBe('CLOSED')
})
test('a reason given before closing counts', () => {
  const given = changeCase(one(), { resolved_reason: 'FALSE_POSITIVE' }, by, now).after
  expect(changeCase(given, { status: 'CLOSED' }, by, now).after.resolved_reason).toBe('FALSE_POSITIVE')
})
