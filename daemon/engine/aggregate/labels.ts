import type { GroupBy } from '../../../shared/aggregate.ts'
import type { Value } from '../../../shared/query/look.ts'

/** Groups that one log may count in. */
const mostGroups = 10_000

/** The name of the group that a value of a facet falls into; undefined where it falls into none. */
export function labelOf(value: Value, { histogram, prefix = '' }: GroupBy): string | undefined {
  if (!histogram) return String(value).startsWith(prefix) ? String(value) : undefined
  const { interval, min, max } = histogram
  if (typeof value !== 'number' || value < min || value > max) return undefined
  return String(min + Math.floor((value - min) / interval) * interval)
}

/** Groups of one log on one of so many levels. */
export const labelsOnLevel = (levels: number): number => Math.floor(mostGroups ** (1 / levels) + 1e-9)

/** The groups of one log on a level, from those that its values fall into: each once, the first by name where they are more than `most`. */
export function labelsOf(found: readonly string[], { missing }: GroupBy, most: number, cut: () => void): readonly string[] {
  if (found.length === 0) return missing === undefined ? [] : [String(missing)]
  if (found.length === 1) return found
  const labels = [...new Set(found)]
  if (labels.length <= most) return labels
  cut()
  return labels.sort().slice(0, most)
}
