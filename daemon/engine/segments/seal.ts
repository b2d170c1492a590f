import type { Pace } from '../slices.ts'
import type { Paths } from './paths.ts'
import type { ActiveSegment } from './segment.ts'
import { writeSegment } from './segment-file.ts'
import type { ValuesLog } from './values-log.ts'

/** Write a segment into a file, in slices; nothing is added to it meanwhile. Without an index its words get one when it is merged with others. */
export async function seal(
  active: ActiveSegment,
  { group, path, isIndexed }: { group: string; path: string; isIndexed: boolean },
  paths: Paths,
  values: ValuesLog,
  pace: Pace,
): Promise<void> {
  // first the values, then what needs them
  values.save()
  await pace()
  const columns = active.columns.flatMap((column, number) =>
    column ? [{ number, column, isOwn: column.dictionary !== paths.shared[number] }] : [],
  )
  const needs = columns.flatMap(({ number, isOwn }): [number, number][] => (isOwn ? [] : [[number, values.saved(number)]]))
  const { rows, times, seqs, texts } = active
  await writeSegment(path, { epoch: values.epoch, group, instead: [], rows, needs, times, seqs, columns, texts, isIndexed }, pace)
}
