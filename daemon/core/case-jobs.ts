import type { Case } from '../../shared/case.ts'
import type { NewCase } from '../cases/asked.ts'
import { refuseClosed } from '../cases/change.ts'
import type { WriteContext } from '../lib/actor.ts'
import type { MovableRow } from '../store/signals.ts'
import type { Store } from '../store/store.ts'
import type { createCases } from './cases.ts'
import type { Done } from './moves.ts'

/** What a job of signals into a case has to know. `cell` is the entry of the timeline that counts along. */
export interface IntoCase {
  kind: 'case'
  case: string
  cell: string
  creating: boolean
  assignOnAct: boolean
}
/** A case that is there, by id or key, or a new one. */
export type CaseTarget = { case: string } | { make: NewCase }

/** Very many signals into a case, in slices; call inside of the write that makes a slice. What is in the timeline is true after each of them. */
export function createCaseJobs({
  store,
  inside: { files, signals, make },
}: {
  store: Store
  inside: ReturnType<typeof createCases>['inside']
}) {
  const toOf = (done: number, total: number) => ({ signals: done, evidence: 0, others: 0, of: total })
  return {
    begin(ctx: WriteContext, target: CaseTarget, total: number, assignOnAct: boolean): { file: Case; does: IntoCase } {
      const creating = 'make' in target
      const one = creating ? make(ctx, target.make) : files.find(target.case)
      refuseClosed(one)
      if (creating)
        files.note(ctx, one, 'created', { to: { key: one.key, title: one.title, status: one.status, priority: one.priority } }, 'created')
      const { id: cell } = files.note(ctx, one, 'insights_added', { to: toOf(0, total) })
      return { file: one, does: { kind: 'case', case: one.id, cell, creating, assignOnAct } }
    },
    /** Refuses all of a slice where the case was closed meanwhile. */
    step(ctx: WriteContext, change: string, { case: id, creating, assignOnAct }: IntoCase): (before: MovableRow) => Done {
      const one = files.find(id)
      refuseClosed(one)
      return before => signals.linkSignal(ctx, one, before, { change, creating, assignOnAct })
    },
    /** So many more are in it now. */
    grew({ case: id, cell: cellId }: IntoCase, by: number, total: number): void {
      const one = files.find(id)
      const cell = store.cases.cell(id, cellId)
      if (by === 0 || !cell) return
      store.cases.put({ ...one, insights: one.insights + by }, 0)
      store.cases.putCell({ ...cell, to: toOf(Number(cell.to?.['signals'] ?? 0) + by, total) }, 0)
    },
  }
}
