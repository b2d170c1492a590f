import { expect, test } from 'vitest'
import { dueSays } from '../../../../extension/explorer/signals/cells.tsx'
import { now } from '../../../../extension/ui/time.tsx'

const at = new Date(2026, 10, 23, 3, 0).getTime()
const minute = 60_000
now.value = at

test.each([
  ['acknowledge', 12, false, 'Due to be taken up today at 03:12, in 12 min'],
  ['acknowledge', 0.5, false, 'Due to be taken up today at 03:00, within a minute'],
  ['resolve', 24 * 60, false, 'Due to be archived tomorrow at 03:00, in 1 day'],
  ['resolve', -125, true, 'Was due to be archived today at 00:55, 2 h ago'],
] as const)('%s in %d min, late %j → %s', (what, minutes, late, says) =>
  expect(dueSays({ what, by: at + minutes * minute, late })).toBe(says))
