import { randomUUID } from 'node:crypto'
import { securityCase } from '../../shared/case.ts'
import { incidentKey } from '../../shared/incident.ts'
import type { Json } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import type { WorkflowRun } from '../../shared/workflow.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { InsideWork, StepBlocks } from '../lib/kinds.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import type { Wanted } from '../triage/moving.ts'
import type { createCases } from './cases.ts'
import type { Denylist } from './denylist.ts'
import type { createIncidents } from './incidents.ts'
import { createAssigned, type Moves } from './moves.ts'
import type { Notify } from './notify.ts'
import type { NoteWork } from './signal-notes.ts'
import { noSignal } from './signal-triage.ts'

interface Options {
  store: Store
  moves: Moves
  notes: NoteWork
  cases: Pick<ReturnType<typeof createCases>['inside'], 'create'>
  incidents: ReturnType<typeof createIncidents>['inside']
  notify: Pick<Notify, 'told'>
  denylist: Pick<Denylist, 'inside'>
  now: () => number
}

/** What speaks against each of some blocks, or whether it waits for a second person, and how many an hour may come about without anybody. */
export interface BlockVerdicts {
  each: ({ objection: string } | { waits: boolean })[]
  perHour: number
}
export interface CheckedBlocks {
  blocks: StepBlocks
  verdicts: BlockVerdicts
}
export const isChecked = (blocks: StepBlocks, checked: CheckedBlocks | undefined): boolean =>
  JSON.stringify(blocks) === JSON.stringify(checked?.blocks)

/** What a step of a run can do, inside of the write that records the step; `changed` and `tell` are what that write answers. */
export function createInside({ store, moves, notes, cases, incidents, notify, denylist, now }: Options) {
  function userOf(named: string) {
    const user = store.users.all().find(({ uuid, handle }) => uuid === named || handle === named)
    if (user) return user
    throw new Refusal(400, 'unknown_user', `Nobody has the uuid or handle ${named}`)
  }

  return (
    only: Restrictions,
    ctx: WriteContext,
    { signal, workflow }: Pick<WorkflowRun, 'signal' | 'workflow'>,
    checked: CheckedBlocks | undefined,
  ): { work: InsideWork; changed: string[]; tell: () => LiveEvent[] } => {
    const changed: string[] = []
    const assigned = createAssigned(ctx.actor)
    const tells = [assigned.take]
    /** Word of what else was done, once it is on disk. */
    function took(done: { changed: string[]; tell: () => LiveEvent[] }): void {
      changed.push(...done.changed)
      tells.push(done.tell)
    }
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
    function about(given: string | undefined): string[] {
      const id = given ?? signal?.id
      if (id === undefined) return []
      if (!moves.find(only, id)) throw noSignal(id)
      return [id]
    }
    function block({ kind, values, duration }: StepBlocks, reason: string): Record<'blocked' | 'refused', Json[]> {
      const { each, perHour } = checked!.verdicts
      const list = denylist.inside(ctx)
      const byItself = ctx.actor.uuid === null
      const told: Record<'blocked' | 'refused', Json[]> = { blocked: [], refused: [] }
      for (const [i, value] of values.entries())
        try {
          const verdict = each[i]!
          if ('objection' in verdict) throw new Refusal(409, 'guarded', verdict.objection)
          if (byItself && list.lately() >= perHour)
            throw new Refusal(409, 'limit', `${perHour} were blocked without a person within the hour, which is the most that may be`)
          const [from = null] = about(undefined)
          const entry = list.begin({ kind, value, duration, signal_id: from, ...verdict, reason: reason || `Workflow: ${workflow.name}` })
          told.blocked.push({ value, id: entry.id, state: entry.seq === 0 ? 'waiting' : 'active' })
        } catch (error) {
          if (!(error instanceof Refusal)) throw error
          told.refused.push({ value, code: error.code, reason: error.message })
          if (values.length === 1) throw error
        }
      if (told.blocked.length === 0)
        throw new Refusal(409, 'guarded', `None of the ${values.length} could be blocked: ${JSON.stringify(told.refused)}`)
      took({
        changed: [],
        tell() {
          list.tell()
          return []
        },
      })
      return told
    }
    const work: InsideWork = {
      signal(given) {
        const [id] = about(given)
        if (id === undefined) throw new Refusal(400, 'no_signal', 'This run is about no signal: give signal_id')
        return id
      },
      setState: (id, state, reason, comment) =>
        move(id, {
          state,
          ...(reason !== undefined && { archive_reason: reason }),
          ...(comment !== undefined && { archive_comment: comment }),
        }),
      assign(id, to) {
        const user = to === '' ? undefined : userOf(to)
        return { change_id: move(id, { assignee: user?.uuid ?? '' }), assignee: user?.handle ?? null }
      },
      addNote(id, text) {
        changed.push(id)
        return notes.add(only, ctx, id, text).id
      },
      createCase({ assignee, signal: given, ...wanted }) {
        const signals = about(given)
        const insights = signals.map(id => ({ type: 'SECURITY_SIGNAL' as const, resource_id: id, ref: '' }))
        const { file, ...done } = cases.create(
          only,
          ctx,
          { ...wanted, type: securityCase.id, insights, ...(assignee !== undefined && { assignee: userOf(assignee).uuid }) },
          false,
        )
        took(done)
        return { case_id: file.id, case_key: file.key, change_id: done.change, signals }
      },
      declareIncident({ commander, signal: given, case: which, ...wanted }) {
        const signals = about(given)
        const { incident, ...done } = incidents.declare(only, ctx, {
          ...wanted,
          ...{ state: 'active', fields: {}, notification_handles: [], is_test: false, notes: [], signals },
          commander: commander === undefined ? personOf(ctx.actor).uuid || null : userOf(commander).uuid,
          ...(which !== undefined && { case: which }),
        })
        took(done)
        return { incident_id: incident.id, incident_key: incidentKey(incident.public_id), public_id: incident.public_id, signals }
      },
      notify(wanted) {
        const [id] = about(undefined)
        return { targets: notify.told(ctx, workflow, wanted, id === undefined ? undefined : store.signals.get(id)) }
      },
      block,
    }
    return { work, changed, tell: () => tells.flatMap(tell => tell()) }
  }
}

/** Who acts in a run: the person who began it, with word of what they acted through; else the workflow itself. */
export const actorOf = (by: WriteContext['actor'] | null, { name, handle }: { name: string; handle: string }): WriteContext['actor'] =>
  by
    ? { ...by, useragent: `workflow-${handle}` }
    : { uuid: null, handle: `workflow-${handle}`, name: `Workflow ${name}`, auth_method: 'system' }

export const personWho = (actor: WriteContext['actor']) => (actor.uuid === null ? null : personOf(actor))
