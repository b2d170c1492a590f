import type { Case, CaseCell, CaseInsight, CaseLink } from '../../../shared/case.ts'
import type { Severity } from '../../../shared/severity.ts'
import type { State } from '../../../shared/triage.ts'

/** What an export tells of a signal. Times are ms UTC. */
export interface FiledSignal {
  id: string
  title: string
  severity: Severity
  state: State
  rule: string
  timestamp: number
  first_seen: number
  last_seen: number
  events_matched: number
  entities: string[]
  tags: string[]
}

/** All that an export of a case tells. */
export interface CaseFile {
  case: Case
  insights: { insight: CaseInsight; signal?: FiledSignal }[]
  /** Insights beyond those. */
  more: number
  /** Oldest first. */
  cells: CaseCell[]
  links: CaseLink[]
  incidents: { id: string; key: string }[]
}

/** A format that a case is written in. */
export interface CaseFormat {
  /** What a file of it is called at its end. */
  ending: string
  type: string
  /** `now` in ms UTC. */
  write(file: CaseFile, now: number): string
}
