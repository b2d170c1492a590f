import type { Investigation } from '../../signal-messages.ts'
import type { Place } from '../link.ts'

// Which logs a signal is about, as a search of logs.

/** A value as a query has it: nothing in it is read as one. */
export const quote = (value: string) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`
/** Addresses, and users, that a query names. */
const mostNamed = 10
/** Stands in a group for a value that a log lacks. */
const absent = 'N/A'

/** What the rule groups by, as conditions. */
export const groupQuery = ({ group }: Pick<Investigation, 'group'>): string =>
  group.map(({ path, value }) => (value === absent ? `-${path}:*` : `${path}:${quote(value)}`)).join(' ')

/** The logs that one query of the rule found for this signal. */
export const queryOf = (query: string, about: Pick<Investigation, 'group'>): string =>
  [query.trim() === '' || query.trim() === '*' ? '' : `(${query})`, groupQuery(about)].filter(Boolean).join(' ')

type Who = Pick<Investigation, 'group' | 'queries' | 'addresses' | 'row'>

/** Logs that name its addresses or users. */
export const whoQuery = ({ addresses, row }: Pick<Investigation, 'addresses' | 'row'>): string =>
  [
    ...addresses.slice(0, mostNamed).map(({ value }) => `@network.ip.list:${quote(value)}`),
    ...row.users.slice(0, mostNamed).map(user => `@usr.name:${quote(user)}`),
  ].join(' OR ')

/** Why there is nothing to search for; undefined where there is. */
export const whyNotLogs = (about: Who): string | undefined =>
  logsQuery(about) === '' ? 'It names nothing that logs could be looked up by.' : undefined

/** All of them; of a signal that has neither rule nor group, those that name the same. */
export function logsQuery(about: Who): string {
  if (about.queries.length === 0 && about.group.length === 0) return whoQuery(about)
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
