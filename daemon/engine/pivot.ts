import type { Log } from '../../shared/log.ts'
import type { Found, Search } from './search.ts'

/** What the stored logs say of an address or another value. Times are ms UTC of the events. */
export interface Pivot {
  count: number
  first_seen: number | null
  last_seen: number | null
  /** The most frequent ones. */
  services: { value: string; count: number }[]
  users: { value: string; count: number }[]
  histogram: { time: number; count: number }[]
}

const service = 'service'
const user = '@usr.name'
const day = 24 * 3_600_000
const buckets = 36
const always = { from: -8.64e15, to: 8.64e15 }

/** Look up in logs what a query finds. The histogram covers the 24 hours before the last of them, so that an old import shows its shape. */
export async function pivot(search: (search: Search) => Promise<Found<Log>>, query: string): Promise<Pivot> {
  const about = { track: 'logs', query, ...always, limit: 1, sort: '-timestamp' } as const
  const { total, rows, facets } = await search({ ...about, facets: [service, user] })
  const last = rows[0]?.timestamp
  if (last === undefined) return { count: 0, first_seen: null, last_seen: null, services: [], users: [], histogram: [] }
  const first = await search({ ...about, sort: 'timestamp' })
  const { histogram } = await search({ ...about, from: last - day + 1, to: last, limit: 0, histogram: { buckets } })
  return {
    count: total,
    first_seen: first.rows[0]?.timestamp ?? last,
    last_seen: last,
    services: facets[service]!,
    users: facets[user]!,
    histogram,
  }
}
