import { expect, test, vi } from 'vitest'

vi.mock('wxt/browser', () => ({ browser: {} }))

const { initials } = await import('../../../extension/ui/facts.tsx')
const { readCode } = await import('../../../extension/ui/pair.tsx')
const { age, ago, exact } = await import('../../../extension/ui/time.tsx')
const { createToasts } = await import('../../../extension/ui/toast.tsx')

import { Archive } from 'lucide'

const s = 1_000
test.each([
  [0, 'now', 'just now'],
  [59 * s, 'now', 'just now'],
  [60 * s, '1 min', '1 min ago'],
  [3_599 * s, '59 min', '59 min ago'],
  [7_200 * s, '2 h', '2 h ago'],
  [86_400 * s, '1 day', '1 day ago'],
  [9 * 86_400 * s, '9 days', '9 days ago'],
  [-5 * s, 'now', 'just now'],
])('%i ms ago', (ms, short, long) => expect([age(0, ms), ago(0, ms)]).toEqual([short, long]))
test.each([Number.NaN, Infinity, 9e15])('a time that is none: %d', time => expect(exact(time)).toBe('unknown'))

test.each([
  ['analyst-1', 'A1'],
  ['Jane Wood', 'JW'],
  ['sam', 'SA'],
  ['Łukasz Żak', 'ŁŻ'],
  ['𝒜da', '𝒜D'],
  ['', '?'],
])('initials of %j', (name, letters) => expect(initials({ name, handle: '' })).toBe(letters))

test.each([
  ['', ''],
  ['k7q', 'K7Q'],
  ['k7qf', 'K7QF'],
  ['k7qf2', 'K7QF-2'],
  [' k7qf - 2mxd extra', 'K7QF-2MXD'],
])('a code typed as %j', (typed, code) => expect(readCode(typed)).toBe(code))

test('toasts: of two the newest is undone', () => {
  const toasts = createToasts()
  const undo = vi.fn()
  const event = {} as Event
  for (const text of ['first', 'second']) toasts.show({ icon: Archive, text, action: { label: 'Undo', keys: 'U', run: () => undo(text) } })
  toasts.fail('no')
  toasts.undo(event)
  expect(undo.mock.calls).toEqual([['second']])
  expect(toasts.all.value.map(({ text }) => text)).toEqual(['first', 'no'])
})
test('toasts: undo undoes once, then says that there is nothing, once', () => {
  const toasts = createToasts()
  const undo = vi.fn()
  toasts.show({ icon: Archive, text: 'Archived', action: { label: 'Undo', keys: 'U', run: undo } })
  for (let presses = 0; presses < 3; presses++) toasts.undo({} as Event)
  expect(undo).toHaveBeenCalledTimes(1)
  expect(toasts.all.value.map(({ text }) => text)).toEqual(['Nothing to undo'])
})
test('toasts: progress replaces itself', () => {
  const toasts = createToasts()
  const id = toasts.show({ icon: Archive, text: '0 of 2', progress: { value: 0, max: 2 } })
  toasts.show({ icon: Archive, text: '1 of 2', progress: { value: 1, max: 2 } }, id)
  expect(toasts.all.value.map(({ text }) => text)).toEqual(['1 of 2'])
  toasts.dismiss(id)
  expect(toasts.all.value).toEqual([])
})
