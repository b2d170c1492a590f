import type { Pace } from '../slices.ts'
import type { Dictionary } from './dictionary.ts'
import type { SealedSegment } from './sealed-segment.ts'

/**
 * Do beforehand what the first searches after a start would wait for: make values ready to be looked for, read where texts lie, and check
 * files, the newest first, `maxBytes` of them. `isThere` tells whether a segment still is.
 */
export async function warm(
  segments: readonly SealedSegment[],
  dictionaries: readonly Dictionary[],
  isThere: (segment: SealedSegment) => boolean,
  maxBytes: number,
  pace: Pace,
): Promise<void> {
  for (const dictionary of dictionaries) while (dictionary.prepareNext()) await pace()
  let left = maxBytes
  for (const segment of [...segments].sort((a, b) => b.maxTime - a.maxTime)) {
    left -= segment.file.size
    if (left < 0) return
    if (isThere(segment)) segment.tables()
    await pace()
    while (isThere(segment) && segment.file.checkNext()) await pace()
  }
}
