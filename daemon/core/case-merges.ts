import type { Case, CaseInsight, NewInsight, SeenCase } from '../../shared/case.ts'
import { insightsInCase } from '../../shared/case.ts'
import type { NewCase } from '../cases/asked.ts'
import { refuseClosed, refuseShut } from '../cases/change.ts'
import type { WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { tellCases } from './case-files.ts'
import { counted, resourcesOf, signalsOf } from './case-signals.ts'
import type { createCases } from './cases.ts'
import type { Moves } from './moves.ts'
import type { Write } from './writes.ts'

/** Insights that are merged or split at once: it is one transaction, and nobody writes meanwhile. */
const mostAtOnce = 10_000

interface Options {
  store: Store
  write: Write
  moves: Moves
  now: () => number
  inside: ReturnType<typeof createCases>['inside']
}

/**
 * Cases that are merged keep all that they hold and say so; what they hold is in the other case too from then on. Split again, each is as it
 * was, with what came to it meanwhile.
 */
export function createCaseMerges({ store, write, moves, now, inside: { files, signals, make } }: Options) {
  const single = (only: Restrictions, one: Case) => files.seen(only, one, insightsInCase)
  /** Signals name the one case in the place of the other. */
  function rename(ctx: WriteContext, insights: readonly CaseInsight[], from: Case | undefined, to: Case | undefined): void {
    for (const id of signalsOf(insights)) {
      if (from) signals.mark(ctx, id, from, false)
      if (to) signals.mark(ctx, id, to, true)
    }
  }
  function mergeOne(ctx: WriteContext, into: Case, which: string): { target: Case; source: Case } {
    const from = files.find(which)
    if (from.id === into.id) throw new Refusal(400, 'same_case', `${into.key} cannot be merged into itself`)
    refuseShut(from)
    const insights = store.cases.insights(from.id)
    const added = insights.filter(insight => store.cases.addInsight(into.id, { ...insight, from: from.id }, store.nextSeq()))
    rename(ctx, insights, from, into)
    const { status, resolved_reason, closed_at } = from
    const before = { status, ...(resolved_reason && { resolved_reason }), ...(closed_at !== undefined && { closed_at }) }
    const source = files.touch(
      ctx,
      { ...from, status: 'CLOSED', closed_at: now(), merged_into: { id: into.id, key: into.key, from: before } },
      'merged_into',
      { to: { key: into.key, id: into.id } },
    )
    const target = files.touch(
      ctx,
      { ...into, insights: into.insights + added.length, merged: [...(into.merged ?? []), { id: from.id, key: from.key }] },
      'merged',
      { to: { key: from.key, id: from.id, ...counted(added) } },
    )
    return { target, source }
  }
  /** What came with a case goes out of another again, unless it came with a third one too. */
  function takeOut(target: Case, source: Case): CaseInsight[] {
    const others = (target.merged ?? []).filter(({ id }) => id !== source.id)
    return store.cases
      .insights(target.id)
      .filter(({ from }) => from === source.id)
      .filter(insight => {
        store.cases.removeInsight(target.id, insight)
        const other = others.find(({ id }) => store.cases.insight(id, insight))
        if (other) store.cases.addInsight(target.id, { ...insight, from: other.id }, store.nextSeq())
        return !other
      })
  }
  const tooMany = () =>
    new Refusal(400, 'too_many', `More than ${mostAtOnce.toLocaleString('en')} insights cannot be merged or split at once`)

  return {
    mergeCases: async (only: Restrictions, ctx: WriteContext, which: string, sources: string[]): Promise<SeenCase> =>
      write(ctx, () => {
        let target = files.find(which)
        refuseClosed(target)
        // a case may be named by its id and by its key
        const those = [...new Map(sources.map(one => files.find(one)).map(one => [one.id, one])).values()]
        if (those.reduce((sum, { insights }) => sum + insights, 0) > mostAtOnce) throw tooMany()
        const merged = those.map(({ id: one }) => {
          const after = mergeOne(ctx, target, one)
          target = after.target
          return after.source
        })
        const changed = merged.flatMap(({ id }) => signalsOf(store.cases.insights(id)))
        return { result: single(only, target), changed, tell: tellCases(target, ...merged) }
      }),
    /** Undo a merge: `source` is a case of its own again. */
    unmergeCase: async (
      only: Restrictions,
      ctx: WriteContext,
      which: string,
      source: string,
    ): Promise<{ target: SeenCase; source: SeenCase }> =>
      write(ctx, () => {
        const [from, part] = [files.find(which), files.find(source)]
        refuseShut(from)
        if (part.merged_into?.id !== from.id) throw new Refusal(409, 'not_merged', `${part.key} is not part of ${from.key}`)
        if (part.insights > mostAtOnce) throw tooMany()
        const gone = takeOut(from, part)
        const { merged_into: merge, closed_at: _, resolved_reason: __, ...rest } = part
        const insights = store.cases.insights(part.id)
        rename(ctx, gone, from, undefined)
        rename(ctx, insights, undefined, part)
        const target = files.touch(
          ctx,
          { ...from, insights: from.insights - gone.length, merged: (from.merged ?? []).filter(({ id }) => id !== part.id) },
          'split',
          { to: { key: part.key, id: part.id, ...counted(gone) } },
        )
        const apart = files.touch(ctx, { ...rest, ...merge.from }, 'split_from', { to: { key: from.key, id: from.id } })
        return {
          result: { target: single(only, target), source: single(only, apart) },
          changed: signalsOf([...gone, ...insights]),
          tell: tellCases(target, apart),
        }
      }),
    /** Some insights of a case into a new one. */
    splitCase: async (
      only: Restrictions,
      ctx: WriteContext,
      which: string,
      wanted: Pick<NewInsight, 'type' | 'resource_id'>[],
      given: Omit<NewCase, 'project' | 'type'>,
    ): Promise<{ target: SeenCase; source: SeenCase }> =>
      write(ctx, () => {
        const from = files.find(which)
        refuseClosed(from)
        const made = make(ctx, { ...given, project: from.project.id, type: from.type })
        const moved = wanted.map((insight, i) => {
          const known = store.cases.insight(from.id, insight)
          if (!known || (insight.type === 'SECURITY_SIGNAL' && !moves.find(only, insight.resource_id)))
            throw new Refusal(404, 'insight_not_found', `${from.key} has no such insight`, {
              problems: [{ field: `data.attributes.insights.${i}.resource_id`, message: 'is not in this case' }],
            })
          store.cases.removeInsight(from.id, known)
          const { from: _, ...kept } = known
          store.cases.addInsight(made.id, kept, store.nextSeq())
          return known
        })
        rename(ctx, moved, from, made)
        const resources = resourcesOf(moved)
        const target = files.touch(ctx, { ...from, insights: from.insights - moved.length }, 'split', {
          to: { key: made.key, id: made.id, ...counted(moved) },
          resources,
        })
        const file = { ...made, insights: moved.length }
        store.cases.put(file, 0)
        files.note(ctx, file, 'split_from', { to: { key: from.key, id: from.id, ...counted(moved) }, resources }, 'created')
        return {
          result: { target: single(only, target), source: single(only, file) },
          changed: signalsOf(moved),
          tell: tellCases(target, file),
        }
      }),
  }
}
