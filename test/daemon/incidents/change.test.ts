import { describe, expect, test } from 'vitest'
import { changeIncident, declared } from '../../../daemon/incidents/change.ts'
import { asText, postmortemText } from '../../../daemon/incidents/postmortem.ts'
import { durationsOf, facetsOf, matching } from '../../../daemon/incidents/search.ts'
import { type Incident, incidentMoves, incidentStates } from '../../../shared/incident.ts'

const ana = { uuid: 'a', handle: 'ana@example.com', name: 'Ana' }
const incident: Incident = {
  ...{ id: 'i', public_id: 7, version: 3, title: 'Guessing', severity: 'SEV-2', state: 'active', commander: ana },
  ...{ customer_impacted: false, customer_impact_scope: '', customer_impact_start: null, customer_impact_end: null },
  ...{ fields: {}, notification_handles: [], is_test: false, detected: 0, created: 1000, modified: 1000, resolved: null },
  ...{ creator: ana, updater: ana },
}
const change = (wanted: Parameters<typeof changeIncident>[1], before = incident) => changeIncident(before, wanted, ana, 5000)

describe.each(incidentStates)('from %s', from => {
  test.each(incidentStates)('to %s', to => {
    const go = () => change({ state: to }, { ...incident, state: from }).incident.state
    if (from === to || incidentMoves[from].includes(to)) expect(go()).toBe(to)
    else expect(go).toThrow(expect.objectContaining({ status: 400, code: 'wrong_transition' }))
  })
})
test('what it is already: nothing changes, and the version stays', () => {
  expect(change({ title: 'Guessing', severity: 'SEV-2', commander: ana })).toEqual({ incident, steps: [] })
})
test('three things at once: three steps, one version', () => {
  const { incident: after, steps } = change({ title: 'Break-in', severity: 'SEV-0', commander: null })
  expect([after.version, steps.map(({ text }) => text)]).toEqual([
    4,
    ['changed the title to “Break-in”', 'changed the severity from SEV-2 to SEV-0', 'took the commander away'],
  ])
})
test('customers impacted from now on, unless it is said since when', () => {
  expect(change({ customer_impacted: true, customer_impact_scope: 'EU' }).incident.customer_impact_start).toBe(5000)
  const since = { customer_impacted: true, customer_impact_scope: 'EU', customer_impact_start: 200 }
  expect(change(since).incident.customer_impact_start).toBe(200)
})
test('a field of null is taken away, the others stay', () => {
  const text = (value: string) => ({ type: 'textbox' as const, value })
  const { incident: after } = change({ fields: { a: null, c: text('3') } }, { ...incident, fields: { a: text('1'), b: text('2') } })
  expect(after.fields).toEqual({ b: text('2'), c: text('3') })
})
test('declared as resolved: it is over as soon as it is there', () => {
  expect(declared({ ...incident, state: 'resolved' }).resolved).toBe(1000)
})
test.each(['resolved', 'completed'] as const)('%s, opened again: not resolved until it is resolved anew', state => {
  const over: Incident = { ...incident, state, resolved: 3000 }
  const again = change({ state: 'active' }, over).incident
  expect([again.resolved, durationsOf(again).time_to_resolve]).toEqual([null, 0])
  expect(facetsOf([{ ...worked, ...again }]).time_to_resolve).toEqual([])
  const parts = { attachments: [], responders: [], timeline: [] }
  const shown = { ...again, ...parts, signals: 0, cases: [], impacts: [], todos: { open: 0, total: 0 }, users: [] }
  const text = postmortemText({ incident: shown, ...parts, todos: [], impacts: [], signals: [] })
  expect(text).toContain('| State | Active |')
  expect(text).not.toMatch(/Resolved|Time to resolve/)
  expect(change({ state: 'resolved' }, again).incident.resolved).toBe(5000)
})
test('completed: when it was resolved stays, and going back to resolved too', () => {
  const completed = change({ state: 'completed' }, { ...incident, state: 'resolved', resolved: 3000 }).incident
  expect([completed.resolved, change({ state: 'resolved' }, completed).incident.resolved]).toEqual([3000, 3000])
})

const worked = {
  ...incident,
  responders: [ana],
  postmortem: false,
  cases: ['SEC-1'],
  fields: { team: { type: 'textbox' as const, value: 'web' } },
}
test.each<[string, number]>([
  ['', 1],
  ['guessing', 1],
  ['INC-7', 1],
  ['state:active AND severity:(SEV-1 OR SEV-2)', 1],
  ['-state:active', 0],
  ['commander.handle:ana@example.com responder:ana@example.com', 1],
  ['customer_impacted:true', 0],
  ['case:"SEC-1"', 1],
  ['team:web', 1],
  ['@time_to_internal_response:>0', 1],
])('%s finds %i', (query, count) => expect(matching([worked], query)).toHaveLength(count))

test.each([
  ['a\n# b', 'a \\# b'],
  ['![x](http://y)', '\\!\\[x\\]\\(http\\://y\\)'],
  ['| a | b |', '\\| a \\| b \\|'],
  ['1. one', '1\\. one'],
])('%j as text of Markdown', (text, markdown) => expect(asText(text)).toBe(markdown))
