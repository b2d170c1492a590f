import { expect, test } from 'vitest'
import type { Queue } from '../../../extension/messages.ts'
import { emptyList, go, type List, merge, pick, pickTo, show, step, targets, without } from '../../../extension/popup/list.ts'
import { row } from './rows.ts'

const queue = (ids: string, version = 1): Queue => ({
  rows: [...ids].map(id => row(id, { version })),
  counts: { open: ids.length, under_review: 0, archived: 0 },
  total: ids.length,
  at: 0,
})
const list = (ids: string, current = ids[0] ?? null, picked = ''): List => ({
  ...show(emptyList, queue(ids)),
  current,
  picked: new Set(picked),
})
const ids = ({ rows }: List) => rows.map(({ id }) => id).join('')
const see = (now: List) => ({
  ids: ids(now),
  current: now.current,
  picked: [...now.picked].join(''),
  gone: [...now.gone].join(''),
  waiting: now.waiting,
})

test.each<[string, List, string, object]>([
  ['first', emptyList, 'abc', { ids: 'abc', current: 'a' }],
  ['current stays', list('abc', 'b'), 'xbc', { ids: 'xbc', current: 'b' }],
  ['current left: the one in its place', list('abc', 'b'), 'acd', { current: 'c' }],
  ['the last left', list('abc', 'c'), 'ab', { current: 'b' }],
  ['all left', list('abc', 'c'), '', { ids: '', current: null }],
  ['picked ones that left are not picked', list('abc', 'a', 'bc'), 'ab', { picked: 'b' }],
])('show: %s', (_, now, next, seen) => expect(see(show(now, queue(next)))).toMatchObject(seen))

test.each<[string, List, string, object]>([
  ['new ones wait', list('abc', 'b'), 'xaybc', { ids: 'abc', waiting: 2, gone: '', current: 'b' }],
  ['those that left stay in place', list('abc', 'b'), 'ac', { ids: 'abc', gone: 'b', waiting: 0 }],
  ['another order moves nothing', list('abc'), 'cba', { ids: 'abc', gone: '', waiting: 0 }],
  ['one that comes back', merge(list('abc'), queue('ac')), 'abc', { gone: '' }],
  ['into an empty list', emptyList, 'ab', { ids: 'ab', current: 'a', waiting: 0 }],
  ['one that left is no longer picked', list('abc', 'a', 'ab'), 'bc', { picked: 'b', gone: 'a' }],
])('merge: %s', (_, now, next, seen) => expect(see(merge(now, queue(next)))).toMatchObject(seen))
test('merge renews rows in place', () => expect(merge(list('ab'), queue('ab', 2)).rows.map(({ version }) => version)).toEqual([2, 2]))

test.each<[number, boolean, string, string]>([
  [1, false, 'c', ''],
  [-1, false, 'a', ''],
  [9, false, 'd', ''],
  [-Infinity, false, 'a', ''],
  [Infinity, false, 'd', ''],
  [1, true, 'c', 'bc'],
  [-1, true, 'a', 'ba'],
])('from b by %d, picking %j: %s', (by, extend, current, picked) =>
  expect(see(step(list('abcd', 'b'), by, extend))).toMatchObject({ current, picked }))
test('a step in an empty list', () => expect(step(emptyList, 1)).toBe(emptyList))

test('pick and leave out', () => {
  const once = pick(list('abc'), 'b')
  expect(see(once).picked).toBe('b')
  expect(see(pick(once, 'b')).picked).toBe('')
  expect(pick(once, 'z')).toBe(once)
})
test('pick from the current row to another', () =>
  expect(see(pickTo(list('abcd', 'd'), 'b'))).toMatchObject({ picked: 'bcd', current: 'b' }))
test('go to what is not there', () => expect(go(list('ab'), 'z').current).toBe('a'))

test.each([
  ['b', 'b', 'acd', 'c'],
  ['bc', 'b', 'ad', 'd'],
  ['d', 'd', 'abc', 'c'],
  ['a', 'c', 'bcd', 'c'],
  ['abcd', 'b', '', null],
])('without %s, current %s', (gone, current, left, next) =>
  expect(see(without(list('abcd', current, 'abcd'), new Set(gone)))).toMatchObject({ ids: left, current: next, picked: left }))

test.each([
  ['the current row', list('abc', 'b'), 'b'],
  ['the picked rows instead', list('abc', 'b', 'ca'), 'ac'],
  ['not one that left', merge(list('abc', 'b'), queue('ac')), ''],
  ['nothing', emptyList, ''],
])('an action is about %s', (_, now, about) =>
  expect(
    targets(now)
      .map(({ id }) => id)
      .join(''),
  ).toBe(about))
