/** What a feed says of the intention behind a value, worst first. */
export const intentions = ['malicious', 'suspicious', 'unknown', 'benign'] as const
export type Intention = (typeof intentions)[number]

/** What an indicator may be: an address or a range, or a name that is looked up as it is. */
export const indicatorTypes = ['ip', 'domain', 'url', 'email', 'md5', 'sha1', 'sha256', 'cve'] as const
export type IndicatorType = (typeof indicatorTypes)[number]
export type NameType = Exclude<IndicatorType, 'ip'>
export const nameTypes = indicatorTypes.filter(type => type !== 'ip')

/** One entry of a feed. Without a type its value is an address, a block or a range. Times are ms UTC. */
export interface Indicator {
  value: string
  type?: IndicatorType
  /** A domain that does not stand for those below it. */
  exact?: true
  category?: string
  subcategory?: string
  intention?: Intention
  /** How sure the source is, 0 to 100. */
  score?: number
  /** It holds from here on … */
  from?: number
  /** … and before this. */
  until?: number
  /** When the source saw it last, where it says so. */
  seen?: number
  additional_data?: Record<string, string>
}

/** One feed's word on one value, as it stands in `threat_intel.results` of a log. */
export interface Match {
  indicator: string
  type: Uppercase<IndicatorType>
  category: string
  subcategory?: string
  intention: Intention
  /** How sure the source is, 0 to 100, less what has decayed since it was seen. */
  score?: number
  source: { name: string; url?: string }
  additional_data?: Record<string, string>
  /** Lists of known good values that hold it too, and what was said of it before they were asked. */
  downgraded?: { from: Intention; by: string[] }
}

/** A feed as the API shows it. Times are ms UTC. */
export interface Feed {
  id: string
  name: string
  format: string
  category: string
  intention: Intention
  url?: string
  licence?: string
  enabled: boolean
  /** Its entries are known to be good: they accuse nobody, and downgrade what other feeds say. */
  known_good?: boolean
  /** An entry that was not seen for so many days does not count any more, and counts less on the way there. */
  expire_days?: number
  entries: number
  /** When the entries that answer now were loaded. */
  updated_at: number | null
  /** How it is kept up to date by itself, where it is. */
  refresh?: FeedRefresh
  /** Lines of the answering data that were not understood, and what was wrong with the first. */
  skipped?: { lines: number; first: string }
  /** Why the last update was refused, and since when the answering data is stale. */
  error?: { message: string; code?: string | undefined; since: number }
}

export interface FeedRefresh {
  /** How it is fetched: a file, a TAXII collection, or a MISP feed folder. */
  via: 'file' | 'taxii' | 'misp'
  every_hours: number
  /** What the request is signed with; the secret itself is never shown. */
  auth?: { type: 'basic' | 'bearer' | 'header'; user?: string; header?: string; secret: '***' | null }
  /** When the source was last asked with success, and when it is asked next. */
  checked_at: number | null
  next_at: number | null
  failures: number
}
