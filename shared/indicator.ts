/** What a feed says of the intention behind a value, worst first. */
export const intentions = ['malicious', 'suspicious', 'unknown', 'benign'] as const
export type Intention = (typeof intentions)[number]

/** One entry of a feed: an address or a range, as it was written. */
export interface Indicator {
  value: string
  category?: string
  subcategory?: string
  intention?: Intention
  additional_data?: Record<string, string>
}

/** One feed's word on one value, as it stands in `threat_intel.results` of a log. */
export interface Match {
  indicator: string
  type: 'IP'
  category: string
  subcategory?: string
  intention: Intention
  source: { name: string; url?: string }
  additional_data?: Record<string, string>
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
  entries: number
  /** When the entries that answer now were loaded. */
  updated_at: number | null
  /** Lines of the answering data that were not understood, and what was wrong with the first. */
  skipped?: { lines: number; first: string }
  /** Why the last update was refused, and since when the answering data is stale. */
  error?: { message: string; since: number }
}
