import { type CaseCell, caseStatusLabels, closeReasonLabels, priorityLabel } from '../../../shared/case.ts'
import { sayCell } from '../../../shared/case-words.ts'
import { stateLabels } from '../../../shared/triage.ts'
import type { CaseFile } from './file.ts'

const time = (at: number) => new Date(at).toISOString()

/** What stands at the head of a case that people read. */
export const factsOf = ({ case: one, incidents }: CaseFile): [name: string, value: string][] => [
  ['Status', `${caseStatusLabels[one.status]}${one.resolved_reason ? `: ${closeReasonLabels[one.resolved_reason]}` : ''}`],
  ['Priority', priorityLabel(one.priority)],
  ['Type', one.type_name],
  ['Project', `${one.project.name} (${one.project.key})`],
  ['Assignee', one.assignee ? one.assignee.name || one.assignee.handle : 'Nobody'],
  ['Created', `${time(one.created_at)} by ${one.created_by.name}`],
  ...(one.due_date !== undefined ? [['Due', one.due_date] as [string, string]] : []),
  ...(one.closed_at !== undefined ? [['Closed', time(one.closed_at)] as [string, string]] : []),
  ...(one.merged_into ? [['Part of', one.merged_into.key] as [string, string]] : []),
  ...(one.merged?.length ? [['Merged', one.merged.map(({ key }) => key).join(', ')] as [string, string]] : []),
  ...(incidents.length > 0 ? [['Incidents', incidents.map(({ key }) => key).join(', ')] as [string, string]] : []),
]

export const insightHead = ['Kind', 'What', 'Severity', 'State', 'First seen', 'Last seen', 'About'] as const
/** A row for each insight, in the order of the head. */
export const insightRows = ({ insights, more }: CaseFile): string[][] => [
  ...insights.map(({ insight, signal }) => {
    if (!signal)
      return [insight.type === 'EVIDENCE' ? 'Evidence' : insight.type, insight.title ?? insight.resource_id, '', '', '', '', insight.ref]
    const { title, severity, state, first_seen, last_seen, entities } = signal
    return ['Signal', title, severity, stateLabels[state], time(first_seen), time(last_seen), entities.slice(0, 8).join(', ')]
  }),
  ...(more > 0 ? [['', `${more.toLocaleString('en')} more`, '', '', '', '', '']] : []),
]

/** When, who and what, and below it what a comment says. */
export const cellRows = ({ cells }: CaseFile): { at: string; by: string; what: string; text: string }[] =>
  cells.map((cell: CaseCell) => ({
    at: time(cell.at),
    by: cell.by.name || cell.by.handle,
    what: cell.deleted_at === undefined ? sayCell(cell) : 'wrote a comment and deleted it',
    text: cell.text ?? '',
  }))
