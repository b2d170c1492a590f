import type { BlockKind } from '../../shared/denylist.ts'
import type { Log } from '../../shared/log.ts'
import type { Found, Search } from '../engine/search.ts'

const day = 24 * 3_600_000
/** What is counted of whom a block would have hit, by the name that the answer has for it. */
const counted = {
  services: 'service',
  users: '@usr.name',
  countries: '@network.client.geoip.country.name',
  addresses: '@network.client.ip',
} as const
type Counts = { value: string; count: number }[]

/** Whom a block would have hit in the last 24 hours; the counts are those of the search for `query`. Times are ms UTC. */
export interface WouldHit {
  query: string
  from: number
  to: number
  logs: number
  services: Counts
  users: Counts
  countries: Counts
  addresses: Counts
  /** Names of those that had more values than are counted. */
  cut: string[]
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`

/** The search for all that a blocked one did. */
export function queryOfBlocked(kind: BlockKind, value: string): string {
  if (kind === 'user') return ['@usr.id', '@usr.name', '@usr.email'].map(path => `${path}:${quoted(value)}`).join(' OR ')
  return value.includes('/') ? `CIDR(@network.ip.list, ${value})` : `@network.ip.list:${quoted(value)}`
}

/** Ask the logs whom a block would have hit. */
export async function wouldHit(
  search: (search: Search) => Promise<Found<Log>>,
  kind: BlockKind,
  value: string,
  now: number,
): Promise<WouldHit> {
  const query = queryOfBlocked(kind, value)
  const range = { from: now - day, to: now }
  const facets = Object.values(counted)
  const found = await search({ track: 'logs', query, ...range, limit: 0, sort: '-timestamp', facets })
  const counts = Object.fromEntries(Object.entries(counted).map(([name, path]) => [name, found.facets[path] ?? []])) as Record<
    keyof typeof counted,
    Counts
  >
  const cut = Object.entries(counted).flatMap(([name, path]) => (found.cut.includes(path) ? [name] : []))
  return { query, ...range, logs: found.total, ...counts, cut }
}
