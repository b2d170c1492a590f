import { facets } from './queries.ts'
import type { Answer } from './sides/side.ts'

/** What differs between two answers to one refresh; nothing where they agree. Values as frequent as the last one shown may be others. */
export function differences(one: Answer, other: Answer): string[] {
  const found: string[] = []
  if (one.total !== other.total) found.push(`total ${one.total}, not ${other.total}`)
  if (one.rows.join() !== other.rows.join()) found.push('rows or their order')
  if (one.histogram.join() !== other.histogram.join()) found.push('histogram')
  for (const path of facets)
    if (shown(one, path) !== shown(other, path)) found.push(`facet ${path}: ${shown(one, path)}, not ${shown(other, path)}`)
  return found
}

function shown(answer: Answer, path: string): string {
  const counts = answer.facets[path]!
  const least = counts.at(-1)?.count ?? 0
  const sure = counts.filter(({ count }) => count > least).map(({ value, count }) => `${value}=${count}`)
  return `${sure.sort().join()} of ${counts.map(({ count }) => count).join()}`
}
