import type { IndicatorType, NameType } from '../shared/indicator.ts'
import type { Severity } from '../shared/severity.ts'
import type { ArchiveReason, Person, State } from '../shared/triage.ts'
import type { AccessProtocol } from './access-messages.ts'
import type { AttackerProtocol } from './attacker-messages.ts'
import type { CaseProtocol } from './case-messages.ts'
import type { EvidenceProtocol } from './evidence-messages.ts'
import type { FeedProtocol } from './feed-messages.ts'
import type { IncidentProtocol } from './incident-messages.ts'
import type { MarkKind } from './mark-kinds.ts'
import type { NotifyProtocol } from './notify-messages.ts'
import type { PivotProtocol } from './pivot-messages.ts'
import type { RespondProtocol } from './respond-messages.ts'
import type { RuleProtocol } from './rule-messages.ts'
import type { HostFacts, Inside, Said } from './said.ts'
import type { SearchProtocol } from './search-messages.ts'
import type { SetupProtocol } from './setup-messages.ts'
import type { Ids, Moved, SignalDetails, SignalProtocol, Unmade } from './signal-messages.ts'
import type { SignalRow } from './signal-row.ts'
import type { WorkflowProtocol } from './workflow-messages.ts'

export { type MarkKind, markKinds } from './mark-kinds.ts'
export type { Deed, Job, Moved, SignalDetails } from './signal-messages.ts'
export type { SignalRow }

// Everything that popup, options, explorer and pages may ask of the background, and what comes back. The guards in background/guards.ts check each.

export interface Queue {
  rows: SignalRow[]
  counts: Record<State, number>
  /** Of the whole state, when `rows` was cut. */
  total: number
  /** When the daemon answered. Older than now means: this is the last list that was seen. */
  at: number
}

/** The answer of `GET /api/local/ip/:ip`, with signals as rows of the queue. Times are ms UTC. */
export interface IpFacts extends Said {
  address: string
  version: 4 | 6
  scope: string
  geo?: { country_code: string; country: string }
  asn?: { number: number; organization: string }
  signals: { open: number; total: number; latest: SignalRow[] }
  logs: {
    count: number
    first_seen: number | null
    last_seen: number | null
    services: { value: string; count: number }[]
    users: { value: string; count: number }[]
    /** Counts over the 24 h of event time up to the last log, oldest first. */
    histogram: { time: number; count: number }[]
  }
}

/** The answer of `GET /api/local/indicator`: of a range that is no block neither signals nor logs, and logs for those alone who may read them. */
export interface ValueFacts extends Said {
  value: string
  type: IndicatorType
  signals: IpFacts['signals'] | null
  logs: IpFacts['logs'] | null
  host?: HostFacts
  /** Of a block or a range. */
  inside?: Inside
}
/** Whom this browser acts for. `permissions` are what both their roles and the key of this browser allow. */
export type User = Person & { role: string; permissions: string[] }
export type Connection =
  | { state: 'connecting' }
  /** `readOnly`: everything can be read and nothing changed. */
  | { state: 'live'; version: string; user: User; pairedAt: number; readOnly?: boolean }
  /** `since` is the last answer; `nextTry` when it will be tried again. Both ms UTC. `silent`: somebody was reached there, and never answered. */
  | { state: 'away'; since: number | null; nextTry: number; silent?: true }
  | { state: 'unpaired'; why?: 'revoked' }
  /** Something answers on the address, but it cannot prove that it is the paired daemon. */
  | { state: 'foreign' }
  | { state: 'version'; daemon: string; extension: string; update: 'daemon' | 'extension' }
export interface Status {
  url: string
  connection: Connection
}

export interface Site {
  /** `https://logs.example.net` */
  origin: string
  on: boolean
}

/** How many distinct addresses, and known names near the screen so far, a page shows that are bad: known by a feed or blocked, and part of open signals. Each is counted once. */
export interface Seen {
  bad: number
  signals: number
}
/** Of what a page speaks, as many addresses are told at most. */
export const mostSpoken = 20
/** In so many frames of one page there are marks; a page may have them without end. */
export const mostFrames = 200
/** Of the values that one frame counts in `Seen`, so many of each kind are told one by one: what another frame shows too is not counted twice. */
export const mostTold = 50
/** What a frame shows, as its script reads it. */
export interface Reading extends Seen {
  /** The first of the values that it counts, by their hashes. */
  told: Record<keyof Seen, number[]>

  /** Whether it marks now. */
  marking: boolean
  /** Distinct addresses. */
  found: number
  /** Not all of it was read: it is too long. */
  cut: boolean
  /** It changes faster than it can be read: marks wait until it rests. */
  behind: boolean
  /** Much of it is a picture that its own script draws, as terminals do: that text is not there to be marked. */
  drawn: boolean
  /** Addresses in what it tells assistive technology of such pictures. */
  spoken: string[]
}
/** Of a frame that shows nothing, and marks nothing. */
export const nothingRead: Reading = {
  ...{ bad: 0, signals: 0, told: { bad: [], signals: [] }, marking: false, found: 0 },
  ...{ cut: false, behind: false, drawn: false, spoken: [] },
}
/** Where marks appear, as the person chose it: nowhere, on this page until it is left, on its site, or on all sites. */
export const reaches = ['off', 'page', 'site', 'all'] as const
export type Reach = (typeof reaches)[number]
/** The page under the popup. `origin` is null for pages that are no site, `granted` whether the browser lets us in beyond this click. */
export interface Here extends Omit<Reading, 'told'> {
  origin: string | null
  on: boolean
  reach: Reach
  granted: boolean
  /** It has more frames than are marked. */
  crowded: boolean
}

