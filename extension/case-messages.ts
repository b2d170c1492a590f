import type { CasePriority, CaseStatus, CloseReason, InsightType } from '../shared/case.ts'
import type { Severity } from '../shared/severity.ts'
import type { Person, State } from '../shared/triage.ts'
import type { Job } from './signal-messages.ts'

// What is asked about investigation cases, and what comes back. Times are ms UTC.

export interface CaseRef {
  id: string
  key: string
}
/** A case as lists show it. */
export interface CaseRow extends CaseRef {
  version: number
  title: string
  status: CaseStatus
  /** Why it is closed; null where nobody has said. */
  reason: CloseReason | null
  priority: CasePriority
  type: string
  /** Closing it takes a reason. */
  needsReason: boolean
  project: string
  assignee: Person | null
  creator: Person
  created: number
  changed: number
  /** `2026-12-31`; empty where none is set. */
  due: string
  archived: boolean
  comments: number
  insights: number
  /** Incidents that it is linked to. */
  incidents: CaseRef[]
  mergedInto: CaseRef | null
  merged: CaseRef[]
}

/** A signal, evidence or another thing in a case. */
export interface CaseThing {
  type: InsightType | string
  id: string
  title: string
  ref: string
  severity: Severity | null
  state: State | null
  by: string
  added: number
}
/** A comment, or something that happened. */
export interface CaseEvent {
  id: string
  kind: string
  by: Person
  at: number
  /** The comment's Markdown, or what happened as a sentence. */
  text: string
  edited: boolean
  deleted: boolean
}
export interface CaseDetails {
  row: CaseRow
  /** Markdown. */
  description: string
  things: CaseThing[]
  /** Oldest first. */
  events: CaseEvent[]
}

export interface NewCase {
  title: string
  description: string
  priority: CasePriority
  project: string
  type: string
  /** A uuid. */
  assignee?: string
  /** A day. */
  due?: string
}
export interface CaseProjectRow {
  id: string
  key: string
  name: string
}
export interface CaseTypeForm {
  name: string
  description: string
  needsReason: boolean
}
export interface CaseTypeRow extends CaseTypeForm {
  id: string
  /** Always there, as it is. */
  builtIn: boolean
}
/** One thing to change. */
export interface CaseChange {
  title?: string
  description?: string
  priority?: CasePriority
  status?: CaseStatus
  reason?: CloseReason
  /** A uuid; empty for nobody. */
  assignee?: string
  archived?: boolean
  /** A day; empty for none. */
  due?: string
}
export const caseFileFormats = ['markdown', 'html', 'json', 'stix'] as const
export type CaseFileFormat = (typeof caseFileFormats)[number]
export const caseSorts = ['created_at', 'modified_at', 'priority', 'status'] as const
export type CaseSort = (typeof caseSorts)[number]

export interface CaseProtocol {
  cases: [{ filter: string; sort: CaseSort; ascending: boolean; page: number; size: number }, { rows: CaseRow[]; total: number }]
  /** How many cases each value of some fields has. */
  caseCounts: [{ filter: string; fields: string[] }, { counts: Record<string, { value: string; count: number }[]> }]
  case: [{ id: string }, CaseDetails]
  /** What a card says of one. */
  caseRow: [{ id: string }, CaseRow]
  caseProjects: [object, { projects: CaseProjectRow[] }]
  /** Without an id a new one; the key of one that is there stays. */
  saveCaseProject: [{ id?: string; key?: string; name: string }, CaseProjectRow]
  deleteCaseProject: [{ id: string }, object]
  caseTypes: [object, { types: CaseTypeRow[] }]
  saveCaseType: [{ id?: string; form: CaseTypeForm }, CaseTypeRow]
  deleteCaseType: [{ id: string }, object]
  createCase: [{ given: NewCase; signals: string[] }, CaseRow]
  /** `added` are those that were not in it before. */
  addToCase: [{ id: string; signals: string[] }, { row: CaseRow; added: number }]
  /** All that a query found, into a case that is there or a new one. */
  selectionToCase: [{ selection: string; id?: string; given?: NewCase }, { job: Job; ref: CaseRef }]
  /** `version` is the one that was seen; where a form was open for a while, `before` is what it began with. */
  changeCase: [{ id: string; version: number; change: CaseChange; before?: CaseChange }, CaseRow]
  commentCase: [{ id: string; text: string }, object]
  editComment: [{ id: string; comment: string; text: string }, object]
  deleteComment: [{ id: string; comment: string }, object]
  unlinkFromCase: [{ id: string; kind: string; thing: string }, CaseRow]
  mergeCases: [{ id: string; others: string[] }, CaseRow]
  splitCase: [{ id: string; part: string }, CaseRow]
  caseFile: [{ id: string; format: CaseFileFormat }, { name: string; type: string; content: string }]
}
