import type { IndicatorType, Match } from './indicator.ts'
import type { Severity } from './severity.ts'

export const iocStates = ['not_reviewed', 'reviewed'] as const
export type IocState = (typeof iocStates)[number]

/** Somebody has looked at an indicator; `time` is ms UTC. */
export interface IocTriage {
  state: IocState
  by: string
  time: number
}

/** An indicator that stored logs matched. Times are ms UTC of the events. */
export interface IocFacts {
  indicator: string
  type: IndicatorType
  logs: { count: number; first: number; last: number }
  /** What feeds said of it in the latest of these logs. */
  matches: Match[]
  signals: { count: number; severities: Partial<Record<Severity, number>> }
  triage: IocTriage | null
}

export const effects = ['RAISE_SCORE', 'LOWER_SCORE', 'NO_EFFECT'] as const
export type Effect = (typeof effects)[number]

/** 0 to 100, and what moved it from where category and intention put it. */
export interface IocScore {
  score: number
  sources: Effect
  persistence: Effect
  hosting: Effect
  signal: Effect
}
export type Ioc = IocFacts & { score: IocScore }

/** What to list. Columns as on the wire. */
export const iocColumns = [
  'score',
  'first_seen_ts_epoch',
  'last_seen_ts_epoch',
  'indicator',
  'indicator_type',
  'signal_count',
  'log_count',
  'category',
  'as_type',
] as const
export interface IocListing {
  limit: number
  offset: number
  query: string
  column: (typeof iocColumns)[number]
  order: 'asc' | 'desc'
  /** Only what stands in a field of its own, not anywhere in a text. */
  ocsf: boolean
  workedBy?: string
  state?: IocState
}
