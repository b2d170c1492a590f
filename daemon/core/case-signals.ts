import type { Case, CaseInsight, CaseRef, NewInsight } from '../../shared/case.ts'
import type { JsonObject } from '../../shared/json.ts'
import { refuseClosed } from '../cases/change.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import type { CaseFiles } from './case-files.ts'
import type { createAssigned, Done, Moves } from './moves.ts'
import { noSignal } from './signal-triage.ts'
import type { Audit } from './writes.ts'

interface Options {
  store: Store
  audit: Audit
  moves: Moves
  files: CaseFiles
  now: () => number
}

/** How signals come into a case. */
export interface Linking {
  /** The change of triage that it is part of. */
  change: string
  /** Whether the case is made of them: then all of them go under review; else those that are open. */
  creating: boolean
  assignOnAct: boolean
}

/** What insights are, by kind, as a timeline counts them. */
export function counted(insights: readonly Pick<NewInsight, 'type'>[]): JsonObject {
  const of = (type: string) => insights.filter(one => one.type === type).length
  const [signals, evidence] = [of('SECURITY_SIGNAL'), of('EVIDENCE')]
  return { signals, evidence, others: insights.length - signals - evidence }
}
export const resourcesOf = (insights: readonly NewInsight[]) => insights.map(({ type, resource_id: id }) => ({ type, id }))
export const signalsOf = (insights: readonly Pick<NewInsight, 'type' | 'resource_id'>[]): string[] =>
  insights.filter(({ type }) => type === 'SECURITY_SIGNAL').map(({ resource_id: id }) => id)

/** Signals and other insights into cases and out of them, inside of a write. */
export function createCaseSignals({ store, audit, moves, files, now }: Options) {
  /** Which cases a signal is part of stands with it. That is no change of its triage: whoever saw it before may still change it. */
  function setCases(ctx: WriteContext, signal: MovableRow, cases: CaseRef[], kind: 'case_linked' | 'case_unlinked', one: CaseRef): void {
    const { cases: _, ...triage } = signal.triage
    store.signals.setTriage(signal.id, { ...triage, ...(cases.length > 0 && { cases }) })
    const ref = { id: one.id, key: one.key }
    store.signals.note({
      seq: store.nextSeq(),
      signal_id: signal.id,
      time: now(),
      kind,
      body: { by: { ...personOf(ctx.actor) }, case: ref },
    })
    const isIn = kind === 'case_linked'
    audit(ctx, {
      action: 'modified',
      asset: { type: 'security_signal', id: signal.id, name: signal.title },
      message: isIn ? `added signal ${signal.id} to case ${one.key}` : `unlinked signal ${signal.id} from case ${one.key}`,
      before: isIn ? null : { case: ref },
      after: isIn ? { case: ref } : null,
    })
  }
  /** Note on a signal that it is in a case now, or no longer. */
  function mark(ctx: WriteContext, id: string, one: Case, isIn: boolean): void {
    const signal = store.signals.movable(id)
    const others = (signal?.triage.cases ?? []).filter(other => other.id !== one.id)
    if (!signal || (signal.triage.cases?.length ?? 0) === others.length + (isIn ? 1 : 0)) return
    const cases = isIn ? [...others, { id: one.id, key: one.key }] : others
    setCases(ctx, signal, cases, isIn ? 'case_linked' : 'case_unlinked', one)
  }
  /** A signal into a case. `changed` says whether it was not there before. Refuses what moving it refuses. */
  function linkSignal(ctx: WriteContext, one: Case, before: MovableRow, { change, creating, assignOnAct }: Linking): Done {
    const insight: CaseInsight = {
      type: 'SECURITY_SIGNAL',
      resource_id: before.id,
      ref: `/security?event=${encodeURIComponent(before.id)}`,
      added_by: personOf(ctx.actor),
      added_at: now(),
    }
    if (!store.cases.addInsight(one.id, insight, store.nextSeq())) return { signal: before, changed: false }
    const takesUp = creating ? before.triage.state !== 'under_review' : before.triage.state === 'open'
    if (takesUp) moves.one(ctx, change, before, { state: 'under_review' }, assignOnAct)
    mark(ctx, before.id, one, true)
    return { signal: store.signals.movable(before.id)!, changed: true }
  }

  return {
    linkSignal,
    mark,
    /** Insights into a case, all or none; those that are new. Signals that cannot be seen are not there. */
    add(
      only: Restrictions,
      ctx: WriteContext,
      one: Case,
      wanted: readonly NewInsight[],
      linking: Linking,
      assigned: ReturnType<typeof createAssigned>,
    ): NewInsight[] {
      return wanted.filter(insight => {
        if (insight.type !== 'SECURITY_SIGNAL')
          return store.cases.addInsight(one.id, { ...insight, added_by: personOf(ctx.actor), added_at: now() }, store.nextSeq())
        const before = moves.find(only, insight.resource_id)
        if (!before) throw noSignal(insight.resource_id)
        const { signal, changed } = linkSignal(ctx, one, before, linking)
        if (changed) assigned.note(before, signal)
        return changed
      })
    },
    /** A case with so many insights more, and a cell that counts them. */
    grown(ctx: WriteContext, one: Case, added: readonly NewInsight[]): Case {
      if (added.length === 0) return one
      const more = { ...one, insights: one.insights + added.length }
      return files.touch(ctx, more, 'insights_added', { to: counted(added), resources: resourcesOf(added) })
    },
    /** Insights out of a case, all or none. */
    remove(only: Restrictions, ctx: WriteContext, one: Case, wanted: readonly Pick<NewInsight, 'type' | 'resource_id'>[]): Case {
      refuseClosed(one)
      const gone = wanted.map((insight, i): CaseInsight => {
        const known = store.cases.insight(one.id, insight)
        const isHidden = insight.type === 'SECURITY_SIGNAL' && !moves.find(only, insight.resource_id)
        if (!known || isHidden)
          throw new Refusal(404, 'insight_not_found', `${one.key} has no such insight`, {
            problems: [{ field: `data.attributes.insights.${i}.resource_id`, message: 'is not in this case' }],
          })
        store.cases.removeInsight(one.id, insight)
        if (insight.type === 'SECURITY_SIGNAL') mark(ctx, insight.resource_id, one, false)
        return known
      })
      const less = { ...one, insights: one.insights - gone.length }
      return files.touch(ctx, less, 'insights_removed', { to: counted(gone), resources: resourcesOf(gone) })
    },
  }
}
