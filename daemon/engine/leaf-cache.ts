import type { Value } from '../../shared/query/look.ts'
import { type Bits, bitsFor } from './segments/bits.ts'
import type { Dictionary } from './segments/dictionary.ts'
import { segmentRows } from './segments/segment.ts'
import type { Counted, KeptCounts } from './selection.ts'
import type { Pace } from './slices.ts'
import { holding, lastOf, type Needle } from './text/value-search.ts'

/** A test of values, and what it can only pass with. */
interface ValueTest {
  test(value: Value): boolean
  needle?: Needle | undefined
}

/** Which values of a dictionary pass a test. */
export interface Passing {
  /** 1 by code; empty where none passes. */
  hits: Uint8Array
  /** Codes tested so far. */
  tested: number
  count: number
  /** The last code that passes. */
  last: number
}

/** What is kept of one condition: it holds for as long as dictionaries and sealed segments do. */
export interface Kept {
  /** A dictionary of one segment goes when nobody has that segment's column any more. */
  passing: WeakMap<Dictionary, Passing>
  /** Rows by the id of a sealed segment. */
  rows: Map<number, Bits>
  /** Rows whose message passes, of the first `rows` of a segment that takes more. */
  messages: Map<number, { bits: Bits; rows: number }>
  /** How often the rows found have each code, by the id of a sealed segment and the number of a column. */
  counts: Map<number, Map<number, Counted>>
  bytes: number
}

export type LeafCache = ReturnType<typeof createLeafCache>

/** Values tested between two looks at the clock. */
const step = 512
/** What counts take beside their numbers. */
const countedBytes = 400

/** Answers to conditions asked before, the least recently asked ones forgotten first. `maxBytes` bounds it. */
export function createLeafCache(maxBytes: () => number) {
  const kept = new Map<string, Kept>()
  let bytes = 0

  function grow(leaf: Kept, by: number): void {
    // forgotten while a query still has it
    if (leaf.bytes < 0) return
    leaf.bytes += by
    bytes += by
    for (const [key, oldest] of kept) {
      if (bytes <= maxBytes() || kept.size === 1) return
      kept.delete(key)
      bytes -= oldest.bytes
      oldest.bytes = -Infinity
    }
  }

  return {
    /** What is kept under a key, most recently used from now on. */
    of(key: string): Kept {
      const leaf = kept.get(key) ?? { passing: new WeakMap(), rows: new Map(), messages: new Map(), counts: new Map(), bytes: 0 }
      kept.delete(key)
      kept.set(key, leaf)
      return leaf
    },
    keepRows(leaf: Kept, segment: number, rows: Bits): void {
      if (leaf.rows.has(segment)) return
      if (leaf.messages.delete(segment)) grow(leaf, -segmentRows / 8)
      leaf.rows.set(segment, rows)
      grow(leaf, rows.byteLength)
    },
    /** Counts of what was found in a sealed segment. */
    countsOf(leaf: Kept, segment: number): KeptCounts {
      return {
        get: column => leaf.counts.get(segment)?.get(column),
        set(column, counted): void {
          const known = leaf.counts.get(segment) ?? new Map<number, Counted>()
          leaf.counts.set(segment, known)
          if (!known.has(column)) grow(leaf, sizeOf(counted))
          known.set(column, counted)
        },
      }
    },
    /** What is known of the messages of a segment that takes rows, to be gone on with. */
    messagesOf(leaf: Kept, segment: number): { bits: Bits; rows: number } {
      let known = leaf.messages.get(segment)
      if (!known) {
        leaf.messages.set(segment, (known = { bits: bitsFor(segmentRows), rows: 0 }))
        grow(leaf, known.bits.byteLength)
      }
      return known
    },
    /** Test whatever is new in a dictionary, in slices. */
    async passing(leaf: Kept, dictionary: Dictionary, test: ValueTest, pace: Pace): Promise<Passing> {
      let known = leaf.passing.get(dictionary)
      if (!known) leaf.passing.set(dictionary, (known = { hits: new Uint8Array(0), tested: 0, count: 0, last: 0 }))
      const { size } = dictionary
      // two queries may be at it by turns, each with what the other has left
      while (known.tested < size) {
        const before = known.hits.length
        testNext(known, dictionary, size, test)
        grow(leaf, known.hits.length - before)
        await pace()
      }
      return known
    },
    /** A segment is gone. */
    forget(segment: number): void {
      for (const leaf of kept.values()) {
        const rows = leaf.rows.get(segment)
        if (rows && leaf.rows.delete(segment)) grow(leaf, -rows.byteLength)
        if (leaf.messages.delete(segment)) grow(leaf, -segmentRows / 8)
        const counts = leaf.counts.get(segment)?.values() ?? []
        if (leaf.counts.delete(segment)) for (const one of counts) grow(leaf, -sizeOf(one))
      }
    },
  }
}

const sizeOf = ({ codes, counts }: Counted): number => codes.byteLength + counts.byteLength + countedBytes

function testNext(known: Passing, dictionary: Dictionary, size: number, { test, needle }: ValueTest): void {
  const first = known.tested + 1
  const last = needle ? lastOf(dictionary.entries, first, size) : Math.min(known.tested + step, size)
  const codes = needle ? holding(dictionary.entries, first, last, needle) : Array.from({ length: last - known.tested }, (_, i) => first + i)
  const passing = codes.filter(code => test(dictionary.at(code)))
  known.tested = last
  known.count += passing.length
  known.last = passing[passing.length - 1] ?? known.last
  if (known.count > 0 && known.hits.length <= size) {
    const more = new Uint8Array(Math.max(size + 1, Math.min(2 * size, size + 4096)))
    more.set(known.hits)
    known.hits = more
  }
  for (const code of passing) known.hits[code] = 1
}
