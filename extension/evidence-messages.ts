import type { Page } from '../shared/evidence.ts'
import type { IncidentSeverity } from '../shared/incident.ts'
import type { JsonObject } from '../shared/json.ts'
import type { Severity } from '../shared/severity.ts'
import type { Verdict } from '../shared/verdict.ts'

// What the window asks that opens over lines selected on a page, and what comes back. Times are ms UTC.

/** What can be made of lines. */
export const escalations = ['keep', 'signal', 'case', 'incident'] as const
export type Escalation = (typeof escalations)[number]
/** Those that make something beside the evidence. */
export type Second = Exclude<Escalation, 'keep'>
/** What the person says of it. */
export interface Form {
  does: Escalation
  /** Minutes east of UTC, for times in the lines that name no zone. */
  zone: number
  title: string
  /** Of a signal, and of an incident. */
  severity: Severity
  incidentSeverity: IncidentSeverity
  /** The case or incident that the lines are added to, by key; empty for a new one. */
  target: string
}
/** What was made; `name` is a signal's title or a key such as SEC-12. `added`: it had been there already. */
export interface Made {
  id: string
  name: string
  added: boolean
}

/** Lines that were selected, until they are kept. It outlives the worker. */
export interface Draft {
  id: string
  /** What was chosen on the page. */
  wanted: Escalation
  text: string
  /** The browser gave the text without its line breaks. */
  flat: boolean
  /** Why it cannot be kept, and `text` is only its beginning; empty where it can. */
  why: string
  page: Page
  time: number
  /** What was confirmed and is not known to be done; null while nothing is. Sent again until the daemon says yes or no. */
  sending: Form | null
  /** Why it is not done yet, or was refused; empty while nothing is wrong. */
  error: string
  /** What is done, by what the daemon calls it. */
  kept: { id: string; sha256: string; logs: number; logIds: string[]; pending: boolean } | null
  made: Partial<Record<Second, Made>>
}

/** One of the logs that lines would become. */
export interface ReadLog {
  line: number
  time: number
  message: string
  status: string
  service: string
  host: string
  /** Its attributes, without those that say where it was selected. */
  attributes: JsonObject
}
/** What feeds and maps say of an address. */
export interface KnownAddress {
  address: string
  scope: string
  verdict: Verdict | null
  /** `scanner in list`, a line for each match. */
  says: string[]
  knownGood: string[]
  /** Country and network. */
  place: string
}
/** What the daemon would make of the lines. */
export interface EvidencePreview {
  sha256: string
  bytes: number
  lines: number
  /** How many logs there would be, and the first of them. */
  logs: number
  first: ReadLog[]
  addresses: KnownAddress[]
}

/** Evidence as it was kept. */
export interface KeptEvidence {
  id: string
  sha256: string
  bytes: number
  lines: number
  /** As much of it as is shown. */
  text: string
  cut: boolean
  page: Page
  time: number
  keptAt: number
  by: string
  logs: number
  /** Its lines are not logs yet. */
  pending: boolean
}

export interface EvidenceProtocol {
  evidence: [{ id: string }, KeptEvidence]
  /** Null where there is none any more. */
  draft: [{ id: string }, { draft: Draft | null }]
  previewDraft: [{ id: string; zone: number }, EvidencePreview]
  /** Do it; the answer is what has become of it so far. */
  sendDraft: [{ id: string } & Form, { draft: Draft | null }]
  dropDraft: [{ id: string }, object]
  /** Cases or incidents that are not over, the latest first. */
  targets: [{ kind: 'case' | 'incident' }, { targets: { key: string; title: string }[] }]
}
