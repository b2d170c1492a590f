import { expect, test } from 'vitest'
import type { RoleRow, UserRow } from '../../../extension/access-messages.ts'
import { copyName, isLastAdmin } from '../../../extension/explorer/settings/access-list.ts'
import { ahead } from '../../../extension/explorer/settings/ahead.ts'
import { controlOf } from '../../../extension/explorer/settings/form.ts'
import { expiryOf } from '../../../extension/explorer/settings/key-form.ts'
import { groupsOf, setGroup } from '../../../extension/explorer/settings/permission-groups.ts'
import { matches, sortRows } from '../../../extension/explorer/settings/shell.tsx'
import { rateText, spanText } from '../../../extension/explorer/settings/span.ts'
import { dueFault } from '../../../extension/explorer/settings/triage.tsx'

const role = (name: string, isDefault = true): RoleRow => ({
  ...{ id: `role-${name}`, name, isDefault, users: 0, permissions: [] },
  ...{ signals: '', logs: '', modifiedAt: 0 },
})
const user = (id: string, roles: string[], disabled = false): UserRow => ({
  ...{ id, handle: id, name: id, email: id, title: '' },
  ...{ disabled, roles, createdAt: 0 },
})
const admin = role('Admin')

test.each<[string, UserRow[], boolean]>([
  ['the only one', [user('a', [admin.id])], true],
  ['one of two', [user('a', [admin.id]), user('b', [admin.id])], false],
  ['the other is disabled', [user('a', [admin.id]), user('b', [admin.id], true)], true],
  ['disabled', [user('a', [admin.id], true)], false],
  ['no administrator', [user('a', []), user('b', [admin.id])], false],
  ['of a role that is only called so', [user('a', ['role-own'])], false],
])('%s: the last administrator: %3$s', (_, all, is) =>
  expect(isLastAdmin(all[0]!, all, [admin, { ...role('Admin', false), id: 'role-own' }])).toBe(is))

test.each([
  [[], 'Copy of Standard'],
  [['Copy of standard'], 'Copy of Standard 2'],
  [['Copy of Standard', 'Copy of Standard 2'], 'Copy of Standard 3'],
])('a clone beside %j is called %s', (names, name) =>
  expect(
    copyName(
      'Standard',
      names.map(one => role(one)),
    ),
  ).toBe(name))

test.each([
  ['data.attributes.email', ['name', 'email'], 'email'],
  ['data.attributes.x_local.restriction_queries.signals', ['name', 'signals', 'logs'], 'signals'],
  ['data.attributes.triage.due.critical.acknowledge', ['critical.acknowledge', 'critical.resolve'], 'critical.acknowledge'],
  ['data.attributes.on_call', ['onCall', 'owner'], 'onCall'],
  ['data.attributes.scopes.3', ['name', 'scopes'], 'scopes'],
  ['dry_run', ['name'], undefined],
])('what is wrong with %s is said at %3$s', (path, fields, control) => expect(controlOf(path, fields)).toBe(control))

const day = 86_400_000
const noon = Date.UTC(2026, 10, 22, 12)
test.each<[string, string, number | null | undefined]>([
  ['never', '', null],
  ['30', '', noon + 30 * day],
  ['on', '', undefined],
  ['on', '2020-01-01', undefined],
  ['on', 'soon', undefined],
])('a key that expires %s %s', (expiry, until, ends) => expect(expiryOf({ expiry, until }, noon)).toBe(ends))
test('a key that expires on a day lasts to its end', () => {
  const ends = new Date(expiryOf({ expiry: 'on', until: '2026-12-24' }, noon)!)
  expect([ends.getDate(), ends.getHours()]).toEqual([25, 0])
})

test('permissions under their headings, and all of one but those that cannot be changed', () => {
  const of = (name: string, group: string) => ({ name, label: name, group })
  const all = [of('a', 'One'), of('b', 'Two'), of('c', 'One')]
  expect(groupsOf(all).map(({ name, permissions }) => [name, permissions.map(one => one.name)])).toEqual([
    ['One', ['a', 'c']],
    ['Two', ['b']],
  ])
  expect(setGroup(['b'], groupsOf(all)[0]!.permissions, true, name => name === 'c')).toEqual(['a', 'b'])
  expect(setGroup(['a', 'b', 'c'], groupsOf(all)[0]!.permissions, false, name => name === 'c')).toEqual(['b', 'c'])
})

test.each([
  [0, '0 s'],
  [400, '<1 s'],
  [45_000, '45 s'],
  [90_000, '1.5 min'],
  [14.2 * 60_000, '14 min'],
  [day, '1 day'],
  [2.13 * day, '2.1 days'],
])('%i ms → %s', (ms, text) => expect(spanText(ms)).toBe(text))
test.each([
  [0.125, '12.5 %'],
  [1, '100 %'],
])('%f → %s', (rate, text) => expect(rateText(rate)).toBe(text))
test.each([
  [-1, 'now'],
  [30_000, 'in 1 min'],
  [3 * 3_600_000 + 5, 'in 3 h'],
  [29 * day + 5, 'in 29 days'],
])('%i ms ahead → %s', (ms, text) => expect(ahead(noon + ms, noon)).toBe(text))

test.each([
  ['', undefined],
  ['15m', undefined],
  ['1d12h', undefined],
  ['0m', 'Must be longer than nothing'],
  ['soon', 'Write 15m, 4h or 3d; empty for none'],
])('due within “%s”: %s', (text, fault) => expect(dueFault(text)).toBe(fault))

test('searched by every word', () =>
  expect([matches('adm KIM', 'Kim', 'Admin'), matches('adm bo', 'Kim', 'Admin'), matches(undefined, '')]).toEqual([true, false, true]))
test('sorted by a column, then by name; falling', () => {
  const rows = ['b2', 'a1', 'c2'].map(name => ({ name, n: Number(name[1]) }))
  expect(sortRows(rows, '-n', { n: ({ n }) => n }).map(({ name }) => name)).toEqual(['b2', 'c2', 'a1'])
  expect(sortRows(rows, 'name', {}).map(({ name }) => name)).toEqual(['a1', 'b2', 'c2'])
})
