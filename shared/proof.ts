import type { BlockKind, BlockState } from './denylist.ts'

/**
 * How far an entry has got with one enforcer. `pending`: it has not asked since; `delivered`: it has, and says nothing of what it did;
 * `applied`: it reported that it holds as much as it was told; `partly`: less; `unsupported`: it cannot hold all of this, or does not ask for it, so it is not told;
 * `uncertain`: it may block only the first address of a range, since nobody has said what it is; `lifted`: it has asked since the entry ended;
 * `never`: the entry ended before it was told of it.
 */
export const proofStates = ['pending', 'delivered', 'applied', 'partly', 'unsupported', 'uncertain', 'lifted', 'never'] as const
export type ProofState = (typeof proofStates)[number]

/** Where an entry stands with all enforcers together, of those the one that people have to know first. */
export const landings = ['waiting', 'unenforced', 'silent', 'pending', 'partly', 'delivered', 'applied', 'lifting', 'ended'] as const
export type LandingState = (typeof landings)[number]
export interface Landing {
  state: LandingState
  /** Enforcers that have been told, of as many as ought to hold it. */
  told: number
  of: number
  /** Names of those that ought to and are silent. */
  silent: string[]
  /** Names of those that may hold it still, though it has ended. */
  still: string[]
}

interface Proven {
  name: string
  state: ProofState
  stale: boolean
}

const unique = (names: string[]) => [...new Set(names)]

/** Never more than what enforcers reported: `applied` where each did, `delivered` where one was told at least. */
export function landingOf(entry: { kind: BlockKind; state: BlockState }, proof: readonly Proven[]): Landing {
  // no user gets by a firewall because it knows addresses alone
  const asked = entry.kind === 'user' ? proof.filter(({ state }) => state !== 'unsupported') : proof
  const count = (...states: ProofState[]) => asked.filter(({ state }) => states.includes(state)).length
  const namesOf = (some: readonly Proven[]) => unique(some.map(({ name }) => name))
  const holding = asked.filter(({ state }) => state !== 'unsupported')
  const told = count('delivered', 'applied', 'partly', 'uncertain')
  const silent = namesOf(holding.filter(({ stale }) => stale))
  const still = entry.state === 'ended' ? namesOf(asked.filter(({ state }) => state === 'pending')) : []
  const state = ((): LandingState => {
    if (entry.state === 'waiting') return 'waiting'
    if (entry.state === 'ended') return still.length > 0 ? 'lifting' : 'ended'
    if (holding.length === 0) return 'unenforced'
    if (silent.length > 0) return 'silent'
    if (told === 0) return 'pending'
    if (count('partly', 'uncertain', 'unsupported') > 0) return 'partly'
    return count('applied') === asked.length ? 'applied' : 'delivered'
  })()
  return { state, told, of: asked.length, silent, still }
}

const listed = new Intl.ListFormat('en')

/** A landing in a word or two, and in a sentence what that means. */
export function saidLanding({ state, told, of, silent, still }: Landing): { word: string; says: string } {
  const share = of > 1 ? ` ${told} of ${of}` : ''
  const words: Record<LandingState, [word: string, says: string]> = {
    waiting: ['Waiting', 'It waits for a second person: no enforcer is told of it yet'],
    unenforced: [
      'Not enforced',
      of === 0 ? 'No enforcer asks for the denylist: nothing keeps it out' : 'No enforcer can hold it: nothing keeps it out',
    ],
    silent: [
      of > 1 ? `${silent.length} silent` : 'Silent enforcer',
      `${listed.format(silent)} ${silent.length === 1 ? 'has' : 'have'} not asked for a while: it may not be kept out there`,
    ],
    pending: ['Pending', 'No enforcer has been told of it yet'],
    partly: [`Partly${share}`, 'Somewhere less than all of it is kept out'],
    delivered: [
      `Delivered${share}`,
      told < of
        ? 'The others have not been told of it yet'
        : of > 1
          ? 'All were told of it; not all of them report that they hold it'
          : 'The enforcer was told of it, and does not report that it holds it',
    ],
    applied: ['Applied', of > 1 ? `All ${of} enforcers report that they hold it` : 'The enforcer reports that it holds it'],
    lifting: ['Lifting', `It may be in force still at ${listed.format(still)}, which has not been told that it ended`],
    ended: ['Ended', 'It is in force nowhere, as far as enforcers have been told of it'],
  }
  const [word, says] = words[state]
  return { word, says }
}
