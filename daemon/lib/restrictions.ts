import { parse } from '../../shared/query/parse.ts'

/** Queries in the syntax of the explorer: what somebody may see satisfies one of them. `null`: they see everything; no query: nothing. */
export type Restriction = readonly string[] | null

/** What somebody may see of each track. Everything that reads signals, logs or audit events for somebody takes this first. */
export interface Restrictions {
  signals: Restriction
  logs: Restriction
  audit: Restriction
}

/** For the daemon itself, and for roles that see everything. */
export const unrestricted: Restrictions = { signals: null, logs: null, audit: null }
/** For callers without a user. */
export const nothing: Restrictions = { signals: [], logs: [], audit: [] }

const readable = (query: string): boolean => {
  try {
    parse(query)
    return true
  } catch {
    return false
  }
}
/** What both show. Two queries that are too long as one show nothing. */
const shownByBoth = (a: Restriction, b: Restriction): Restriction =>
  a === null ? b : b === null ? a : a.flatMap(one => b.map(other => (one === other ? one : `(${one}) (${other})`))).filter(readable)

export const both = (a: Restrictions, b: Restrictions): Restrictions => ({
  signals: shownByBoth(a.signals, b.signals),
  logs: shownByBoth(a.logs, b.logs),
  audit: shownByBoth(a.audit, b.audit),
})
