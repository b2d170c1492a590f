import type { AttackerState, Flag, LogTally, SignalTally } from '../../../shared/attacker.ts'

/** Signals that `query` finds and that were made in a time; ms UTC, both ends included. */
export interface AttackersAsked {
  query: string
  from: number
  to: number
}

/** What an address did lately. */
export interface Doing {
  /** Points of its signals of the last 24 hours. */
  score: number
  /** Whether there were any. */
  attacked: boolean
  flag?: Flag
}

/** An address that signals name. */
export interface Attack extends Doing {
  address: string
  signals: SignalTally
  logs: LogTally
}

/** A user whom signals of account takeover name. */
export interface NamedUser {
  user: string
  path: '@usr.name' | '@usr.id'
  signals: SignalTally
}

/** Which of the two it is, if either. */
export const stateOf = ({ score, attacked, flag }: Doing, flagOver: number): AttackerState | null =>
  flag?.state === 'flagged' || score > flagOver ? 'flagged' : attacked || flag ? 'suspicious' : null
