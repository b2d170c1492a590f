import { randomUUID } from 'node:crypto'
import type { Signal, Triaged } from '../../shared/signal.ts'
import type { Skipped, Undone } from '../../shared/triage.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow, TimelineEntry } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import { createAssigned, type Move, type Moves, skippedFor } from './moves.ts'
import type { Write } from './writes.ts'

/** Signals that are put back at once; more of them are a job. */
export const undoneAtOnce = 500

export const noSignal = (id: string) =>
  new Refusal(404, 'not_found', 'Signal not found', { problems: [{ field: 'signal_id', message: `no signal ${id}` }] })

interface Options {
  store: Store
  write: Write
  moves: Moves
  now: () => number
}

/** Single signals, and changes of a few of them. */
export function createSignalTriage({ store, write, moves, now }: Options) {
  function movable(only: Restrictions, id: string): MovableRow {
    const signal = moves.find(only, id)
    if (!signal) throw noSignal(id)
    return signal
  }

  return {
    getSignal: async (only: Restrictions, id: string): Promise<Signal> => store.signals.get(movable(only, id).id)!,
    timeline: async (only: Restrictions, id: string): Promise<TimelineEntry[]> => store.signals.timeline(movable(only, id).id),
    /** Move signals, all or none. `assignOnAct`: who acts on one that is nobody's takes it. */
    moveSignals: async (
      only: Restrictions,
      ctx: WriteContext,
      wanted: Move[],
      assignOnAct = false,
    ): Promise<{ signals: Triaged[]; change: string }> =>
      write(ctx, () => {
        const change = randomUUID()
        store.changes.add(change, now())
        const assigned = createAssigned(ctx.actor)
        const changed: string[] = []
        const signals = wanted.map(({ id, ...one }) => {
          const before = movable(only, id)
          const outcome = moves.one(ctx, change, before, one, assignOnAct)
          if (outcome.changed) {
            changed.push(id)
            assigned.note(before, outcome.signal)
          }
          const { timestamp, triage } = outcome.signal
          return { id, timestamp, triage }
        })
        return { result: { signals, change }, changed, tell: assigned.take }
      }),

    /** Put a change of a few signals back, as far as nobody changed them since. */
    undoAtOnce: (only: Restrictions, ctx: WriteContext, undoes: string): Undone =>
      write(ctx, () => {
        if (!store.changes.has(undoes, now())) throw noChange()
        const id = randomUUID()
        store.changes.add(id, now())
        const assigned = createAssigned(ctx.actor)
        const changed: string[] = []
        const skipped: Skipped[] = []
        const cases = new Map<string, Undone['cases'][number]>()
        const touched = store.changes.signals(undoes)
        const signals = touched.flatMap(seq => moves.find(only, seq) ?? [])
        // of what is hidden from somebody there is no change either
        if (touched.length > 0 && signals.length === 0) throw noChange()
        for (const before of signals) {
          try {
            const outcome = moves.back(ctx, id, before, undoes)
            if ('skipped' in outcome) skipped.push(outcome.skipped)
            else if (outcome.changed) {
              changed.push(outcome.signal.id)
              for (const one of outcome.signal.triage.cases ?? []) cases.set(one.id, { id: one.id, key: one.key })
              assigned.note(before, outcome.signal)
            }
          } catch (error) {
            skipped.push(skippedFor(before.id, error))
          }
        }
        if (changed.length === 0 && skipped.length > 0 && skipped.every(({ reason }) => reason === 'locked'))
          throw new Refusal(400, 'locked', 'What this change did is older than 30 days and can no longer change')
        return { result: { id, undone: changed.length, skipped, cases: [...cases.values()] }, changed, tell: assigned.take }
      }),
  }
}

const noChange = () =>
  new Refusal(404, 'not_found', 'No such change can be undone. A change can be undone for 7 days.', {
    problems: [{ field: 'id', message: 'is no change of the last 7 days' }],
  })
