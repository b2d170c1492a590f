import type { Log } from '../../shared/log.ts'
import { toField, valuesAt } from '../../shared/query/match.ts'
import { createPacer } from './slices.ts'

/** What the stored logs say of an address. Times are ms UTC of the events. */
export interface Pivot {
  count: number
  first_seen: number | null
  last_seen: number | null
  services: { value: string; count: number }[]
  users: { value: string; count: number }[]
  histogram: { time: number; count: number }[]
}

const list = toField('@network.ip.list')
const user = toField('@usr.name')
const day = 24 * 3_600_000
const buckets = 36

/** Look an address (normal form) up in logs. The histogram covers the 24 hours before the last of them, so that an old import shows its shape. */
export async function pivot(blocks: Iterable<readonly Omit<Log, 'id'>[]>, address: string): Promise<Pivot> {
  const pace = createPacer()
  const services = new Map<string, number>()
  const users = new Map<string, number>()
  const times: number[] = []
  for (const logs of blocks) {
    await pace()
    for (const log of logs) {
      if (!valuesAt(log, list).includes(address)) continue
      times.push(log.timestamp)
      if (log.service !== undefined) services.set(log.service, (services.get(log.service) ?? 0) + 1)
      for (const name of new Set(valuesAt(log, user))) users.set(String(name), (users.get(String(name)) ?? 0) + 1)
    }
  }
  const first = times.reduce((a, b) => Math.min(a, b), Infinity)
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity)
  const from = last - day
  const histogram = Array.from({ length: times.length > 0 ? buckets : 0 }, (_, i) => ({ time: from + (i * day) / buckets, count: 0 }))
  for (const time of times) if (time > from) histogram[Math.min(buckets - 1, Math.floor(((time - from) / day) * buckets))]!.count++
  return {
    count: times.length,
    first_seen: times.length > 0 ? first : null,
    last_seen: times.length > 0 ? last : null,
    services: ranked(services),
    users: ranked(users),
    histogram,
  }
}

const ranked = (counts: Map<string, number>) => [...counts].sort(([, a], [, b]) => b - a).map(([value, count]) => ({ value, count }))
