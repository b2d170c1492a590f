import type { Chosen } from '../chosen.ts'
import { type Source, sourcesOf } from '../facets/sources.ts'
import { tagsWithKey } from '../facets/tag-keys.ts'
import { listRows } from '../segments/bits.ts'
import type { Column } from '../segments/column.ts'
import { fixed, type Paths } from '../segments/paths.ts'
import { segmentRows } from '../segments/segment.ts'
import type { Pace } from '../slices.ts'
import type { Aggregation } from './aggregate.ts'
import { labelOf } from './labels.ts'

type Dense = Column & { form: 'dense' }

/**
 * Count the rows of groups that are chosen, where nothing but their number over time is computed and no row has more than one value: a row then
 * costs one addition. Answers the segments that have to be shown row by row.
 */
export async function countSeries(aggregate: Aggregation, chosen: readonly Chosen[], paths: Paths, pace: Pace): Promise<Chosen[]> {
  const sources = sourcesOf(aggregate.facets[0]!, paths)
  const list = new Uint16Array(segmentRows)
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
    if (parts.length > 1 || source.column === fixed.rest || column.form !== 'dense') left.push(one)
    else countDense(aggregate, one, source, column, list)
  }
  return left
}

function countDense(
  aggregate: Aggregation,
  { segment, bits }: Chosen,
  source: Source,
  { codes, dictionary }: Dense,
  list: Uint16Array,
): void {
  const { series, groups } = aggregate
  const level = aggregate.levels[0]!
  const labels = [...groups()]
  /** By code, one more than the place of its group; 1 where it has none that is chosen, 0 where that is not known yet. */
  const places = new Uint16Array(dictionary.size + 1)
  const placeOf = (code: number): number => {
    const value = code === 0 ? undefined : source.read(dictionary.at(code))
    const label = value === undefined ? undefined : labelOf(value, level)
    return (places[code] = 2 + (label === undefined ? -1 : labels.indexOf(label)))
  }
  const { base, at } = segment.times
  // a column of a segment that takes rows ends with the last one that has a value
  let count = listRows(bits, list)
  while (count > 0 && list[count - 1]! >= codes.length) count--
  for (const [compute, one] of series.entries()) {
    const { interval, first, count: stretches } = one ?? { interval: 0, first: 0, count: 1 }
    const counts = new Uint32Array((labels.length + 1) * stretches)
    // a time mostly lies in the stretch of the one before, and nothing has to be divided
    let [stretch, low, high] = interval > 0 ? [0, 0, 0] : [0, -Infinity, Infinity]
    for (let i = 0; i < count; i++) {
      const row = list[i]!
      const time = at[row]!
      if (time < low || time >= high) {
        stretch = Math.floor((base + time) / interval) - first
        low = (first + stretch) * interval - base
        high = low + interval
      }
      const code = codes[row]!
      const place = (places[code] || placeOf(code)) - 1
      counts[place * stretches + stretch]!++
    }
    for (const [i, label] of labels.entries())
      for (let stretch = 0; stretch < stretches; stretch++) {
        const found = counts[(i + 1) * stretches + stretch]!
        if (found > 0) aggregate.addCounts(label, compute, stretch, found)
      }
  }
}
