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
