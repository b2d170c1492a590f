import type { Pace } from '../slices.ts'

/** Rows by the hashes of their words: the one at a place belongs to the other. */
interface Pairs {
  hashes: Uint32Array
  rows: Uint16Array
}

/** Pairs looked at between two looks at the clock. */
const step = 65_536
/** Bits of a hash that it is sorted by at a time. */
const digit = 11

/** Gathers pairs, those of a lower row first. */
export function createPairs() {
  let hashes = new Uint32Array(4096)
  let rows = new Uint16Array(4096)
  let count = 0
  return {
    add(hash: number, row: number): void {
      if (count === hashes.length) {
        hashes = doubled(hashes)
        rows = doubled(rows)
      }
      hashes[count] = hash
      rows[count++] = row
    },
    /** All pairs by rising hash, and by rising row where that is the same. It is empty afterwards. */
    async sorted(pace: Pace): Promise<Pairs> {
      let from: Pairs = { hashes: hashes.subarray(0, count), rows: rows.subarray(0, count) }
      let to: Pairs = { hashes: new Uint32Array(count), rows: new Uint16Array(count) }
      // each pass leaves those in order that it does not tell apart
      for (let shift = 0; shift < 32; shift += digit) {
        await sortBy(from, to, shift, pace)
        ;[from, to] = [to, from]
      }
      hashes = new Uint32Array(0)
      rows = new Uint16Array(0)
      count = 0
      return from
    },
  }
}

async function sortBy(from: Pairs, to: Pairs, shift: number, pace: Pace): Promise<void> {
  const next = new Uint32Array(2 ** digit + 1)
  const mask = 2 ** digit - 1
  const { length } = from.hashes
  for (let i = 0; i < length; i++) next[((from.hashes[i]! >>> shift) & mask) + 1]!++
  for (let i = 0; i < mask; i++) next[i + 1]! += next[i]!
  for (let start = 0; start < length; start += step) {
    await pace()
    const end = Math.min(start + step, length)
    for (let i = start; i < end; i++) {
      const at = next[(from.hashes[i]! >>> shift) & mask]!++
      to.hashes[at] = from.hashes[i]!
      to.rows[at] = from.rows[i]!
    }
  }
}

/** Words by their hash, each in the rows that have it. */
export interface Postings {
  /** Sorted, one a pair. */
  hashes: Uint32Array
  rows: Uint16Array
  /** Hashes in `limit` rows or more, those in most rows first. They are not among the pairs. */
  common: number[]
  /** Hashes among the pairs that stand in `frequent` rows or more. */
  frequent: number[]
}

interface Limits {
  /** Rows that make a word common, and words that are at most. */
  limit: number
  maxCommon: number
  /** Rows that make a word frequent. */
  frequent: number
}

/** Part sorted pairs into those of common words and all others; repetitions fall out. */
export async function partPairs(pairs: Pairs, { limit, maxCommon, frequent }: Limits, pace: Pace): Promise<Postings> {
  const found: { hash: number; count: number }[] = []
  await eachRun(pairs, pace, (hash, from, to) => {
    if (to - from < frequent) return
    const count = distinct(pairs, from, to)
    if (count >= frequent) found.push({ hash, count })
  })
  found.sort((a, b) => b.count - a.count)
  const common = found
    .filter(({ count }) => count >= limit)
    .slice(0, maxCommon)
    .map(({ hash }) => hash)
  const isCommon = new Set(common)
  const hashes = new Uint32Array(pairs.hashes.length)
  const rows = new Uint16Array(pairs.hashes.length)
  let count = 0
  await eachRun(pairs, pace, (hash, from, to) => {
    if (to - from >= limit && isCommon.has(hash)) return
    for (let i = from; i < to; i++) {
      if (i > from && pairs.rows[i] === pairs.rows[i - 1]) continue
      hashes[count] = hash
      rows[count++] = pairs.rows[i]!
    }
  })
  return {
    hashes: hashes.subarray(0, count),
    rows: rows.subarray(0, count),
    common,
    frequent: found.slice(common.length).map(({ hash }) => hash),
  }
}

async function eachRun({ hashes }: Pairs, pace: Pace, visit: (hash: number, from: number, to: number) => void): Promise<void> {
  let runs = 0
  for (let from = 0; from < hashes.length; ) {
    const hash = hashes[from]!
    let to = from + 1
    while (to < hashes.length && hashes[to] === hash) to++
    visit(hash, from, to)
    from = to
    if (runs++ % 1024 === 0) await pace()
  }
}

function distinct({ rows }: Pairs, from: number, to: number): number {
  let count = 1
  for (let i = from + 1; i < to; i++) if (rows[i] !== rows[i - 1]) count++
  return count
}

function doubled<T extends Uint32Array | Uint16Array>(from: T): T {
  const to = new (from.constructor as new (length: number) => T)(from.length * 2)
  to.set(from)
  return to
}
