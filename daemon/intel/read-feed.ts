import { createHash } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import type { Indicator } from '../../shared/indicator.ts'
import { type Observable, readObservable } from '../../shared/observable.ts'
import { isPrivate, printSpan, readSpan, type Span, tooWide } from '../../shared/span.ts'
import type { Columns, FeedContent, FeedFormat } from '../lib/kinds.ts'
import { feedFormats } from './feed-formats/index.ts'
import { quoted, refuseFeed } from './feed-formats/text.ts'
import type { FeedColumns } from './feed-table.ts'
import { holdsPlaces, isMmdb, networksOf, openMmdb } from './mmdb/tree.ts'
import { nameBuilder } from './name-table.ts'
import { rangeBuilder } from './range-builder.ts'
import { wordBuilder } from './word-table.ts'

/** Text and bytes to read as a feed. Times are ms UTC. */
export interface FeedJob {
  format: string
  bytes: Uint8Array
  columns?: Columns | undefined
  /** For entries that outlive their absence: what was there before, and when an entry must have been seen to stay. */
  keep?: { seenAfter: number; earlier?: Uint8Array | undefined; before?: { bytes: Uint8Array; time: number } | undefined } | undefined
}
export interface FeedRead {
  table: FeedColumns
  /** Entries that are not in the text any more but still count, one JSON a line. */
  earlier?: Uint8Array
}

export type ReadFeed = (job: FeedJob) => Promise<FeedRead>

const maxText = 128 * 2 ** 20
const maxEntries = 5_000_000
const maxDepth = 1000
const slice = 8

function contentOf(bytes: Uint8Array, columns?: Columns): FeedContent {
  let text: string | undefined
  return { bytes, columns, text: () => (text ??= decode(bytes)) }
}
function decode(bytes: Uint8Array): string {
  if (bytes.length > maxText) throw refuseFeed('feed_too_large', `The feed is longer than ${maxText} bytes.`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** Gives the thread away every 8 ms. What it answers is to be awaited where there is something: a promise for each of a million entries costs. */
function createRest() {
  let count = 0
  let rested = performance.now()
  return (): Promise<void> | undefined => {
    if ((++count & 1023) !== 0 || performance.now() - rested <= slice) return undefined
    return breathe().then(() => {
      rested = performance.now()
    })
  }
}

/** Where ranges, names and words of entries are collected. */
function collector({ name: format }: FeedFormat) {
  const ranges = rangeBuilder()
  const names = nameBuilder()
  const words = wordBuilder()
  let entries = 0
  return {
    /** What is wrong with the entry; undefined where it was taken. */
    add(indicator: Indicator): string | undefined {
      const { value, type = 'ip' } = indicator
      const span = type === 'ip' ? readSpan(value) : undefined
      const observable: Observable | undefined = span ? { type: 'ip', span } : readObservable(value, type)
      if (!observable) throw new Error(`The format ${format} gave ${quoted(value)} for an indicator.`)
      if (++entries > maxEntries) throw refuseFeed('feed_too_large', `The feed holds more than ${maxEntries} entries.`)
      if (observable.type !== 'ip') names.add(observable.type, observable.name, words.codeOf(indicator))
      else if (!tooWide(observable.span)) ranges.add(observable.span, words.codeOf(indicator))
      // it can match nothing
      else if (isPrivate(observable.span)) return `${quoted(value)} is no public network`
      else throw refuseWide(value, observable.span)
      return undefined
    },
    close: () => ({ ranges: ranges.close(), names: names.close(), words: words.close() }),
  }
}
/** The one way an entry is written, however its feed wrote it. */
function keyOf({ value, type = 'ip' }: Indicator): string {
  const observable = readObservable(value, type)!
  return observable.type === 'ip' ? printSpan(observable.span) : observable.name
}

const refuseWide = (value: string, { family }: Span) =>
  refuseFeed(
    'feed_too_wide',
    `The feed holds ${quoted(value)}, which is wider than ${family === 4 ? '/8' : '/16'}: no list of threats means that.`,
  )

/**
 * Read a feed. Throws a Refusal where the content is not of the format, is longer than 128 MB, holds more than 5 M entries, a block wider
 * than /8 (IPv4) or /16 (IPv6), or more than 1,000 ranges that overlap in a row.
 */
export async function readFeed({ format: name, bytes, columns, keep }: FeedJob): Promise<FeedRead> {
  const format = feedFormats.find(format => format.name === name)!
  const collect = collector(format)
  const rest = createRest()
  let skipped: FeedColumns['skipped']
  const skip = (where: number | string, why: string) => {
    skipped ??= { lines: 0, first: `${typeof where === 'number' ? `line ${where}` : where}: ${why}` }
    skipped.lines++
  }
  const keys = keep && new Set<string>()
  let fresh = 0
  for (const indicator of format.read(contentOf(bytes, columns), skip)) {
    const problem = collect.add(indicator)
    if (problem !== undefined) skip(quoted(indicator.value), problem)
    else {
      fresh++
      keys?.add(keyOf(indicator))
    }
    await rest()
  }
  let earlier: Uint8Array | undefined
  if (keep && keys) {
    const lines: string[] = []
    for (const indicator of earlierOf(format, keep, columns)) {
      if ((indicator.seen ?? 0) >= keep.seenAfter) {
        const key = keyOf(indicator)
        if (!keys.has(key)) {
          keys.add(key)
          collect.add(indicator)
          lines.push(JSON.stringify(indicator))
        }
      }
      await rest()
    }
    earlier = Buffer.from(lines.join('\n'))
  }
  let places: Uint8Array | undefined
  if (isMmdb(bytes)) {
    const reader = openMmdb(bytes)
    if (holdsPlaces(reader, bytes)) {
      places = bytes
      // their networks are what the feed has to show
      if (fresh === 0)
        for (const _ of networksOf(reader, bytes)) {
          fresh++
          await rest()
        }
    }
  }
  // the same bytes may say something else
  const reading = `\n${JSON.stringify([name, columns ?? null])}`
  const stamp = createHash('sha256').update(bytes).update(reading).digest('hex').slice(0, 32)
  const table: FeedColumns = { ...collect.close(), fresh, stamp, ...(skipped && { skipped }), ...(places && { places }) }
  if (Math.max(table.ranges.v4.deepest, table.ranges.v6.deepest) > maxDepth)
    throw refuseFeed('feed_overlaps', `More than ${maxDepth} ranges of the feed overlap in a row.`)
  return earlier ? { table, earlier } : { table }
}

// What was there before, the newer first. It was good when it was read, so what cannot be read now is a damaged disk's.
function* earlierOf(
  format: FeedFormat,
  { earlier, before }: NonNullable<FeedJob['keep']>,
  columns: Columns | undefined,
): Generator<Indicator> {
  if (before)
    for (const entry of format.read(contentOf(before.bytes, columns), () => {})) yield { ...entry, seen: entry.seen ?? before.time }
  if (earlier && earlier.length > 0) for (const line of decode(earlier).split('\n')) yield JSON.parse(line) as Indicator
}
