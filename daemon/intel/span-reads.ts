import type { Match } from '../../shared/indicator.ts'
import { scopeOf } from '../../shared/ip.ts'
import { holdsAll, printSpan, type Span } from '../../shared/span.ts'
import { downgrade, isMarked, type Verdict, verdicts, worstOf } from '../../shared/verdict.ts'
import type { FeedTable } from './feed-table.ts'
import { byIntention, matchable } from './said.ts'
import type { Words } from './word-table.ts'

interface Needs<F extends { table: FeedTable }> {
  threats(): readonly F[]
  good(): readonly F[]
  /** What an entry says now. */
  matchOf(feed: F, indicator: string, said: Words): Match[]
  sourcesOf(matches: readonly Match[]): string[]
}

/** What feeds say of ranges of addresses. */
export function createSpanReads<F extends { table: FeedTable }>({ threats, good, matchOf, sourcesOf }: Needs<F>) {
  const entryOf = (feed: F, range: number) => {
    const { ranges, wordsOf } = feed.table
    const span = ranges.spanOf(range)
    return { span, says: () => matchOf(feed, printSpan(span), wordsOf(ranges.valueOf(range))) }
  }
  /** Entries that hold all of it. */
  const holding = (feeds: readonly F[], span: Span): Match[] =>
    feeds.flatMap(feed =>
      feed.table.ranges
        .find({ family: span.family, words: span.from })
        .map(range => entryOf(feed, range))
        .filter(entry => holdsAll(entry.span, span))
        .flatMap(entry => entry.says()),
    )
  const knownGoodSpan = (span: Span): string[] => sourcesOf(holding(good(), span))
  const isMatchable = ({ family, from, to }: Span) => [from, to].every(words => matchable.has(scopeOf({ family, words })))
  const finished = (found: Match[], span: Span): Match[] =>
    found.length === 0 || !isMatchable(span) ? [] : downgrade(found, knownGoodSpan(span)).sort(byIntention)

  return {
    /** What entries say that hold all of a range, worst intention first. */
    matchSpan: (span: Span): Match[] => finished(holding(threats(), span), span),

    /** Names of the lists that know all of a range to be good. */
    knownGoodSpan,

    /** Entries that hold some of a range, not all of it, and are marked on pages, with the worst that is said of each. `more`: only so many were looked at. */
    within(span: Span, most: number): { entries: Map<string, Verdict>; more: boolean } {
      const entries = new Map<string, Verdict>()
      let looked = 0
      for (const feed of threats())
        for (const range of feed.table.ranges.meeting(span)) {
          if (looked++ >= most) return { entries, more: true }
          const entry = entryOf(feed, range)
          if (holdsAll(entry.span, span)) continue
          const verdict = worstOf(finished(entry.says(), entry.span))
          if (verdict === null || !isMarked(verdict)) continue
          const value = printSpan(entry.span)
          entries.set(value, verdicts.find(one => one === verdict || one === entries.get(value))!)
        }
      return { entries, more: false }
    },
  }
}
