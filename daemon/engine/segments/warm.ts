import type { Pace } from '../slices.ts'
import type { Dictionary } from './dictionary.ts'
import type { SealedSegment } from './sealed-segment.ts'

/** Most bytes of files to be checked, and of columns to be kept in memory. */
interface Bounds {
  checked: number
  kept: number
}

/**
 * Do beforehand what the first searches after a start would wait for: make values ready to be looked for, and, the newest segments first, check
 * files, read where texts lie, and columns, those with few values first. `isThere` tells whether a segment still is.
 */
export async function warm(
  segments: readonly SealedSegment[],
  dictionaries: readonly Dictionary[],
  isThere: (segment: SealedSegment) => boolean,
  { checked, kept }: Bounds,
  pace: Pace,
): Promise<void> {
  for (const dictionary of dictionaries) while (dictionary.prepareNext()) await pace()
  for (const segment of [...segments].sort((a, b) => b.maxTime - a.maxTime)) {
    const { file, summary } = segment
    checked -= file.size
    if (checked < 0) return
    while (isThere(segment) && file.checkNext()) await pace()
    if (isThere(segment)) segment.tables()
    for (const { number, width, count, own } of summary.columns.toSorted((a, b) => a.width - b.width)) {
      await pace()
      const bytes = width * count + (own?.bytes ?? 0)
      if (kept < bytes || !isThere(segment)) break
      segment.column(number)
      kept -= bytes
    }
  }
}
