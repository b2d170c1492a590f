import type { JsonObject } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { Skipped } from '../../shared/triage.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import { move, putBack, type Step, withoutIncident } from '../triage/move.ts'
import type { Wanted } from '../triage/moving.ts'
import type { IncidentLinks } from './incident-links.ts'
import { maySeeSignal } from './may-see.ts'
import { personWith } from './people.ts'
import type { Audit } from './writes.ts'

export type Move = Wanted & { id: string }

/** What became of one signal of a change. */
export type Done = { signal: MovableRow; changed: boolean }
export type Outcome = Done | { skipped: Skipped }

export type Moves = ReturnType<typeof createMoves>

/** Finds signals and moves them one by one, inside of a write: triage, what can be undone, audit and timeline together. */
export function createMoves({ store, audit, links, now }: { store: Store; audit: Audit; links: IncidentLinks; now: () => number }) {
  function keep(ctx: WriteContext, change: string, signal: MovableRow, after: ReturnType<typeof move>, undoes?: string): Done {
    const { triage, steps } = after
    if (steps.length === 0) return { signal, changed: false }
    const { id, seq, title } = signal
    store.signals.setTriage(id, triage)
    store.changes.addItem(change, { signal: seq, version: triage.version, aspects: steps.map(({ kind }) => kind), before: signal.triage })
    for (const step of steps) record(ctx, id, title, step, { change, ...(undoes !== undefined && { undoes }) })
    links.changed(ctx, signal, triage.incident_ids)
    return { signal: { ...signal, triage }, changed: true }
  }
  function record(ctx: WriteContext, id: string, title: string, { kind, message, before, after }: Step, more: JsonObject): void {
    const body = { by: { ...personOf(ctx.actor) }, from: before, to: after, ...more }
    store.signals.note({ seq: store.nextSeq(), signal_id: id, time: now(), kind, body })
    const said = more['undoes'] === undefined ? message : `${message}, undoing a change`
    audit(ctx, { action: 'modified', asset: { type: 'security_signal', id, name: title }, message: said, before, after })
  }
  /** Whether the triage is as it was at that version: nobody changed it since, or all that came after is undone. */
  function hasAgain({ id, seq, triage }: MovableRow, version: number): boolean {
    if (triage.version === version) return true
    const back = new Map<number, number>()
    for (const { body } of store.signals.timeline(id)) {
      const { change, undoes } = body
      if (typeof change !== 'string' || typeof undoes !== 'string') continue
      const [undo, undone] = [store.changes.item(change, seq), store.changes.item(undoes, seq)]
      if (undo && undone) back.set(undo.version, undone.before.version)
    }
    let at: number | undefined = triage.version
    while (at !== undefined && at > version) at = back.get(at)
    return at === version
  }
  const assigneeWith = (uuid: string) => personWith(store, uuid, 'data.attributes.assignee.uuid')
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
      if (uuid) assigneeWith(uuid)
    },
    /** Change one signal. Refuses what `move` refuses. */
    one(ctx: WriteContext, change: string, signal: MovableRow, wanted: Wanted, assignOnAct: boolean): Done {
      const { assignee, ...rest } = wanted
      const by = personOf(ctx.actor)
      const given = assignee === undefined ? undefined : assignee === '' ? null : assigneeWith(assignee)
      if (rest.incident_ids) links.check(rest.incident_ids)
      const person = given === undefined && assignOnAct && takes(ctx, signal, wanted) ? by : given
      return keep(ctx, change, signal, move(signal, { ...rest, ...(person !== undefined && { assignee: person }) }, by, now()))
    },
    /** Put back what the change `undoes` did to a signal, unless somebody changed the signal since. */
    back(ctx: WriteContext, change: string, signal: MovableRow, undoes: string): Outcome {
      const { id, triage } = signal
      const item = store.changes.item(undoes, signal.seq)
      if (!item) return { skipped: { id, reason: 'not_found' } }
      if (!hasAgain(signal, item.version))
        return { skipped: { id, reason: 'changed', ...(triage.changed && { by: triage.changed.by.handle, at: triage.changed.at }) } }
      const earlier = { ...item.before, incident_ids: links.left(item.before.incident_ids) }
      return keep(ctx, change, signal, putBack(signal, earlier, item.aspects, personOf(ctx.actor), now()), undoes)
    },
    /** Take a signal out of an incident that is about to go. */
    leave: (ctx: WriteContext, change: string, signal: MovableRow, incident: number): Done =>
      keep(ctx, change, signal, withoutIncident(signal, incident, personOf(ctx.actor), now())),
  }
}

/** What stands in the way of one of many signals; anything else stands in the way of all. */
export function skippedFor(id: string, error: unknown): Skipped {
  if (error instanceof Refusal && (error.code === 'locked' || error.code === 'archived')) return { id, reason: error.code }
  throw error
}

/** Whose signals a change touched, and what to tell each of them; and in which incidents it put signals, or out of which it took them. */
export function createAssigned(by: WriteContext['actor']) {
  const touched = new Map<string, string[]>()
  const incidents = new Set<number>()
  const idsOf = (uuid: string) => touched.get(uuid) ?? touched.set(uuid, []).get(uuid)!
  return {
    note({ id, triage: { assignee: before, incident_ids: left } }: MovableRow, { triage }: MovableRow): void {
      const { assignee: after, incident_ids: joined } = triage
      for (const one of [...left, ...joined]) if (left.includes(one) !== joined.includes(one)) incidents.add(one)
      if (before) idsOf(before.uuid)
      if (!after) return
      const ids = idsOf(after.uuid)
      if (after.uuid !== before?.uuid && after.uuid !== by.uuid) ids.push(id)
    },
    /** Since this was asked last. */
    take(): LiveEvent[] {
      const events: LiveEvent[] = [...touched].map(([to, ids]) => ({ type: 'assigned' as const, to, ids, by: by.handle }))
      if (incidents.size > 0) events.push({ type: 'incidents', ids: [...incidents] })
      touched.clear()
      incidents.clear()
      return events
    },
  }
}
