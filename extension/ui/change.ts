import type { Protocol, SignalRow } from '../messages.ts'

type Move = Protocol['move'][0]
/** Where signals are to go, and why. */
export type Change = Omit<Move, 'ids'>

/** Signals as a change names them. */
export const idsOf = (rows: readonly SignalRow[]): Move['ids'] => rows.map(({ id, version }) => ({ id, version }))

/** What brings a signal back to where it was: what was archived goes back with the reason that it had. */
export const backTo = ({ state, archive }: SignalRow): Change => ({
  state,
  ...(archive && { reason: archive.reason, ...(archive.comment && { comment: archive.comment }) }),
})
