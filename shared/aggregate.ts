/** What can be computed of the values of a metric; `count` counts logs, `cardinality` distinct values, `pc95` is the value that 95 % do not exceed. */
export const measureNames = ['count', 'cardinality', 'pc75', 'pc90', 'pc95', 'pc98', 'pc99', 'sum', 'min', 'max', 'avg', 'median'] as const
export type MeasureName = (typeof measureNames)[number]

/** A number of each group, or with `timeseries` one of each stretch of time. */
export interface Compute {
  aggregation: MeasureName
  /** A path such as `@duration`; `count` needs none. */
  metric?: string
  type: 'total' | 'timeseries'
  /** ms of a stretch; without it about 150 of them make up the range. */
  interval?: number
}

/** One level of groups: those of a facet's values that come first, within each group of the level before. */
export interface GroupBy {
  facet: string
  limit: number
  /** Groups what has no value; without it, it is left out. */
  missing?: string | number
  /** By the group's name, or by a measure of it. Ties go by name. */
  sort: { order: 'asc' | 'desc'; measure?: { aggregation: MeasureName; metric?: string } }
  /** Name of one more group, over all there is on this level. */
  total?: string | number
  /** Only values that begin so. */
  prefix?: string
  /** Numbers in steps of `interval` from `min` on; what is outside is left out. */
  histogram?: { interval: number; min: number; max: number }
}

export interface Aggregate {
  compute: Compute[]
  group_by: GroupBy[]
  /** The search's cursor goes through the groups of the first level. */
  paged?: boolean
}

/** Times are ms UTC, the start of a stretch; those without a value are left out. */
export type Series = { time: number; value: number }[]

/** A group: the value of each facet, and what was computed under `c0`, `c1`, …; null where there was no value. */
export interface Bucket {
  by: Record<string, string | number>
  computes: Record<string, number | null | Series>
}

/** In which way an answer is not the whole truth. */
export type Cut =
  /** More groups than can be told apart: a fair share of them was looked at. */
  | 'groups'
  /** A log had so many values that it counts in the first groups only. */
  | 'values'
  /** More distinct values than are counted. */
  | 'cardinality'
  /** So many distinct numbers that percentiles are right to 1 %. */
  | 'percentiles'

export interface Aggregated {
  buckets: Bucket[]
  /** Goes on with the next groups. */
  after?: string
  cut: Cut[]
}
