import { expect, test } from 'vitest'
import type { BlockKind, BlockState } from '../../shared/denylist.ts'
import { type LandingState, landingOf, landings, type ProofState, proofStates, saidLanding } from '../../shared/proof.ts'

// `applied! applied`: two enforcers, the first of them silent
const read = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word, i) => ({ name: `e${i + 1}`, state: word.replace('!', '') as ProofState, stale: word.endsWith('!') }))

test.each<[state: BlockState, kind: BlockKind, enforcers: string, landing: LandingState, word: string]>([
  ['waiting', 'ip', '', 'waiting', 'Waiting'],
  ['active', 'ip', '', 'unenforced', 'Not enforced'],
  ['active', 'ip', 'unsupported', 'unenforced', 'Not enforced'],
  ['active', 'ip', 'unsupported!', 'unenforced', 'Not enforced'],
  ['active', 'user', 'unsupported unsupported', 'unenforced', 'Not enforced'],
  ['active', 'ip', 'pending', 'pending', 'Pending'],
  ['active', 'ip', 'pending pending', 'pending', 'Pending'],
  ['active', 'ip', 'pending!', 'silent', 'Silent enforcer'],
  ['active', 'ip', 'applied!', 'silent', 'Silent enforcer'],
  ['active', 'ip', 'applied! applied', 'silent', '1 silent'],
  ['active', 'ip', 'delivered', 'delivered', 'Delivered'],
  ['active', 'ip', 'delivered pending', 'delivered', 'Delivered 1 of 2'],
  ['active', 'ip', 'applied pending', 'delivered', 'Delivered 1 of 2'],
  ['active', 'ip', 'applied delivered', 'delivered', 'Delivered 2 of 2'],
  ['active', 'ip', 'applied', 'applied', 'Applied'],
  ['active', 'ip', 'applied applied', 'applied', 'Applied'],
  ['active', 'ip', 'partly', 'partly', 'Partly'],
  ['active', 'ip', 'uncertain', 'partly', 'Partly'],
  ['active', 'ip', 'applied partly', 'partly', 'Partly 2 of 2'],
  ['active', 'ip', 'applied unsupported', 'partly', 'Partly 1 of 2'],
  ['active', 'ip', 'pending unsupported', 'pending', 'Pending'],
  // no user gets by a firewall because it knows addresses alone
  ['active', 'user', 'delivered unsupported', 'delivered', 'Delivered'],
  ['ended', 'ip', 'pending lifted', 'lifting', 'Lifting'],
  ['ended', 'ip', 'lifted lifted', 'ended', 'Ended'],
  ['ended', 'ip', 'never', 'ended', 'Ended'],
  ['ended', 'ip', '', 'ended', 'Ended'],
])('%s %s at %j → %s: %s', (state, kind, enforcers, expected, word) => {
  const landing = landingOf({ kind, state }, read(enforcers))
  expect([landing.state, saidLanding(landing).word]).toEqual([expected, word])
})

test('lifted, and two have not been told → both are named, and who has is not', () => {
  const landing = landingOf({ kind: 'ip', state: 'ended' }, read('pending lifted pending! never'))
  expect(landing.still).toEqual(['e1', 'e3'])
  expect(saidLanding(landing).says).toContain('e1 and e3')
})

test('any three enforcers → applied only where each reported that it is, delivered only where one was told', () => {
  const all = proofStates.flatMap(a => proofStates.flatMap(b => proofStates.map(c => [a, b, c].join(' '))))
  for (const enforcers of all) {
    const proof = read(enforcers)
    const { state } = landingOf({ kind: 'ip', state: 'active' }, proof)
    expect(landings).toContain(state)
    if (state === 'applied') expect(proof.every(one => one.state === 'applied')).toBe(true)
    if (state === 'delivered') expect(proof.some(one => ['delivered', 'applied'].includes(one.state))).toBe(true)
  }
})
