import type { IncidentSeverity, IncidentState } from '../shared/incident.ts'
import type { Severity } from '../shared/severity.ts'
import type { Person, State } from '../shared/triage.ts'
import type { CaseRef } from './case-messages.ts'
import type { Job } from './signal-messages.ts'

// What is asked about incidents, and what comes back. Times are ms UTC.

/** An incident as lists show it. */
export interface IncidentRow {
  id: string
  publicId: number
  /** INC-7. */
  key: string
  version: number
  title: string
  severity: IncidentSeverity
  state: IncidentState
  commander: Person | null
  creator: Person | null
  impacted: boolean
  scope: string
  impactStart: number | null
  impactEnd: number | null
  detected: number
  created: number
  resolved: number | null
  signals: number
  todos: { open: number; total: number }
  cases: (CaseRef & { title: string })[]
}

export interface IncidentTodo {
  id: string
  content: string
  assignees: string[]
  completed: boolean
}
export interface IncidentImpact {
  id: string
  description: string
  start: number
  end: number | null
}
export interface IncidentLink {
  id: string
  type: string
  title: string
  url: string
}
export interface IncidentResponder {
  id: string
  uuid: string
  name: string
  commands: boolean
}
/** Something that happened, or a note. */
export interface IncidentEvent {
  id: string
  kind: string
  by: Person
  at: number
  /** A note's text, or what `by` did as the rest of a sentence. */
  text: string
}
export interface IncidentSignal {
  id: string
  title: string
  severity: Severity
  state: State
  at: number
}
export interface IncidentDetails {
  row: IncidentRow
  todos: IncidentTodo[]
  impacts: IncidentImpact[]
  links: IncidentLink[]
  responders: IncidentResponder[]
  /** Those that may be seen. */
  signals: IncidentSignal[]
  /** Oldest first. */
  events: IncidentEvent[]
}

export interface NewIncident {
  title: string
  severity: IncidentSeverity
  /** A uuid; empty for nobody. */
  commander: string
  impacted: boolean
  scope: string
}
export interface IncidentChange {
  title?: string
  severity?: IncidentSeverity
  state?: IncidentState
  /** A uuid; empty for nobody. */
  commander?: string
  impacted?: boolean
  scope?: string
  /** Null: it goes on. */
  impactEnd?: number | null
}
export const incidentParts = ['todo', 'impact', 'link', 'responder'] as const
export type IncidentPartName = (typeof incidentParts)[number]
/** One more part of an incident; of a responder `text` is the uuid. */
export interface NewPart {
  part: IncidentPartName
  text: string
  /** Of a link. */
  url?: string
}
export const incidentFileFormats = ['md', 'json'] as const
export type IncidentFileFormat = (typeof incidentFileFormats)[number]

/** Values of a facet: `value` is what a query asks for. */
export type IncidentCounts = Record<'state' | 'severity' | 'commander' | 'impact', { value: string; label: string; count: number }[]>

export interface IncidentProtocol {
  incidents: [{ query: string; offset: number; size: number }, { rows: IncidentRow[]; total: number; counts: IncidentCounts }]
  incident: [{ id: string }, IncidentDetails]
  declareIncident: [{ given: NewIncident; signals: string[]; case?: string }, IncidentRow]
  /** `change` undoes it. */
  /** All that a query found, into one that is there or a new one. */
  selectionToIncident: [{ selection: string; id?: string; given?: NewIncident }, { job: Job; key: string; publicId: number }]
  signalsToIncident: [{ id: string; signals: string[] }, { change: string | null }]
  signalOutOfIncident: [{ id: string; signal: string }, { change: string | null }]
  caseToIncident: [{ id: string; case: string }, IncidentRow]
  caseOutOfIncident: [{ id: string; case: string }, IncidentRow]
  /** `version` is the one that was seen; where a form was open for a while, `before` is what it began with. */
  changeIncident: [{ id: string; version: number; change: IncidentChange; before?: IncidentChange }, IncidentRow]
  noteIncident: [{ id: string; text: string }, object]
  addToIncident: [{ id: string; more: NewPart }, object]
  /** Ticked off, or to be done again. */
  tickTodo: [{ id: string; todo: string; content: string; assignees: string[]; done: boolean }, object]
  removeFromIncident: [{ id: string; part: IncidentPartName; of: string }, object]
  incidentFile: [{ id: string; format: IncidentFileFormat }, { name: string; type: string; content: string }]
}
