import type { Aggregated } from '../../../shared/aggregate.ts'
import type { Field } from '../../../shared/query/ast.ts'
import type { Chosen } from '../chosen.ts'
import { sourcesOf } from '../facets/sources.ts'
import { listRows } from '../segments/bits.ts'
import type { Paths } from '../segments/paths.ts'
import { segmentRows } from '../segments/segment.ts'
import type { Pace } from '../slices.ts'
import type { Aggregation, Seen } from './aggregate.ts'
import { countSeries } from './count-series.ts'
import { countFirstLevel } from './counts.ts'
import { createFieldReader } from './field-reader.ts'
import { labelOf, labelsOf, labelsOnLevel } from './labels.ts'

/** Rows, and values of them, between two looks at the clock. */
const step = 2048

/** Show an aggregate the rows that a query has found, as often as it asks for them, in slices. */
export async function aggregateColumns(aggregate: Aggregation, chosen: readonly Chosen[], paths: Paths, pace: Pace): Promise<Aggregated> {
  const { facets, metrics, levels, cutValues } = aggregate
  const most = labelsOnLevel(levels.length)
  const ofFacet = (field: Field, i: number) => createFieldReader(sourcesOf(field, paths), value => labelOf(value, levels[i]!))
  const labels = facets.map(ofFacet)
  const values = metrics.map(field => createFieldReader(sourcesOf(field, paths), value => value))
  const list = new Uint16Array(segmentRows)
  let row = 0
  let work = 0
  const counted = <T>(found: readonly T[]): readonly T[] => {
    work += found.length
    return found
  }
  const seen: Seen = {
    time: 0,
    labels: level => counted(labelsOf(labels[level]!.at(row), levels[level]!, most, cutValues)),
    values: metric => counted(values[metric]!.at(row)),
  }
  let shown = aggregate.countsFirst ? await countFirstLevel(aggregate, chosen, paths, pace) : chosen
  let more: boolean
  do {
    for (const { segment, bits } of shown) {
      for (const reader of [...labels, ...values]) await reader.open(segment, pace)
      const { base, at } = segment.times
      const count = listRows(bits, list)
      for (let i = 0; i < count; i++) {
        if (++work > step) {
          await pace()
          work = 0
        }
        row = list[i]!
        seen.time = base + at[row]!
        aggregate.add(seen)
      }
    }
    more = aggregate.again()
    if (more) shown = aggregate.countsGroups ? await countSeries(aggregate, chosen, paths, pace) : chosen
  } while (more)
  return aggregate.take()
}
