import type { Pace } from '../slices.ts'

/** (hash, row) pairs as one number each, so that they sort as numbers: hash · 2^16 + row. */
const rowSpan = 65_536

/** Pairs gathered in any order. */
export function createPairs() {
  let pairs = new Float64Array(4096)
  let count = 0
  return {
    add(hash: number, row: number): void {
      if (count === pairs.length) {
        const more = new Float64Array(count * 2)
        more.set(pairs)
        pairs = more
      }
      pairs[count++] = hash * rowSpan + row
    },
    /** All pairs, rising, those of one hash range at a time so that no single sort is long. */
    async sorted(pace: Pace): Promise<Float64Array> {
      const starts = new Uint32Array(257)
      for (let i = 0; i < count; i++) {
        starts[topByte(pairs[i]!) + 1]!++
        if (i % 65_536 === 0) await pace()
      }
      for (let i = 0; i < 256; i++) starts[i + 1]! += starts[i]!
      const next = starts.slice(0, 256)
      const out = new Float64Array(count)
      for (let i = 0; i < count; i++) {
        out[next[topByte(pairs[i]!)]!++] = pairs[i]!
        if (i % 65_536 === 0) await pace()
      }
      for (let i = 0; i < 256; i++) {
        out.subarray(starts[i]!, starts[i + 1]!).sort()
        await pace()
      }
      return out
    },
  }
}

const topByte = (pair: number) => Math.floor(pair / 2 ** 40)
const hashOf = (pair: number) => Math.floor(pair / rowSpan)

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
export async function partPairs(pairs: Float64Array, { limit, maxCommon, frequent }: Limits, pace: Pace): Promise<Postings> {
  const found: { hash: number; count: number }[] = []
  await eachRun(pairs, pace, (from, to) => {
    if (to - from < frequent) return
    const count = distinct(pairs, from, to)
    if (count >= frequent) found.push({ hash: hashOf(pairs[from]!), count })
  })
  found.sort((a, b) => b.count - a.count)
  const common = found
    .filter(({ count }) => count >= limit)
    .slice(0, maxCommon)
    .map(({ hash }) => hash)
  const isCommon = new Set(common)
  const hashes = new Uint32Array(pairs.length)
  const rows = new Uint16Array(pairs.length)
  let count = 0
  await eachRun(pairs, pace, (from, to) => {
    const hash = hashOf(pairs[from]!)
    if (isCommon.has(hash)) return
    for (let i = from; i < to; i++) {
      if (i > from && pairs[i] === pairs[i - 1]) continue
      hashes[count] = hash
      rows[count++] = pairs[i]! % rowSpan
    }
  })
  return {
    hashes: hashes.subarray(0, count),
    rows: rows.subarray(0, count),
    common,
    frequent: found.slice(common.length).map(({ hash }) => hash),
  }
}

async function eachRun(pairs: Float64Array, pace: Pace, visit: (from: number, to: number) => void): Promise<void> {
  let runs = 0
  for (let from = 0; from < pairs.length; ) {
    const end = (hashOf(pairs[from]!) + 1) * rowSpan
    let to = from + 1
    while (to < pairs.length && pairs[to]! < end) to++
    visit(from, to)
    from = to
    if (runs++ % 1024 === 0) await pace()
  }
}

function distinct(pairs: Float64Array, from: number, to: number): number {
  let count = 1
  for (let i = from + 1; i < to; i++) if (pairs[i] !== pairs[i - 1]) count++
  return count
}
