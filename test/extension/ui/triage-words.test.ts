import { expect, test } from 'vitest'
import { asReason, doing, done, failed, notUndone, undone, whom } from '../../../extension/ui/triage-words.ts'

test.each([
  [done('archived', 1, asReason('true_positive_malicious')), 'Archived as malicious'],
  [done('archived', 1_200, asReason('none')), 'Archived 1,200 signals'],
  [done('under_review', 3), 'Put 3 signals in review'],
  [done('wake', 1), 'Ended the snooze'],
  [done('wake', 2), 'Ended the snooze of 2 signals'],
  [done('assign', 2, ` to ${whom({ uuid: 'u', handle: 'bo', name: '' })}`), 'Assigned 2 signals to bo'],
  [doing('archived', 40, 1_000), 'Archiving 40 of 1,000'],
  [doing('undo', 0, 5), 'Undoing 0 of 5'],
  [failed([{ error: 'bo changed this signal just now.' }], 'archived'), 'Not archived: bo changed this signal just now.'],
  [failed([{ error: 'a' }, { error: 'b' }], 'snooze'), 'Not snoozed 2 signals. The first: a'],
  [undone(1), 'Undone'],
  [undone(1, ['SEC-1', 'SEC-1']), 'Undone. It stays in SEC-1.'],
  [undone(3, ['SEC-1', 'SEC-2']), 'Undone for 3 signals. What is in SEC-1, SEC-2 stays there.'],
  [undone(9, ['SEC-1', 'SEC-2', 'SEC-3', 'SEC-4']), 'Undone for 9 signals. What is in SEC-1, SEC-2, SEC-3 and 1 more stays there.'],
  [
    notUndone({ undone: 1, skipped: [{ reason: 'changed', by: 'bo' }], cases: ['SEC-1'] }),
    'Undone. 1 signal was changed since by bo and stays as it is. What is in SEC-1 stays there.',
  ],
  [
    notUndone({ undone: 3, skipped: [{ reason: 'changed', by: 'bo' }] }),
    'Undone for 3 signals. 1 signal was changed since by bo and stays as it is.',
  ],
  [
    notUndone({ undone: 0, skipped: [{ reason: 'locked' }, { reason: 'locked' }] }),
    'Not undone. 2 signals stay as they are: the first is older than 30 days.',
  ],
  [notUndone({ undone: 0, skipped: [{ reason: '__proto__' }] }), 'Not undone. 1 signal cannot change and stays as it is.'],
])('%s', (said, expected) => expect(said).toBe(expected))
