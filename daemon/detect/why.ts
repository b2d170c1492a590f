import { casesOf as casesOfRule, type Rule } from '../../shared/rule.ts'
import type { Detection, Fired, SignalQuery } from '../../shared/signal.ts'

/** What a query had come to when a case held. */
export interface QueryValue {
  name: string
  query: string
  aggregation: string
  value: number
}

export interface Reason {
  /** In words. */
  sentence: string
  case: Fired['case']
  /** The window, event times in ms UTC. */
  from: number
  time: number
  values: QueryValue[]
}

/** Why a signal opened, and each time it became more severe: the case that held, and what each query had come to. */
export const reasonsOf = ({ fired = [], queries }: Detection): Reason[] =>
  fired.map(({ case: held, from, time, values }) => {
    const named = queries.map(({ name, query, aggregation }, i) => ({ name, query, aggregation, value: values[i] ?? 0 }))
    return { sentence: sentenceOf(held, time, named), case: held, from, time, values: named }
  })

function sentenceOf({ name, status, condition }: Fired['case'], time: number, values: QueryValue[]): string {
  const title = name === '' ? status : `${name} (${status})`
  const amounts = values.map(({ name, value }) => `${name} = ${value}`).join(', ')
  const what = condition.trim() === '' ? 'a log matched' : `${condition} held`
  return `${title}: ${what} at ${new Date(time).toISOString()}, with ${amounts}`
}

/** The cases of the rule at that version, with whether each has held; the first that does is what counts. */
export const casesOf = (rule: Rule, { fired = [] }: Detection) =>
  casesOfRule(rule).map(({ name, status, condition }, index) => ({
    name,
    status,
    condition,
    held: fired.some(one => one.case.index === index),
  }))

/** What the queries have come to since. */
export const valuesNow = (queries: readonly SignalQuery[]) =>
  queries.map(({ name, query, aggregation, value, eventsCount }) => ({ name, query, aggregation, value, events_count: eventsCount }))
