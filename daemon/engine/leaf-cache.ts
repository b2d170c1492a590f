import type { Value } from '../../shared/query/look.ts'
import { type Bits, bitsFor } from './bits.ts'
import type { Dictionary } from './dictionary.ts'
import type { Look } from './looks.ts'
import { segmentRows } from './segment.ts'
import type { Pace } from './slices.ts'

/** Which values of a dictionary pass a test. */
export interface Passing {
  /** 1 by code. */
  hits: Uint8Array
  /** Codes tested so far. */
  tested: number
  count: number
  /** The last code that passes. */
  last: number
}

/** What is kept of one condition: it holds for as long as dictionaries and sealed segments do. */
export interface Kept {
  passing: Map<Dictionary, Passing>
  /** Rows by the id of a sealed segment. */
  rows: Map<number, Bits>
  /** Rows whose message passes, of the first `rows` of a segment that takes more. */
  messages: Map<number, { bits: Bits; rows: number }>
  bytes: number
}

export type LeafCache = ReturnType<typeof createLeafCache>

/** Values tested between two looks at the clock. */
const step = 512

/** Answers to conditions asked before, the least recently asked ones forgotten first. `maxBytes` bounds it. */
export function createLeafCache(maxBytes: number) {
  const kept = new Map<string, Kept>()
  let bytes = 0

  function grow(leaf: Kept, by: number): void {
    // forgotten while a query still has it
    if (leaf.bytes < 0) return
    leaf.bytes += by
    bytes += by
    for (const [key, oldest] of kept) {
      if (bytes <= maxBytes || kept.size === 1) return
      kept.delete(key)
      bytes -= oldest.bytes
      oldest.bytes = -Infinity
    }
  }

  return {
    get bytes() {
      return bytes
    },
    /** What is kept under a key, most recently used from now on. */
    of(key: string): Kept {
      const leaf = kept.get(key) ?? { passing: new Map(), rows: new Map(), messages: new Map(), bytes: 0 }
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
    async passing(leaf: Kept, dictionary: Dictionary, test: NonNullable<Look['test']>, pace: Pace): Promise<Passing> {
      let known = leaf.passing.get(dictionary)
      if (!known) leaf.passing.set(dictionary, (known = { hits: new Uint8Array(0), tested: 0, count: 0, last: 0 }))
      const { size } = dictionary
      if (known.hits.length <= size) {
        const more = new Uint8Array(Math.max(size + 1, Math.min(2 * size, size + 4096)))
        more.set(known.hits)
        grow(leaf, more.length - known.hits.length)
        known.hits = more
      }
      // two queries may be at it by turns, each with what the other has left
      while (known.tested < size) {
        testSome(known, dictionary, Math.min(known.tested + step, size), test)
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
      }
    },
  }
}

function testSome(known: Passing, dictionary: Dictionary, to: number, test: (value: Value) => boolean): void {
  for (let code = known.tested + 1; code <= to; code++) {
    if (!test(dictionary.at(code))) continue
    known.hits[code] = 1
    known.count++
    known.last = code
  }
  known.tested = to
}
