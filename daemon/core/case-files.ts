import { randomUUID } from 'node:crypto'
import type { NewAuditEvent } from '../../shared/audit.ts'
import type { Case, CaseCell, CaseCellKind, CaseInsight, SeenCase } from '../../shared/case.ts'
import { sayCell } from '../../shared/case-words.ts'
import { incidentKey } from '../../shared/incident.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { LiveEvent } from '../../shared/live.ts'
import { type CaseStep, touched } from '../cases/change.ts'
import { personOf, type WriteContext } from '../lib/actor.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Store } from '../store/store.ts'
import { maySeeSignal } from './may-see.ts'
import type { Audit } from './writes.ts'

interface Options {
  store: Store
  audit: Audit
  now: () => number
}

/** What a cell names of what came or went. */
type Resource = { type: string; id: string }

export type CaseFiles = ReturnType<typeof createCaseFiles>

const noCase = () => new Refusal(404, 'resource_not_found', 'case not found')
export const tellCases =
  (...cases: readonly { id: string }[]) =>
  (): LiveEvent[] => [{ type: 'cases', ids: [...new Set(cases.map(({ id }) => id))] }]

/** What all changes of cases have in common: find one, note in its timeline and in the audit trail what happened, show it to somebody. */
export function createCaseFiles({ store, audit, now }: Options) {
  /** A cell of the timeline, and where `action` is given an audit event. What names signals stands in the cell alone. */
  function note(
    ctx: WriteContext,
    one: Case,
    kind: CaseCellKind,
    { from, to, text, resources }: { from?: JsonObject; to?: JsonObject; text?: string; resources?: JsonObject[] } = {},
    action: NewAuditEvent['action'] = 'modified',
  ): CaseCell {
    const cell: CaseCell = {
      id: randomUUID(),
      case_id: one.id,
      kind,
      by: personOf(ctx.actor),
      at: now(),
      ...(text !== undefined && { text }),
      ...(from && { from }),
      ...(to && { to: resources ? { ...to, resources: resources.slice(0, 20) } : to }),
    }
    store.cases.putCell(cell, store.nextSeq())
    record(ctx, one, { action, message: sayCell(cell), before: from ?? null, after: text === undefined ? (to ?? null) : { text } })
    return cell
  }
  function record(ctx: WriteContext, one: Case, event: Pick<NewAuditEvent, 'action' | 'message' | 'before' | 'after'>): void {
    audit(ctx, { asset: { type: 'case', id: one.id, name: `${one.key} ${one.title}` }, ...event, message: `${one.key}: ${event.message}` })
  }
  /** A case stored as changed by its steps. */
  function keep(ctx: WriteContext, after: Case, steps: readonly CaseStep[]): Case {
    if (steps.length === 0) return after
    store.cases.put(after, 0)
    for (const { kind, from, to } of steps) note(ctx, after, kind, { from, to })
    return after
  }

  const isSeen = (only: Restrictions, id: string) => {
    if (only.signals === null) return true
    const signal = store.signals.get(id)
    return signal !== undefined && maySeeSignal(only, signal)
  }
  const maySee =
    (only: Restrictions) =>
    ({ type, id }: Resource): boolean =>
      type !== 'SECURITY_SIGNAL' || isSeen(only, id)
  /** Insights that somebody may see, and how many those are: nothing tells that there are others. */
  function insights(only: Restrictions, one: Case, limit: number, offset = 0): { insights: CaseInsight[]; total: number } {
    if (only.signals === null) return { insights: store.cases.insights(one.id, limit, offset), total: one.insights }
    const sees = maySee(only)
    const seen = store.cases.insights(one.id).filter(({ type, resource_id: id }) => sees({ type, id }))
    return { insights: seen.slice(offset, offset + limit), total: seen.length }
  }
  /** A cell as far as somebody may see the signals it counts; undefined where nothing is left of it. */
  function seenCell(only: Restrictions, cell: CaseCell): CaseCell | undefined {
    if (!cell.to || !('signals' in cell.to)) return cell
    const { resources = [], of: _, ...to } = cell.to as JsonObject & { resources?: Resource[] }
    const seen = resources.filter(maySee(only))
    const of = (type: string) => seen.filter(one => one.type === type).length
    const isAll = resources.length === ['signals', 'evidence', 'others'].reduce((sum, kind) => sum + Number(to[kind] ?? 0), 0)
    if (isAll && resources.length > 0 && seen.length === 0) return undefined
    // which they were is known of the first few alone
    const signals = isAll ? of('SECURITY_SIGNAL') : to['signals'] === 0 ? 0 : null
    return { ...cell, to: { ...to, signals, ...(seen.length > 0 && { resources: seen }) } }
  }

  return {
    find(which: string): Case {
      const found = store.cases.get(which)
      if (!found) throw noCase()
      return found
    },
    note,
    record,
    keep,
    /** A case one version on, with a cell that says why. */
    touch(ctx: WriteContext, one: Case, kind: CaseCellKind, more: Parameters<typeof note>[3]): Case {
      const after = touched(one, sayCell({ kind, ...(more?.to && { to: more.to }) }), personOf(ctx.actor), now())
      store.cases.put(after, 0)
      note(ctx, after, kind, more)
      return after
    },
    insights,
    seen(only: Restrictions, one: Case, most: number): SeenCase {
      const { insights: seen, total } = insights(only, one, most)
      const incidents = store.cases.incidents(one.id).flatMap(id => {
        const incident = store.incidents.get(id)
        return incident ? [{ id, key: incidentKey(incident.public_id) }] : []
      })
      return { ...one, insights: total, seen, incidents }
    },
    /** A timeline as somebody may see it: which signals came and went is told of those that they see. */
    cells(only: Restrictions, id: string): CaseCell[] {
      const cells = store.cases.cells(id)
      return only.signals === null ? cells : cells.flatMap(cell => seenCell(only, cell) ?? [])
    },
  }
}
