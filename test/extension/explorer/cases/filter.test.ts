import { expect, test } from 'vitest'
import { findCases } from '../../../../daemon/cases/search.ts'
import { filterOf } from '../../../../extension/explorer/cases/filter.ts'
import { type Case, defaultProject, securityCase } from '../../../../shared/case.ts'

test.each([
  [{}, '-archived:true'],
  [{ search: 'two words' }, '"two" "words" -archived:true'],
  [{ search: 'say "hi' }, '(say "hi) -archived:true'],
  [{ search: 'status:open' }, '(status:open) -archived:true'],
  [{ status: 'OPEN,CLOSED' }, 'status:("OPEN" OR "CLOSED") -archived:true'],
  [{ archived: 'true', type: 'Security case' }, 'type:("Security case") archived:("true")'],
])('%j → %s', (asked, filter) => expect(filterOf(asked)).toBe(filter))
test('the values of a facet are counted without it', () => {
  expect(filterOf({ status: 'OPEN', priority: 'P1' }, 'status')).toBe('priority:("P1") -archived:true')
})

const by = { uuid: 'u', handle: 'ana@example.com', name: 'Ana' }
const one: Case = {
  ...{ id: 'i', key: 'SEC-1', number: 1, project: defaultProject, type: securityCase.id, version: 1, title: 'Two words', description: 'x' },
  ...{ status: 'OPEN', priority: 'P1', assignee: by, created_by: by, created_at: 0, attributes: {}, custom_attributes: {} },
  ...{ type_name: securityCase.name, needs_reason: true, watchers: [], comments: 0, insights: 0 },
}
test.each([
  [{ search: 'SEC-1' }, 1],
  [{ search: 'words two' }, 1],
  [{ search: 'three' }, 0],
  [{ assignee: 'ana@example.com', type: 'Security case', project: 'SEC', status: 'OPEN' }, 1],
  [{ archived: 'true' }, 0],
])('the daemon finds by %j: %i', (asked, count) => expect(findCases([one], filterOf(asked), 0)).toHaveLength(count))