export interface Settings {
  theme: 'system' | 'light' | 'dark'
  rowHeight: 'compact' | 'normal' | 'roomy'
  marks: Record<MarkKind, boolean>
  keys: boolean
  /** How long signals were snoozed last, ms: where the next snooze begins. */
  snooze: number
}

/** Why a change was not made, in words for people. */
export interface Failure {
  error: string
  /** HTTP status of the daemon, 0 where it did not answer. */
  status: number
  /** What is wrong with which member of what was sent. */
  problems?: Problem[]
  /** It may have been made all the same: asked again, it is made once. */
  unsure?: true
}
/** `field` is a dotted path, `at` the half-open range in the text that the field holds. */
export interface Problem {
  field: string
  message: string
  at?: [from: number, to: number]
}
/** Request type → [what it carries, what comes back]. Any answer may be a Failure instead. */
export interface Protocol
  extends RuleProtocol,
    FeedProtocol,
    SearchProtocol,
    SignalProtocol,
    AccessProtocol,
    SetupProtocol,
    NotifyProtocol,
    EvidenceProtocol,
    CaseProtocol,
    IncidentProtocol,
    WorkflowProtocol,
    RespondProtocol,
    AttackerProtocol,
    PivotProtocol {
  status: [object, Status]
  retry: [object, Status]
  pair: [{ url: string; code: string }, Status]
  unpair: [object, Status]
  queue: [{ state: State; filter?: { mine?: boolean; severity?: Severity; service?: string } }, Queue]
  signal: [{ id: string }, SignalDetails]
  /** Show its panel in a window of our own. */
  /** Its panel; with `run` where a workflow is chosen for it. */
  openSignal: [{ id: string; run?: boolean }, object]
  /** Show what is selected on the page, to be added to a case, in a window of our own. */
  addLines: [object, object]
  move: [{ ids: Ids; state: State; reason?: ArchiveReason; comment?: string }, Moved]
  /** `to` is a user's uuid, or who it is. */
  assign: [{ ids: Ids; to: string }, Moved]
  lookup: [{ ip: string }, IpFacts]
  /** Of a value that is no address by itself. */
  lookupValue: [{ value: string }, ValueFacts]
  /** Up to 1,000 values; those that are missing in the answer are unknown. `names` are the kinds of those that anything is known of, besides addresses. Not `complete`: more may soon be known of values that are no addresses. */
  marks: [{ values: string[] }, { kinds: Record<string, MarkKind>; names: NameType[]; complete: boolean }]
  /** Put the card's own script into the frame that asks: pages on which nobody looks anything up never load it. */
  loadCard: [object, object]
  /** What a page shows now. */
  seen: [Reading, object]
  /** Asked by a content script: whether marks are on for its site, and whether its page has so many frames that this one is left alone. */
  site: [object, { on: boolean; crowded: boolean }]
  /** Put the rules for marks into the document that asks, where no page can list them: what each layer is called, in the order of `page/looks.ts`. */
  dress: [{ names: string[] }, object]
  /** Take them away again. */
  undress: [{ names: string[] }, object]
  /** Said by a frame as it goes: what it showed counts no longer. */
  left: [object, object]
  /** The page of the current tab. */
  here: [object, Here]
  /** `all`: on sites that nobody switched on or off as well. */
  sites: [object, { all: boolean; sites: (Site & Seen)[] }]
  setSite: [{ origin: string; on: boolean }, object]
  setAllSites: [{ on: boolean }, object]
  /** Marks on the page of the current tab, until it is left. */
  setPage: [{ on: boolean }, object]
  /** Open the card for an address on the page of the current tab. */
  showCard: [{ ip: string }, object]
  /** Look up all that stands on the page of the current tab, in a tab of our own. */
  lookUpPage: [object, object]
  forgetSite: [{ origin: string }, object]
  settings: [object, Settings]
  setSettings: [Partial<Settings>, Settings]
}
export type RequestType = keyof Protocol
export type Request = { [T in RequestType]: { type: T } & Protocol[T][0] }[RequestType]
export type Answer<T extends RequestType> = Protocol[T][1] | Failure

/** What a content script may ask. The rest is for pages of the extension alone. */
export const pageRequests = [
  'loadCard',
  'lookup',
  'lookupValue',
  'marks',
  'signal',
  'openSignal',
  'addLines',
  'left',
  'dress',
  'undress',
  'openBlock',
  'pivotLinks',
  'openPivot',
  'move',
  'assign',
  'seen',
  'settings',
  'site',
  'status',
] as const satisfies RequestType[]

/** What the background tells pages, popup and options, unasked. */
export type Push =
  | { type: 'status'; status: Status }
  /** Signals changed: lists and cards that show them ask again. */
  | { type: 'changed'; ids: string[]; counts: Record<State, number> | null }
  /** Investigation cases changed. */
  | { type: 'caseNews'; ids: string[] }
  /** Incidents changed, by public id. */
  | { type: 'incidentNews'; ids: number[] }
  | { type: 'settings'; settings: Settings }
  /** Workflows, or runs of some, changed: whoever shows them asks again. */
  | { type: 'workflows'; workflows: string[]; runs: string[] }
  /** What is blocked, or who never is, has changed. */
  | { type: 'blockNews'; at: number }
  /** Detection rules changed: whoever shows them asks again. */
  | { type: 'ruleNews'; at: number }
  /** What was kept and refused since, all of it that nobody has seen. */
  | { type: 'unmade'; rows: Unmade[] }
  /** To one page: open the card for what was right-clicked. In a `link` that is a marked value before what the link leads to. */
  | { type: 'card'; ip: string | null; text: string; link?: boolean }
  /** To one page: marks were switched on or off for its site. */
  | { type: 'marking'; on: boolean }
  /** To one page: tell again what you show. */
  | { type: 'tell'; again: true }
