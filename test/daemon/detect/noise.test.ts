import { expect, test } from 'vitest'
import { noiseByRule, quiet } from '../../../daemon/detect/noise.ts'

test('counts by what became of the signals of each rule', () => {
  const noise = noiseByRule([
    { rule: 'a', state: 'open', archive_reason: null, count: 4, last: 90 },
    { rule: 'a', state: 'archived', archive_reason: 'false_positive', count: 3, last: 70 },
    { rule: 'a', state: 'archived', archive_reason: 'true_positive_benign', count: 1, last: 50 },
    { rule: 'a', state: 'archived', archive_reason: 'true_positive_malicious', count: 2, last: 60 },
    { rule: 'b', state: 'under_review', archive_reason: null, count: 1, last: 10 },
  ])
  expect(noise.get('a')).toEqual({
    signals: { total: 10, open: 4, under_review: 0, archived: 6 },
    false_positives: 3,
    false_positive_share: 0.5,
    last_signal: 90,
    last_true_positive: 60,
  })
  expect(noise.get('b')).toEqual({ ...quiet(), signals: { total: 1, open: 0, under_review: 1, archived: 0 }, last_signal: 10 })
})
