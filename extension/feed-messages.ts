import type { IndicatorType, Intention, Match } from '../shared/indicator.ts'
import type { Verdict } from '../shared/verdict.ts'
import type { MarkKind } from './mark-kinds.ts'
import type { HostFacts, Inside, Said } from './said.ts'

// What the explorer asks about threat feeds. Times are ms UTC.

export const vias = ['file', 'taxii', 'misp'] as const
/** How a feed is fetched: a file, a TAXII collection, or a MISP feed folder. */
export type Via = (typeof vias)[number]
export const authTypes = ['basic', 'bearer', 'header'] as const
/** What requests are signed with; `kept`: there is a secret, which nobody is shown. */
export type AuthType = (typeof authTypes)[number]

export interface FeedRow {
  id: string
  name: string
  format: string
  category: string
  intention: Intention
  url: string | null
  licence: string | null
  enabled: boolean
  /** Its entries are known to be good: they accuse nobody. */
  knownGood: boolean
  entries: number
  updatedAt: number | null
  /** How often it is fetched by itself, and when next; null where nobody fetches it. */
  refresh: { hours: number; next: number | null; via: Via; auth: { type: AuthType; kept: boolean } | null } | null
  skipped: { lines: number; first: string } | null
  /** Why the last update was refused, and since when the answering entries are old. */
  error: { message: string; since: number; shrunk: boolean } | null
}

/** A feed that is open to everybody. `feed` is the one that was made of it. */
export interface OpenFeed {
  id: string
  name: string
  about: string
  url: string
  licence: string
  category: string
  intention: Intention
  hours: number | null
  feed: string | null
  enabled: boolean
}

export interface NewFeed {
  name: string
  format: string
  category: string
  intention: Intention
  licence?: string
  knownGood?: boolean
  url?: string
  /** Fetched from `url` every so many hours; without it never. */
  hours?: number
  via?: Via
  /** `name` is the user of basic, the header of header. */
  auth?: { type: AuthType; name?: string }
  /** What the columns of a table mean: meaning → name or number from 1. */
  columns?: Record<string, string | number>
}

export interface IndicatorFacts {
  id: string
  type: IndicatorType
  verdict: Verdict | null
  matches: (Match & { age_ms: number; stale: boolean })[]
  /** Lists of known good values that hold it. */
  knownGood: string[]
  /** null where nothing can be told of it, or not to this user. */
  logs: { count: number; first_seen: number | null; last_seen: number | null } | null
  signals: { open: number; total: number } | null
  host?: HostFacts
  /** Of a block or a range. */
  inside?: Inside
  blocked: Said['blocked']
  pass: Said['pass']
}

/** One of many values that were looked up together. */
export interface ObservableRow {
  value: string
  type: IndicatorType
  verdict: Verdict | null
  sources: string[]
  categories: string[]
  knownGood: string[]
  kind: MarkKind
  /** The host of a URL or the domain of a mail address, where anything is known of that. `indicators` are entries that it matches. */
  host?: Pick<ObservableRow, 'value' | 'kind' | 'verdict' | 'sources'> & { indicators: string[] }
  inside?: Inside
  /** Of addresses. */
  scope: string
  country: string
  as: string
}
/** As many as the API takes together. */
export const mostObservables = 1000

/** What became of one feed of a bundle, or would. */
export interface BundledFeed {
  name: string
  result: 'added' | 'updated' | 'refused'
  entries: number | null
  reason: string
}

export interface FeedProtocol {
  feeds: [object, { rows: FeedRow[] }]
  openFeeds: [object, { rows: OpenFeed[] }]
  enableOpenFeed: [{ id: string }, FeedRow]
  /** `content` is base64; where it is refused, nothing is added. `secret` signs what is fetched. */
  addFeed: [{ feed: NewFeed; content?: string; secret?: string }, FeedRow]
  /** null forgets it. */
  setFeedSecret: [{ id: string; secret: string | null }, FeedRow]
  /** The feeds of a bundle, base64. */
  importBundle: [{ content: string; dryRun: boolean; force?: boolean }, { feeds: BundledFeed[] }]
  /** Replace the entries; `force` also where they have shrunk by half. */
  fillFeed: [{ id: string; content: string; force?: boolean }, FeedRow]
  switchFeed: [{ id: string; on: boolean }, FeedRow]
  refreshFeed: [{ id: string; force?: boolean }, FeedRow]
  removeFeed: [{ id: string }, object]
  indicator: [{ value: string }, IndicatorFacts]
  /** Up to 1,000 values at a time; what is none is left out. */
  observables: [{ values: string[] }, { rows: ObservableRow[] }]
}
