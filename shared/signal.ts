import type { JsonObject } from './json.ts'
import type { Severity } from './severity.ts'
import type { Triage } from './triage.ts'

/** Stands in a group for a value that a log lacks, in a rule that takes such logs. */
export const absent = 'N/A'

/** How one query of the rule took part in a signal. */
export interface SignalQuery {
  name: string
  query: string
  aggregation: string
  groupByFields: string[]
  /** Logs that matched, and for aggregations other than count the value they came to. */
  eventsCount: number
  value: number
}

/** A case that held, and what the queries had come to, in their order, in the window from `from` to `time` (event times, ms UTC). */
export interface Fired {
  case: { index: number; name: string; status: Severity; condition: string }
  from: number
  time: number
  values: number[]
}

/** A copy of a log that took part. Logs expire before signals do. */
export interface Sample {
  id: string
  queryIndex: number
  timestamp: number
  message: string
  service?: string
  source?: string
  host?: string
  status: string
  tags: string[]
  attributes: JsonObject
}

/** What detection knows of a signal. Triage never touches it; `version` of the signal grows with either. Times are ms UTC. */
export interface Detection {
  title: string
  message: string
  severity: Severity
  rule: { id: string; name: string; type: string; version: number; detectionMethod: string; isDefault: boolean; tags: string[] }
  case: { name: string; status: Severity; condition: string }
  /** Why it opened, and each time it became more severe. */
  fired?: Fired[]
  /** What the detection method saw, where there is more to say than how many: a new value, two places, the steps of a sequence. */
  evidence?: JsonObject[]
  /** Signals of the rule that were not opened after this one, because there were too many within the hour. */
  suppressed?: number
  /** The group's values by path, such as `{'@network.client.ip': '203.0.113.9'}`. */
  group: Record<string, string>
  stream: string
  first_seen: number
  last_seen: number
  events_matched: number
  queries: SignalQuery[]
  samples: Sample[]
  /** `key:value` pairs: the rule's tags and those that all samples share. */
  tags: string[]
  services: string[]
  hosts: string[]
  /** `@network.client.ip:203.0.113.9`, `@usr.name:root`, `host:web-1`. */
  entities: string[]
  /** Kinds of entity with more than 100 values, of which `entities` holds the first 100: how many logs named a further one. */
  high_cardinality?: Record<string, number>
  /** Attributes taken over from the samples: `network`, `usr`, `http`, `threat_intel` and the like. */
  attributes: JsonObject
}

export interface Signal {
  id: string
  seq: number
  /** Grows by one with every change, whoever made it; people's changes are counted in `triage.version`. */
  version: number
  /** When the daemon made it, ms UTC. The 30-day lock counts from here. */
  timestamp: number
  detection: Detection
  triage: Triage
}

/** What a change of triage answers: the signal without what detection knows. */
export type Triaged = Pick<Signal, 'id' | 'timestamp' | 'triage'>
