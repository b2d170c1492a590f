import type { MeasureName } from '../shared/aggregate.ts'
import type { FacetPath } from '../shared/facet.ts'
import type { Doc } from '../shared/log.ts'
import type { SignalRow } from './signal-row.ts'

// What the explorer asks when it searches logs, signals or audit events. Times are ms UTC.

export const tracks = ['logs', 'signals', 'audit'] as const
export type Track = (typeof tracks)[number]
export const sorts = ['-timestamp', 'timestamp', 'severity'] as const
export type Sort = (typeof sorts)[number]

/** One log, signal or audit event, as queries look at it. */
export interface FoundRow {
  id: string
  doc: Doc
  /** Of the track `signals`. */
  signal?: SignalRow
}

/** A number of each group, or with an interval such as `30s` one of each stretch of time. */
export interface Measure {
  aggregation: MeasureName
  metric?: string
  interval?: string
}
export interface GroupBy {
  facet: string
  limit: number
}
export interface Group {
  by: Record<string, string>
  /** In the order of the measures; null where there was no value. */
  values: (number | null | { time: number; value: number }[])[]
}
export interface Count {
  value: string
  count: number
}

export interface SearchAsked {
  track: Track
  query: string
  /** Both ends included. */
  from: number
  to: number
}
export interface Page {
  limit: number
  sort?: Sort
  cursor?: string
  facets?: string[]
  /** Of the histogram. */
  buckets?: number
  measures?: Measure[]
  groupBy?: GroupBy[]
  /** A newer search of the same view ends an older one. */
  view?: string
}
export interface Found {
  rows: FoundRow[]
  total: number
  after: string | null
  facets: Record<string, Count[]>
  /** Facets whose values were too many to count or show. */
  cut: string[]
  histogram: { time: number; count: number }[]
  groups: Group[]
  /** In which way the groups are not the whole truth. */
  warnings: string[]
  took: number
}

export interface LogContext {
  rows: FoundRow[]
  /** Where in `rows` the log itself is. */
  index: number
  more: { before: boolean; after: boolean }
}

export const exportFormats = ['csv', 'ndjson'] as const
export type ExportFormat = (typeof exportFormats)[number]
/** Where a file waits until the page that asked for it has it. */
export const exportCache = 'exports'

/** What a saved view holds of the explorer, in the words of its URL. */
export interface ViewPicture {
  query: string
  from: string
  to: string
  columns: { path: string; width?: number }[]
  facets: string[]
  /** Whether the histogram stands over the list. */
  timeline: boolean
  sort?: string
  visualisation?: { kind: string; measure?: string; group_by?: string[] }
}
export interface SavedView extends ViewPicture {
  id: string
  name: string
  track: Track
  shared: boolean
  version: number
  owner: string
  /** One's own: it can be changed. */
  mine: boolean
}
export interface NewView extends ViewPicture {
  name: string
  track: Track
  shared: boolean
}

export interface SearchProtocol {
  search: [SearchAsked & Page, Found]
  /** What can be asked about, the most common first. */
  facetPaths: [SearchAsked & { prefix: string; limit: number }, { paths: FacetPath[]; cut: boolean }]
  /** Values that begin with `prefix`, with how many that the query finds have each. */
  facetValues: [SearchAsked & { path: string; prefix: string; limit: number }, { values: Count[]; cut: boolean }]
  /** Those that are still there. */
  foundRows: [{ track: Track; ids: string[] }, { rows: FoundRow[] }]
  logContext: [{ id: string; before: number; after: number; same: 'host' | 'service' | 'none' }, LogContext]
  /** All that a search finds, as a file: it lies in the cache of this name under the address that comes back. */
  exportRows: [SearchAsked & { sort: Sort; format: ExportFormat; columns?: string[] }, { address: string }]
  /** One's own and those that others share; `chosen` is the one that one begins with. */
  views: [object, { views: SavedView[]; chosen: string | null }]
  saveView: [{ view: NewView }, SavedView]
  changeView: [{ id: string; version: number; view: Partial<NewView> }, SavedView]
  removeView: [{ id: string }, object]
  /** null: none. */
  beginWithView: [{ id: string | null }, object]
}
