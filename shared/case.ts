import type { JsonObject } from './json.ts'
import type { Person } from './triage.ts'

/** Investigation cases as plain data: the daemon enforces it, the explorer draws its controls from it. */
export const caseStatuses = ['OPEN', 'IN_PROGRESS', 'CLOSED'] as const
export type CaseStatus = (typeof caseStatuses)[number]
export const caseStatusLabels: Record<CaseStatus, string> = { OPEN: 'Open', IN_PROGRESS: 'In progress', CLOSED: 'Closed' }

/** The most urgent last. */
export const casePriorities = ['NOT_DEFINED', 'P5', 'P4', 'P3', 'P2', 'P1'] as const
export type CasePriority = (typeof casePriorities)[number]
export const priorityLabel = (priority: CasePriority): string => (priority === 'NOT_DEFINED' ? 'Not defined' : priority)

/** Why a case is over. A security case cannot be closed without one. */
export const closeReasonLabels = {
  FALSE_POSITIVE: 'False positive',
  TESTING_OR_MAINTENANCE: 'Testing',
  ONE_TIME_EXCEPTION: 'One-time exception',
  REMEDIATED: 'Remediated',
  TRUE_POSITIVE_BENIGN: 'Benign',
  TRUE_POSITIVE_MALICIOUS: 'Malicious',
  OTHER: 'Other',
} as const
export type CloseReason = keyof typeof closeReasonLabels
export const closeReasons = Object.keys(closeReasonLabels) as [CloseReason, ...CloseReason[]]

export interface CaseType {
  id: string
  name: string
  description: string
  /** Whether closing takes a reason. */
  needsReason: boolean
  emoji?: string
  /** No case is made of it any more; those that are keep it. */
  deleted_at?: number
}
export const securityCase: CaseType = {
  id: '5ec0ca5e-0000-4000-8000-000000000001',
  name: 'Security case',
  description: 'An investigation of signals. Closing it takes a reason.',
  needsReason: true,
}
/** Types that are always there, as they are; people add their own. */
export const builtInTypes: readonly CaseType[] = [
  securityCase,
  {
    id: '5ec0ca5e-0000-4000-8000-000000000002',
    name: 'Standard case',
    description: 'Work that is to be kept track of.',
    needsReason: false,
  },
]

/** Cases are counted in a project: the twelfth of SEC is SEC-12. */
export interface CaseProject {
  id: string
  key: string
  name: string
  created_at: number
}
/** The project that is always there. */
export const defaultProject: CaseProject = { id: '5ec0ca5e-0000-4000-8000-0000000000f0', key: 'SEC', name: 'Security', created_at: 0 }

/** What a case may hold beside words: Datadog's kinds, and EVIDENCE for what was kept of a page. */
export const insightTypes = ['SECURITY_SIGNAL', 'EVIDENCE', 'INCIDENT', 'EVENT', 'MONITOR', 'SECURITY_FINDING', 'ERROR_TRACKING'] as const
export type InsightType = (typeof insightTypes)[number]

export interface NewInsight {
  type: InsightType
  resource_id: string
  /** Where it is looked at, for people. */
  ref: string
  /** What it is called, where that does not change. */
  title?: string
}
export interface CaseInsight extends NewInsight {
  added_by: Person
  added_at: number
  /** The case, by id, that it came from with a merge. */
  from?: string
}
export interface CaseRef {
  id: string
  key: string
}

/** An investigation case as it is stored. Times are ms UTC. */
export interface Case extends CaseRef {
  /** Its place in its project. */
  number: number
  project: Pick<CaseProject, 'id' | 'key' | 'name'>
  /** Of its type: the id, and what the type says now. */
  type: string
  type_name: string
  needs_reason: boolean
  /** Grows by one with every change. A change that names an older one is refused. */
  version: number
  /** The last change: of what, by whom. */
  changed?: { by: Person; at: number; what: string }
  title: string
  /** Markdown. */
  description: string
  status: CaseStatus
  priority: CasePriority
  assignee: Person | null
  created_by: Person
  created_at: number
  closed_at?: number
  archived_at?: number
  /** The day by whose end it is to be closed, `YYYY-MM-DD` in UTC. */
  due_date?: string
  resolved_reason?: CloseReason
  attributes: Record<string, string[]>
  custom_attributes: JsonObject
  watchers: Person[]
  /** Comments that are there now. */
  comments: number
  /** Insights: as stored all of them, as shown those that whoever asks may see. */
  insights: number
  merged_into?: CaseRef & { from: { status: CaseStatus; resolved_reason?: CloseReason; closed_at?: number } }
  /** Cases whose insights are here now. */
  merged?: CaseRef[]
}

/** A case with as many insights as its list shows, and the incidents that it is linked to. */
export type SeenCase = Case & { seen: CaseInsight[]; incidents: CaseRef[] }

/** Whether a case should have been closed before `now`, ms. `due` is a day, empty where none was set. */
export const isOverdue = (status: CaseStatus, due: string, now: number): boolean =>
  status !== 'CLOSED' && due !== '' && new Date(now).toISOString().slice(0, 10) > due

/** One thing that happened to a case, or was said there. Times are ms UTC. */
export interface CaseCell {
  id: string
  case_id: string
  kind: CaseCellKind
  by: Person
  at: number
  /** What a comment says; Markdown. */
  text?: string
  edited_at?: number
  /** A comment that was deleted says nothing any more; the audit trail has what it said. */
  deleted_at?: number
  from?: JsonObject
  to?: JsonObject
}
export const caseChangeKinds = [
  'title',
  'description',
  'priority',
  'status',
  'resolved_reason',
  'assignee',
  'attributes',
  'custom_attributes',
  'archived',
  'due_date',
] as const
export type CaseChangeKind = (typeof caseChangeKinds)[number]
export type CaseCellKind =
  | CaseChangeKind
  | 'created'
  | 'comment'
  | 'insights_added'
  | 'insights_removed'
  | 'merged'
  | 'merged_into'
  | 'split'
  | 'split_from'
  | 'incident'
  | 'linked'
  | 'unlinked'

/** A link between two things, one of them a case. */
export interface CaseLink {
  id: string
  parent_entity_type: string
  parent_entity_id: string
  child_entity_type: string
  child_entity_id: string
  relationship: string
}

/** Most characters of a title, a description and a comment. */
export const longestTitle = 512
export const longestCaseText = 20_000
/** Insights that a case in a list shows, and one by itself; the rest comes by pages. */
export const insightsInList = 20
export const insightsInCase = 100
