import { expect, test } from 'vitest'
import { scoreOf } from '../../../../daemon/intel/ioc/score.ts'
import type { Intention, Match } from '../../../../shared/indicator.ts'

const day = 86_400_000
const said = (intention: Intention, category = 'scanner', name = 'a'): Match => ({
  ...{ indicator: 'x', type: 'IP', category, intention, source: { name } },
})
const sure = (intention: Intention, score: number): Match => ({ ...said(intention), score })
const downgraded: Match['downgraded'] = { from: 'malicious', by: ['Resolvers'] }
const seen = { count: 5, first: 0, last: day }
const quiet = { count: 0, severities: {} }

test.each([
  ['nothing but a word', [said('unknown')], seen, quiet, 20],
  ['malicious', [said('malicious')], seen, quiet, 60],
  ['malicious, of a category that does harm', [said('malicious', 'C2')], seen, quiet, 70],
  ['a source that is sure', [sure('malicious', 90)], seen, quiet, 90],
  ['a source that is sure, in a signal: never below what it says', [sure('suspicious', 95)], seen, { count: 1, severities: {} }, 100],
  ['a source that doubts what it says', [sure('malicious', 15)], seen, quiet, 15],
  ['two sources, of which one is sure', [sure('malicious', 15), said('suspicious', 'scanner', 'b')], seen, quiet, 50],
  ['a source that is sure that it is good', [sure('benign', 90)], seen, quiet, 0],
  ['a list of known good ones outweighs a source that is sure', [{ ...sure('unknown', 90), downgraded }], seen, quiet, 10],
  ['a second source agrees', [said('malicious'), said('suspicious', 'scanner', 'b')], seen, quiet, 70],
  ['a second source knows it to be good', [said('malicious'), said('benign', 'cdn', 'b')], seen, quiet, 50],
  ['seen once', [said('malicious')], { count: 1, first: 0, last: 0 }, quiet, 55],
  ['seen for days', [said('malicious')], { count: 2, first: 0, last: 3 * day }, quiet, 70],
  ['hosted', [said('suspicious', 'hosting_proxy')], seen, quiet, 45],
  ['in a signal', [said('malicious')], seen, { count: 1, severities: { low: 1 } }, 68],
  ['in a grave signal', [said('malicious')], seen, { count: 1, severities: { high: 1 } }, 75],
  [
    'all at once',
    [said('malicious', 'C2'), said('malicious', 'hosting', 'b')],
    { count: 9, first: 0, last: 9 * day },
    { count: 3, severities: { critical: 1 } },
    100,
  ],
] as const)('D-14: %s', (_, matches, logs, signals, score) => {
  expect(scoreOf({ matches: [...matches], logs, signals }).score).toBe(score)
})
