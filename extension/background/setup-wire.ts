import { get, type Json, type JsonObject } from '../../shared/json.ts'
import { type Severity, severities } from '../../shared/severity.ts'
import { dimensions, type Figures, type TriageFigures, type TriageSettings } from '../setup-messages.ts'
import { count, object, objects, text } from './read.ts'

// How triage is set up and how it goes, into what the explorer shows. A value of the wrong type is left out, not shown.

const number = (value: Json | undefined): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)

export function toTriageSettings(answer: JsonObject): TriageSettings {
  const said = object(get(answer, 'data', 'attributes', 'triage'))
  const due = object(said['due'])
  const timesOf = (severity: Severity) => {
    const { acknowledge, resolve } = object(due[severity])
    return { acknowledge: text(acknowledge) || null, resolve: text(resolve) || null }
  }
  return {
    assignOnAct: said['assign_on_act'] === true,
    due: Object.fromEntries(severities.map(severity => [severity, timesOf(severity)])) as TriageSettings['due'],
  }
}

const timesOf = (value: Json | undefined) => {
  const { median, p90 } = object(value)
  return { median: number(median), p90: number(p90) }
}
export const toFigures = (said: JsonObject): Figures => ({
  group: text(said['group']),
  name: text(said['name']),
  signals: count(said['signals']),
  acknowledged: count(said['acknowledged']),
  resolved: count(said['resolved']),
  falsePositives: count(said['false_positives']),
  falsePositiveRate: number(said['false_positive_rate']),
  overdue: count(said['overdue']),
  toAcknowledge: timesOf(said['time_to_acknowledge']),
  toResolve: timesOf(said['time_to_resolve']),
})

/** The answer of `GET /api/local/triage/statistics`. */
export function toTriageFigures(answer: JsonObject): TriageFigures {
  const said = object(get(answer, 'data', 'attributes'))
  return {
    all: toFigures(object(said['all'])),
    by: Object.fromEntries(dimensions.map(name => [name, objects(said[`by_${name}`]).map(toFigures)])) as TriageFigures['by'],
  }
}
