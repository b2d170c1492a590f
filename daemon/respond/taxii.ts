import type { JsonObject } from '../../shared/json.ts'

/** Something to publish, in the order in which it came to be so; `time` is ms UTC, and what `object` is handed back. */
export interface Publishing {
  id: string
  time: number
  object(time: number): JsonObject
}
/** What of blocks others are told beside the address and its time. */
export interface Shares {
  reasons: boolean
  users: boolean
}
export interface PublishedAsked {
  collection: 'blocks' | 'indicators'
  /** µs UTC: only what was added later. */
  after: number
  limit: number
  shares: Shares
  ids?: readonly string[]
  /** Versions as they are written; undefined: whatever there is. */
  versions?: readonly string[]
}
/** `added` is µs UTC, and nothing else has the same. */
export interface PublishedPage {
  objects: { added: number; object: JsonObject }[]
  more: boolean
}

/**
 * A page of a collection. When something was added grows with each, whatever the clock did and however many came within a millisecond: who asks for
 * what came after the last one misses nothing.
 */
export function pageOf(all: readonly Publishing[], { after, limit, ids, versions }: Omit<PublishedAsked, 'shares'>): PublishedPage {
  let added = 0
  const objects: PublishedPage['objects'] = []
  for (const { id, time, object } of all) {
    added = Math.max(added + 1, time * 1000)
    if (added <= after || (ids && !ids.includes(id))) continue
    const made = object(time)
    if (versions && !versions.includes(String(made['modified']))) continue
    if (objects.length === limit) return { objects, more: true }
    objects.push({ added, object: made })
  }
  return { objects, more: false }
}

/** `2026-03-14T12:00:00.000001Z`, with microseconds. */
export const stampOf = (micros: number): string =>
  new Date(Math.floor(micros / 1000)).toISOString().replace('Z', `${String(micros % 1000).padStart(3, '0')}Z`)

/** Microseconds of a stamp; undefined where it is none. */
export function readStamp(text: string): number | undefined {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? []
  const ms = seconds === undefined ? Number.NaN : Date.parse(`${seconds}Z`)
  return Number.isNaN(ms) ? undefined : ms * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}
