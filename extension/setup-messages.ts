import type { Severity } from '../shared/severity.ts'
import type { ServiceFacts } from './signal-messages.ts'

// What the explorer asks about how triage is set up and how it goes. Times are ms UTC, spans ms.

export interface TriageSettings {
  assignOnAct: boolean
  /** Durations such as `15m`; null: whenever. */
  due: Record<Severity, { acknowledge: string | null; resolve: string | null }>
}

interface Times {
  median: number | null
  p90: number | null
}
export interface Figures {
  /** Severity, id of the rule, or handle of the assignee; empty for all, and for nobody. */
  group: string
  name: string
  signals: number
  acknowledged: number
  resolved: number
  falsePositives: number
  /** Of those that are archived; null where none is. */
  falsePositiveRate: number | null
  overdue: number
  toAcknowledge: Times
  toResolve: Times
}
export const dimensions = ['severity', 'rule', 'assignee'] as const
export type Dimension = (typeof dimensions)[number]
export interface TriageFigures {
  all: Figures
  by: Record<Dimension, Figures[]>
}

/** `before` is what was there when the change began: where somebody else came first, it is refused and says who. */
export interface SetupProtocol {
  triageSettings: [object, TriageSettings]
  setTriageSettings: [{ before: TriageSettings; after: TriageSettings }, TriageSettings]
  putService: [{ before: ServiceFacts | null; service: ServiceFacts }, ServiceFacts]
  removeService: [{ name: string }, object]
  /** Of signals made since: `now-30d`. */
  triageFigures: [{ from: string }, TriageFigures]
}
