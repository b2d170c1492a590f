import type { Page } from '../shared/evidence.ts'
import type { JsonObject } from '../shared/json.ts'
import type { Severity } from '../shared/severity.ts'
import type { Verdict } from '../shared/verdict.ts'

// What the window asks that opens over lines selected on a page, and what comes back. Times are ms UTC.

/** What can be made of lines. */
export const escalations = ['keep', 'signal'] as const
export type Escalation = (typeof escalations)[number]
/** What the person says of it. */
export interface Form {
  does: Escalation
  /** Minutes east of UTC, for times in the lines that name no zone. */
  zone: number
  title: string
  severity: Severity
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
  signal: { id: string; title: string } | null
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

export interface EvidenceProtocol {
  /** Null where there is none any more. */
  draft: [{ id: string }, { draft: Draft | null }]
  previewDraft: [{ id: string; zone: number }, EvidencePreview]
  /** Do it; the answer is what has become of it so far. */
  sendDraft: [{ id: string } & Form, { draft: Draft | null }]
  dropDraft: [{ id: string }, object]
}
