import { expect, test } from 'vitest'
import { toDetails } from '../../../extension/background/details.ts'
import type { SignalRow } from '../../../extension/messages.ts'
import { archivedAs, attack, measured, sentence, told } from '../../../extension/ui/story.ts'

const { row } = toDetails({}, [])
const about = (more: Partial<SignalRow>, hosts: string[] = []) => sentence({ row: { ...row, ...more }, hosts })
test.each([
  [
    about(
      {
        ip: '203.0.113.9',
        events_matched: 1_240,
        first_seen: 0,
        last_seen: 400_000,
        services: ['sshd'],
        users: ['root', 'a', 'b', 'c', 'd'],
      },
      ['lab'],
    ),
    '203.0.113.9 caused 1,240 matching logs within 7 min on lab in sshd, naming root, a, b and 2 more.',
  ],
  [about({ users: ['sam', 'jo'], events_matched: 1 }, ['a', 'b']), 'sam caused 1 matching log on a and b, naming jo.'],
  [about({ events_matched: 3, last_seen: 5_000 }), '3 matching logs within 5 s.'],
  [about({ ip: '203.0.113.9', users: ['sam'], services: ['sshd'] }), 'It names no logs, but 203.0.113.9 and sam in sshd.'],
])('%s', (said, expected) => expect(said).toBe(expected))

const query = (name: string, value: number) => ({ name, query: '*', value })
test.each([
  ['failures > 5', [query('failures', 40)], 'failures > 5: 40'],
  ['a > 5 && b > 0', [query('a', 6), query('b', 1)], 'a > 5 && b > 0: a 6, b 1'],
  ['', [query('a', 1)], 'any match: a 1'],
  ['a > 1', [], 'a > 1'],
])('%j of %j: %s', (condition, queries, said) => expect(measured({ condition, queries })).toBe(said))

const deed = { time: 1, by: '', kind: 'opened', from: '', to: 'high', reason: 'none' as const, comment: '' }
test.each([
  [deed, 'Detection opened it as high'],
  [{ ...deed, kind: 'retitled', from: 'low', to: 'high' }, 'Detection changed the severity from low to high'],
  [{ ...deed, by: 'Bo', kind: 'state', to: 'archived', reason: 'true_positive_benign' as const }, 'Bo archived it as benign'],
  [{ ...deed, by: 'Bo', kind: 'note', to: '' }, 'Bo wrote a note'],
  [{ ...deed, kind: 'woken', to: 'due' }, 'Signalbox brought it back: the snooze has ended'],
  [{ ...deed, by: 'Bo', kind: 'state', to: 'open', undone: true }, 'Bo reopened it, undoing a change'],
  [{ ...deed, by: 'Bo', kind: 'state', to: 'constructor' }, 'Bo set it to constructor'],
  [{ ...deed, by: 'Bo', kind: 'assignee', to: 'nobody' }, 'Bo assigned it to nobody'],
  [{ ...deed, by: 'Bo', kind: 'toString' }, 'Bo toString'],
])('%j: %s', (deed, said) => expect(told(deed)).toBe(said))

test('words of lists', () => {
  expect(attack('technique:T1110-brute-force')).toBe('T1110 brute force')
  expect(archivedAs({ reason: 'true_positive_benign', by: 'Bo', comment: 'ours', at: 0 })).toBe('Benign, by Bo: ours')
  expect(archivedAs({ reason: 'none', by: '', comment: '', at: 0 })).toBe('No reason')
})
