import {
  type Case,
  type CaseCell,
  type CaseChangeKind,
  type CasePriority,
  type CaseStatus,
  type CloseReason,
  caseChangeKinds,
} from '../../shared/case.ts'
import { sayCell } from '../../shared/case-words.ts'
import type { JsonObject } from '../../shared/json.ts'
import type { Person } from '../../shared/triage.ts'
import { Refusal } from '../lib/errors.ts'

/** What somebody wants of a case. Absent: leave it. `assignee` null: nobody. */
export interface CaseChange {
  title?: string
  description?: string
  priority?: CasePriority
  status?: CaseStatus
  resolved_reason?: CloseReason
  assignee?: Person | null
  attributes?: Record<string, string[]>
  custom_attributes?: JsonObject
  archived?: boolean
  /** A day; null takes it away. */
  due_date?: string | null
  /** The version that they saw; a newer one on the daemon's side refuses the change. */
  version?: number
}

/** One thing that changed, as it was and as it is. */
export type CaseStep = Required<Pick<CaseCell, 'from' | 'to'>> & { kind: CaseChangeKind }

/** Decide a change of a case: the case as it is then and its steps, none where it asks for what is. Refuses with what stands in the way. */
export function changeCase(before: Case, change: CaseChange, by: Person, now: number): { after: Case; steps: CaseStep[] } {
  const { version, archived, resolved_reason: reason, due_date: due, ...wanted } = change
  if (version !== undefined && version < before.version) throw stale(before, version)
  if (archived !== false) refuseShut(before)
  let after: Case = { ...before, ...wanted }
  if (due !== undefined) after = withDue(after, due)
  if (reason !== undefined) after.resolved_reason = reason
  if (after.status !== before.status) after = withStatus(before, after, now)
  else if (reason !== undefined && before.status === 'CLOSED') after.resolved_reason = reason
  if (archived !== undefined && archived !== (before.archived_at !== undefined)) after = withArchived(after, archived ? now : undefined)
  const steps = caseChangeKinds.flatMap((kind): CaseStep[] => {
    const [from, to] = [about[kind](before), about[kind](after)]
    // closing says its reason itself
    if (kind === 'resolved_reason' && after.status !== before.status) return []
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ kind, from, to }]
  })
  if (steps.length === 0) return { after: before, steps }
  return { after: touched(after, sayCell(steps.at(-1)!), by, now), steps }
}

/** The case one version on: `what` it was that somebody did. */
export const touched = (one: Case, what: string, by: Person, now: number): Case => ({
  ...one,
  version: one.version + 1,
  changed: { by, at: now, what },
})

function withStatus(before: Case, after: Case, now: number): Case {
  const { closed_at: _, ...open } = after
  if (after.status !== 'CLOSED') {
    const { resolved_reason: __, ...rest } = open
    return before.status === 'CLOSED' ? rest : open
  }
  if (after.resolved_reason === undefined && before.needs_reason)
    throw new Refusal(400, 'reason_missing', `${before.key} is a ${before.type_name.toLowerCase()}: say why it is closed`, {
      problems: [{ field: 'data.attributes.security_resolved_reason', message: `is needed to close a ${before.type_name.toLowerCase()}` }],
    })
  return { ...open, closed_at: now }
}

function withArchived(one: Case, at: number | undefined): Case {
  const { archived_at: _, ...rest } = one
  return at === undefined ? rest : { ...rest, archived_at: at }
}

function withDue(one: Case, due: string | null): Case {
  const { due_date: _, ...rest } = one
  return due === null ? rest : { ...rest, due_date: due }
}

const about: Record<CaseChangeKind, (one: Case) => JsonObject> = {
  title: ({ title }) => ({ title }),
  description: ({ description }) => ({ description }),
  priority: ({ priority }) => ({ priority }),
  status: ({ status, resolved_reason }) => ({ status, ...(status === 'CLOSED' && resolved_reason && { resolved_reason }) }),
  resolved_reason: ({ resolved_reason = null }) => ({ resolved_reason }),
  assignee: ({ assignee }) => ({ assignee: assignee?.handle ?? 'nobody' }),
  attributes: ({ attributes }) => ({ attributes }),
  custom_attributes: ({ custom_attributes }) => ({ custom_attributes }),
  archived: one => ({ archived: one.archived_at !== undefined }),
  due_date: ({ due_date = null }) => ({ due_date }),
}

const when = ({ changed }: Case) => (changed ? `: ${changed.by.handle} ${changed.what}, ${new Date(changed.at).toISOString()}` : '')

const stale = (one: Case, version: number) =>
  new Refusal(409, 'stale_version', `${one.key} has changed since version ${version}${when(one)}`)

/** Nothing changes in a case that is archived or part of another now. */
export function refuseShut(one: Case): void {
  if (one.merged_into) throw new Refusal(409, 'merged', `${one.key} is part of ${one.merged_into.key} now`)
  if (one.archived_at !== undefined) throw new Refusal(409, 'archived', `${one.key} is archived${when(one)}`)
}

/** Who closed it, as long as nothing was changed since. */
const closedWhen = (one: Case) =>
  one.closed_at === undefined || one.changed?.at === one.closed_at ? when(one) : ` since ${new Date(one.closed_at).toISOString()}`
/** Nothing is added to a case that is closed. */
export function refuseClosed(one: Case): void {
  refuseShut(one)
  if (one.status === 'CLOSED')
    throw new Refusal(409, 'closed', `${one.key} is closed${closedWhen(one)}. Reopen it first, or create another one`)
}
