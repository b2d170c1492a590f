import { randomUUID } from 'node:crypto'
import type { LiveEvent } from '../../shared/live.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { InsideWork } from '../lib/kinds.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Wanted } from '../triage/moving.ts'
import { createAssigned, type Moves } from './moves.ts'
import type { NoteWork } from './signal-notes.ts'
import { noSignal } from './signal-triage.ts'

interface Options {
  store: Store
  moves: Moves
  notes: NoteWork
  now: () => number
}

/** What a step of a run can do, inside of the write that records the step; `changed` and `tell` are what that write answers. */
export function createInside({ store, moves, notes, now }: Options) {
  return (
    only: Restrictions,
    ctx: WriteContext,
    signal: string | null,
  ): { work: InsideWork; changed: string[]; tell: () => LiveEvent[] } => {
    const changed: string[] = []
    const assigned = createAssigned(ctx.actor)
    function move(id: string, wanted: Wanted): string {
      const before = moves.find(only, id)
      if (!before) throw noSignal(id)
      const change = randomUUID()
      store.changes.add(change, now())
      const outcome = moves.one(ctx, change, before, wanted, false)
      if (outcome.changed) {
        changed.push(id)
        assigned.note(before, outcome.signal)
      }
      return change
    }
    const work: InsideWork = {
      signal(given) {
        const id = given ?? signal
        if (id === null) throw new Refusal(400, 'no_signal', 'This run is about no signal: give signal_id')
        if (!moves.find(only, id)) throw noSignal(id)
        return id
      },
      setState: (id, state, reason, comment) =>
        move(id, {
          state,
          ...(reason !== undefined && { archive_reason: reason }),
          ...(comment !== undefined && { archive_comment: comment }),
        }),
      assign(id, to) {
        const user = store.users.all().find(({ uuid, handle }) => uuid === to || handle === to)
        if (to !== '' && !user) throw new Refusal(400, 'unknown_user', `Nobody has the uuid or handle ${to}`)
        return { change_id: move(id, { assignee: user?.uuid ?? '' }), assignee: user?.handle ?? null }
      },
      addNote(id, text) {
        changed.push(id)
        return notes.add(only, ctx, id, text).id
      },
    }
    return { work, changed, tell: assigned.take }
  }
}

/** Who acts in a run: the person who began it, with word of what they acted through; else the workflow itself. */
export const actorOf = (by: WriteContext['actor'] | null, { name, handle }: { name: string; handle: string }): WriteContext['actor'] =>
  by
    ? { ...by, useragent: `workflow-${handle}` }
    : { uuid: null, handle: `workflow-${handle}`, name: `Workflow ${name}`, auth_method: 'system' }

export const personWho = (actor: WriteContext['actor']) => (actor.uuid === null ? null : personOf(actor))
