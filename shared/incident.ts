import type { JsonObject } from './json.ts'
import type { Person } from './triage.ts'

/** Incidents as plain data: the daemon enforces it, the explorer draws its buttons from it. Times are ms UTC. */
export const incidentSeverities = ['UNKNOWN', 'SEV-0', 'SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', 'SEV-5'] as const
export type IncidentSeverity = (typeof incidentSeverities)[number]

export const incidentStates = ['active', 'stable', 'resolved', 'completed'] as const
export type IncidentState = (typeof incidentStates)[number]
export const incidentStateLabels: Record<IncidentState, string> = {
  active: 'Active',
  stable: 'Stable',
  resolved: 'Resolved',
  completed: 'Completed',
}

/** Where an incident can go from each state: on, or back to work. Only what is resolved can be completed. */
export const incidentMoves: Record<IncidentState, readonly IncidentState[]> = {
  active: ['stable', 'resolved'],
  stable: ['active', 'resolved'],
  resolved: ['active', 'stable', 'completed'],
  completed: ['active', 'resolved'],
}
/** Whether work on an incident is over in this state. */
export const isOver = (state: IncidentState): boolean => state === 'resolved' || state === 'completed'

/** The short name by which people call an incident. */
export const incidentKey = (publicId: number): string => `INC-${publicId}`

export const singleFieldTypes = ['dropdown', 'textbox'] as const
export const listFieldTypes = ['multiselect', 'textarray', 'metrictag', 'autocomplete'] as const
/** What somebody filled in beside severity and state, which are members of their own. */
export type IncidentField =
  | { type: (typeof singleFieldTypes)[number]; value: string | null }
  | { type: (typeof listFieldTypes)[number]; value: string[] | null }

export interface Incident {
  /** UUID. */
  id: string
  /** 1, 2, 3 …; never given again. */
  public_id: number
  /** Grows by one with every change of these members. A change that names an older one is refused. */
  version: number
  title: string
  severity: IncidentSeverity
  state: IncidentState
  commander: Person | null
  customer_impacted: boolean
  customer_impact_scope: string
  customer_impact_start: number | null
  customer_impact_end: number | null
  fields: Record<string, IncidentField>
  notification_handles: { display_name: string; handle: string }[]
  is_test: boolean
  /** When what it was declared from was there first. */
  detected: number
  created: number
  modified: number
  /** When it went from active or stable to resolved or completed; null while it is worked on, opened again too. */
  resolved: number | null
  creator: Person
  updater: Person
}

export const attachmentTypes = ['postmortem', 'link'] as const

/** What each kind of part of an incident holds. */
export interface IncidentParts {
  todo: { content: string; assignees: string[]; due_date: number | null; completed: number | null }
  impact: { description: string; start_at: number; end_at: number | null; fields: JsonObject }
  attachment: { attachment_type: (typeof attachmentTypes)[number]; title: string; url: string }
  responder: { user: Person }
}
export type IncidentPartKind = keyof IncidentParts
export interface IncidentPart<K extends IncidentPartKind = IncidentPartKind> {
  id: string
  incident_id: string
  kind: K
  body: IncidentParts[K]
  created: number
  modified: number
  creator: Person
  updater: Person
}

/** One thing that happened to an incident, or what somebody wrote of it (`note`): text, never markup. */
export interface IncidentCell {
  seq: number
  incident_id: string
  time: number
  kind: 'declared' | 'changed' | 'part' | 'link' | 'note'
  by: Person
  /** What `by` did, as the rest of a sentence; of a note all of it. */
  text: string
  /** What it is about: who may not see that does not see the cell. */
  about?: { type: 'signal' | 'case'; id: string }
}
