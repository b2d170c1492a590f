import { setImmediate as breathe } from 'node:timers/promises'
import type { Indicator, Intention } from '../../shared/indicator.ts'
import { readSpan, tooWide } from '../../shared/span.ts'
import type { FeedFormat } from '../lib/kinds.ts'
import { quoted, refuseFeed } from './feed-formats/text.ts'
import { type RangeTable, rangeBuilder } from './ranges.ts'

/** What an entry says for itself, beyond what its feed says of all. */
export type Words = Omit<Indicator, 'value'>

/** The entries of one feed, ready to be asked. */
export interface FeedTable {
  ranges: RangeTable
  /** By the value of a range. */
  words: readonly Words[]
  skipped?: { lines: number; first: string }
}

const maxText = 128 * 2 ** 20
const maxDepth = 1000
const slice = 8

// Entries say the same few things over and over: each is kept once. Through JSON, since a piece of a string would hold on to the whole feed.
function dictionary() {
  const codes = new Map<string, number>()
  const words: Words[] = [{}]
  return {
    words,
    codeOf({ value: _, ...said }: Indicator): number {
      const key = JSON.stringify(said)
      if (key === '{}') return 0
      let code = codes.get(key)
      if (code === undefined) {
        code = words.push(JSON.parse(key) as { intention?: Intention }) - 1
        codes.set(key, code)
      }
      return code
    },
  }
}

/**
 * Read a feed's text. Gives the thread away every 8 ms. Throws a Refusal where the text is not of the format, is longer than 128 M
 * characters, holds a block wider than /8 (IPv4) or /16 (IPv6), or more than 1,000 ranges that overlap in a row.
 */
export async function readFeed(format: FeedFormat, text: string): Promise<FeedTable> {
  if (text.length > maxText) throw refuseFeed('feed_too_large', `The feed is longer than ${maxText} characters.`)
  const builder = rangeBuilder()
  const { words, codeOf } = dictionary()
  let skipped: FeedTable['skipped']
  const skip = (line: number, why: string) => {
    skipped ??= { lines: 0, first: `line ${line}: ${why}` }
    skipped.lines++
  }
  let entries = 0
  let rested = performance.now()
  for (const indicator of format.read(text, skip)) {
    const span = readSpan(indicator.value)
    if (!span) throw new Error(`The format ${format.name} gave ${quoted(indicator.value)} for an indicator.`)
    if (tooWide(span)) {
      const most = span.family === 4 ? '/8' : '/16'
      throw refuseFeed(
        'feed_too_wide',
        `The feed holds ${quoted(indicator.value)}, which is wider than ${most}: no list of threats means that.`,
      )
    }
    builder.add(span, codeOf(indicator))
    if ((++entries & 1023) === 0 && performance.now() - rested > slice) {
      await breathe()
      rested = performance.now()
    }
  }
  const ranges = builder.build()
  if (ranges.deepest > maxDepth) throw refuseFeed('feed_overlaps', `More than ${maxDepth} ranges of the feed overlap in a row.`)
  return skipped ? { ranges, words, skipped } : { ranges, words }
}
