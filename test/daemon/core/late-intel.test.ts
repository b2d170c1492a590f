import { describe, expect, test } from 'vitest'
import { keyOfMatch, knownMatches, withLate } from '../../../daemon/core/late-intel.ts'
import type { Match } from '../../../shared/indicator.ts'
import type { JsonObject } from '../../../shared/json.ts'

const said = (indicator: string, name = 'ours'): Match => ({
  ...{ indicator, type: 'IP', category: 'scanner', intention: 'suspicious', source: { name } },
})
const late = { values: ['203.0.113.9'], results: [said('203.0.113.0/24')] }
const added = { indicators_matched: ['203.0.113.9'], results: [{ ...said('203.0.113.0/24'), late: true }] }

describe('what was found late stands beside whatever was there', () => {
  test.each<[string, JsonObject, unknown]>([
    ['nothing', { a: 1 }, added],
    ['null', { a: 1, threat_intel: null }, [added]],
    ['a text', { a: 1, threat_intel: 'x' }, ['x', added]],
    ['a list', { a: 1, threat_intel: ['x', { y: 1 }] }, ['x', { y: 1 }, added]],
    ['other members', { a: 1, threat_intel: { y: 1 } }, { y: 1, ...added }],
    [
      'results of its own',
      { a: 1, threat_intel: { indicators_matched: ['203.0.113.8', '203.0.113.9'], results: ['r'] } },
      { indicators_matched: ['203.0.113.8', '203.0.113.9'], results: ['r', ...added.results] },
    ],
    ['one result of its own', { a: 1, threat_intel: { results: 'r' } }, { ...added, results: ['r', ...added.results] }],
  ])('%s', (_, attributes, expected) => {
    const log = Object.freeze({ attributes: Object.freeze(attributes) })
    expect(withLate(log, [late]).attributes).toEqual({ a: 1, threat_intel: expected })
    expect(withLate(log, [])).toBe(log)
  })
})

test('what a log says already is known by feed and indicator', () => {
  const { attributes } = withLate({ attributes: { threat_intel: { results: ['text', { indicator: 1 }] } } }, [late])
  expect([...knownMatches(attributes)]).toEqual([keyOfMatch(said('203.0.113.0/24'))])
  expect(knownMatches({ threat_intel: 'text' }).size).toBe(0)
})
