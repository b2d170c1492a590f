import type { Log } from '../../shared/log.ts'
import { print } from '../../shared/query/print.ts'
import { furthest } from '../../shared/time.ts'
import { cursorAt, type Found, type Search } from '../engine/search.ts'
import { Refusal } from '../lib/errors.ts'
import type { Restrictions } from '../lib/restrictions.ts'

/** What of its surroundings a log is shown with: how many before and after it, and of the same host or service. */
export interface ContextAsked {
  before: number
  after: number
  same: 'host' | 'service' | 'none'
}

/** Logs around one, oldest first, and whether there are more on either side. */
export interface LogContext {
  before: Log[]
  log: Log
  after: Log[]
  more: { before: boolean; after: boolean }
}

interface Needs {
  search(search: Search, check: () => void): Promise<Found<Log>>
  snapshot(): { secret: string; seq: number }
}

/** The logs before and after one, in the order of time and then of arrival: two listings that begin at it. */
export function createLogContext({ search, snapshot }: Needs) {
  return async (only: Restrictions, log: Log, { before, after, same }: ContextAsked, check: () => void): Promise<LogContext> => {
    const query = same === 'none' ? '' : queryFor(log, same)
    const pinned = snapshot()
    /** One more than asked for tells whether there are more. */
    async function side(limit: number, sort: '-timestamp' | 'timestamp'): Promise<Log[]> {
      const range = sort === 'timestamp' ? { from: log.timestamp, to: furthest } : { from: -furthest, to: log.timestamp }
      const asked: Search = { track: 'logs', query, only: only.logs, ...range, limit: limit + 1, sort }
      return (await search({ ...asked, cursor: cursorAt(asked, pinned, { key: log.timestamp, seq: log.seq }) }, check)).rows
    }
    const older = await side(before, '-timestamp')
    const newer = await side(after, 'timestamp')
    return {
      before: older.slice(0, before).reverse(),
      log,
      after: newer.slice(0, after),
      more: { before: older.length > before, after: newer.length > after },
    }
  }
}

function queryFor(log: Log, name: 'host' | 'service'): string {
  const value = log[name]
  if (value === undefined)
    throw new Refusal(400, 'invalid', `The log has no ${name}`, { problems: [{ field: 'same', message: `the log has no ${name}` }] })
  return print({ kind: 'term', field: { scope: 'reserved', name }, pieces: [{ literal: value }], quoted: true, at: [0, 0] })
}
