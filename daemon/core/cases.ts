import { randomUUID } from 'node:crypto'
import {
  type Case,
  type CaseCell,
  type CaseInsight,
  insightsInCase,
  insightsInList,
  type NewInsight,
  type SeenCase,
} from '../../shared/case.ts'
import type { Person } from '../../shared/triage.ts'
import type { CaseSearch, NewCase, WantedOfCase } from '../cases/asked.ts'
import { changeCase, refuseClosed, refuseShut } from '../cases/change.ts'
import { type CaseField, countCases, findCases, sortCases } from '../cases/search.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { createCaseFiles, tellCases } from './case-files.ts'
import { createCaseKinds } from './case-kinds.ts'
import { counted, createCaseSignals, signalsOf } from './case-signals.ts'
import { createAssigned, type Moves } from './moves.ts'
import type { Audit, Write } from './writes.ts'

interface Options {
  store: Store
  write: Write
  audit: Audit
  moves: Moves
  now: () => number
}

/** Investigation cases and every way to change one. `inside` holds what others do to cases in a write of their own. */
export function createCases({ store, write, audit, moves, now }: Options) {
  const files = createCaseFiles({ store, audit, now })
  const signals = createCaseSignals({ store, audit, moves, files, now })
  const kinds = createCaseKinds({ store, write, audit, now })
  const single = (only: Restrictions, one: Case) => files.seen(only, one, insightsInCase)

  function personWith(uuid: string): Person {
    const user = store.users.get(uuid)
    if (user && !user.disabled) return { uuid, handle: user.handle, name: user.name }
    throw new Refusal(400, 'unknown_user', `No user has the uuid ${uuid}`, {
      problems: [{ field: 'data.attributes.assignee_id', message: 'is not a user of this daemon' }],
    })
  }
  function change(ctx: WriteContext, which: string, { assignee, ...wanted }: WantedOfCase): Case {
    const person = assignee === undefined ? undefined : assignee === '' ? null : personWith(assignee)
    const asked = { ...wanted, ...(person !== undefined && { assignee: person }) }
    const { after, steps } = changeCase(files.find(which), asked, personOf(ctx.actor), now())
    return files.keep(ctx, after, steps)
  }
  function ownComment({ actor }: WriteContext, one: Case, id: string): CaseCell & { text: string } {
    const cell = store.cases.cell(one.id, id)
    if (cell?.kind !== 'comment' || cell.deleted_at !== undefined) throw new Refusal(404, 'resource_not_found', 'comment not found')
    if (cell.by.uuid !== actor.uuid) throw new Refusal(403, 'not_own', `Only ${cell.by.handle}, who wrote this comment, can change it`)
    return { ...cell, text: cell.text ?? '' }
  }
  /** Make a case, inside of a write, without its insights. */
  function make(ctx: WriteContext, { project: which, type, assignee, insights: _, ...given }: NewCase): Case {
    const project = kinds.inside.projectOf(which)
    const { name: type_name, needsReason: needs_reason } = kinds.inside.typeOf(type)
    const number = store.cases.nextNumber(project.id)
    const { status = 'OPEN', custom_attributes = {}, ...rest } = given
    const begun: Case = {
      ...rest,
      id: randomUUID(),
      key: `${project.key}-${number}`,
      number,
      project: { id: project.id, key: project.key, name: project.name },
      type,
      type_name,
      needs_reason,
      version: 1,
      status: 'OPEN',
      assignee: assignee ? personWith(assignee) : null,
      created_by: personOf(ctx.actor),
      created_at: now(),
      attributes: {},
      custom_attributes,
      watchers: [],
      comments: 0,
      insights: 0,
    }
    // it may begin in another state, as far as it could be brought there
    const { version, changed: __, ...at } = changeCase(begun, { status }, begun.created_by, now()).after
    const made: Case = { ...at, version: 1 }
    store.cases.put(made, store.nextSeq())
    return made
  }
  /** Make a case with what it is made of, inside of a write: all of it or nothing. `change` is what it did to the triage of its signals. */
  function create(only: Restrictions, ctx: WriteContext, given: NewCase, assignOnAct: boolean) {
    const made = make(ctx, given)
    const linking = { change: randomUUID(), creating: true, assignOnAct }
    store.changes.add(linking.change, now())
    const assigned = createAssigned(ctx.actor)
    const added = signals.add(only, ctx, made, given.insights, linking, assigned)
    const file = { ...made, insights: added.length }
    store.cases.put(file, 0)
    const { key, title, status, priority } = file
    files.note(ctx, file, 'created', { to: { key, title, status, priority, ...counted(added) } }, 'created')
    return { file, change: linking.change, changed: signalsOf(added), tell: () => [...assigned.take(), ...tellCases(file)()] }
  }

  return {
    inside: {
      files,
      signals,
      make,
      create,
      /** Link an incident to a case and note it in the case; the case as it is then, unchanged where they are linked. Live events are `tellCases`. */
      linkIncident(ctx: WriteContext, which: string, incident: string, name = incident): Case {
        const one = files.find(which)
        refuseShut(one)
        if (!store.cases.addIncident(one.id, incident, store.nextSeq())) return one
        return files.touch(ctx, one, 'incident', { to: { incident: name, id: incident } })
      },
    },
    calls: {
      ...kinds.calls,
      searchCases: async (only: Restrictions, asked: CaseSearch): Promise<{ cases: SeenCase[]; total: number }> => {
        const found = sortCases(findCases(store.cases.all(), asked.filter, now()), asked.sort, asked.ascending)
        const begin = (asked.page - 1) * asked.size
        const page = found.slice(begin, begin + asked.size)
        return { cases: page.map(one => files.seen(only, one, insightsInList)), total: found.length }
      },
      countCases: async (filter: string, groups: CaseField[], limit: number) => {
        const found = findCases(store.cases.all(), filter, now())
        return {
          total: found.length,
          groups: countCases(found, groups, limit, now()),
          each: groups.map(field => countCases(found, [field], limit, now())),
        }
      },
      getCase: async (only: Restrictions, which: string): Promise<SeenCase> => single(only, files.find(which)),
      caseInsights: async (only: Restrictions, which: string, limit: number, offset: number) => {
        const one = files.find(which)
        const { insights, total } = files.insights(only, one, limit, offset)
        return { insights: insights.map(insight => withHeading(store, insight)), total }
      },
      caseTimeline: async (only: Restrictions, which: string): Promise<CaseCell[]> => files.cells(only, files.find(which).id),

      createCase: async (
        only: Restrictions,
        ctx: WriteContext,
        given: NewCase,
        assignOnAct = false,
      ): Promise<{ file: SeenCase; change: string }> =>
        write(ctx, () => {
          const { file, change, ...done } = create(only, ctx, given, assignOnAct)
          return { result: { file: single(only, file), change }, ...done }
        }),
      changeCase: async (only: Restrictions, ctx: WriteContext, which: string, wanted: WantedOfCase): Promise<SeenCase> =>
        write(ctx, () => {
          const file = change(ctx, which, wanted)
          return { result: single(only, file), tell: tellCases(file) }
        }),
      /** The same of many, all or none. */
      changeCases: async (ctx: WriteContext, which: string[], wanted: WantedOfCase): Promise<null> =>
        write(ctx, () => {
          const changed = which.map(one => change(ctx, one, wanted))
          return { result: null, tell: tellCases(...changed) }
        }),

      addCaseInsights: async (
        only: Restrictions,
        ctx: WriteContext,
        which: string,
        insights: NewInsight[],
        assignOnAct = false,
      ): Promise<{ file: SeenCase; added: number; change: string }> =>
        write(ctx, () => {
          const one = files.find(which)
          refuseClosed(one)
          const linking = { change: randomUUID(), creating: false, assignOnAct }
          store.changes.add(linking.change, now())
          const assigned = createAssigned(ctx.actor)
          const added = signals.add(only, ctx, one, insights, linking, assigned)
          const file = signals.grown(ctx, one, added)
          return {
            result: { file: single(only, file), added: added.length, change: linking.change },
            changed: signalsOf(added),
            tell: () => [...assigned.take(), ...tellCases(file)()],
          }
        }),
      removeCaseInsights: async (
        only: Restrictions,
        ctx: WriteContext,
        which: string,
        insights: Pick<NewInsight, 'type' | 'resource_id'>[],
      ): Promise<SeenCase> =>
        write(ctx, () => {
          const file = signals.remove(only, ctx, files.find(which), insights)
          return { result: single(only, file), changed: signalsOf(insights), tell: tellCases(file) }
        }),

      commentCase: async (ctx: WriteContext, which: string, text: string): Promise<CaseCell> =>
        write(ctx, () => {
          const one = files.find(which)
          refuseShut(one)
          store.cases.put({ ...one, comments: one.comments + 1 }, 0)
          return { result: files.note(ctx, one, 'comment', { text }, 'created'), tell: tellCases(one) }
        }),
      editCaseComment: async (ctx: WriteContext, which: string, id: string, text: string): Promise<null> =>
        write(ctx, () => {
          const one = files.find(which)
          refuseShut(one)
          const before = ownComment(ctx, one, id)
          if (before.text === text) return { result: null }
          store.cases.putCell({ ...before, text, edited_at: now() }, 0)
          const [from, to] = [
            { comment: id, text: before.text },
            { comment: id, text },
          ]
          files.record(ctx, one, { action: 'modified', message: 'edited a comment', before: from, after: to })
          return { result: null, tell: tellCases(one) }
        }),
      deleteCaseComment: async (ctx: WriteContext, which: string, id: string): Promise<null> =>
        write(ctx, () => {
          const one = files.find(which)
          refuseShut(one)
          const { text, ...rest } = ownComment(ctx, one, id)
          store.cases.putCell({ ...rest, deleted_at: now() }, 0)
          store.cases.put({ ...one, comments: one.comments - 1 }, 0)
          files.record(ctx, one, { action: 'deleted', message: 'deleted a comment', before: { comment: id, text }, after: null })
          return { result: null, tell: tellCases(one) }
        }),
    },
  }
}

/** What a signal is called and how severe it is changes; a case tells it as it is. */
export type InsightOf = CaseInsight & { title?: string; severity?: string; state?: string }
function withHeading(store: Store, insight: CaseInsight): InsightOf {
  if (insight.type !== 'SECURITY_SIGNAL') return insight
  const heading = store.signals.heading(insight.resource_id)
  const movable = store.signals.movable(insight.resource_id)
  return heading && movable ? { ...insight, ...heading, state: movable.triage.state } : insight
}
