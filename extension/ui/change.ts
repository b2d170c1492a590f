import type { Protocol, SignalRow } from '../messages.ts'
import { type Ids, longestTitle } from '../signal-messages.ts'

type Move = Protocol['move'][0]
/** Where signals are to go, and why. */
export type Change = Omit<Move, 'ids'>

export const idsOf = (rows: readonly SignalRow[]): Ids =>
  rows.map(({ id, version, title }) => ({ id, version, title: title.slice(0, longestTitle) }))

/** What brings a signal back to where it was: what was archived goes back with the reason that it had. */
export const backTo = ({ state, archive }: SignalRow): Change => ({
  state,
  ...(archive && { reason: archive.reason, ...(archive.comment && { comment: archive.comment }) }),
})
