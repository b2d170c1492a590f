import { type Bits, bitsFor, hasBit, setBit } from './bits.ts'
import type { SealedSegment } from './sealed-segment.ts'
import { segmentRows } from './segment.ts'

/** Segments smaller than half a full one that may lie about before those of different streams are merged. */
const maxSmall = 64

/** Segments to be put together next, if there are `least`, or enough for a full one: of one group, or of one era when there are very many. */
export function mergeable(all: readonly SealedSegment[], fullRows: number, least: number): SealedSegment[] {
  const small = all.filter(({ rows }) => rows * 2 <= fullRows).sort((a, b) => a.minSeq - b.minSeq)
  const eraOf = ({ summary }: SealedSegment) => summary.group.split(' ')[0]!
  const groups = [...grouped(small, ({ summary }) => summary.group), ...(small.length > maxSmall ? grouped(small, eraOf) : [])]
  for (const group of groups) {
    let rows = 0
    const first = group.filter(one => (rows += one.rows) <= fullRows)
    if (first.length >= least || (rows >= fullRows && first.length > 1)) return first
  }
  return []
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Iterable<T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups.values()
}

/** What retention has taken out of segments, for the one that they become. */
export function joinDead(segments: readonly SealedSegment[]): Bits | undefined {
  if (segments.every(({ dead }) => !dead)) return undefined
  const joined = bitsFor(segmentRows)
  let first = 0
  for (const { dead, rows } of segments) {
    if (dead) for (let row = 0; row < rows; row++) if (hasBit(dead, row)) setBit(joined, first + row)
    first += rows
  }
  return joined
}
