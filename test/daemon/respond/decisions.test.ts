import { expect, test } from 'vitest'
import { type Decision, decisionOf, type Told, writtenDecision } from '../../../daemon/respond/decisions.ts'

const told: Told = { seq: 7, id: 'a', kind: 'ip', value: '192.0.2.1', until: null, ended: null, rule: null, reason: '' }
const now = Date.UTC(2026, 0, 1)
const hostile = ['"', '\\', '","type":"captcha', '\n\r\t', '\u2028', '\ud800', '\u0000', '😀', '</script>', '{"a":1}', '  ']

test.each<Partial<Told>>([
  {},
  { value: '192.0.2.0/24', until: now + 90_000, reason: 'guesses' },
  { value: '2001:db8::1', rule: { id: 'r', name: 'Brute force' } },
  { ended: { seq: 8, at: now, by: { uuid: '', handle: '', name: '' } as never, how: 'lifted', reason: '' } },
  ...hostile.flatMap(text => [{ kind: 'user' as const, value: text }, { reason: text }, { rule: { id: 'r', name: text } }]),
])('%j is written as JSON would be', more => {
  const decision = decisionOf({ ...told, ...more }, now)
  expect(writtenDecision(decision)).toBe(JSON.stringify(decision satisfies Decision))
})
