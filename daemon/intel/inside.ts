import { z } from '@hono/zod-openapi'
import { compareWords, readSpan, type Span } from '../../shared/span.ts'
import { type Verdict, verdicts } from '../../shared/verdict.ts'
import type { Restrictions } from '../lib/restrictions.ts'
import type { Feeds } from './feeds.ts'

export interface InsideNeeds {
  feeds: Pick<Feeds, 'within'>
  /** For each of some ranges what holds some of it, not all: values of the denylist, addresses of open signals, and addresses that rules have flagged. */
  blockedWithin(ranges: Span[], most: number): Promise<string[][]>
  openWithin(only: Restrictions, ranges: Span[], most: number): Promise<{ addresses: string[]; more: boolean }[]>
  flaggedWithin(only: Restrictions, ranges: Span[], most: number): Promise<string[][]>
}

/** Of each source so many are looked at, and so many are named. */
const most = { looked: 1000, named: 5 }

const kinds = ['blocked', 'signal', 'match'] as const
export const InsideResource = z
  .object({
    count: z.number(),
    more: z.boolean().openapi({ description: `There may be more: of each source the first ${most.looked} were looked at` }),
    first: z.array(z.object({ value: z.string(), kind: z.enum(kinds), verdict: z.enum(verdicts).nullable() })),
  })
  .openapi({ description: 'What is known of addresses of a block or a range, and of parts of it: not of all of it' })
type Inside = z.infer<typeof InsideResource>

/** What is known to be bad of parts of some ranges. `decided` where it may be told what is decided about them. */
export const createInsideOf =
  ({ feeds, blockedWithin, openWithin, flaggedWithin }: InsideNeeds) =>
  async (only: Restrictions, ranges: Span[], decided: boolean): Promise<Inside[]> => {
    if (ranges.length === 0) return []
    const [blocked, open, flagged] = await Promise.all([
      decided ? blockedWithin(ranges, most.looked) : ranges.map(() => []),
      openWithin(only, ranges, most.looked),
      flaggedWithin(only, ranges, most.looked),
    ])
    return ranges.map((range, i) => {
      const listed = feeds.within(range, most.looked)
      const worst = new Map<string, { kind: Inside['first'][number]['kind']; verdict: Verdict | null; span: Span }>()
      function take(kind: (typeof kinds)[number], values: Iterable<string>) {
        for (const value of values)
          if (!worst.has(value)) worst.set(value, { kind, verdict: listed.entries.get(value) ?? null, span: readSpan(value)! })
      }
      take('blocked', blocked[i]!)
      take('signal', open[i]!.addresses)
      take('match', listed.entries.keys())
      take('match', flagged[i]!)
      const order = [...worst].sort(
        ([, a], [, b]) =>
          kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || compareWords(a.span.from, b.span.from) || compareWords(b.span.to, a.span.to),
      )
      return {
        count: worst.size,
        more: listed.more || open[i]!.more || blocked[i]!.length >= most.looked || flagged[i]!.length >= most.looked,
        first: order.slice(0, most.named).map(([value, { kind, verdict }]) => ({ value, kind, verdict })),
      }
    })
  }
