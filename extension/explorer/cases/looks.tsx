import { CircleCheck, CircleDashed, CircleDot, type IconNode } from 'lucide'
import { type CasePriority, type CaseStatus, caseStatusLabels, priorityLabel } from '../../../shared/case.ts'
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
