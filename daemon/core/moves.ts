import type { JsonObject } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Skipped } from '../../shared/triage.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import { move, putBack, type Step } from '../triage/move.ts'
import type { Wanted } from '../triage/moving.ts'
import { maySeeSignal } from './may-see.ts'
import type { Audit } from './writes.ts'

export type Move = Wanted & { id: string }

/** What became of one signal of a change. */
export type Done = { signal: MovableRow; changed: boolean }
export type Outcome = Done | { skipped: Skipped }

export type Moves = ReturnType<typeof createMoves>

/** Finds signals and moves them one by one, inside of a write: triage, what can be undone, audit and timeline together. */
export function createMoves({ store, audit, now }: { store: Store; audit: Audit; now: () => number }) {
  function keep(ctx: WriteContext, change: string, signal: MovableRow, after: ReturnType<typeof move>, undoes?: string): Done {
    const { triage, steps } = after
    if (steps.length === 0) return { signal, changed: false }
    const { id, seq, title } = signal
    store.signals.setTriage(id, triage)
    store.changes.addItem(change, { signal: seq, version: triage.version, aspects: steps.map(({ kind }) => kind), before: signal.triage })
    for (const step of steps) record(ctx, id, title, step, { change, ...(undoes !== undefined && { undoes }) })
    return { signal: { ...signal, triage }, changed: true }
  }
  function record(ctx: WriteContext, id: string, title: string, { kind, message, before, after }: Step, more: JsonObject): void {
    const body = { by: { ...personOf(ctx.actor) }, from: before, to: after, ...more }
    store.signals.note({ seq: store.nextSeq(), signal_id: id, time: now(), kind, body })
    const said = more['undoes'] === undefined ? message : `${message}, undoing a change`
    audit(ctx, { action: 'modified', asset: { type: 'security_signal', id, name: title }, message: said, before, after })
  }
  function personWith(uuid: string) {
    const user = store.users.get(uuid)
    if (!user || user.disabled)
      throw new Refusal(400, 'unknown_user', `No user has the uuid ${uuid}`, {
        problems: [{ field: 'data.attributes.assignee.uuid', message: 'is not a user of this daemon' }],
      })
    return { uuid: user.uuid, handle: user.handle, name: user.name }
  }
  /** Whoever acts on a signal that is nobody's takes it, where that is the setting. */
  function takes({ actor }: WriteContext, { triage }: MovableRow, { state, assignee, snooze }: Wanted): boolean {
    const acts = (state !== undefined && state !== 'open' && state !== triage.state) || Boolean(snooze)
    return acts && assignee === undefined && triage.assignee === null && actor.uuid !== null
  }

  return {
    /** A signal that may be seen. */
    find(only: Restrictions, which: string | number): MovableRow | undefined {
      const signal = store.signals.movable(which)
      return signal && (only.signals === null || maySeeSignal(only, store.signals.get(signal.id)!)) ? signal : undefined
    },
    /** Refuses an assignee whom nobody knows. */
    checkAssignee: (uuid: string | undefined): void => {
      if (uuid) personWith(uuid)
    },
    /** Change one signal. Refuses what `move` refuses. */
    one(ctx: WriteContext, change: string, signal: MovableRow, wanted: Wanted, assignOnAct: boolean): Done {
      const { assignee, ...rest } = wanted
      const by = personOf(ctx.actor)
      const given = assignee === undefined ? undefined : assignee === '' ? null : personWith(assignee)
      const person = given === undefined && assignOnAct && takes(ctx, signal, wanted) ? by : given
      return keep(ctx, change, signal, move(signal, { ...rest, ...(person !== undefined && { assignee: person }) }, by, now()))
    },
    /** Put back what the change `undoes` did to a signal, unless somebody changed the signal since. */
    back(ctx: WriteContext, change: string, signal: MovableRow, undoes: string): Outcome {
      const { id, triage } = signal
      const item = store.changes.item(undoes, signal.seq)
      if (!item) return { skipped: { id, reason: 'not_found' } }
      if (triage.version !== item.version)
        return { skipped: { id, reason: 'changed', ...(triage.changed && { by: triage.changed.by.handle, at: triage.changed.at }) } }
      return keep(ctx, change, signal, putBack(signal, item.before, item.aspects, personOf(ctx.actor), now()), undoes)
    },
  }
}

/** What stands in the way of one of many signals; anything else stands in the way of all. */
export function skippedFor(id: string, error: unknown): Skipped {
  if (error instanceof Refusal && (error.code === 'locked' || error.code === 'archived')) return { id, reason: error.code }
  throw error
}

/** Whose signals a change touched, and what to tell each of them. */
export function createAssigned(by: WriteContext['actor']) {
  const touched = new Map<string, string[]>()
  const idsOf = (uuid: string) => touched.get(uuid) ?? touched.set(uuid, []).get(uuid)!
  return {
    note({ id, triage: { assignee: before } }: MovableRow, { triage: { assignee: after } }: MovableRow): void {
      if (before) idsOf(before.uuid)
      if (!after) return
      const ids = idsOf(after.uuid)
      if (after.uuid !== before?.uuid && after.uuid !== by.uuid) ids.push(id)
    },
    /** Since this was asked last. */
    take(): LiveEvent[] {
      const events = [...touched].map(([to, ids]) => ({ type: 'assigned' as const, to, ids, by: by.handle }))
      touched.clear()
      return events
    },
  }
}
