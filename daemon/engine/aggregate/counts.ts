import type { Chosen } from '../chosen.ts'
import { type Source, sourcesOf } from '../facets/sources.ts'
import { tagsWithKey } from '../facets/tag-keys.ts'
import { hasBit } from '../segments/bits.ts'
import type { Column } from '../segments/column.ts'
import type { Dictionary } from '../segments/dictionary.ts'
import { fixed, type Paths } from '../segments/paths.ts'
import type { Pace } from '../slices.ts'
import type { Aggregation } from './aggregate.ts'
import { labelOf, labelsOnLevel } from './labels.ts'

/** Codes looked up between two looks at the clock. */
const step = 1024

/**
 * Count the groups of the first level by their codes, where nothing but their number matters: a row then costs one addition. Answers the
 * segments that have to be shown row by row, because two codes may be one group there.
 */
export async function countFirstLevel(aggregate: Aggregation, chosen: readonly Chosen[], paths: Paths, pace: Pace): Promise<Chosen[]> {
  const [facet] = aggregate.facets
  const [level] = aggregate.levels
  const most = labelsOnLevel(aggregate.levels.length)
  const sources = sourcesOf(facet!, paths)
  const counts = new Map<Dictionary, { source: Source; byCode: Uint32Array }>()
  const left: Chosen[] = []
  for (const one of chosen) {
    await pace()
    const parts: { source: Source; column: Column }[] = []
    for (const source of sources) {
      const column = one.segment.column(source.column)
      if (column && (source.key === undefined || (await tagsWithKey(column.dictionary, source.key, pace)).length > 0))
        parts.push({ source, column })
    }
    const [part] = parts
    if (!part) continue
    const { source, column } = part
    const { dictionary } = column
    if (parts.length > 1 || source.column === fixed.rest || dictionary.twins || longestRun(column) > most) {
      left.push(one)
      continue
    }
    const known = counts.get(dictionary)
    const byCode = roomFor(known?.byCode, dictionary.size + 1)
    counts.set(dictionary, { source, byCode })
    count(column, one, byCode)
  }
  for (const [dictionary, { source, byCode }] of counts)
    for (let code = 1; code < byCode.length; code++) {
      if (code % step === 0) await pace()
      if (byCode[code] === 0) continue
      const value = source.read(dictionary.at(code))
      const label = value === undefined ? undefined : labelOf(value, level!)
      if (label !== undefined) aggregate.addCount(label, byCode[code]!)
    }
  return left
}

function roomFor(before: Uint32Array | undefined, codes: number): Uint32Array {
  if (before && before.length >= codes) return before
  const made = new Uint32Array(codes)
  if (before) made.set(before)
  return made
}

function count(column: Column, { bits, segment }: Chosen, byCode: Uint32Array): void {
  const { codes } = column
  if (column.form === 'list') {
    for (let i = 0; i < column.count; i++) if (hasBit(bits, column.rows[i]!)) byCode[codes[i]!]!++
    return
  }
  // a column that takes rows ends with the last that has a value
  const end = Math.min(codes.length, segment.rows)
  for (let row = 0; row < end; row++) if (hasBit(bits, row)) byCode[codes[row]!]!++
}

/** Values of the row that has most of them. */
function longestRun(column: Column): number {
  if (column.form === 'dense') return 1
  let longest = 0
  let run = 0
  for (let i = 0; i < column.count; i++) {
    run = i > 0 && column.rows[i] === column.rows[i - 1] ? run + 1 : 1
    if (run > longest) longest = run
  }
  return longest
}
