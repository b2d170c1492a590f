import { AlarmClock, CircleCheck, CircleDashed, CircleDot, type IconNode } from 'lucide'
import { type CasePriority, type CaseStatus, caseStatusLabels, isOverdue, priorityLabel } from '../../../shared/case.ts'
import type { CaseRow } from '../../case-messages.ts'
import { Icon } from '../../ui/icon.tsx'

const pictures: Record<CaseStatus, IconNode> = { OPEN: CircleDashed, IN_PROGRESS: CircleDot, CLOSED: CircleCheck }

/** A circle that fills up, with its word. */
export const CaseStatusLabel = ({ status }: { status: CaseStatus }) => (
  <span class={`case-status ${status === 'CLOSED' ? 'dim' : ''}`}>
    <Icon of={pictures[status]} small />
    {caseStatusLabels[status]}
  </span>
)

export const Priority = ({ of }: { of: CasePriority }) =>
  of === 'NOT_DEFINED' ? <span class="weak">None</span> : <span class={`tag plain priority ${of.toLowerCase()}`}>{priorityLabel(of)}</span>

/** Said of a case that should have been closed by now. */
export const Overdue = ({ row: { status, due } }: { row: Pick<CaseRow, 'status' | 'due'> }) =>
  isOverdue(status, due, Date.now()) ? (
    <span class="tag overdue" title={`Was to be closed by ${due}`}>
      <Icon of={AlarmClock} small />
      Overdue
    </span>
  ) : null
