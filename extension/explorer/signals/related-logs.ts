import type { Investigation } from '../../signal-messages.ts'
import type { Place } from '../place.ts'

// Which logs a signal is about, as a search of logs.

const quote = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`
/** Stands in a group for a value that a log lacks. */
const absent = 'N/A'

/** What the rule groups by, as conditions. */
export const groupQuery = ({ group }: Pick<Investigation, 'group'>): string =>
  group.map(({ path, value }) => (value === absent ? `-${path}:*` : `${path}:${quote(value)}`)).join(' ')

/** The logs that one query of the rule found for this signal. */
export const queryOf = (query: string, about: Pick<Investigation, 'group'>): string =>
  [query.trim() === '' || query.trim() === '*' ? '' : `(${query})`, groupQuery(about)].filter(Boolean).join(' ')

/** All of them. */
export function logsQuery(about: Pick<Investigation, 'group' | 'queries'>): string {
  const queries = [...new Set(about.queries.map(({ query }) => query.trim()))]
  // one that takes every log takes those of the others too
  if (queries.length === 0 || queries.some(query => query === '' || query === '*')) return groupQuery(about)
  return queryOf(queries.length === 1 ? queries[0]! : queries.map(query => `(${query})`).join(' OR '), about)
}

/** Before and after what took part, ms: what led to it, and what came of it. */
const margin = { before: 5 * 60_000, after: 30 * 60_000 }

export const spanOf = ({ row }: Pick<Investigation, 'row'>): { from: number; to: number } => ({
  from: row.first_seen - margin.before,
  to: row.last_seen + margin.after,
})

/** The logs section with all of them. */
export function logsPlace(about: Investigation): Place {
  const { from, to } = spanOf(about)
  return { section: 'logs', with: { query: logsQuery(about), from: new Date(from).toISOString(), to: new Date(to).toISOString() } }
}
